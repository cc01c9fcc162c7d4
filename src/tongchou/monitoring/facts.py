"""The typed facts of a performance report: every row that roll-ups read is written here and nowhere else."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tongchou.monitoring import indicators
from tongchou.monitoring.attainment import NO_TARGET, STEPS, is_met
from tongchou.monitoring.models import IndicatorValue, PerformanceReport, ReportRevision
from tongchou.monitoring.queries import committed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongchou.forms.definition import Indicator


def write(report: PerformanceReport, revision: ReportRevision, *, confirmed: bool = False) -> int:
    """Replace the facts of ``report`` by those of ``revision``; return how many there are now.

    Targets are those committed as they stand. Part of an action: the report is locked by the caller.
    """
    report.values.all().delete()
    return len(IndicatorValue.objects.bulk_create(rows(report, revision, confirmed=confirmed)))


def rows(report: PerformanceReport, revision: ReportRevision, *, confirmed: bool) -> list[IndicatorValue]:
    """The typed rows of a revision: numbers, both parts of ratios, choices, judged goals.

    An explained gap and what does not apply have no row; a goal judged in steps has one once it is judged.
    """
    targets = committed(report)
    made = []
    for indicator in indicators.asked(report.edition.pack.indicators, report.variant):
        answer = revision.answers.get(indicator.code, {})
        target = targets.get(indicator.code, NO_TARGET)
        judgement = report.judgements.get(indicator.code, "") if confirmed else ""
        figures = _figures(indicator, answer, judgement)
        if figures is None:
            continue
        value, denominator, choice = figures
        made.append(
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
                value=value,
                denominator=denominator,
                target=target.value,
                met=is_met(indicator, indicators.actual(indicator, answer), target, judgement),
                choice=choice,
                confirmed=confirmed,
            )
        )
    return made


def _figures(
    indicator: Indicator, answer: Mapping[str, Any], judgement: str
) -> tuple[Decimal, Decimal | None, str] | None:
    """Value, denominator and choice of a row; ``None`` where there is none."""
    if answer.get("not_applicable") or not indicators.is_answered(indicator, answer):
        return None
    if indicator.kind == "text":
        judged = indicator.goal == "graded" and judgement in STEPS
        return (Decimal(1), None, judgement) if judged else None
    value, *below = (answer[part] for part in indicators.parts_of(indicator))
    if indicator.kind == "choice":
        return Decimal(1), None, value
    return Decimal(str(value)), Decimal(str(below[0])) if below else None, ""
