"""Red and yellow cards 红黄牌: what of a running year already points to a bad end, computed as it stands.

A project stands here by its report of the latest period opened for its task and place. No document of the ministry's names
thresholds; those below are ours, all in one place, and shown with every warning. What a consequence of a pack looks
at (an indicator ``below`` a figure) is the pack's own and names its clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Case, Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.dates import day_text
from tongchou.monitoring.evaluation_models import Rectification
from tongchou.monitoring.models import IndicatorValue, PerformanceReport, Period
from tongchou.programmes.models import Task, TaskEdition

if TYPE_CHECKING:
    from tongchou.core.scope import Scope
    from tongchou.forms.definition import Indicator
    from tongchou.programmes.evaluation_format import Consequence

Card = Literal["red", "yellow"]
S = PerformanceReport.State

LATE_RED_DAYS = 30
"""A report not in is a yellow card from the day after its last one, a red card after so many more."""
MET_YELLOW, MET_RED = 80, 60
"""Per cent of a submitted report's annual targets that are met, below which a card is shown."""
MEND_YELLOW_DAYS = 7
"""A rectification is a yellow card so many days before its last one, a red card after it."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One reason for a card."""

    code: str
    card: Card
    text: str
    cite: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Warned:
    """A project with its signs, the worst first."""

    report: PerformanceReport
    signs: list[Sign]

    @property
    def card(self) -> Card:
        return self.signs[0].card

    @property
    def tone(self) -> str:
        return "bad" if self.card == "red" else "warn"

    @property
    def project(self) -> str:
        return self.report.application.project_name or self.report.application.number


@dataclass(frozen=True, slots=True)
class _Watch:
    """A figure that a consequence looks at, in one task and place; ``key`` names it inside one query."""

    key: str
    task_id: int
    path: str
    indicator: Indicator
    consequence: Consequence

    @property
    def years(self) -> int:
        return self.consequence.years or 1

    def low(self) -> Q:
        """The values that lie below."""
        below = self.consequence.below or 0
        if self.indicator.kind != "ratio":
            return Q(value__lt=below)
        by = 100 if self.indicator.unit == "%" else 1
        return Q(denominator__gt=0, value__lt=F("denominator") * below / by)


def standing(scope: Scope, *, card: str = "") -> QuerySet[PerformanceReport]:
    """The reports with a card inside ``scope``, those with a red one first; ``card`` limits it to one colour.

    Three queries together with reading them, whatever their number. :func:`warned` says why.
    """
    today = clock.today()
    watches = _watches()
    running = Period.objects.order_by("task_id", "place_id", "-year").distinct("task_id", "place_id")
    rows = (
        PerformanceReport.objects.filter(scope.q(), period__in=list(running.values_list("pk", flat=True)))
        .select_related("period__task", "application", "unit")
        .defer("answers", "field_versions", "dates")
        .annotate(
            last=Case(When(state=S.RETURNED, then=F("returned_due")), default=Coalesce("extended_to", "due")),
            targets=_count(Q(met__isnull=False)),
            met=_count(Q(met=True)),
            mend_due=Subquery(_mending().values("due")[:1]),
            **{watch.key: _low_years(watch) for watch in watches},
        )
    )
    owed = Q(state__in=[S.DUE, S.RETURNED])
    red = (
        (owed & Q(last__lt=today - timedelta(days=LATE_RED_DAYS)))
        | Q(mend_due__lt=today)
        | (Q(targets__gt=0) & Q(met__lt=F("targets") * MET_RED / 100.0))
    )
    yellow = (
        (owed & Q(last__lt=today))
        | Q(mend_due__lte=today + timedelta(days=MEND_YELLOW_DAYS))
        | (Q(targets__gt=0) & Q(met__lt=F("targets") * MET_YELLOW / 100.0))
    )
    for watch in watches:
        red |= Q(**{f"{watch.key}__gte": watch.years})
        yellow |= Q(**{f"{watch.key}__gte": 1})
    rows = rows.annotate(
        shade=Case(When(red, then=2), When(yellow, then=1), default=0, output_field=IntegerField())
    )
    shade = {"red": [2], "yellow": [1]}.get(card, [1, 2])
    return rows.filter(shade__in=shade).order_by("-shade", "place_path", "pk")


def warned(rows: Iterable[Any]) -> list[Warned]:
    """What each row of :func:`standing` is warned of, in words."""
    rows = list(rows)
    watches = _watches() if rows else []
    return [Warned(row, sorted(_signs(row, watches), key=lambda s: s.card)) for row in rows]


def of(scope: Scope) -> list[Warned]:
    """The warnings of a unit, or of any scope that is small."""
    return warned(standing(scope))


