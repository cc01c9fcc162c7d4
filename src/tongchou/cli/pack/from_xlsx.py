"""`tongchou pack from-xlsx`."""

from __future__ import annotations

from pathlib import Path

import click

from tongchou.cli.pack.folder import PLACES, known_places
from tongchou.cli.pack.problems import tell
from tongchou.documents.pack_workbook.checking import check_workbook
from tongchou.documents.pack_workbook.reading import NotAWorkbookError, read_workbook
from tongchou.programmes.pack_files import CannotWriteError, write
from tongchou.programmes.packs import PROGRAMME, read
from tongchou.programmes.parts import whole_parts


@click.command("from-xlsx")
@click.argument("workbook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@PLACES
def from_xlsx(workbook: Path, folder: Path, places: Path | None) -> None:
    """Turn the workbook back into a pack in FOLDER: a new one, or the one it was made from.

    In the latter, files whose content is the same are left as they are. Nothing is written if there is a mistake; each
    is printed with its sheet and cell.
    """
    try:
        book = read_workbook(workbook)
    except NotAWorkbookError as error:
        raise click.UsageError(str(error)) from None
    known = {code: place.path for code, place in known_places(folder, places).items()}
    base = read(folder) if (folder / PROGRAMME).is_file() else None
    checked = check_workbook(book, base, known)
    tell(checked.problems, ends="，未写出。")
    if checked.problems:
        raise SystemExit(1)
    parts, _ = whole_parts(book.pack)
    try:
        written = write(folder, parts)
    except CannotWriteError as error:
        click.echo(f"未写出：{error}", err=True)
        raise SystemExit(1) from None
    for words, names in (("新增", written.new), ("改动", written.changed), ("删去", written.removed)):
        for name in names:
            click.echo(f"{words} {name}")
    click.echo(f"没有变化的文件 {written.same} 个。")
