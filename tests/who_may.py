"""docs/who-may.md, written from the two tables that are tested: every action × every person, every move × every state."""

from collections.abc import Collection, Mapping, Sequence

from tests import denials
from tests import test_access_table as people
from tests.reviews import test_states_table as states

HEAD = """# Who may do what, and when

Written by `scripts/who_may.py` from the tables that `tests/test_access_table.py` and `tests/reviews/test_states_table.py` try, one
attempt for each cell: where there is no dot, the attempt is refused in words and nothing is changed. The cell names the reason by
its code: `role` it is not this person's part, `scope` not their unit or place, `step` not their step, `state` not now, and so on; —
means that there is nothing of theirs that it could be done to. A person's place is part of the column; what an action asks besides,
such as an open window or a free place, is not shown here.

"""


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines) + "\n"


def _cells(columns: Sequence[str], allowed: Collection[str], refused: Mapping[str, str]) -> list[str]:
    return [denials.DONE if name in allowed else refused.get(name, denials.NOTHING) for name in columns]


def page(why: denials.Denials) -> str:
    """The whole page; ``why`` each attempt was refused."""
    may: dict[str, set[str]] = {}
    for row in people.TABLE:
        may.setdefault(row.action, set()).update(row.may)
    columns = [name for name in denials.ORDER if any(name in allowed for allowed in may.values())]
    by_person = [
        [f"`{action}`", *_cells(columns, allowed, why["actions"].get(action, {}))]
        for action, allowed in sorted(may.items())
    ]
    listed = list(states.S)
    by_state = [
        [name, who, *_cells(listed, allowed.split(), why["moves"].get(name, {}))]
        for name, (_move, who, allowed) in states.MOVES.items()
    ]
    return (
        HEAD
        + "## Actions and people\n\n"
        + _table(["action", *map(denials.short, columns)], by_person)
        + "\n## Moves of a case and its states\n\nCases in review wait at the city, for the finance office's signature, at the province or at the nation; a dot says that the\nmove is made in one of these. Whoever makes it is named beside it.\n\n"
        + _table(["move", "by", *(f"{state.value} {state.label}" for state in listed)], by_state)
    )
