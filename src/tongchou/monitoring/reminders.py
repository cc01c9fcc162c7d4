"""What is reminded of in a collection: performance reports and periodic reports before their last day; and all reminders
of the platform in one run. Set-wise, see ``applications.reminders``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.db.models import Q

from tongchou.applications import reminders as declaring
from tongchou.core import clock
from tongchou.monitoring import evaluation_reminders as evaluating
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.monitoring.queries import last_day
from tongchou.monitoring.states import OWED, STILL_OWED
from tongchou.orgs import addressees
from tongchou.outbox.actions import remind
from tongchou.programmes.deadlines import AHEAD, Deadlines
from tongchou.programmes.due import Due, reminders
from tongchou.programmes.models import Window
from tongchou.reviews import reminders as reviewing

R = PerformanceReport.State


def remind_all() -> int:
    """Tell everybody what is due soon and was not told yet; return how many reminders were written.

    Asked twice it tells nothing twice; asked late it tells what still holds.
    """
    deadlines = Deadlines.read(Window.Purpose.DECLARE, Window.Purpose.RECOMMEND, Window.Purpose.DESIGNATE)
    return remind(
        chain(
            reminders(declaring.drafts(deadlines)),
            declaring.openings(deadlines),
            declaring.unbegun(deadlines),
            reminders(
                chain(
                    reviewing.returned(),
                    reviewing.windows_of_authorities(deadlines),
                    performance(deadlines),
                    periodic(deadlines),
                    evaluating.self_evaluations(),
                    evaluating.rectifications(),
                )
            ),
            evaluating.cards(),
        )
    )


def performance(deadlines: Deadlines) -> Iterator[Due]:
    """Performance reports not submitted, or returned, before their last day (two queries)."""
    today = clock.today()
    near = (today, today + AHEAD)
    reports = list(
        PerformanceReport.objects.filter(
            Q(due__range=near) | Q(extended_to__range=near) | Q(returned_due__range=near),
            state__in=OWED,
        )
        .select_related("period__task", "application", "unit")
        .defer("answers", "field_versions", "dates")
    )
    people = addressees.of_units(report.unit_id for report in reports)
    for report in reports:
        last = last_day(report)
        if last is None:
            continue
        untouched = report.state == R.DUE
        name = report.application.project_name or report.application.number
        yield Due(
            thing=f"performance:{report.pk}",
            last=last,
            since=report.period.opened_at if untouched else None,
            to=people.get(report.unit_id, ()),
            heading=(f"{report.period.year}年绩效填报", f"：{name}"),
            body=f"{report.unit.name}的“{report.period.task.name}”绩效填报{STILL_OWED[report.state]}。",
            cite=deadlines.cited([report.due_cite]) if untouched else (),
            link=f"/unit/reports/{report.pk}/",
            about=name,
        )


def periodic(deadlines: Deadlines) -> Iterator[Due]:
    """Periodic reports not submitted, before their last day: of units and of authorities (three queries)."""
    today = clock.today()
    reports = list(
        PeriodicReport.objects.filter(state=PeriodicReport.State.DUE, due__range=(today, today + AHEAD))
        .select_related("application", "unit", "authority")
        .defer("text", "dates")
    )
    units = addressees.of_units(r.unit_id for r in reports if r.unit_id)
    officers = addressees.of_authorities(r.authority_id for r in reports if r.authority_id)
    for report in reports:
        owed_by_unit = report.unit_id is not None
        project = report.application.project_name if report.application else ""
        owner = report.unit or report.authority
        yield Due(
            thing=f"periodic:{report.pk}",
            last=report.due,
            to=units.get(report.unit_id or 0, []) + officers.get(report.authority_id or 0, []),
            heading=(report.name, f"（{report.year}年）"),
            body=f"{owner}应报的《{report.name}》{f'（{project}）' if project else ''}还没有报送。",
            cite=deadlines.cited([report.cite]),
            link=f"/unit/reports/periodic/{report.pk}/"
            if owed_by_unit
            else f"/authority/monitoring/periodic/{report.pk}/",
            about=f"{owner}：{report.name}",
        )
