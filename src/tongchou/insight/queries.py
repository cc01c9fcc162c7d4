"""Every read of insight besides roll-ups: what stands behind a figure, counts of cases, the national view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, When

from tongchou.applications.models import Application
from tongchou.core.scope import Scope
from tongchou.designations.models import Designation, Level
from tongchou.insight.models import Bulletin
from tongchou.insight.rollup import definitions_of, selected
from tongchou.insight.tiles import TILES
from tongchou.monitoring import grouping, indicators
from tongchou.monitoring import queries as monitoring_queries
from tongchou.monitoring.models import PerformanceEvidence
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Task, TaskEdition
from tongchou.programmes.queries import translators
from tongchou.programmes.translating import Translator
from tongchou.reviews.models import Decision

if TYPE_CHECKING:
    from tongchou.monitoring.models import IndicatorValue
    from tongchou.monitoring.queries import Completeness
    from tongchou.orgs.models import Authority
    from tongchou.programmes.models import Programme
    from tongchou.programmes.pack_format import Target

PAGE = 50


# ---------------------------------------------------------------- behind a figure


@dataclass(frozen=True, slots=True)
class Behind:
    """One row behind a figure, down to the report and the page of evidence."""

    value: IndicatorValue
    unit: str
    project: str
    text: str
    target_text: str
    note: str
    evidence_pk: int | None
    evidence_name: str
    page: int | None


def rows_behind(
    scope: Scope,
    *,
    programme: Programme,
    year: int,
    task: str,
    indicator: str,
    path: str = "",
    level: str = "",
    confirmed_only: bool = False,
    keys: Mapping[str, str] | None = None,
    offset: int = 0,
    limit: int = PAGE,
) -> tuple[list[Behind], int]:
    """The rows of one figure inside ``scope`` with their reports and evidence, largest first, and how many there are.

    ``keys`` are those of the figure (``rollup.Figure.keys``). Six queries at most, whatever the number of rows.
    """
    definition = definitions_of(programme)[task, indicator]
    asked = Task.objects.get(programme=programme, code=task).pk
    means = translators(programme).get(asked, Translator())
    rows = selected(
        scope,
        tasks=[asked],
        year=year,
        path=path,
        indicator=indicator,
        meant={asked: means},
        level=level,
        confirmed_only=confirmed_only,
    )
    for dimension, key in (keys or {}).items():
        if dimension == "place":
            rows = rows.annotate(below=grouping.place_below(path)).filter(below=key)
        elif dimension == "variant":
            rows = rows.filter(variant__in=list(means.sources("variant", key)))
        else:
            rows = rows.filter(**{"unit_id" if dimension == "unit" else dimension: key})
    factors = means.sources("indicator", indicator)
    converted = [When(indicator=code, then=F("value") * factor) for code, factor in factors.items()]
    rows = rows.annotate(today=Case(*converted, default=F("value"), output_field=DecimalField()))
    page = list(
        rows.select_related("report__application", "report__period", "revision", "unit").order_by(
            "-today", "pk"
        )[offset : offset + limit]
    )
    answers = {row.pk: _answer_today(row, indicator, means) for row in page}
    files = PerformanceEvidence.objects.in_bulk(
        {a["evidence"] for a in answers.values() if a.get("evidence")}
    )
    found = []
    for row in page:
        answer = answers[row.pk]
        file = files.get(answer.get("evidence"))
        found.append(
            Behind(
                value=row,
                unit=row.unit.name,
                project=row.report.application.project_name or row.report.application.number,
                text=indicators.show_answer(definition, answer),
                target_text=indicators.show_figure(
                    definition, None if row.target is None else row.target * factors[row.indicator]
                ),
                note=answer.get("note", ""),
                evidence_pk=file.pk if file else None,
                evidence_name=file.name if file else "",
                page=answer.get("page"),
            )
        )
    return found, rows.count()


def _answer_today(row: IndicatorValue, indicator: str, means: Translator) -> Mapping[str, Any]:
    answers = row.revision.answers
    return (
        answers.get(indicator, {})
        if row.indicator == indicator and not means
        else means.figures(answers)[indicator]
    )


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

    ``up_to``: only rounds up to that year. Four queries at most.
    """
    column: dict[str, Any] = {
        "task": F("task__code"),
        "place": grouping.place_below(path),
    }
    applications = Application.objects.filter(
        task__programme=programme, place_path__startswith=path, submitted_at__isnull=False
    )
    held = Designation.objects.filter(task__programme=programme, place_path__startswith=path, revoked_on=None)
    if up_to is not None:
        applications = applications.filter(round__year__lte=up_to)
        held = held.filter(application__round__year__lte=up_to)
    if scope is not None:
        applications, held = applications.filter(scope.q()), held.filter(scope.q())
    counted: dict[str, dict[str, Any]] = {
        row["key"]: dict(row)
        for row in applications.annotate(
            key=column[by],
            by_city=Subquery(_latest_decision("city")),
            by_province=Subquery(_latest_decision("province")),
        )
        .order_by()
        .values("key")
        .annotate(
            n=Count("pk"),
            city=Count("pk", filter=Q(by_city=Decision.Kind.RECOMMEND)),
            province=Count("pk", filter=Q(by_province=Decision.Kind.RECOMMEND)),
        )
    }
    levels: dict[str, dict[str, int]] = {}
    for holding in held.annotate(key=column[by]).order_by().values("key", "level").annotate(n=Count("pk")):
        levels.setdefault(holding["key"], {})[holding["level"]] = holding["n"]
    keys = {*counted, *levels}
    if by == "task":
        keys |= set(Task.objects.filter(programme=programme).values_list("code", flat=True))
    names = grouping.names(by, keys)
    nothing = {"n": 0, "city": 0, "province": 0}
    return [
        Cases(
            key=key,
            name=name,
            applications=(row := counted.get(key, nothing))["n"],
            recommended_by_city=row["city"],
            recommended_by_province=row["province"],
            held={level: levels.get(key, {}).get(level, 0) for level in Level.values},
        )
        for key, name in names.items()
    ]