# ---------------------------------------------------------------- inside


def _count(which: Q) -> Any:
    values = IndicatorValue.objects.filter(which, report=OuterRef("pk")).order_by().values("report")
    return Coalesce(Subquery(values.annotate(n=Count("pk")).values("n")), 0)


def _mending() -> QuerySet[Any]:
    return (
        Rectification.objects.filter(
            measure__assessment__application=OuterRef("application"),
            state__in=[Rectification.State.DUE, Rectification.State.RETURNED],
        )
        .order_by()
        .values("measure__assessment__application")
        .annotate(first=Min("due"))
        .values(due=F("first"))
    )


def _low_years(watch: _Watch) -> Any:
    """In how many of the years that count the figure lay below, if it does in the report's own year."""
    own = IndicatorValue.objects.filter(
        watch.low(), report=OuterRef("pk"), task=watch.task_id, indicator=watch.indicator.code
    )
    values = (
        IndicatorValue.objects.filter(
            watch.low(),
            report__application=OuterRef("application"),
            task=watch.task_id,
            indicator=watch.indicator.code,
            year__lte=OuterRef("period__year"),
        )
        .order_by()
        .values("report__application")
    )
    if watch.consequence.over == "in_a_row":
        values = values.filter(year__gt=OuterRef("period__year") - watch.years)
    counted = Coalesce(Subquery(values.annotate(n=Count("pk")).values("n")), 0)
    return Case(
        When(Q(place_path__startswith=watch.path) & Exists(own), then=counted),
        default=0,
        output_field=IntegerField(),
    )


def _watches() -> list[_Watch]:
    """The figures that consequences in force look at (two queries; packs are parsed once a process)."""
    tasks = {(task.programme_id, task.code): task for task in Task.objects.all()}
    found: dict[tuple[int, str, str, str], _Watch] = {}
    editions = (
        TaskEdition.objects.filter(current=True).select_related("task", "place").order_by("place__path")
    )
    packs = {(e.task_id, e.place.path): e.pack for e in editions}
    for edition in editions:
        for scheme in packs[edition.task_id, edition.place.path].evaluations:
            about = tasks[edition.task.programme_id, scheme.of or edition.task.code]
            pack = packs.get((about.pk, edition.place.path)) or packs[edition.task_id, edition.place.path]
            known = {i.code: i for i in pack.indicators}
            for rule in scheme.consequences:
                indicator = known.get(rule.indicator or "")
                if indicator is None or (about.pk, edition.place.path, indicator.code, rule.code) in found:
                    continue
                if any(k[0] == about.pk and k[2:] == (indicator.code, rule.code) for k in found):
                    continue  # the nation's own, laid into the edition of a place
                key = f"low_{len(found)}"
                found[about.pk, edition.place.path, indicator.code, rule.code] = _Watch(
                    key, about.pk, edition.place.path, indicator, rule
                )
    return list(found.values())


def _signs(row: Any, watches: Sequence[_Watch]) -> Iterator[Sign]:
    today = clock.today()
    if row.state in {S.DUE, S.RETURNED} and row.last is not None and row.last < today:
        yield _late(row.last, today, row.due_cite)
    if row.targets and row.met * 100 < row.targets * MET_YELLOW:
        share = row.met * 100 / row.targets
        yield Sign(
            "targets",
            "red" if share < MET_RED else "yellow",
            _("年度目标完成 %(met)s/%(all)s，不足 %(least)s%%")
            % {"met": row.met, "all": row.targets, "least": MET_RED if share < MET_RED else MET_YELLOW},
        )
    for watch in watches:
        if years := getattr(row, watch.key):
            yield Sign(
                f"low-{watch.task_id}-{watch.indicator.code}-{watch.consequence.code}",
                "red" if years >= watch.years else "yellow",
                _("“%(name)s”低于 %(below)s，已有 %(n)s 年；%(rule)s")
                % {
                    "name": watch.indicator.name,
                    "below": f"{watch.consequence.below:g}",
                    "n": years,
                    "rule": watch.consequence.text,
                },
                watch.consequence.cite,
            )
    if row.mend_due is not None and row.mend_due <= today + timedelta(days=MEND_YELLOW_DAYS):
        over = row.mend_due < today
        words = _("整改已逾期，期限为%(day)s") if over else _("整改期限将至：%(day)s")
        yield Sign("mend", "red" if over else "yellow", words % {"day": day_text(row.mend_due)})


def _late(last: date, today: date, cite: str) -> Sign:
    days = (today - last).days
    return Sign(
        "late",
        "red" if days > LATE_RED_DAYS else "yellow",
        _("绩效填报逾期 %(n)s 天") % {"n": days},
        [cite] if cite else [],
    )
