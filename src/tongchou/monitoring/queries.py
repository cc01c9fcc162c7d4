"""Every read of monitoring. Lists are limited by scope in SQL and cost the same number of queries at any length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.core import clock
from tongchou.monitoring import grouping, indicators
from tongchou.monitoring.attainment import STEPS, Judgement, Target
from tongchou.monitoring.models import (
    AnnualTarget,
    PerformanceEvidence,
    PerformanceReport,
    Period,
    PeriodicReport,
    ReportRevision,
)
from tongchou.programmes.queries import translator

if TYPE_CHECKING:
    from tongchou.core.scope import Scope
    from tongchou.forms.definition import Indicator
    from tongchou.orgs.models import Unit
    from tongchou.programmes.models import Programme


# ---------------------------------------------------------------- lists


def performance(scope: Scope, *, year: int | None = None) -> QuerySet[PerformanceReport]:
    """The performance reports inside ``scope`` with what a list shows, by due date."""
    rows = (
        PerformanceReport.objects.filter(scope.q())
        .select_related("period__task", "application", "unit", "edition")
        .annotate(last_day=Coalesce("extended_to", "due"))
        .order_by("last_day", "pk")
    )
    return rows if year is None else rows.filter(period__year=year)


def periodic(scope: Scope, *, year: int | None = None) -> QuerySet[PeriodicReport]:
    """The periodic reports inside ``scope`` with what a list shows, by due date."""
    rows = (
        PeriodicReport.objects.filter(scope.q())
        .select_related("task", "application", "unit", "authority", "file")
        .order_by("due", "pk")
    )
    return rows if year is None else rows.filter(year=year)


def periods(scope: Scope, *, year: int | None = None) -> QuerySet[Period]:
    """The periods opened in places inside ``scope``, newest first."""
    if scope.path is None:
        return Period.objects.none()
    rows = Period.objects.filter(place__path__startswith=scope.path).select_related(
        "task", "place", "opened_by"
    )
    return (rows if year is None else rows.filter(year=year)).order_by("-year", "task__number")


def evidence(report: PerformanceReport) -> QuerySet[PerformanceEvidence]:
    """The files attached now."""
    return report.evidence.filter(removed_at=None).select_related("file").order_by("pk")


@dataclass(frozen=True, slots=True)
class Due:
    """One thing a unit or an authority owes, whatever its kind."""

    kind: str  # "performance" or the code of a periodic report
    name: str
    year: int
    task: str
    project: str
    opens: Any
    due: Any
    cite: str
    dates: list[dict[str, Any]]
    state: str
    state_name: str
    done: bool
    late: bool
    days_left: int | None
    report: PerformanceReport | PeriodicReport


def reports_for(unit: Unit) -> list[Due]:
    """Everything ``unit`` owes or has handed in, what is due first on top, done last (two queries)."""
    performance_rows = (
        PerformanceReport.objects.filter(unit=unit)
        .select_related("period__task", "application", "unit", "edition")
        .annotate(last_day=Coalesce("extended_to", "due"))
    )
    periodic_rows = PeriodicReport.objects.filter(unit=unit).select_related(
        "task", "application", "authority", "file"
    )
    return _sorted(dues(performance_rows, periodic_rows))


def reports_of_authority(authority_id: int) -> list[Due]:
    """The summaries an authority owes (one query)."""
    rows = PeriodicReport.objects.filter(authority_id=authority_id).select_related(
        "task", "application", "file"
    )
    return _sorted(dues((), rows))


def dues(performance_rows: Iterable[PerformanceReport], periodic_rows: Iterable[PeriodicReport]) -> list[Due]:
    """Rows of both kinds as one list."""
    today = clock.today()
    found = []
    for row in performance_rows:
        done = row.state in {PerformanceReport.State.SUBMITTED, PerformanceReport.State.CONFIRMED}
        last = last_day(row)
        found.append(
            Due(
                kind="performance",
                name=_("年度绩效填报"),
                year=row.period.year,
                task=row.period.task.name,
                project=row.application.project_name or row.application.number,
                opens=row.opens,
                due=last,
                cite=row.due_cite,
                dates=row.dates,
                state=row.state,
                state_name=row.get_state_display(),
                done=done,
                late=not done and last is not None and last < today,
                days_left=None if done or last is None else (last - today).days,
                report=row,
            )
        )
    for report in periodic_rows:
        done = report.state == PeriodicReport.State.SUBMITTED
        handed_in = report.submitted_at.astimezone(clock.SHANGHAI).date() if report.submitted_at else today
        found.append(
            Due(
                kind=report.kind,
                name=report.name,
                year=report.year,
                task=report.task.name if report.task else "",
                project=(report.application.project_name or report.application.number)
                if report.application
                else "",
                opens=None,
                due=report.due,
                cite=report.cite,
                dates=report.dates,
                state=report.state,
                state_name=report.get_state_display(),
                done=done,
                late=report.due < handed_in,
                days_left=None if done else (report.due - today).days,
                report=report,
            )
        )
    return found


def _sorted(rows: list[Due]) -> list[Due]:
    return sorted(rows, key=lambda row: (row.done, row.due is None, row.due, row.kind, row.report.pk))


def last_day(report: PerformanceReport) -> Any:
    """The last day that counts for the report as it stands: returned, extended, or as the calendar says."""
    state = PerformanceReport.State
    again = report.state in {state.RETURNED, state.CORRECTING}
    last = report.returned_due if again else report.due
    return max(last, report.extended_to) if last and report.extended_to else last


# ---------------------------------------------------------------- one report


def committed(report: PerformanceReport) -> dict[str, Target]:
    """What was committed for the report's year, by indicator."""
    rows = AnnualTarget.objects.filter(application_id=report.application_id, year=report.period.year)
    return {row.indicator: Target(row.value, row.upper, row.text) for row in rows}


