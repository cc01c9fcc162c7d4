"""What is reminded of in a collection: performance reports and periodic reports before their last day; and all reminders
of the platform in one run. Set-wise, see ``applications.reminders``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from django.db.models import Q

from tongchou.applications import reminders as declaring
from tongchou.applications.reminders import kind_of
from tongchou.core import clock
from tongchou.monitoring import evaluation_reminders as evaluating
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.monitoring.queries import last_day
from tongchou.monitoring.states import OWED, STILL_OWED
from tongchou.orgs import addressees
from tongchou.outbox.actions import Reminder, remind
from tongchou.programmes.deadlines import AHEAD, Deadlines, day_said, left_text, threshold
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
            declaring.drafts(deadlines),
            declaring.openings(deadlines),
            declaring.unbegun(deadlines),
            reviewing.returned(),
            reviewing.windows_of_authorities(deadlines),
            performance(deadlines),
            periodic(deadlines),
            evaluating.self_evaluations(),
            evaluating.rectifications(),
            evaluating.cards(),
        )
    )


def performance(deadlines: Deadlines) -> Iterator[Reminder]:
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
        opened = report.period.opened_at.astimezone(clock.SHANGHAI).date()
        since = opened if report.state == R.DUE else None
        reached = threshold(last, today, since=since) if last else None
        if reached is None:
            continue
        returned = report.state != R.DUE
        name = report.application.project_name or report.application.number
        said = STILL_OWED[report.state]
        cite = () if returned else (report.due_cite,)
        for person in people.get(report.unit_id, ()):
            yield Reminder(
                to=person.pk,
                has_mail=person.has_mail,
                once=f"performance:{report.pk}:{last:%Y%m%d}:{reached}",
                kind=kind_of(last, today),
                subject=f"{report.period.year}年绩效填报{left_text(last, today)}：{name}",
                body=f"{report.unit.name}的“{report.period.task.name}”绩效填报{said}。\n{day_said(last, deadlines.cited(cite))}",
                link=f"/unit/reports/{report.pk}/",
                about=name,
            )


def periodic(deadlines: Deadlines) -> Iterator[Reminder]:
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
        reached = threshold(report.due, today)
        if reached is None:
            continue
        owed_by_unit = report.unit_id is not None
        people = units.get(report.unit_id or 0, []) + officers.get(report.authority_id or 0, [])
        project = report.application.project_name if report.application else ""
        owner = report.unit or report.authority
        for person in people:
            yield Reminder(
                to=person.pk,
                has_mail=person.has_mail,
                once=f"periodic:{report.pk}:{report.due:%Y%m%d}:{reached}",
                kind=kind_of(report.due, today),
                subject=f"{report.name}{left_text(report.due, today)}（{report.year}年）",
                body=f"{owner}应报的《{report.name}》{f'（{project}）' if project else ''}还没有报送。\n"
                f"{day_said(report.due, deadlines.cited([report.cite]))}",
                link=f"/unit/reports/periodic/{report.pk}/"
                if owed_by_unit
                else f"/authority/monitoring/periodic/{report.pk}/",
                about=f"{owner}：{report.name}",
            )