def _latest_decision(level: str) -> QuerySet[Any]:
    """What the authority of ``level`` last decided on moving a case up, unless it took that back."""
    moving = [Decision.Kind.RECOMMEND, Decision.Kind.DECLINE, Decision.Kind.RETURN, Decision.Kind.TAKE_BACK]
    return (
        Decision.objects.filter(application=OuterRef("pk"), authority__place__level=level, kind__in=moving)
        .order_by("-at", "-id")
        .values("kind")[:1]
    )


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
            task__programme=programme, revoked_on=None, place_path__startswith=place.path
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


# ---------------------------------------------------------------- the national view


@dataclass(frozen=True, slots=True)
class Tile:
    """A province on the tile grid."""

    code: str
    name: str
    column: int
    row: int
    cases: Cases | None
    completeness: Completeness | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The first screen of an authority: goals, tasks, places, and what is late."""

    goals: Sequence[Goal]
    tasks: Sequence[Cases]
    places: Sequence[Cases]
    tiles: Sequence[Tile]
    expected: monitoring_queries.Expected


def overview(authority: Authority, *, programme: Programme, year: int) -> Overview:
    """Everything the first screen of ``authority`` shows, in a constant number of queries; tiles only for the nation."""
    place = authority.place
    scope = Scope(path=place.path)
    by_place = cases(scope, programme=programme, by="place", path=place.path)
    expected = monitoring_queries.expected(scope, year, programme=programme, path=place.path)
    return Overview(
        goals=goals(programme, place=place),
        tasks=cases(scope, programme=programme, by="task", path=place.path),
        places=by_place,
        tiles=tiles(by_place, expected.by_place) if place.level == "nation" else [],
        expected=expected,
    )


def tiles(by_place: Sequence[Cases], completeness: Sequence[Completeness]) -> list[Tile]:
    """Every province that takes part, whether it has cases or not, in the order of their codes (one query)."""
    counted = {row.key: row for row in by_place}
    complete = {row.key: row for row in completeness}
    names = dict(
        Jurisdiction.objects.filter(code__in=TILES).order_by("code").values_list("code", "short_name")
    )
    return [
        Tile(code, name, *TILES[code], counted.get(code), complete.get(code)) for code, name in names.items()
    ]


# ---------------------------------------------------------------- bulletins


def bulletins(path: str = "") -> QuerySet[Bulletin]:
    """Published bulletins of places below ``path``, newest first, without their snapshots; open to everybody."""
    return (
        Bulletin.objects.filter(authority__place__path__startswith=path)
        .select_related("authority__place", "programme", "pdf", "xlsx")
        .defer("snapshot")
        .order_by("-published_at", "-pk")
    )
