"""How the figures of single projects are spread: quantiles, median and a histogram, over the rows of one indicator and year.

A ratio is spread by what it is in each project; the figure of the whole stays sum over sum. These read the facts themselves,
which the index of roll-ups leads to; no summary can hold a median exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    DecimalField,
    F,
    FloatField,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, NullIf

from tongchou.insight.rollup import definitions_of, selected
from tongchou.monitoring import grouping
from tongchou.programmes.models import Task
from tongchou.programmes.queries import translators
from tongchou.programmes.translating import Translator

if TYPE_CHECKING:
    from tongchou.core.scope import Scope
    from tongchou.forms.definition import Indicator
    from tongchou.programmes.models import Programme

BARS = 12


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the histogram: from ``low`` up to ``high``, the outermost with all beyond."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Spread:
    """Of single projects, in the indicator's own unit (money in fen)."""

    count: int
    least: float
    lower: float
    median: float
    upper: float
    most: float
    bars: Sequence[Bar]


def spread(
    scope: Scope | None,
    *,
    programme: Programme,
    task: str,
    indicator: str,
    year: int,
    path: str = "",
    by: str = "",
    **only: Any,
) -> tuple[Spread | None, dict[str, Decimal]]:
    """The spread below ``path``, and the median in each group of ``by`` (as in a roll-up). One reading of the facts.

    Nothing for a choice, a text, or where nobody reported. ``only``: level, unit_kind, variant, confirmed_only, now.
    """
    rows, definition = _rows(scope, programme, task, indicator, year, path, only)
    if definition.kind in {"choice", "text"}:
        return None, {}
    key: Any = Value("")
    if by:
        key = (
            grouping.place_below(path, column="stands")
            if by == "place"
            else F("unit_id" if by == "unit" else by)
        )
    groups: dict[str, list[float]] = {}
    for each, group in (
        rows.filter(each__isnull=False).order_by().annotate(key=key).values_list("each", "key")
    ):
        groups.setdefault(str(group), []).append(each)
    values = sorted(value for group in groups.values() for value in group)
    if not values:
        return None, {}
    least, lower, middle, upper, most = (_quantile(values, at) for at in (0, 0.25, 0.5, 0.75, 1))
    found = Spread(len(values), least, lower, middle, upper, most, _histogram(values))
    medians = (
        {group: Decimal(str(round(_quantile(sorted(of), 0.5), 6))) for group, of in groups.items()}
        if by
        else {}
    )
    return found, medians


def _quantile(ordered: Sequence[float], at: float) -> float:
    """Between two values, in proportion (as PostgreSQL's percentile_cont)."""
    place = at * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _histogram(ordered: Sequence[float]) -> list[Bar]:
    """Bars of equal width between the first and the last hundredth, so that one outlier doesn't flatten all others."""
    first, last = _quantile(ordered, 0.01), _quantile(ordered, 0.99)
    if first == last:
        return []
    width = (last - first) / BARS
    counts = [0] * BARS
    for value in ordered:
        counts[min(BARS - 1, max(0, int((value - first) / width)))] += 1
    return [Bar(first + n * width, first + (n + 1) * width, count) for n, count in enumerate(counts)]


def _rows(
    scope: Scope | None,
    programme: Programme,
    task: str,
    indicator: str,
    year: int,
    path: str,
    only: Mapping[str, Any],
) -> tuple[QuerySet[Any], Indicator]:
    """The rows with ``each``, the figure of one project."""
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
        level=only.get("level", ""),
        confirmed_only=only.get("confirmed_only", False),
        now=only.get("now", False),
    )
    for name in ("unit_kind", "variant"):
        if only.get(name):
            rows = rows.filter(**{name: only[name]})
    if definition.kind == "ratio":
        percent = 100 if definition.unit == "%" else 1
        each: Any = F("value") * percent / NullIf(F("denominator"), Value(0, output_field=DecimalField()))
    else:
        factors = means.sources("indicator", indicator)
        each = Case(
            *(When(indicator=code, then=F("value") * factor) for code, factor in factors.items()),
            default=F("value"),
            output_field=DecimalField(),
        )
    return rows.annotate(each=Cast(each, FloatField())), definition
