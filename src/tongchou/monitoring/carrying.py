"""Carrying last year's figures over 沿用上年 into a report that is being filled: what is still blank, and figures only.

Notes, evidence and replies are of the year they were given for, so they stay behind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tongchou.monitoring import indicators

if TYPE_CHECKING:
    from tongchou.monitoring.models import PerformanceReport


def carried(report: PerformanceReport, before: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """What may be laid on the draft, by indicator. ``before``: last year's answers (``queries.last_year``). Pure."""
    found = {}
    for indicator in indicators.asked(report.edition.pack.indicators, report.variant):
        answer, last = report.answers.get(indicator.code, {}), before.get(indicator.code, {})
        if answer.get("not_applicable") or not indicators.is_blank(indicator, answer):
            continue
        if indicators.is_answered(indicator, last):
            found[indicator.code] = {part: last[part] for part in indicators.parts_of(indicator)}
    return found
