"""Red and yellow cards 红黄牌: what of a running year already points to a bad end, computed as it stands.

A project stands here by its report of the latest period opened for its task and place. What a card looks at stands in
``warning_rules``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from django.db.models import Case, Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.dates import day_text
from tongchou.monitoring import warning_rules
from tongchou.monitoring.evaluation_models import Rectification
from tongchou.monitoring.models import IndicatorValue, PerformanceReport, Period
from tongchou.monitoring.warning_rules import MEND_YELLOW_DAYS, Watch

if TYPE_CHECKING:
    from tongchou.core.scope import Scope

Card = Literal["red", "yellow"]
S = PerformanceReport.State


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


def standing(scope: Scope, *, card: str = "") -> QuerySet[PerformanceReport]:
    """The reports with a card inside ``scope``, those with a red one first; ``card`` limits it to one colour.

    Four queries together with reading them, whatever their number. :func:`warned` says why.
    """
    today = clock.today()
    schemes = warning_rules.schemes()
    watches = warning_rules.watches(schemes)
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
            **warning_rules.limits(schemes),
            **{watch.key: _low_years(watch) for watch in watches},
        )
    )
    owed = Q(state__in=[S.DUE, S.RETURNED])
    red = (
        (owed & Q(last__lt=F("late_since")))
        | Q(mend_due__lt=today)
        | (Q(targets__gt=0) & Q(met__lt=F("targets") * F("met_red") / 100.0))
    )
    yellow = (
        (owed & Q(last__lt=today))
        | Q(mend_due__lte=today + timedelta(days=MEND_YELLOW_DAYS))
        | (Q(targets__gt=0) & Q(met__lt=F("targets") * F("met_yellow") / 100.0))
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
    """What each row of :func:`standing` is warned of, in words (two queries where there are rows)."""
    rows = list(rows)
    watches = warning_rules.watches(warning_rules.schemes()) if rows else []
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


def _low_years(watch: Watch) -> Any:
    """In how many of the years that count the figure lay below, if it does in the report's own year."""
    task, code = watch.placed.task_id, watch.indicator.code
    own = IndicatorValue.objects.filter(watch.low(), report=OuterRef("pk"), task=task, indicator=code)
    values = (
        IndicatorValue.objects.filter(
            watch.low(),
            report__application=OuterRef("application"),
            task=task,
            indicator=code,
            year__lte=OuterRef("period__year"),
        )
        .order_by()
        .values("report__application")
    )
    if watch.consequence.over == "in_a_row":
        values = values.filter(year__gt=OuterRef("period__year") - watch.years)
    counted = Coalesce(Subquery(values.annotate(n=Count("pk")).values("n")), 0)
    return Case(
        When(Q(place_path__startswith=watch.placed.path) & Exists(own), then=counted),
        default=0,
        output_field=IntegerField(),
    )


def _signs(row: Any, watches: Sequence[Watch]) -> Iterator[Sign]:
    today = clock.today()
    if row.state in {S.DUE, S.RETURNED} and row.last is not None and row.last < today:
        yield Sign(
            "late",
            "red" if row.last < row.late_since else "yellow",
            _("绩效填报逾期 %(n)s 天") % {"n": (today - row.last).days},
            [row.due_cite] if row.due_cite else [],
        )
    if row.targets and row.met * 100 < row.targets * row.met_yellow:
        red = row.met * 100 < row.targets * row.met_red
        yield Sign(
            "targets",
            "red" if red else "yellow",
            _("年度目标完成 %(met)s/%(all)s，不足 %(least)s%%")
            % {"met": row.met, "all": row.targets, "least": f"{row.met_red if red else row.met_yellow:g}"},
        )
    for watch in watches:
        if years := getattr(row, watch.key):
            yield Sign(
                watch.code,
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
