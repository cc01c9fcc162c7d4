"""The tables beside this file: what the ministry's, Jilin's and Shanxi's notices say, row by row, with the clause.

They were written from the sources, not from the packs. A cell that lists several things parts them by spaces; ``*`` in a
column of tasks means a rule across all tasks, ``each`` the same for every task. Years are one (``2023``) or from one on
(``2024-``).
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

TABLES = Path(__file__).parent / "tables"

TASKS = [
    "city-consortium",
    "industry-community",
    "practice-centre",
    "resource-library",
    "digital-school",
    "virtual-base",
    "core-course",
    "textbook",
    "practice-project",
    "international",
    "international-school",
]


def read(name: str) -> list[dict[str, str]]:
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tasks(cell: str) -> list[str]:
    return TASKS if cell in {"*", "each"} else cell.split()


def years(cell: str, horizon: int) -> Sequence[int]:
    if cell.endswith("-"):
        return range(int(cell[:-1]), horizon + 1)
    return [int(cell)] if cell else []


def cites(clause: str, cite: Iterable[str]) -> bool:
    """Whether a rule's cites name the clause or a part of it."""
    return any(one == clause or one.startswith(clause) for one in cite)


def assert_same(expected: dict, found: dict) -> None:
    """Fail with every question that the packs answer otherwise than the table, one a line.

    A key says task, place and what is asked. A value is what is answered, and then the clause (expected) or the cites (found).
    """
    faults = []
    for key in sorted(expected.keys() | found.keys(), key=str):
        where = " · ".join(str(part) for part in key if part not in ("", None, ()))
        *wanted, clause = expected.get(key, (None, ""))
        *answer, cite = found.get(key, (None, []))
        if wanted != answer:
            faults.append(
                f"{where}: {clause or 'no clause'}: expected {_told(wanted)}, found {_told(answer)} {list(cite)}"
            )
        elif not cites(clause, cite):
            faults.append(f"{where}: expected to rest on {clause}, found {list(cite)}")
    assert not faults, "\n" + "\n".join(faults)


def _told(answer: list) -> str:
    return " ".join(_plain(part) for part in answer) if answer != [None] else "nothing"


def _plain(part: object) -> str:
    if isinstance(part, (list, tuple)):
        return "[" + " ".join(_plain(one) for one in part) + "]"
    return "-" if part in (None, "") else str(part)
