"""docs/who-may.md, written from the two tables that are tested: every action × every person, every move × every state."""

from pathlib import Path

from tests import test_access_table as people
from tests.reviews import test_states_table as states

PAGE = Path(__file__).parents[1] / "docs" / "who-may.md"
HEAD = """# Who may do what, and when

Written by `scripts/who_may.py` from the tables that `tests/test_access_table.py` and `tests/reviews/test_states_table.py` try, one
attempt for each cell: where there is no dot, the attempt is refused in words and nothing is changed. A person's place is part of
the column (scope); what an action asks besides, such as an open window or a free place, is not shown here.

"""
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


def _short(name: str) -> str:
    for long, short in SHORT.items():
        name = name.replace(long, short)
    return name


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


def page() -> str:
    """The whole page."""
    may: dict[str, set[str]] = {}
    for row in people.TABLE:
        may.setdefault(row.action, set()).update(row.may)
    columns = [name for name in ORDER if any(name in allowed for allowed in may.values())]
    by_person = [
        [f"`{action}`", *("●" if name in allowed else "" for name in columns)]
        for action, allowed in sorted(may.items())
    ]
    listed = list(states.S)
    by_state = [
        [name, who, *("●" if state in allowed.split() else "" for state in listed)]
        for name, (_move, who, allowed) in states.MOVES.items()
    ]
    return (
        HEAD
        + "## Actions and people\n\n"
        + _table(["action", *map(_short, columns)], by_person)
        + "\n## Moves of a case and its states\n\nCases in review wait at the city, for the finance office's signature, at the province or at the nation; a dot says that the\nmove is made in one of these. Whoever makes it is named beside it.\n\n"
        + _table(["move", "by", *(f"{state.value} {state.label}" for state in listed)], by_state)
    )
