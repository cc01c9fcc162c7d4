"""What a unit's workbench shows of evaluations: self-evaluations and rectifications that are due, and cards."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core.scope import Scope
from tongchou.monitoring import evaluation_queries, schemes, warned
from tongchou.monitoring.evaluation_models import Assessment
from tongchou.orgs.models import Unit
from tongchou.web.parts import Duty

A = Assessment.State


def duties(unit: Unit) -> list[Duty]:
    """Self-evaluations to hand in, and what is to be mended."""
    found = []
    for row in evaluation_queries.of_unit(unit).filter(state__in=[A.DUE, A.RETURNED]):
        returned = row.state == A.RETURNED
        found.append(
            Duty(
                str(row.evaluation),
                _("退回修改") if returned else _("考核自评"),
                reverse("unit:evaluation", args=[row.pk]),
                row.last_day,
                str(row),
                schemes.scheme_of(row.evaluation).cite[:1],
                tone="warn" if returned else "",
            )
        )
    mending = evaluation_queries.rectifications(Scope(unit_id=unit.pk)).filter(
        state__in=evaluation_queries.TO_MEND
    )
    for rectification in mending:
        assessment = rectification.measure.assessment
        found.append(
            Duty(
                str(assessment),
                _("限期整改"),
                reverse("unit:evaluation", args=[assessment.pk]),
                rectification.due,
                str(assessment.evaluation),
                rectification.measure.cite,
                tone="warn",
            )
        )
    return found


def cards(unit: Unit) -> list[warned.Warned]:
    """The red and yellow cards that hold now."""
    return warned.of(Scope(unit_id=unit.pk))
