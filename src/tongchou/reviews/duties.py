"""Experts' duties: who scores a case, and the marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import queries as application_queries
from tongchou.applications import states, steps
from tongchou.applications.casework import note
from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.orgs.queries import experts
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.reviews import access, pool, scoring
from tongchou.reviews.casework import deciding
from tongchou.reviews.conflict_facts import reasons
from tongchou.reviews.expert_models import PanelResult
from tongchou.reviews.models import Assignment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from tongchou.applications.models import Application
    from tongchou.orgs.models import Person


@transaction.atomic
def assign(application: Application, *, expert: Person, by: Person) -> Assignment:
    """Assign an expert of the own pool to score the case, where expert scoring stands before this step."""
    application, authority = deciding(application, by, "score")
    step = steps.scoring_before(application.edition.pack, application.unit.kind, application.step)
    if step is None or scoring.rubric_for(application.edition.pack, application.variant) is None:
        raise refuse("step", _("“%(task)s”的这一环节不安排专家评审。") % {"task": application.task.name})
    if not experts(authority).filter(pk=expert.pk).exists():
        raise refuse(
            "form",
            _("%(expert)s不在%(authority)s的专家库中。") % {"expert": expert, "authority": authority.name},
        )
    if pool.profile_of(expert).paused:
        raise refuse("state", _("%(expert)s已暂停派单。") % {"expert": expert}, remedy=_("请选择其他专家。"))
    if why := reasons(application, step, [expert]).get(expert.pk):
        raise refuse(
            "conflict",
            _("%(expert)s应当回避：%(reason)s。") % {"expert": expert, "reason": why},
            clause="；".join(step.cite),
            remedy=_("请选择其他专家。"),
        )
    revision = application_queries.latest_revision(application)
    if revision is None:
        raise refuse("state", _("申报 %(number)s 还没有提交过。") % {"number": application.number})
    assignment, made = Assignment.objects.get_or_create(
        application=application,
        step=step.code,
        expert=expert,
        superseded=False,
        defaults={"revision": revision, "assigned_by": by, "assigned_at": clock.now()},
    )
    if not made:
        raise refuse("state", _("%(expert)s已经分配了这份申报。") % {"expert": expert})
    note("assign", application, by, expert=expert.pk)
    notify(
        [expert],
        kind=Kind.ASSIGNED,
        subject="新的评审任务",
        body=application.task.name,
        link=f"/expert/{assignment.pk}/",
    )
    return assignment


@transaction.atomic
def score(
    assignment: Assignment,
    *,
    by: Person,
    marks: Mapping[str, float],
    vetoes: Mapping[str, str] | None = None,
    comment: str = "",
    notes: Mapping[str, str] | None = None,
    submit: bool,
) -> Assignment:
    """Save marks as one goes, or submit them for good; a veto needs its reason and page. ``notes``: remarks by criterion.

    Saving what is saved already changes nothing and leaves no record.
    """
    assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("application__edition", "application__unit")
        .get(pk=assignment.pk)
    )
    require(access.may_score(actor(by), assignment))
    application = assignment.application
    require(states.may_move(application, "score"))
    rubric = scoring.rubric_for(application.edition.pack, application.variant)
    if rubric is None:
        raise refuse("step", _("本类别没有评分表。"))
    vetoes = {code: reason for code, reason in (vetoes or {}).items() if reason is not None}
    if fields := scoring.faults(rubric, marks, vetoes, whole=submit):
        raise refuse("form", _("评分有误或不完整。"), clause="；".join(rubric.cite), fields=fields)
    if submit and not comment.strip():
        raise refuse("form", _("请填写评审意见。"), fields={"comment": _("请填写评审意见")})
    notes = scoring.clean_notes(rubric, notes or {})
    given = (dict(marks), vetoes, notes, comment.strip()[:5000])
    if not submit and given == (assignment.marks, assignment.vetoes, assignment.notes, assignment.comment):
        return assignment
    assignment.marks, assignment.vetoes, assignment.notes, assignment.comment = given
    if submit:
        assignment.total, assignment.submitted_at = scoring.total(rubric, marks), clock.now()
    assignment.save()
    note("score", application, by, submitted=submit, vetoes=sorted(vetoes))
    return assignment


@transaction.atomic
def reopen_score(assignment: Assignment, *, by: Person, reason: str) -> Assignment:
    """Give submitted marks back to the expert to score anew 退回重评, with the reason; what he gave stays as his draft."""
    application, _authority = deciding(assignment.application, by, "score")
    assignment = (
        Assignment.objects.select_for_update(of=("self",)).select_related("expert").get(pk=assignment.pk)
    )
    if assignment.submitted_at is None or assignment.superseded or assignment.conflict:
        raise refuse(
            "state",
            _("这份评分没有提交，或已不再计入，不能退回重评。"),
            remedy=_("请等专家提交后再退回；已不再计入的，可另行分配专家。"),
        )
    if not 1 <= len(reason.strip()) <= 500:
        raise refuse("form", _("退回重评必须写明理由。"), fields={"reason": _("请填写理由（不超过 500 字）")})
    assignment.submitted_at, assignment.total = None, None
    assignment.reopened = reason.strip()
    assignment.save(update_fields=["submitted_at", "total", "reopened"])
    note("reopen_score", application, by, expert=assignment.expert_id, reason=assignment.reopened[:200])
    notify(
        [assignment.expert],
        kind=Kind.ASSIGNED,
        subject="评分退回重评",
        body=f"{application.task.name}：{assignment.reopened}",
        link=f"/expert/{assignment.pk}/",
    )
    return assignment


@transaction.atomic
def settle(application: Application, *, by: Person, total: Decimal, vetoed: bool, reason: str) -> PanelResult:
    """Record what a meeting 合议 made of a case in place of its marks. A later meeting on the same revision replaces it."""
    application, _authority = deciding(application, by, "score")
    step = steps.scoring_before(application.edition.pack, application.unit.kind, application.step)
    revision = application_queries.latest_revision(application)
    if step is None or revision is None:
        raise refuse("step", _("“%(task)s”的这一环节不安排专家评审。") % {"task": application.task.name})
    fields = {}
    if not total.is_finite() or not 0 <= total <= 100:
        fields["total"] = _("合议结果应为 0 至 100 分")
    if not reason.strip():
        fields["reason"] = _("请写明合议的理由")
    if fields:
        raise refuse("form", _("合议结果不完整。"), remedy=_("请补充后再提交。"), fields=fields)
    settled, _made = PanelResult.objects.update_or_create(
        revision=revision,
        step=step.code,
        defaults={
            "application": application,
            "total": round(total, 2),
            "vetoed": vetoed,
            "reason": reason.strip(),
            "by": by,
            "at": clock.now(),
        },
    )
    note("settle", application, by, total=str(settled.total), vetoed=vetoed, reason=settled.reason[:200])
    return settled


@transaction.atomic
def declare_conflict(assignment: Assignment, *, by: Person, reason: str) -> Assignment:
    """Withdraw from a duty for a conflict of interest 回避, with the reason."""
    assignment = (
        Assignment.objects.select_for_update(of=("self",)).select_related("application").get(pk=assignment.pk)
    )
    require(access.may_score(actor(by), assignment))
    if not reason.strip():
        raise refuse("form", _("声明回避请写明理由。"), fields={"reason": _("请填写理由")})
    assignment.conflict = reason.strip()[:200]
    assignment.save(update_fields=["conflict"])
    note("declare_conflict", assignment.application, by)
    return assignment
