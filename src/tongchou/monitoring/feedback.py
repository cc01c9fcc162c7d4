"""Public feedback 意见反馈 on published reports: left by anybody, answered by whoever made the report or stands above."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.monitoring import access
from tongchou.monitoring.feedback_models import Feedback
from tongchou.monitoring.models import PeriodicReport
from tongchou.orgs.models import Person
from tongchou.orgs.queries import officers, people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from django.db.models import QuerySet


LONGEST_TEXT = 2000
SHORTEST_TEXT = 5
S = Feedback.State


@transaction.atomic
def leave_feedback(report: PeriodicReport, *, name: str, contact: str, text: str) -> Feedback:
    """Leave a comment on a public report, and tell those who answer it. Anybody may; the screen limits how often."""
    report = PeriodicReport.objects.select_related("unit", "authority").get(pk=report.pk)
    if not report.public or report.state != PeriodicReport.State.SUBMITTED:
        raise refuse(
            "state", _("这份报告没有公开，不能反馈意见。"), remedy=_("如有意见，请直接联系报送单位。")
        )
    name, contact, text = name.strip(), contact.strip(), text.strip()
    fields = {}
    if not 1 <= len(name) <= 60:
        fields["name"] = _("请填写称呼（60 字以内）")
    if not 5 <= len(contact) <= 120:
        fields["contact"] = _("请填写电话或邮箱，供答复时联系")
    if not SHORTEST_TEXT <= len(text) <= LONGEST_TEXT:
        fields["text"] = _("请填写意见（5 至 2000 字）")
    if fields:
        raise refuse("form", _("意见反馈不完整。"), remedy=_("请补充后再提交。"), fields=fields)
    left = Feedback.objects.create(report=report, name=name, contact=contact, text=text, left_at=clock.now())
    audit.record("leave_feedback", left, by=None, scope_path=report.scope_path, unit_id=report.unit_id)
    by_unit = report.unit is not None
    notify(
        _answering(report),
        kind=Kind.OTHER,
        about=report.name,
        subject=f"收到公众意见：{report.name}",
        body="公开报告收到一条意见反馈，请查看并答复；答复前不公开。",
        link=f"/unit/reports/periodic/{report.pk}/"
        if by_unit
        else f"/authority/monitoring/periodic/{report.pk}/",
    )
    return left


@transaction.atomic
def answer_feedback(feedback: Feedback, *, by: Person, answer: str, show: bool) -> Feedback:
    """Answer a comment, once; with ``show`` comment and answer appear beside the report."""
    feedback = Feedback.objects.select_for_update(of=("self",)).select_related("report").get(pk=feedback.pk)
    require(access.may_answer_feedback(actor(by), feedback.report))
    if feedback.state != S.WAITING:
        raise refuse("state", _("这条意见已经答复。"), remedy=_("请刷新页面，查看最新情况。"))
    answer = answer.strip()
    if not 1 <= len(answer) <= LONGEST_TEXT:
        raise refuse(
            "form", _("请填写答复。"), fields={f"answer-{feedback.pk}": _("请填写答复（2000 字以内）")}
        )
    feedback.state, feedback.answer, feedback.shown = S.ANSWERED, answer, show
    feedback.answered_at, feedback.answered_by = clock.now(), by
    feedback.save()
    audit.record(
        "answer_feedback",
        feedback,
        by=by,
        scope_path=feedback.report.scope_path,
        unit_id=feedback.report.unit_id,
        shown=show,
    )
    return feedback


def _answering(report: PeriodicReport) -> QuerySet[Person]:
    if report.unit is not None:
        return people_of(report.unit)
    if report.authority is None:
        return Person.objects.none()
    return officers(report.authority)


def feedback_on(report: PeriodicReport) -> QuerySet[Feedback]:
    """All that was left on a report, what waits for an answer first (one query)."""
    return (
        Feedback.objects.filter(report=report)
        .select_related("answered_by")
        .order_by("-state", "-left_at", "-pk")
    )


def shown_on(report: PeriodicReport) -> QuerySet[Feedback]:
    """What the public sees beside a report, newest first (one query)."""
    return Feedback.objects.filter(report=report, shown=True).order_by("-answered_at", "-pk")
