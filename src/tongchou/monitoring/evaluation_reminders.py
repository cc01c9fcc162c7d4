"""What is reminded of in evaluations: self-evaluations and rectifications before their last day, and new cards."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.monitoring import warned
from tongchou.monitoring.evaluation_models import Assessment, Rectification
from tongchou.orgs import addressees
from tongchou.outbox.actions import Reminder
from tongchou.outbox.kinds import Kind
from tongchou.programmes.deadlines import AHEAD
from tongchou.programmes.due import Due

A = Assessment.State
R = Rectification.State


def self_evaluations() -> Iterator[Due]:
    """Self-evaluations not in, before their last day (two queries)."""
    today = clock.today()
    near = (today, today + AHEAD)
    rows = list(
        Assessment.objects.filter(
            Q(state=A.DUE, evaluation__self_due__range=near) | Q(state=A.RETURNED, returned_due__range=near)
        ).select_related("evaluation", "application", "unit")
    )
    people = addressees.of_units(row.unit_id for row in rows)
    for row in rows:
        yield Due(
            thing=f"assessment:{row.pk}",
            last=row.last_day,
            since=row.evaluation.opened_at if row.state == A.DUE else None,
            to=people.get(row.unit_id, ()),
            heading=(f"{row.evaluation}自评", f"：{row}"),
            body=f"{row.unit.name}的自评还没有报送。",
            link=f"/unit/evaluations/{row.pk}/",
            about=str(row),
        )


def rectifications() -> Iterator[Due]:
    """Rectifications not reported, before their last day (two queries)."""
    today = clock.today()
    rows = list(
        Rectification.objects.filter(
            state__in=[R.DUE, R.RETURNED], due__range=(today, today + AHEAD)
        ).select_related("unit", "measure__assessment__application")
    )
    people = addressees.of_units(row.unit_id for row in rows)
    for row in rows:
        assessment = row.measure.assessment
        yield Due(
            thing=f"rectification:{row.pk}",
            last=row.due,
            since=row.measure.at if row.state == R.DUE else None,
            to=people.get(row.unit_id, ()),
            heading=("限期整改", f"：{assessment}"),
            body=f"{row.unit.name}的整改情况还没有报送。",
            cite=row.measure.cite,
            link=f"/unit/evaluations/{assessment.pk}/",
            about=str(assessment),
        )


def cards() -> Iterator[Reminder]:
    """Each sign of a card is told once to the unit, and once more when it turns from yellow to red (four queries)."""
    rows = warned.of(Scope(path=""))
    people = addressees.of_units(row.report.unit_id for row in rows)
    names = {"red": "红牌", "yellow": "黄牌"}
    for row in rows:
        for sign in row.signs:
            for person in people.get(row.report.unit_id, ()):
                yield Reminder(
                    to=person.pk,
                    has_mail=person.has_mail,
                    once=f"card:{row.report.pk}:{sign.code}:{sign.card}",
                    kind=Kind.WARNED,
                    subject=f"{names[sign.card]}预警：{row.project}",
                    body="\n".join([sign.text, *(f"依据：{one}" for one in sign.cite)]),
                    link=f"/unit/reports/{row.report.pk}/",
                    about=row.project,
                )
