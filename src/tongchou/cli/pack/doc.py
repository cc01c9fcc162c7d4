"""`tongchou pack doc`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from tongchou.cli.db import setup_django
from tongchou.cli.pack.folder import FOLDER, PLACES, checked_pack, known_places
from tongchou.core import clock


@click.command()
@click.argument("folder", type=FOLDER)
@click.argument("task")
@click.option("--place", default="", help="Code of the place; by default the one that runs the programme.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="File to write: guide.pdf or guide.html.",
)
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The date it bears; by default today.")
@PLACES
def doc(folder: Path, task: str, place: str, out: Path, day: Any, places: Path | None) -> None:
    """Write TASK of the pack in FOLDER as a guide for schools, as PDF or web page. Needs no database."""
    if out.suffix not in {".pdf", ".html"}:
        raise click.BadParameter("文件名应以 .pdf 或 .html 结尾", param_hint="--out")
    checked = checked_pack(folder, places)
    if checked.problems or checked.programme is None:
        click.echo(f"配置包有 {len(checked.problems)} 处错误，请先用 pack check 查看并改正。", err=True)
        raise SystemExit(1)
    if task not in checked.tasks:
        raise click.BadParameter(f"没有这项任务：{task}；已有：{'、'.join(checked.tasks)}", param_hint="TASK")
    where = known_places(folder, places).get(place or checked.programme.place)
    if where is None:
        raise click.BadParameter(f"没有这个地区：{place}", param_hint="--place")
    setup_django()  # PDFs of cases stand in the same module as the guide's; nothing is asked of the database
    from tongchou.documents import guide_folder, guide_page, pdf

    made = guide_folder.of_folder(checked, task, where, on=day.date() if day else clock.today())
    if out.suffix == ".pdf":
        out.write_bytes(pdf.guide(made))
    else:
        out.write_text(guide_page.page(made), encoding="utf-8")
    click.echo(f"已写入 {out}")
