"""Beginning a declaration with what the unit has reported: the part of it that belongs to this room."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from tongchou.applications import actions as applications
from tongchou.applications.prefill import Figure
from tongchou.monitoring import indicators
from tongchou.monitoring.measuring import require_not_barred
from tongchou.monitoring.models import IndicatorValue, PerformanceReport
from tongchou.programmes.queries import edition_for, translator

if TYPE_CHECKING:
    from tongchou.applications.models import Application
    from tongchou.orgs.models import Person, Unit
    from tongchou.programmes.models import Round, Task


@transaction.atomic
def begin(unit: Unit, *, task: Task, variant: str, round: Round, by: Person) -> Application:
    """Begin a declaration (``applications.actions.begin``), filled in with the unit's last confirmed figures too.

    Refused to a unit that an evaluation of the task bars from the next selection.
    """
    require_not_barred(unit, task)
    return applications.begin(
        unit,
        task=task,
        variant=variant,
        round=round,
        by=by,
        figures=confirmed_figures(unit, task=task, before=round.year + 1),
    )


def confirmed_figures(unit: Unit, *, task: Task, before: int) -> list[Figure]:
    """What the unit's last confirmed report of the task, for a year earlier than ``before``, says under today's codes.

    None where it had several projects then: no one of their figures is the unit's.
    """
    reports = list(
        PerformanceReport.objects.filter(
            unit=unit,
            period__task=task,
            period__year__lt=before,
            state=PerformanceReport.State.CONFIRMED,
        )
        .select_related("period")
        .order_by("-period__year", "pk")[:2]
    )
    if not reports or (len(reports) == 2 and reports[0].period.year == reports[1].period.year):
        return []
    pack = edition_for(task, unit.scope_path).pack
    known = {indicator.code: indicator for indicator in pack.indicators}
    meant = translator(task, unit.scope_path, pack=pack)
    figures = []
    for row in IndicatorValue.objects.filter(report=reports[0], choice="").order_by("indicator"):
        meaning = meant.current("indicator", row.indicator)
        indicator = known.get(meaning.code or "")
        value = indicators.figure(indicator, row.value, row.denominator) if indicator else None
        if indicator is not None and value is not None:
            figures.append(Figure(indicator.code, row.year, Decimal(value * meaning.factor)))
    return figures
