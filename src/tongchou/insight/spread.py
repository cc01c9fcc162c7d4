"""How the figures of single projects are spread: quantiles, median and a histogram, over the rows of one indicator and year.

A ratio is spread by what it is in each project; the figure of the whole stays sum over sum. These read the facts themselves,
which the index of roll-ups leads to; no summary can hold a median exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    Case,
    Count,
    DecimalField,
    F,
    FloatField,
    Func,
    IntegerField,
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
_AT = (0.0, 0.01, 0.25, 0.5, 0.75, 0.99, 1.0)


class _Quantiles(Aggregate):
    function = "percentile_cont"
    template = f"%(function)s(ARRAY[{', '.join(map(str, _AT))}]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


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
    **only: Any,
) -> Spread | None:
    """The spread below ``path``; ``None`` for a choice, a text, or where nobody reported. Five queries at most.

    ``only``: level, unit_kind, variant, confirmed_only, now, as for a roll-up.
    """
    rows, definition = _rows(scope, programme, task, indicator, year, path, only)
    if definition.kind in {"choice", "text"}:
        return None
    found = rows.aggregate(at=_Quantiles("each"), n=Count("each"))
    if not found["n"]:
        return None
    least, first, lower, median, upper, last, most = found["at"]
    return Spread(found["n"], least, lower, median, upper, most, _histogram(rows, first, last))


def _histogram(rows: QuerySet[Any], first: float, last: float) -> list[Bar]:
    """Bars of equal width between the first and the last hundredth, so that one outlier doesn't flatten all others."""
    if first == last:
        return []
    width = (last - first) / BARS
    bucket = Func(
        F("each"),
        Value(first),
        Value(last),
        Value(BARS),
        function="width_bucket",
        output_field=IntegerField(),
    )
    counted = {
        row["bucket"]: row["n"]
        for row in rows.filter(each__isnull=False)
        .order_by()
        .annotate(bucket=bucket)
        .values("bucket")
        .annotate(n=Count("pk"))
    }
    numbers = [counted.get(n, 0) for n in range(1, BARS + 1)]
    numbers[0] += counted.get(0, 0)
    numbers[-1] += counted.get(BARS + 1, 0)
    return [Bar(first + n * width, first + (n + 1) * width, count) for n, count in enumerate(numbers)]


def medians(
    scope: Scope | None,
    *,
    programme: Programme,
    task: str,
    indicator: str,
    year: int,
    path: str = "",
    by: str,
    **only: Any,
) -> dict[str, Decimal]:
    """The median of single projects in each group of ``by`` (as in a roll-up), in one query besides the definitions."""
    rows, definition = _rows(scope, programme, task, indicator, year, path, only)
    if definition.kind in {"choice", "text"}:
        return {}
    column = (
        grouping.place_below(path, column="stands") if by == "place" else F("unit_id" if by == "unit" else by)
    )
    grouped = (
        rows.filter(each__isnull=False)
        .order_by()
        .annotate(key=column)
        .values("key")
        .annotate(at=_Quantiles("each"))
    )
    return {str(row["key"]): Decimal(str(round(row["at"][3], 6))) for row in grouped}


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
