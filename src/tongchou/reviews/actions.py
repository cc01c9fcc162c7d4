"""Every write of reviews. Bulk buttons, screens, API and the rehearsal all call these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import actions as application_actions
from tongchou.applications import queries as application_queries
from tongchou.applications import states, steps, uniqueness
from tongchou.applications.casework import locked, note
from tongchou.applications.models import Application
from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.forms.schema import by_code, sections_for
from tongchou.orgs.models import Authority
from tongchou.orgs.queries import authority_over, experts, people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.programmes.queries import window_state
from tongchou.reviews import access, quota, scoring
from tongchou.reviews.models import Assignment, Decision, QuotaPlace, Rank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tongchou.applications.models import Revision
    from tongchou.orgs.models import Person

S = Application.State
K = Decision.Kind
_BINDS = {"city": "cities", "province": "province", "nation": "nation"}


@transaction.atomic
def submit(application: Application, *, by: Person) -> Revision:
    """Submit a declaration: freeze revision N, take the unit's own place where it holds a quota, pass it on."""
    revision = application_actions.freeze_revision(application, by=by)
    application = revision.application  # under lock, as it now stands
    quota.take(application, steps.DECLARE, by=by)
    if revision.number > 1:
        quota.renew(application, by=by)
    # Marks were given to a revision: a new one is reviewed anew.
    application.assignments.filter(superseded=False).update(superseded=True)
    application_actions.tell_next(application)
    return revision


@transaction.atomic
def withdraw(application: Application, *, by: Person) -> Application:
    """Take a submitted declaration back, until the next step has opened it; its places are free again.

    A case that was returned and submitted again is then again a returned one, due on the day that was set.
    """
    application = application_actions.reopen_draft(application, by=by)
    quota.release(application)
    last = application.decisions.order_by("-at", "-id").first()
    if last is not None and last.kind == K.RETURN:
        application.state, application.resume_step, application.returned_due = S.RETURNED, last.step, last.due
        application.save(update_fields=["state", "resume_step", "returned_due"])
    return application


@transaction.atomic
def recommend(application: Application, *, by: Person, reason: str = "") -> Decision:
    """Recommend the case upward within the holder's quota. Refused when the quota is full, naming who holds the places."""
    application, authority = _deciding(application, by, "recommend")
    _require_window(application, "recommend")
    quota.take(application, application.step, by=by)
    decision = _decide(application, K.RECOMMEND, by=by, authority=authority, reason=reason)
    _move_on(application)
    notify(
        people_of(application.unit),
        kind=Kind.DECIDED,
        about=str(application),
        subject=f"申报已获推荐：{application.project_name}",
        body=f"{authority.name}已推荐本项目。",
        link=f"/unit/applications/{application.pk}/",
    )
    return decision


@transaction.atomic
def pass_designated(application: Application, *, by: Person, reason: str = "") -> Decision:
    """Record the designating decision and move the case on; ``designations.actions.designate`` grants the level with it."""
    application, authority = _deciding(application, by, "designate")
    _require_window(application, "designate")
    _require_scored(application)
    quota.take(application, application.step, by=by)
    decision = _decide(application, K.DESIGNATE, by=by, authority=authority, reason=reason)
    _move_on(application)
    return decision


@transaction.atomic
def return_for_changes(
    application: Application, *, by: Person, reason: str, due: date, remarks: Mapping[str, str] | None = None
) -> Decision:
    """Give the case back to its unit with a reason, remarks by field and a due date. Resubmitted, it returns to this step."""
    application, authority = _deciding(application, by, "return")
    remarks = {code: text.strip() for code, text in (remarks or {}).items() if text.strip()}
    fields: dict[str, str] = {}
    if not reason.strip():
        fields["reason"] = _("退回必须写明理由")
    if due < clock.today():
        fields["due"] = _("修改期限不能早于今天")
    known = by_code(sections_for(application.edition.pack.form, application.variant))
    if strange := set(remarks) - set(known):
        fields["remarks"] = _("本表没有这些填报项：%(names)s") % {"names": _("、").join(sorted(strange))}
    if fields:
        raise refuse("form", _("退回意见不完整。"), remedy=_("请补充后再退回。"), fields=fields)
    decision = _decide(
        application, K.RETURN, by=by, authority=authority, reason=reason.strip(), remarks=remarks, due=due
    )
    application.resume_step = application.step
    application.state, application.step = S.RETURNED, steps.DECLARE
    application.returned_due, application.opened_at = due, None
    application.save()
    uniqueness.release(application)
    notify(
        people_of(application.unit),
        kind=Kind.RETURNED,
        about=str(application),
        subject=f"申报被退回：{application.project_name}",
        body=f"{authority.name}：{decision.reason}（请于 {due:%Y年%-m月%-d日} 前修改后重新提交）",
        link=f"/unit/applications/{application.pk}/",
    )
    return decision


