"""Why each attempt of the two tables of who may do what is refused, by its code: expected as docs/who-may.md says it.

``scripts/who_may.py --try`` makes every attempt anew and writes the page; a code that comes or goes shows in its difference.
"""

import atexit
import json
import os
from functools import cache
from pathlib import Path

Denials = dict[str, dict[str, dict[str, str]]]
"""By table (``actions``, ``moves``), row and column: the codes, parted by a slash where several rows of a table are one here."""

PAGE = Path(__file__).parents[1] / "docs" / "who-may.md"
WRITING = "TONGCHOU_WRITE_DENIALS"
"""Names the file that takes what is found, instead of holding it against the page."""
DONE, NOTHING = "●", "—"
"""Done, in one at least of the cases that stand in one row here; not refused, for there is nothing of theirs to do it to."""
ORDER = [
    "nobody",
    "filler",
    "reviewer",
    "leader",
    "leader of another unit",
    "officer of own city",
    "finance officer of own city",
    "officer of another city",
    "officer of own province",
    "officer of a city elsewhere",
    "officer of another province",
    "officer of the nation",
    "the expert",
    "another expert",
    "pack administrator of own province",
    "pack administrator of another province",
    "pack administrator of the nation",
    "system administrator",
    "security administrator",
    "audit administrator",
]
SHORT = {
    "officer of": "officer,",
    "pack administrator of": "pack admin,",
    "administrator": "admin",
}


def short(name: str) -> str:
    for long, short in SHORT.items():
        name = name.replace(long, short)
    return name


@cache
def read() -> Denials:
    """What the page says."""
    long = {short(name): name for name in ORDER}
    parts = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    return {table: _cells(part, long) for table, part in zip(("actions", "moves"), parts, strict=True)}


def _cells(part: str, long: dict[str, str]) -> dict[str, dict[str, str]]:
    head, _line, *rows = (
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in part.splitlines()
        if line.startswith("|")
    )
    columns = [long.get(name, name.split(" ")[0]) for name in head]
    return {row[0].strip("`"): dict(zip(columns[1:], row[1:], strict=True)) for row in rows}


_found: Denials = {}


def expected(table: str, row: str, column: str, code: str) -> bool:
    """Whether this attempt is refused for this reason, as the page says; while it is written, whatever is found is right."""
    if WRITING not in os.environ:
        cell = read()[table][row][column]
        return cell == DONE or code in cell.split(" / ")
    if not _found:
        atexit.register(_write)
    cells = _found.setdefault(table, {}).setdefault(row, {})
    cells[column] = " / ".join(sorted({*filter(None, cells.get(column, "").split(" / ")), code}))
    return True


def _write() -> None:
    Path(os.environ[WRITING]).write_text(json.dumps(_found), encoding="utf-8")
