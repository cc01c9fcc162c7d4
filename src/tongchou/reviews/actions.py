"""The decisions on a case and the unit's own moves. Bulk buttons, screens, API and the rehearsal all call these.

Ranking stands in ``ranking``, experts in ``duties``, what the setter of a quota decides in ``limits``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import actions as application_actions
from tongchou.applications import steps, uniqueness
from tongchou.applications.casework import locked
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.forms.schema import by_code, sections_for
from tongchou.orgs.queries import people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.reviews import access, formal, quota, signing, ties, undoing
from tongchou.reviews.casework import decide, deciding, passed_on, require_scored, require_window
from tongchou.reviews.models import Decision

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tongchou.applications.models import Revision
    from tongchou.orgs.models import Authority, Person

S = Application.State
K = Decision.Kind


def submit(application: Application, *, by: Person) -> Revision:
    """Submit a declaration: freeze revision N, take the unit's own place where it holds a quota, pass it on.

    Inside a transaction, that of ``designations.actions.submit``.
    """
    revision = application_actions.freeze_revision(application, by=by)
    application = revision.application  # under lock, as it now stands
    quota.take(application, steps.DECLARE, by=by)
    if revision.number > 1:
        quota.renew(application, by=by)
        # Marks were given to a revision: a new one is reviewed anew.
        application.assignments.filter(superseded=False).update(superseded=True)
    ties.keep(application, revision)
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
    """Recommend the case upward within the holder's quota. Refused when the quota is full, naming who holds the places.

    Where other departments sign with it, the decision is the proposal to them (``signing``).
    """
    application, authority = deciding(application, by, "recommend")
    require_window(application, "recommend")
    return _pass(application, K.RECOMMEND, by=by, authority=authority, reason=reason)


@transaction.atomic
def pass_designated(application: Application, *, by: Person, reason: str = "") -> Decision:
    """Record the designating decision and move the case on; ``designations.actions.designate`` grants the level with it."""
    application, authority = deciding(application, by, "designate")
    require_window(application, "designate")
    require_scored(application)
    return _pass(application, K.DESIGNATE, by=by, authority=authority, reason=reason)


def _pass(
    application: Application, kind: Decision.Kind, *, by: Person, authority: Authority, reason: str
) -> Decision:
    """What every decision to pass a case on asks: the formal check, a place, and the other departments' signatures."""
    checked = formal.require_met(application)
    quota.take(application, application.step, by=by)
    step = steps.find(application.edition.pack, application.step)
    if step.countersign:
        return signing.propose(application, step, by=by, authority=authority, reason=reason, formal=checked)
    decision = decide(application, kind, by=by, authority=authority, reason=reason, formal=checked)
    passed_on(application, decision)
    return decision


@transaction.atomic
def return_for_changes(
    application: Application, *, by: Person, reason: str, due: date, remarks: Mapping[str, str] | None = None
) -> Decision:
    """Give the case back to its unit with a reason, remarks by field and a due date. Resubmitted, it returns to this step."""
    application, authority = deciding(application, by, "return")
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
    decision = decide(
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
    """Do not recommend or designate the case, with a reason. It ends here, or goes to the step that the pack names for such cases;
    places taken at earlier steps stay used.
    """
    application, authority = deciding(application, by, "decline")
    word = steps.declining(application.edition.pack, application.step)
    if not reason.strip():
        said = _("%(decision)s必须写明理由。") % {"decision": _(word)}
        raise refuse("form", said, fields={"reason": _("请填写理由")})
    decision = decide(application, K.DECLINE, by=by, authority=authority, reason=reason.strip())
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
        subject=f"申报{word}：{application.project_name}",
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
    last = undoing.latest(application)
    mine = [last.authority, *(one.authority for one in last.signed_by.select_related("authority"))]
    own = next((authority for authority in mine if who.for_authority(authority.pk)), None)
    if own is None:
        raise refuse(
            "scope", _("这个决定由%(authority)s作出，只能由其收回。") % {"authority": last.authority.name}
        )
    undoing.require_not_acted_on(application, last)
    return undoing.undo(application, last, by=by, authority=own, reason=f"收回：{last.get_kind_display()}")