@transaction.atomic
def decline(application: Application, *, by: Person, reason: str) -> Decision:
    """Do not recommend the case, with a reason. It ends here, or goes to the step that the pack names for such cases;
    places taken at earlier steps stay used.
    """
    application, authority = _deciding(application, by, "decline")
    if not reason.strip():
        raise refuse("form", _("不予推荐必须写明理由。"), fields={"reason": _("请填写理由")})
    decision = _decide(application, K.DECLINE, by=by, authority=authority, reason=reason.strip())
    onward = steps.after_decline(application.edition.pack, application.unit.kind, application.step)
    if onward is None:
        application.state = S.DECLINED
        uniqueness.release(application)
    else:
        application.step, application.opened_at = onward.code, None
    application.save(update_fields=["state", "step", "opened_at"])
    notify(
        people_of(application.unit),
        kind=Kind.DECIDED,
        about=str(application),
        subject=f"申报未获推荐：{application.project_name}",
        body=f"{authority.name}：{decision.reason}" + (f"。转入“{onward.name}”。" if onward else ""),
        link=f"/unit/applications/{application.pk}/",
    )
    if onward is not None:
        application_actions.tell_next(application)
    return decision


@transaction.atomic
def take_back(application: Application, *, by: Person) -> Decision:
    """Take back one's own latest decision, until the next step (or the unit) has acted on it.

    ``designations.actions.take_back`` also takes back a level the decision granted; screens call that one.
    """
    application = locked(application)
    who = actor(by)
    require(access.may_act_on(who, application))
    last = application.decisions.select_related("authority").order_by("-at", "-id").first()
    if last is None or last.kind == K.TAKE_BACK:
        raise refuse("state", _("申报 %(number)s 没有可以收回的决定。") % {"number": application.number})
    if not who.for_authority(last.authority_id):
        raise refuse(
            "scope", _("这个决定由%(authority)s作出，只能由其收回。") % {"authority": last.authority.name}
        )
    require(states.may_move(application, "take_back"))
    if application.opened_at is not None and application.state != S.DECLINED:
        raise refuse("state", _("下一环节已经受理，不能收回。"), remedy=_("请与下一环节的主管部门联系。"))
    if application.state == S.RETURNED and application.draft.saved_at > last.at:
        raise refuse("state", _("建设单位已经开始修改，不能收回。"))
    latest = application_queries.latest_revision(application)
    if latest is not None and latest.pk != last.revision_id:
        raise refuse("state", _("建设单位已经重新提交，不能收回。"))
    if last.kind in {K.RECOMMEND, K.DESIGNATE}:
        quota.release(application, at=[last.step])
    if latest is not None and application.state != S.IN_REVIEW:
        uniqueness.claim(application, application_queries.reading(application, latest.answers))
    application.state, application.step = S.IN_REVIEW, last.step
    application.resume_step, application.returned_due = "", None
    application.opened_at = clock.now()
    application.save()
    return _decide(
        application, K.TAKE_BACK, by=by, authority=last.authority, reason=f"收回：{last.get_kind_display()}"
    )


@transaction.atomic
def rank(authority: Authority, *, step: str, applications: Sequence[Application], by: Person) -> list[Rank]:
    """Store the holder's own order of its cases at ``step``, first is best; replaces the former order of these cases."""
    require(access.may_rank(actor(by), authority))
    authority = Authority.objects.select_for_update(of=("self",)).select_related("place").get(pk=authority.pk)
    now = Application.objects.in_bulk([a.pk for a in applications])
    if len(now) < len(applications):
        raise refuse("form", _("同一份申报在排序中出现了两次。"), remedy=_("请刷新页面后重新排序。"))
    if strange := [
        a
        for a in now.values()
        if not a.scope_path.startswith(authority.place.path) or (a.state, a.step) != (S.IN_REVIEW, step)
    ]:
        raise refuse(
            "scope",
            _("申报 %(number)s 不在%(authority)s的这一环节，不能排序。")
            % {"number": strange[0].number, "authority": authority.name},
        )
    Rank.objects.filter(authority=authority, step=step, application__in=applications).delete()
    ranks = Rank.objects.bulk_create(
        Rank(application=a, authority=authority, step=step, number=n) for n, a in enumerate(applications, 1)
    )
    audit.record(
        "rank",
        authority,
        by=by,
        scope_path=authority.place.path,
        step=step,
        order=[application.pk for application in applications],
    )
    return ranks


