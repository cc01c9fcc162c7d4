"""`tongchou pack check`."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.cli.pack.folder import PLACES, checked_pack, known_places
from tongchou.cli.pack.problems import tell, tell_as_json
from tongchou.documents.pack_workbook.checking import check_workbook
from tongchou.documents.pack_workbook.reading import NotAWorkbookError, read_workbook
from tongchou.programmes.check import Checked


@click.command()
@click.argument("pack", type=click.Path(exists=True, path_type=Path))
@PLACES
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead, for other programs.")
def check(pack: Path, places: Path | None, as_json: bool) -> None:
    """Print every mistake of the pack in PACK, a folder or a whole workbook. Needs no database.

    Each comes with its file, line and column (in a workbook its sheet and cell), the remedy, and its address in the
    reference of the pack format. Exit 1 if there are any.
    """
    checked = checked_pack(pack, places) if pack.is_dir() else _checked_workbook(pack, places)
    if as_json:
        tell_as_json(checked.problems, checked.notes)
        raise SystemExit(1 if checked.problems else 0)
    tell(checked.problems)
    for note in checked.notes:
        click.echo(f"提示：{note}", err=True)
    if checked.problems:
        raise SystemExit(1)
    overlays = "、".join(overlay.place for overlay in checked.overlays) or "无"
    click.echo(f"没有错误。任务 {len(checked.tasks)} 项；地方细则：{overlays}。")


def _checked_workbook(path: Path, places: Path | None) -> Checked:
    try:
        book = read_workbook(path)
    except NotAWorkbookError as error:
        raise click.UsageError(str(error)) from None
    known = {code: place.path for code, place in known_places(path, places).items()}
    return check_workbook(book, None, known)
