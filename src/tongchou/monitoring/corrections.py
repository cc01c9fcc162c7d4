"""Correcting 更正 what was confirmed: asked for by the unit, or opened from above; a new revision through the same submitting.

A confirmed figure stands until another is confirmed in its place: while a correction is filled in, submitted or returned,
figures go on showing the last confirmed revision.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.monitoring import access, casework, states
from tongchou.monitoring.actions import DAYS_TO_MEND
from tongchou.monitoring.change_models import Correction
from tongchou.orgs.queries import authority_over, officers, people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from tongchou.monitoring.models import PerformanceReport, ReportRevision
    from tongchou.orgs.models import Person

S = Correction.State
LONGEST_REASON = 2000


@transaction.atomic
def request_correction(report: PerformanceReport, *, by: Person, reason: str) -> Correction:
    """Ask that a confirmed report may be corrected, with the reason."""
    report = casework.locked(report)
    require(access.may_submit(actor(by), report))
    require(states.may_move(report, "correct"))
    reason = _reason(reason)
    if waiting(report):
        raise refuse("state", _("更正申请正在审批。"), remedy=_("请等待批复。"))
    correction = Correction.objects.create(
        report=report,
        reason=reason,
        state=S.ASKED,
        asked_at=clock.now(),
        asked_by=by,
        stands=_confirmed(report),
    )
    casework.note("request_correction", report, by, reason=reason)
    if authority := authority_over(report.scope_path, "province"):
        notify(
            officers(authority),
            kind=Kind.WAITING,
            about=str(report.application),
            subject=f"申请更正绩效数据：{report.application.project_name or report.application.number}",
            body=reason,
            link=f"/authority/monitoring/reports/{report.pk}/",
        )
    return correction


@transaction.atomic
def open_correction(
    report: PerformanceReport, *, by: Person, reason: str, due: date | None = None
) -> Correction:
    """Open a confirmed report for correction until ``due``: what the unit asked for, or of the authority's own accord."""
    report = casework.locked(report)
    require(access.may_decide(actor(by), report))
    require(states.may_move(report, "correct"))
    asked = waiting(report)
    reason = reason.strip()[:LONGEST_REASON] if asked else _reason(reason)
    due = due or clock.today() + timedelta(days=DAYS_TO_MEND)
    if due < clock.today():
        raise refuse("form", _("更正的期限不能早于今天。"), fields={"due": _("请选择今天或以后的日期")})
    correction = asked or Correction(report=report, reason=reason, stands=_confirmed(report))
    correction.state, correction.decided_at, correction.decided_by = S.OPEN, clock.now(), by
    correction.answer = reason
    correction.save()
    report.state, report.returned_due = report.State.CORRECTING, due
    report.save(update_fields=["state", "returned_due"])
    casework.note("open_correction", report, by, reason=correction.reason, due=due.isoformat())
    _tell(
        report,
        f"可以更正绩效数据，请在{due:%Y年%-m月%-d日}前重新报送",
        correction.answer or correction.reason,
    )
    return correction


@transaction.atomic
def refuse_correction(report: PerformanceReport, *, by: Person, reason: str) -> Correction:
    """Leave the report as it was confirmed, with the reason."""
    report = casework.locked(report)
    require(access.may_decide(actor(by), report))
    correction = waiting(report)
    if correction is None:
        raise refuse("state", _("没有等待批复的更正申请。"))
    correction.answer = _reason(reason)
    correction.state, correction.decided_at, correction.decided_by = S.REFUSED, clock.now(), by
    correction.save()
    casework.note("refuse_correction", report, by, reason=correction.answer)
    _tell(report, "更正申请未获同意", correction.answer)
    return correction


@transaction.atomic
def drop_correction(report: PerformanceReport, *, by: Person, reason: str) -> Correction:
    """End a correction without a new revision: the report is confirmed again as it was."""
    report = casework.locked(report)
    require(access.may_decide(actor(by), report))
    require(states.may_move(report, "drop"))
    correction = under_way(report)
    if correction is None:
        raise refuse("state", _("这份绩效填报没有正在进行的更正。"))
    correction.state, correction.answer = S.DROPPED, _reason(reason)
    correction.save(update_fields=["state", "answer"])
    report.state, report.answers = report.State.CONFIRMED, correction.stands.answers
    report.version += 1
    report.field_versions = dict.fromkeys(report.answers, report.version)
    report.returned_due, report.returned_reason, report.remarks = None, "", {}
    report.confirmed_at = clock.now()
    report.save()
    casework.note("drop_correction", report, by, reason=correction.answer)
    _tell(report, "更正已终止，原确认的数据有效", correction.answer)
    return correction


# ---------------------------------------------------------------- reading


def waiting(report: PerformanceReport) -> Correction | None:
    """The request that waits for an answer."""
    return report.corrections.filter(state=S.ASKED).select_related("stands", "asked_by").first()


def under_way(report: PerformanceReport) -> Correction | None:
    """The correction that is open."""
    return report.corrections.filter(state=S.OPEN).select_related("stands", "asked_by").first()


# ---------------------------------------------------------------- inside


def _confirmed(report: PerformanceReport) -> ReportRevision:
    return report.revisions.order_by("-number")[0]


def _reason(text: str) -> str:
    text = text.strip()[:LONGEST_REASON]
    if not text:
        raise refuse("form", _("必须写明理由。"), fields={"reason": _("请填写理由")})
    return text


def _tell(report: PerformanceReport, what: str, body: str) -> None:
    project = report.application.project_name or report.application.number
    notify(
        people_of(report.unit),
        kind=Kind.DECIDED,
        about=str(report.application),
        subject=f"{project}：{what}",
        body=body,
        link=f"/unit/reports/{report.pk}/",
    )
