"""Counts of cases, goals against what is held, published bulletins. Figures are in :mod:`.rollup`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.designations.models import Designation, Level, held_on
from tongchou.monitoring import grouping
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Task, TaskEdition
from tongchou.reviews.models import Decision

if TYPE_CHECKING:
    from tongchou.programmes.models import Programme
    from tongchou.programmes.pack_format import Target

# ---------------------------------------------------------------- cases


@dataclass(frozen=True, slots=True)
class Cases:
    """How far cases have come, in one task, place or the like. ``held``: by level, how many projects hold it now."""

    key: str
    name: str
    applications: int
    recommended_by_city: int
    recommended_by_province: int
    held: Mapping[str, int]


def cases(
    scope: Scope | None, *, programme: Programme, by: str, path: str = "", up_to: int | None = None
) -> list[Cases]:
    """Submitted cases, recommendations that stand, and levels held, ``by`` task or place (below ``path``).

    ``up_to``: only rounds up to that year. Five queries at most.
    """
    column: dict[str, Any] = {
        "task": F("task__code"),
        "place": grouping.place_below(path),
    }
    applications = Application.objects.filter(
        task__programme=programme, place_path__startswith=path, submitted_at__isnull=False
    )
    held = Designation.objects.filter(
        held_on(clock.today()), task__programme=programme, place_path__startswith=path
    )
    if up_to is not None:
        applications = applications.filter(round__year__lte=up_to)
        held = held.filter(application__round__year__lte=up_to)
    if scope is not None:
        applications, held = applications.filter(scope.q()), held.filter(scope.q())
    counted = dict(
        applications.annotate(key=column[by]).order_by().values_list("key").annotate(n=Count("pk"))
    )
    recommended = _recommended(applications, path, by)
    levels: dict[str, dict[str, int]] = {}
    for holding in held.annotate(key=column[by]).order_by().values("key", "level").annotate(n=Count("pk")):
        levels.setdefault(holding["key"], {})[holding["level"]] = holding["n"]
    keys = {*counted, *levels}
    if by == "task":
        keys |= set(Task.objects.filter(programme=programme).values_list("code", flat=True))
    names = grouping.names(by, keys)
    return [
        Cases(
            key=key,
            name=name,
            applications=counted.get(key, 0),
            recommended_by_city=recommended.get((key, "city"), 0),
            recommended_by_province=recommended.get((key, "province"), 0),
            held={level: levels.get(key, {}).get(level, 0) for level in Level.values},
        )
        for key, name in names.items()
    ]


_MOVING = [Decision.Kind.RECOMMEND, Decision.Kind.DECLINE, Decision.Kind.RETURN, Decision.Kind.TAKE_BACK]


def _recommended(applications: QuerySet[Application], path: str, by: str) -> dict[tuple[str, str], int]:
    """How many cases the authorities of each level recommended last, by group and level: what they took back doesn't count."""
    key: Any = F("application__task__code")
    if by == "place":
        key = grouping.place_below(path, column="application__place_path")
    later = Decision.objects.filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")),
        application=OuterRef("application"),
        authority__place__level=OuterRef("authority__place__level"),
        kind__in=_MOVING,
    )
    rows = (
        Decision.objects.filter(
            ~Exists(later),
            kind=Decision.Kind.RECOMMEND,
            authority__place__level__in=["city", "province"],
            application__in=applications,
        )
        .annotate(key=key)
        .order_by()
        .values_list("key", "authority__place__level")
        .annotate(n=Count("application", distinct=True))
    )
    return {(found, level): n for found, level, n in rows}


# ---------------------------------------------------------------- goals


@dataclass(frozen=True, slots=True)
class Goal:
    """A published goal 建设目标 of a task and how many projects hold that level now."""

    task: str
    task_name: str
    level: str
    level_name: str
    by: int
    count: int
    bound: str
    unit: str
    cite: str
    held: int

    @property
    def bound_name(self) -> str:
        return {"about": "左右", "at_least": "不少于", "at_most": "不超过", "exactly": ""}[self.bound]

    @property
    def text(self) -> str:
        """The goal as documents put it: 到2025年不少于100个学校实践中心."""
        if self.bound == "about":  # the unit begins with its measure word: 300个左右全国性实践中心
            return f"到{self.by}年{self.count}{self.unit[:1]}左右{self.unit[1:]}"
        return f"到{self.by}年{self.bound_name}{self.count}{self.unit}"

    @property
    def rate(self) -> float | None:
        """Held of the goal, in per cent to one place."""
        return round(100 * self.held / self.count, 1) if self.count else None


def goals(programme: Programme, *, place: Jurisdiction) -> list[Goal]:
    """The goals that ``place`` itself published, each against what is held there at the goal's level (three queries).

    Those of the nation are no measure for a province: a place's own are those its edition has beyond the nation's.
    """
    in_force = sorted(editions(programme, place.path), key=lambda e: e.task.number)
    counted = list(
        Designation.objects.filter(
            held_on(clock.today()), task__programme=programme, place_path__startswith=place.path
        )
        .order_by()
        .values("task_id", "application__variant", "level")
        .annotate(n=Count("pk"))
    )
    above = _goals_above(programme, place)
    found = []
    for edition in in_force:
        for target in edition.pack.targets:
            if (edition.task_id, target) in above:
                continue
            held = sum(
                row["n"]
                for row in counted
                if (row["task_id"], row["level"]) == (edition.task_id, target.level)
                and (not target.variants or row["application__variant"] in target.variants)
            )
            found.append(
                Goal(
                    task=edition.task.code,
                    task_name=edition.task.name,
                    level=target.level,
                    level_name=str(Level(target.level).label),
                    by=target.by,
                    count=target.count,
                    bound=target.bound,
                    unit=target.unit,
                    cite="；".join(target.cite),
                    held=held,
                )
            )
    return found


def _goals_above(programme: Programme, place: Jurisdiction) -> list[tuple[int, Target]]:
    """The goals published above ``place`` (no query for the place that runs the programme)."""
    if place.pk == programme.place_id:
        return []
    path = place.path.removesuffix(f"{place.pk}/")
    return [
        (edition.task_id, target) for edition in editions(programme, path) for target in edition.pack.targets
    ]


def editions(programme: Programme, path: str) -> list[TaskEdition]:
    """The current edition of each task that holds at ``path``: the deepest on the way from the root (one query)."""
    rows = TaskEdition.objects.filter(
        task__programme=programme, current=True, place_id__in=path.strip("/").split("/")
    ).select_related("task", "place")
    deepest: dict[int, TaskEdition] = {}
    for row in sorted(rows, key=lambda e: len(e.place.path)):
        deepest[row.task_id] = row
    return list(deepest.values())
