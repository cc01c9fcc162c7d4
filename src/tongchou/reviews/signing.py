"""Joint decisions 会签: the desk proposes, each department that the step names signs, and then it takes effect.

The case waits at its step all the while and the proposal holds its place in the quota. One department that disagrees
sends the case back to the desk with its reason, and the place is free again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import states, steps
from tongchou.applications.casework import locked, note
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.orgs.models import Authority
from tongchou.orgs.queries import officers
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.reviews import access, quota
from tongchou.reviews.casework import passed_on, recorded, require_window
from tongchou.reviews.models import Decision
from tongchou.reviews.step_models import Signature

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongchou.orgs.models import Person
    from tongchou.programmes.pack_format import Step

K = Decision.Kind
_MOVES = {"designate": K.DESIGNATE, "recommend": K.RECOMMEND}


def waiting(application: Application) -> QuerySet[Signature]:
    """The signatures that the case waits for now."""
    return application.signatures.filter(state=Signature.State.WAITING).select_related("authority__place")


def of(application: Application) -> QuerySet[Signature]:
    """Every signature ever asked for the case, oldest first."""
    return application.signatures.select_related("authority", "by").order_by("id")


def signers(step: Step, authority: Authority) -> list[Authority]:
    """The departments beside ``authority`` that the step wants to sign, in its order.

    Refused with code ``signing`` where one of them is not registered.
    """
    beside = {
        a.department: a
        for a in Authority.objects.filter(place=authority.place_id, department__in=step.countersign)
    }
    if missing := [d for d in step.countersign if d not in beside]:
        raise refuse(
            "signing",
            _("“%(step)s”要由%(departments)s部门会签，而%(place)s还没有登记这个部门。")
            % {
                "step": step.name,
                "departments": _("、").join(_(str(Authority.Department(d).label)) for d in missing),
                "place": authority.place.name,
            },
            clause="；".join(step.cite),
            remedy=_("请在地区包的 departments.csv 中登记后重新导入。"),
        )
    return [beside[d] for d in step.countersign]


def propose(
    application: Application,
    step: Step,
    *,
    by: Person,
    authority: Authority,
    reason: str,
    formal: list[dict[str, Any]],
) -> Decision:
    """Put the desk's recommendation or designation to the departments; inside the action's transaction, places taken."""
    asked = signers(step, authority)
    proposal = recorded(application, K.PROPOSE, by=by, authority=authority, reason=reason, formal=formal)
    Signature.objects.bulk_create(
        Signature(proposal=proposal, application=application, step=step.code, authority=one) for one in asked
    )
    application.opened_at = application.opened_at or clock.now()
    application.save(update_fields=["opened_at"])
    note("propose", application, by, step=step.code, departments=[one.department for one in asked])
    for one in asked:
        notify(
            officers(one),
            kind=Kind.WAITING,
            about=str(application),
            subject=f"请会签：{application.project_name or application.number}",
            body=f"{authority.name}送请会签“{step.name}”。",
            link=f"/authority/cases/{application.pk}/",
        )
    return proposal


@transaction.atomic
def countersign(application: Application, *, by: Person, agree: bool, reason: str = "") -> Decision | None:
    """Sign for one's department, or disagree with a reason. The last signature gives the decision that now holds.

    ``None``: others have yet to sign. ``designations.actions.countersign`` grants the level with it; screens call that one.
    """
    application = locked(application)
    step = steps.find(application.edition.pack, application.step)
    who = actor(by)
    asked = list(waiting(application).select_for_update(of=("self",)).select_related("proposal__authority"))
    require(access.may_sign(who, application, asked))
    require(states.may_move(application, "countersign"))
    own = next(one for one in asked if who.for_authority(one.authority_id))
    if not agree and not reason.strip():
        raise refuse("form", _("不同意必须写明理由。"), fields={"reason": _("请填写理由")})
    if agree:
        require_window(application, step.kind)
    own.state = Signature.State.AGREED if agree else Signature.State.DISAGREED
    own.by, own.at, own.reason = by, clock.now(), reason.strip()[:2000]
    own.save(update_fields=["state", "by", "at", "reason"])
    decision = None
    if not agree:
        decision = _sent_back(application, own, by=by)
    elif len(asked) == 1:
        decision = _taken_effect(application, own.proposal, kind=_MOVES[step.kind])
    note(
        "countersign",
        application,
        by,
        step=step.code,
        department=own.authority.department,
        agree=agree,
        effect=decision.kind if decision else "",
    )
    return decision


def _taken_effect(application: Application, proposal: Decision, *, kind: str) -> Decision:
    decision = recorded(
        application,
        kind,
        by=proposal.by,
        authority=proposal.authority,
        reason=proposal.reason,
        formal=proposal.formal,
    )
    proposal.signatures.update(effect=decision)
    passed_on(application, decision)
    return decision


def _sent_back(application: Application, own: Signature, *, by: Person) -> Decision:
    decision = recorded(application, K.OBJECT, by=by, authority=own.authority, reason=own.reason)
    end(application)
    quota.release(application, at=[application.step])
    notify(
        officers(own.proposal.authority),
        kind=Kind.WAITING,
        about=str(application),
        subject=f"会签未同意：{application.project_name or application.number}",
        body=f"{own.authority.name}：{own.reason}",
        link=f"/authority/cases/{application.pk}/",
    )
    return decision


def end(application: Application) -> None:
    """End what still waits for a signature."""
    waiting(application).update(state=Signature.State.ENDED)


@transaction.atomic
def take_back_signature(application: Application, *, by: Person) -> Signature:
    """Take one's department's agreement back while others have yet to sign."""
    application = locked(application)
    who = actor(by)
    asked = list(waiting(application))
    given = next(
        (
            one
            for one in Signature.objects.filter(
                proposal__in={a.proposal_id for a in asked}, state=Signature.State.AGREED
            )
            if who.for_authority(one.authority_id)
        ),
        None,
    )
    if given is None:
        require(access.may_act_on(who, application))
        raise refuse(
            "state",
            _("申报 %(number)s 没有可以收回的会签。") % {"number": application.number},
            remedy=_("会签全部完成后，由主办部门收回决定。"),
        )
    given.state, given.by, given.at, given.reason = Signature.State.WAITING, None, None, ""
    given.save(update_fields=["state", "by", "at", "reason"])
    note("take_back_signature", application, by, step=given.step, department=given.authority.department)
    return given