def targets_of(report: PerformanceReport) -> dict[str, Decimal]:
    """The committed values alone: of a range the least; goals judged in steps have none."""
    return {code: target.value for code, target in committed(report).items() if target.value is not None}


@dataclass(frozen=True, slots=True)
class ToJudge:
    """An indicator on which the reviewer has to say something, and what can be said."""

    indicator: Indicator
    choices: dict[str, str]


def to_judge(report: PerformanceReport, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, ToJudge]:
    """What a reviewer judges before confirming ``answers``: goals in steps, and what is said not to apply."""
    targets = committed(report)
    found = {}
    for indicator in indicators.asked(report.edition.pack.indicators, report.variant):
        answer = answers.get(indicator.code, {})
        if answer.get("not_applicable"):
            choices = {Judgement.NOT_APPLICABLE.value: gettext_noop("同意不适用")}
            found[indicator.code] = ToJudge(indicator, choices)
        elif indicator.goal == "graded" and indicator.code in targets:
            found[indicator.code] = ToJudge(indicator, {step.value: word for step, word in STEPS.items()})
    return found


def last_year(report: PerformanceReport) -> dict[str, Any]:
    """The answers of the same project's latest revision a year earlier, empty when there is none.

    Where that was reported under another edition, they stand under the codes and in the units of this report's.
    """
    revision = (
        ReportRevision.objects.filter(
            report__application_id=report.application_id, report__period__year=report.period.year - 1
        )
        .select_related("report")
        .order_by("-number")
        .first()
    )
    if revision is None or revision.report.edition_id == report.edition_id:
        return revision.answers if revision else {}
    meant = translator(report.period.task, report.scope_path, pack=report.edition.pack)
    return meant.figures(revision.answers)


