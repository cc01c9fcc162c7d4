"""What red and yellow cards look at: thresholds, and the figures that consequences of packs name.

Thresholds are those of the yearly evaluation in force for a task where a project stands (``late_red``, ``met_yellow``,
``met_red``). No document of the ministry's names any; where a pack names none, those below hold, which are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, DateField, F, FloatField, Q, Value, When

from tongchou.core import clock
from tongchou.programmes.models import Task, TaskEdition

if TYPE_CHECKING:
    from tongchou.forms.definition import Indicator
    from tongchou.programmes.evaluation_format import Consequence, Evaluation

LATE_RED_DAYS = 30
"""A report not in is a yellow card from the day after its last one, a red card after so many more."""
MET_YELLOW, MET_RED = 80, 60
"""Per cent of a submitted report's annual targets that are met, below which a card is shown."""
MEND_YELLOW_DAYS = 7
"""A rectification is a yellow card so many days before its last one, a red card after it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A scheme in force: about which task, in which place, with the task's indicators there."""

    task_id: int
    path: str
    scheme: Evaluation
    indicators: dict[str, Indicator]

    def at(self) -> Q:
        """The reports that stand under it."""
        return Q(period__task=self.task_id, place_path__startswith=self.path)


@dataclass(frozen=True, slots=True)
class Watch:
    """A figure that a consequence looks at; ``key`` names it inside one query."""

    key: str
    placed: Placed
    indicator: Indicator
    consequence: Consequence

    @property
    def years(self) -> int:
        return self.consequence.years or 1

    @property
    def code(self) -> str:
        """What names it for good."""
        return f"low-{self.placed.task_id}-{self.indicator.code}-{self.consequence.code}"

    def low(self) -> Q:
        """The values that lie below."""
        below = self.consequence.below or 0
        if self.indicator.kind != "ratio":
            return Q(value__lt=below)
        by = 100 if self.indicator.unit == "%" else 1
        return Q(denominator__gt=0, value__lt=F("denominator") * below / by)


def schemes() -> list[Placed]:
    """Every scheme in force, the deepest places first (two queries; packs are parsed once a process)."""
    tasks = {(task.programme_id, task.code): task.pk for task in Task.objects.all()}
    editions = list(TaskEdition.objects.filter(current=True).select_related("task", "place"))
    packs = {(e.task_id, e.place.path): e.pack for e in editions}
    found = []
    for edition in sorted(editions, key=lambda e: -len(e.place.path)):
        path = edition.place.path
        for scheme in packs[edition.task_id, path].evaluations:
            about = tasks[edition.task.programme_id, scheme.of or edition.task.code]
            pack = packs.get((about, path)) or packs[edition.task_id, path]
            found.append(Placed(about, path, scheme, {i.code: i for i in pack.indicators}))
    return found


def watches(found: Sequence[Placed]) -> list[Watch]:
    """The figures that consequences look at, each once: what the nation's pack names stands in every place's edition."""
    by_rule: dict[tuple[int, str, str], Watch] = {}
    for placed in reversed(found):  # the widest place that names it
        for rule in placed.scheme.consequences:
            indicator = placed.indicators.get(rule.indicator or "")
            if indicator is not None:
                key = (placed.task_id, indicator.code, rule.code)
                by_rule.setdefault(key, Watch(f"low_{len(by_rule)}", placed, indicator, rule))
    return list(by_rule.values())


def limits(found: Sequence[Placed]) -> dict[str, Any]:
    """The thresholds of each report as annotations: ``late_since`` (a day), ``met_yellow`` and ``met_red`` (per cent)."""
    today = clock.today()

    def of(name: str, default: float) -> list[tuple[Q, float]]:
        said = [(p.at(), getattr(p.scheme, name)) for p in found if p.scheme.kind == "yearly"]
        return [*((where, value) for where, value in said if value is not None), (Q(), default)]

    def per_cent(name: str, default: float) -> Case:
        *said, (_all, usual) = of(name, default)
        return Case(
            *(When(where, then=Value(float(value))) for where, value in said),
            default=Value(float(usual)),
            output_field=FloatField(),
        )

    *late, (_all, usual) = of("late_red", LATE_RED_DAYS)
    return {
        "late_since": Case(
            *(When(where, then=Value(today - timedelta(days=days))) for where, days in late),
            default=Value(today - timedelta(days=usual)),
            output_field=DateField(),
        ),
        "met_yellow": per_cent("met_yellow", MET_YELLOW),
        "met_red": per_cent("met_red", MET_RED),
    }
