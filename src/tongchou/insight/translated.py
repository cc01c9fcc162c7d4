"""Rolled-up rows under the codes of today: what was reported under an older code joins the one that took its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Q

from tongchou.programmes.translating import Translator

_COUNTS = ("n", "n_targeted", "n_met", "below", "targeted_below")
_MEASURES = ("total", "target_total", "targeted_total", "target_weighted")
"""Sums in the unit of the indicator, which a mapping may convert; the parts of a ratio are counts, never converted."""


def as_today(
    rows: Iterable[Mapping[str, Any]],
    meant: Mapping[int, Translator],
    dimensions: Sequence[str],
    *,
    indicator: str = "",
) -> list[Mapping[str, Any]]:
    """The groups of a roll-up with older codes read as today; groups that become one are summed.

    What a mapping carries over to nothing stays out, and where ``indicator`` is named, what means another today. Without
    mappings the rows are as they were.
    """
    if not meant:
        return list(rows)
    together: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        now = _row_today(row, meant.get(row["task_id"], Translator()))
        if now is None or (indicator and now["indicator"] != indicator):
            continue
        key = (now["task_id"], now["indicator"], now["choice"], *(now[f"by_{d}"] for d in dimensions))
        before = together.get(key)
        together[key] = now if before is None else {**now, **_added(before, now)}
    return list(together.values())


def meaning(indicator: str, meant: Mapping[int, Translator]) -> Q:
    """The rows that stand for ``indicator`` today, whichever code they were reported under."""
    found = Q(indicator=indicator)
    for task, translator in meant.items():
        found |= Q(task_id=task, indicator__in=list(translator.sources("indicator", indicator)))
    return found


def _row_today(row: Mapping[str, Any], translator: Translator) -> dict[str, Any] | None:
    means = translator.current("indicator", row["indicator"])
    if means.code is None:
        return None
    now = {**row, "indicator": means.code}
    if row["choice"]:
        now["choice"] = translator.current("choice", row["choice"], row["indicator"]).code
        if now["choice"] is None:
            return None
    if row.get("by_variant"):
        now["by_variant"] = translator.current("variant", row["by_variant"]).code or row["by_variant"]
    if means.factor != 1:
        now |= {name: row[name] * means.factor for name in _MEASURES if row[name] is not None}
    return now


def _added(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Both groups as one; what neither has stays empty."""
    sums: dict[str, Any] = {}
    for name in (*_COUNTS, *_MEASURES):
        there = [row[name] for row in (one, other) if row[name] is not None]
        sums[name] = sum(there, Decimal(0) if isinstance(there[0], Decimal) else 0) if there else None
    return sums
