"""`tongchou pack check`."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.cli.pack.folder import FOLDER, PLACES, checked_pack


@click.command()
@click.argument("folder", type=FOLDER)
@PLACES
def check(folder: Path, places: Path | None) -> None:
    """Print every mistake of the pack in FOLDER, with file, line, column and remedy. Needs no database."""
    checked = checked_pack(folder, places)
    for problem in checked.problems:
        click.echo(str(problem))
    for note in checked.notes:
        click.echo(f"提示：{note}", err=True)
    if checked.problems:
        click.echo(f"共 {len(checked.problems)} 处错误。", err=True)
        raise SystemExit(1)
    overlays = "、".join(overlay.place for overlay in checked.overlays) or "无"
    click.echo(f"没有错误。任务 {len(checked.tasks)} 项；地方细则：{overlays}。")