# ---------------------------------------------------------------- completeness and timeliness


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much of what is expected is there. ``overdue``: not handed in, its day past; ``late``: handed in after it."""

    key: str
    name: str
    expected: int
    submitted: int
    late: int
    overdue: int

    @property
    def missing(self) -> int:
        return self.expected - self.submitted

    @property
    def rate(self) -> Decimal | None:
        """Handed in of what is expected, in per cent to one place; ``None`` when nothing is."""
        return round(Decimal(100) * self.submitted / self.expected, 1) if self.expected else None


@dataclass(frozen=True, slots=True)
class Expected:
    """What a scope expects for a year, and how much of it is there."""

    performance: Completeness
    by_kind: list[Completeness]
    by_place: list[Completeness]
    by_task: list[Completeness]
    periodic_by_place: list[Completeness]


def expected(scope: Scope, year: int, *, programme: Programme | None = None, path: str = "") -> Expected:
    """Completeness and timeliness inside ``scope`` (and below ``path``): whole, by place, by task, by kind of report.

    Places are those directly below ``path``. Nine queries, whatever the number of rows.
    """
    path = path or scope.path or ""
    return Expected(
        performance=_whole(performance_counted(scope, year, programme, path)),
        by_kind=completeness(scope, year, by="kind", programme=programme, path=path),
        by_place=completeness(scope, year, by="place", programme=programme, path=path),
        by_task=completeness(scope, year, by="task", programme=programme, path=path),
        periodic_by_place=completeness(
            scope, year, by="place", programme=programme, path=path, periodic=True
        ),
    )


def completeness(
    scope: Scope,
    year: int,
    *,
    by: str,
    programme: Programme | None = None,
    path: str = "",
    periodic: bool = False,
) -> list[Completeness]:
    """Completeness ``by`` place, task, level or kind. ``periodic`` counts the periodic reports (always so by kind)."""
    path = path or scope.path or ""
    keys: dict[str, str] = {"task": "period__task__code", "level": "level", "kind": "kind"}
    rows: QuerySet[Any]
    if periodic or by == "kind":
        keys["task"] = "task__code"
        rows = periodic_counted(scope, year, programme, path)
    else:
        rows = performance_counted(scope, year, programme, path)
    if by == "place":
        rows = rows.annotate(key=grouping.place_below(path))
    else:
        rows = rows.annotate(key=F(keys[by]))
    counted: dict[str, dict[str, Any]] = {
        row["key"] or "": dict(row) for row in rows.order_by().values("key").annotate(**COUNTS)
    }
    if by == "kind":
        names = dict(rows.order_by("due").values_list("kind", "name"))
    else:
        names = grouping.names(by, counted)
    return [
        Completeness(key, names.get(key, key), row["expected"], row["submitted"], row["late"], row["overdue"])
        for key in [*names, *(key for key in counted if key not in names)]
        if (row := counted.get(key))
    ]


def _whole(rows: QuerySet[Any]) -> Completeness:
    row = rows.aggregate(**COUNTS)
    return Completeness("", "合计", row["expected"], row["submitted"], row["late"], row["overdue"])


COUNTS: dict[str, Any] = {
    "expected": Count("pk"),
    "submitted": Count("pk", filter=Q(is_in=True)),
    "late": Count("pk", filter=Q(is_late=True)),
    "overdue": Count("pk", filter=Q(is_overdue=True)),
}


def performance_counted(
    scope: Scope, year: int, programme: Programme | None = None, path: str = ""
) -> QuerySet[PerformanceReport]:
    """Performance reports with ``is_in``, ``is_late`` and ``is_overdue``; judged by the first submission."""
    rows = PerformanceReport.objects.filter(scope.q(), period__year=year, place_path__startswith=path)
    if programme is not None:
        rows = rows.filter(period__task__programme=programme)
    return rows.annotate(
        last_day=Coalesce("extended_to", "due"),
        first_day=TruncDate("first_submitted_at", tzinfo=clock.SHANGHAI),
    ).annotate(
        is_in=Q(first_submitted_at__isnull=False),
        is_late=Q(first_day__gt=F("last_day")),
        is_overdue=Q(first_submitted_at=None, last_day__lt=clock.today()),
    )


def periodic_counted(
    scope: Scope, year: int, programme: Programme | None = None, path: str = ""
) -> QuerySet[PeriodicReport]:
    """Periodic reports with ``is_in``, ``is_late`` and ``is_overdue``."""
    rows = PeriodicReport.objects.filter(scope.q(), year=year, place_path__startswith=path)
    if programme is not None:
        rows = rows.filter(programme=programme)
    return rows.annotate(first_day=TruncDate("submitted_at", tzinfo=clock.SHANGHAI)).annotate(
        is_in=Q(state=PeriodicReport.State.SUBMITTED),
        is_late=Q(first_day__gt=F("due")),
        is_overdue=Q(state=PeriodicReport.State.DUE, due__lt=clock.today()),
    )