@transaction.atomic
def assign(application: Application, *, expert: Person, by: Person) -> Assignment:
    """Assign an expert of the own pool to score the case, where expert scoring stands before this step."""
    application, authority = _deciding(application, by, "score")
    step = steps.scoring_before(application.edition.pack, application.unit.kind, application.step)
    if step is None or scoring.rubric_for(application.edition.pack, application.variant) is None:
        raise refuse("step", _("“%(task)s”的这一环节不安排专家评审。") % {"task": application.task.name})
    if not experts(authority).filter(pk=expert.pk).exists():
        raise refuse(
            "form",
            _("%(expert)s不在%(authority)s的专家库中。") % {"expert": expert, "authority": authority.name},
        )
    if people_of(application.unit).filter(pk=expert.pk).exists():
        raise refuse("conflict", _("%(expert)s是申报单位的人员，应当回避。") % {"expert": expert})
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
    submit: bool,
) -> Assignment:
    """Save marks as one goes, or submit them for good; a veto needs its reason and page."""
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
    assignment.marks, assignment.vetoes, assignment.comment = dict(marks), vetoes, comment.strip()[:5000]
    if submit:
        assignment.total, assignment.submitted_at = scoring.total(rubric, marks), clock.now()
    assignment.save()
    note("score", application, by, submitted=submit, vetoes=sorted(vetoes))
    return assignment


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


@transaction.atomic
def refuse_exemption(application: Application, *, by: Person, reason: str) -> list[QuotaPlace]:
    """Decide that a case claiming exemption takes a place after all. Refused when its holder has none left."""
    application = locked(application)
    who = actor(by)
    require(access.may_act_on(who, application))
    places = list(
        QuotaPlace.objects.filter(application=application)
        .exclude(exemption="")
        .select_related("account__quota__place")
        .order_by("account__quota_id")
    )
    if not places:
        raise refuse("state", _("申报 %(number)s 没有免占限额。") % {"number": application.number})
    if not reason.strip():
        raise refuse("form", _("不认可免占限额必须写明理由。"), fields={"reason": _("请填写理由")})
    for place in places:
        setter = place.account.quota.place
        require(access.may_refuse_exemption(who, authority_over(setter.path, setter.level)))
        quota.end_exemption(place)
    note("refuse_exemption", application, by, reason=reason.strip())
    return places


def _deciding(application: Application, by: Person, move: str) -> tuple[Application, Authority]:
    """The locked case and the authority ``by`` acts for, or a refusal."""
    application = locked(application)
    who = actor(by)
    require(access.may_decide(who, application))
    require(states.may_move(application, move))
    step = steps.find(application.edition.pack, application.step)
    if move in {"recommend", "designate"} and step.kind != move:
        raise refuse(
            "step",
            _("“%(step)s”环节不能%(move)s。") % {"step": step.name, "move": _(states.WORDS[move])},
            clause="；".join(step.cite),
        )
    authority = who.officer_of(step.level, application.scope_path)
    if authority is None:  # may_decide has just found it
        raise AssertionError
    return application, authority


def _decide(
    application: Application, kind: str, *, by: Person, authority: Authority, **words: Any
) -> Decision:
    revision = application_queries.latest_revision(application)
    if revision is None:
        raise refuse("state", _("申报 %(number)s 还没有提交过。") % {"number": application.number})
    decision = Decision.objects.create(
        application=application,
        revision=revision,
        step=application.step,
        kind=kind,
        authority=authority,
        by=by,
        at=clock.now(),
        **words,
    )
    note(kind, application, by, step=application.step, revision=revision.number, reason=decision.reason[:200])
    return decision


def _move_on(application: Application) -> None:
    following = steps.following(application.edition.pack, application.unit.kind, application.step)
    application.opened_at = None
    if following is None:
        application.state = S.CONCLUDED
    else:
        application.step = following.code
    application.save()
    if following is not None:
        application_actions.tell_next(application)


def _require_window(application: Application, purpose: str) -> None:
    step = steps.find(application.edition.pack, application.step)
    window = window_state(
        application.task,
        application.scope_path,
        purpose,
        binds=_BINDS[step.level],
        variant=application.variant,
        at=clock.now(),
        year=application.round.year,
    )
    if not window.open:
        raise refuse(
            "window",
            window.message,
            clause="；".join(window.cite),
            remedy=_("请等待主管部门的通知。")
            if window.waiting
            else _("如确有原因，请报上级主管部门同意延期。"),
        )


def _require_scored(application: Application) -> None:
    step = steps.scoring_before(application.edition.pack, application.unit.kind, application.step)
    if step is None:
        return
    duties = Assignment.objects.filter(application=application, step=step.code, conflict="", superseded=False)
    done = [a for a in duties if a.submitted_at]
    if not done or len(done) < len(duties):
        raise refuse(
            "scoring",
            _("申报 %(number)s 的专家评审尚未完成（已评 %(done)s，共 %(duties)s）。")
            % {"number": application.number, "done": len(done), "duties": len(duties)},
            clause="；".join(step.cite),
            remedy=_("请先安排专家并等待其提交评分。"),
        )
    if vetoing := [a for a in done if a.vetoes]:
        raise refuse(
            "veto",
            _("申报 %(number)s 被 %(count)s 位专家一票否决：%(reason)s")
            % {
                "number": application.number,
                "count": len(vetoing),
                "reason": next(iter(vetoing[0].vetoes.values())),
            },
            clause="；".join(step.cite),
            remedy=_("请核实后不予认定，或退回修改后重新评审。"),
        )
