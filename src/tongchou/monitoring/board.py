"""The board of what is owed: places (or units) against tasks, how much is in, on time, late, missing.

"Expected" was stored when the period opened, so the board of a past year does not change with the list of projects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_noop

from tongchou.core.scope import Scope
from tongchou.monitoring import grouping, late, queries
from tongchou.programmes.models import Task

if TYPE_CHECKING:
    from tongchou.programmes.models import Programme

By: TypeAlias = Literal["place", "unit"]
What: TypeAlias = Literal["performance", "periodic"]

MOST_ROWS = 100
"""So many places or units stand on a board; those with the most missing come first where there are more."""
AUTHORITIES = gettext_noop("主管部门")
"""The row of what no unit owes, on a board by unit."""
ACROSS = ""
"""The column of what is owed across tasks: a city's or a school's summary."""


@dataclass(slots=True)
class Cell:
    """What one place owes in one task. ``waiting`` is not in and not yet due."""

    expected: int = 0
    submitted: int = 0
    late: int = 0
    overdue: int = 0

    @property
    def on_time(self) -> int:
        return self.submitted - self.late

    @property
    def waiting(self) -> int:
        return self.expected - self.submitted - self.overdue

    @property
    def share(self) -> int | None:
        """What is in of what is expected, in whole per cent, rounded down: 100 means all; ``None`` when nothing is."""
        return 100 * self.submitted // self.expected if self.expected else None

    @property
    def tone(self) -> str:
        """How it stands, worst first: bad (overdue), warn (late), wait (not due yet), good."""
        if not self.expected:
            return ""
        return "bad" if self.overdue else "warn" if self.late else "wait" if self.waiting else "good"

    def add(self, other: Cell) -> None:
        """Count ``other`` in."""
        self.expected += other.expected
        self.submitted += other.submitted
        self.late += other.late
        self.overdue += other.overdue


@dataclass(slots=True)
class Row:
    """A place or a unit with its cells by task's code, in the order of the board's tasks."""

    key: str
    name: str
    cells: Mapping[str, Cell]
    whole: Cell = field(default_factory=Cell)


@dataclass(slots=True)
class Board:
    """The whole board. ``tasks`` are those in which anything is owed; ``left_out`` rows have no room."""

    tasks: Sequence[Task]
    across: bool
    rows: Sequence[Row]
    totals: Mapping[str, Cell]
    whole: Cell
    left_out: int = 0


def board(
    scope: Scope,
    year: int,
    *,
    what: What,
    by: By = "place",
    path: str = "",
    programme: Programme | None = None,
) -> Board:
    """What is owed in ``year`` inside ``scope`` below ``path``: of projects (``performance``) or ``periodic`` reports.

    Three queries, whatever the number of rows.
    """
    path = path or scope.path or ""
    counted: dict[str, dict[str, Cell]] = {}
    totals: dict[str, Cell] = {}
    for found in _counted(scope, year, what, by, path, programme):
        cell = Cell(found["expected"], found["submitted"], found["late"], found["overdue"])
        counted.setdefault(found["key"], {})[found["task_code"]] = cell
        totals.setdefault(found["task_code"], Cell()).add(cell)
    tasks = list(Task.objects.filter(code__in=totals))
    names = grouping.names(by, counted)
    rows = []
    for key, cells in counted.items():
        row = Row(key, names.get(key) or AUTHORITIES, cells)
        for cell in cells.values():
            row.whole.add(cell)
        rows.append(row)
    order = {key: number for number, key in enumerate(names)}
    rows.sort(key=lambda row: order.get(row.key, len(order)))
    if len(rows) > MOST_ROWS:
        rows.sort(key=lambda row: -row.whole.overdue)
    whole = Cell()
    for cell in totals.values():
        whole.add(cell)
    return Board(
        tasks=tasks,
        across=ACROSS in totals,
        rows=rows[:MOST_ROWS],
        totals=totals,
        whole=whole,
        left_out=max(0, len(rows) - MOST_ROWS),
    )


def _counted(
    scope: Scope, year: int, what: What, by: By, path: str, programme: Programme | None
) -> Iterable[Mapping[str, Any]]:
    rows: QuerySet[Any]
    task: Any
    if what == "performance":
        rows = queries.performance_counted(scope, year, programme, path)
        task = F("period__task__code")
    else:
        rows = queries.periodic_counted(scope, year, programme, path)
        task = Coalesce(F("task__code"), Value(ACROSS))
    key = (
        grouping.place_below(path)
        if by == "place"
        else Case(
            When(unit=None, then=Value("")), default=Cast("unit_id", CharField()), output_field=CharField()
        )
    )
    counted: Iterable[Mapping[str, Any]] = (
        rows.annotate(key=key, task_code=task)
        .order_by()
        .values("key", "task_code")
        .annotate(**queries.COUNTS)
    )
    return counted


def missing(
    scope_path: str,
    year: int,
    *,
    what: What,
    by: By = "place",
    path: str = "",
    key: str | None = None,
    task: str | None = None,
) -> QuerySet[Any]:
    """What is overdue of a cell, a row (no ``task``), a column (no ``key``) or the whole board below ``path``.

    By the authority at ``scope_path``: of a city below a province also what answers to the province itself.
    """
    path = path or scope_path
    scope = Scope(path=scope_path)
    rows: QuerySet[Any]
    counted: Any
    if what == "performance":
        rows, counted = late.performance(scope_path), queries.performance_counted(scope, year, path=path)
        column = "period__task__code"
    else:
        rows, counted = late.periodic(scope_path), queries.periodic_counted(scope, year, path=path)
        column = "task__code"
    rows = rows.filter(pk__in=counted.filter(is_overdue=True).values("pk"))
    if task is not None:
        rows = rows.filter(**({column: task} if task != ACROSS else {"task": None}))
    if key is None:
        return rows
    if by == "unit":
        return rows.filter(unit=int(key) if key else None)
    return rows.filter(place_path__startswith=f"{path}{key}/") if key else rows.filter(place_path=path)
