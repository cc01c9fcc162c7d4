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


def number(cell: str) -> int | None:
    return int(cell) if cell else None


def cites(clause: str, cite: Iterable[str]) -> bool:
    """Whether a rule's cites name the clause or a part of it."""
    return any(one == clause or one.startswith(clause) for one in cite)


def difference(expected: dict, found: dict) -> list[str]:
    """What two answers to the same questions differ in; the keys say task, place and what is asked.

    Values end with the clause (expected) and the cites (found).
    """
    faults = []
    for key in sorted(expected.keys() | found.keys(), key=str):
        where = " · ".join(str(part) for part in key if part not in ("", None))
        if key not in found:
            *value, clause = expected[key]
            faults.append(f"{where}: {clause} says {value}, the packs say nothing")
        elif key not in expected:
            *value, cite = found[key]
            faults.append(f"{where}: no clause says so, the packs say {value}, citing {list(cite)}")
        else:
            *wanted, clause = expected[key]
            *value, cite = found[key]
            if wanted != value:
                faults.append(f"{where}: {clause} says {wanted}, the packs say {value}")
            elif not cites(clause, cite):
                faults.append(f"{where}: rests on {clause}, but the packs cite {list(cite)}")
    return faults
