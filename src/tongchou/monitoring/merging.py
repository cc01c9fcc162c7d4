"""One unit is merged into another: all that it had goes on there, and all that was said stays as it was.

Declarations, projects, and what they owe pass to the other unit. What was published and what was counted keep the unit and
the place they had then: designations and their lists, submitted figures, places taken in a quota.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import leading
from tongchou.core import audit
from tongchou.core.access import refuse, require
from tongchou.designations.models import Designation
from tongchou.monitoring.evaluation_models import Assessment, Rectification
from tongchou.monitoring.evaluation_queries import TO_MEND
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.orgs import access, merging
from tongchou.orgs.models import Unit
from tongchou.orgs.queries import people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from tongchou.orgs.models import Person

NAMED = 5


@transaction.atomic
def merge_unit(
    unit: Unit, *, into: Unit, on: date, by: Person, reason: str, people: Collection[Person] = ()
) -> Unit:
    """Merge ``unit`` into another from the day ``on``. Its code never registers again.

    Refused while authorities are deciding on its declarations: a case in review would change its holder of quotas half way.
    Drafts pass on; whether the other unit may submit them beside its own, its quota says as ever.
    """
    locked = {
        u.pk: u
        for u in Unit.objects.select_for_update(of=("self",))
        .select_related("authority", "place")
        .filter(pk__in={unit.pk, into.pk})
        .order_by("pk")
    }
    unit, into = locked[unit.pk], locked[into.pk]
    require(access.may_merge(actor(by), unit, into))
    merging.require_mergeable(unit, into, on=on, reason=reason)
    if open_cases := list(leading.under_way(unit).values_list("number", flat=True)):
        raise refuse(
            "open_cases",
            _("%(unit)s还有 %(count)s 项申报在审核或退回修改：%(numbers)s。")
            % {
                "unit": unit.name,
                "count": len(open_cases),
                "numbers": _("、").join(open_cases[:NAMED]),
            },
            remedy=_("请等这些申报办结，或由单位撤回后再合并。"),
        )
    told = list(people_of(unit))
    cases = leading.pass_on(unit, into, on=on)
    Designation.objects.filter(unit=unit).update(scope_path=into.scope_path)
    reports = _pass_on_reports(unit, into)
    merging.close(unit, into, on=on, people=people)
    audit.record(
        "merge_unit",
        unit,
        by=by,
        scope_path=unit.scope_path,
        unit_id=unit.pk,
        into=into.pk,
        on=on.isoformat(),
        reason=reason.strip(),
        people=sorted(person.pk for person in people),
        cases=cases,
        reports=reports,
    )
    notify(
        [*told, *people_of(into)],
        kind=Kind.UNIT,
        about=into.name,
        subject=f"{unit.name}已并入{into.name}",
        body=f"自{on.isoformat()}起，原申报、项目和报告由{into.name}继续办理。依据：{reason.strip()}",
        link="/unit/",
    )
    return unit


def _pass_on_reports(unit: Unit, into: Unit) -> int:
    """What is owed is owed by ``into``; what was submitted keeps its place, and is there for ``into`` should it return."""
    of_unit = PerformanceReport.objects.filter(unit=unit)
    still = [PerformanceReport.State.DUE, PerformanceReport.State.RETURNED]
    of_unit.filter(state__in=still).update(place_path=into.place_path)
    moved = of_unit.update(unit=into, scope_path=into.scope_path)
    due = PeriodicReport.objects.filter(unit=unit, state=PeriodicReport.State.DUE)
    for report in due.filter(application=None):
        owed_there = PeriodicReport.objects.filter(
            programme_id=report.programme_id,
            kind=report.kind,
            year=report.year,
            task=report.task,
            application=None,
            unit=into,
        )
        if owed_there.exists():  # one report tells of both
            report.delete()
    Assessment.objects.filter(unit=unit).exclude(state=Assessment.State.CONCLUDED).update(
        unit=into, scope_path=into.scope_path
    )
    mending = Rectification.objects.filter(unit=unit, state__in=TO_MEND)
    Assessment.objects.filter(measures__rectification__in=mending).update(
        unit=into, scope_path=into.scope_path
    )
    mending.update(unit=into, scope_path=into.scope_path)
    moved += PeriodicReport.objects.filter(unit=unit, state=PeriodicReport.State.DUE).update(
        unit=into, place_path=into.place_path, scope_path=into.scope_path
    )
    return moved
