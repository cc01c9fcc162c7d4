"""The typed facts of a performance report: every row that roll-ups read is written here and nowhere else."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tongchou.monitoring import indicators
from tongchou.monitoring.models import IndicatorValue, PerformanceReport, ReportRevision

if TYPE_CHECKING:
    from collections.abc import Mapping


def write(report: PerformanceReport, revision: ReportRevision, targets: Mapping[str, Decimal]) -> int:
    """Replace the facts of ``report`` by those of ``revision``; return how many there are now.

    Part of an action: the report is locked by the caller.
    """
    report.values.all().delete()
    return len(IndicatorValue.objects.bulk_create(_facts(report, revision, targets)))


def _facts(
    report: PerformanceReport, revision: ReportRevision, targets: Mapping[str, Decimal]
) -> list[IndicatorValue]:
    """The typed rows of a revision: numbers, both parts of ratios, choices. An explained gap has no row."""
    facts = []
    for indicator in indicators.asked(report.edition.pack.indicators, report.variant):
        answer = revision.answers.get(indicator.code, {})
        if indicator.kind == "text" or not indicators.is_answered(indicator, answer):
            continue
        target = targets.get(indicator.code)
        value, *below = (answer[part] for part in indicators.parts_of(indicator))
        facts.append(
            IndicatorValue(
                report=report,
                revision=revision,
                task_id=report.period.task_id,
                variant=report.variant,
                unit_id=report.unit_id,
                unit_kind=report.unit.kind,
                level=report.level,
                place_path=report.place_path,
                scope_path=report.scope_path,
                year=report.period.year,
                indicator=indicator.code,
                value=Decimal(1) if indicator.kind == "choice" else Decimal(str(value)),
                denominator=Decimal(str(below[0])) if below else None,
                target=target,
                met=indicators.is_met(indicator, indicators.actual(indicator, answer), target),
                choice=value if indicator.kind == "choice" else "",
            )
        )
    return facts
