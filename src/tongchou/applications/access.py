"""Who may do what with an application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.core.access import ALLOWED, Decision, Denied
from tongchou.orgs.models import Unit
from tongchou.orgs.scopes import Role

if TYPE_CHECKING:
    from tongchou.applications.models import Application, Evidence
    from tongchou.orgs.scopes import Actor


def may_see(actor: Actor, application: Application) -> Decision:
    """The unit's own people; once it was submitted, the officers of the authorities above it.

    Experts see what is assigned to them only.
    """
    if actor.in_unit(application.unit_id):
        return ALLOWED
    if application.submitted_at is not None and actor.may_see(scope_path=application.scope_path):
        return ALLOWED
    return Denied("scope", _("这份申报不在您的职责范围内。"))


def may_read(actor: Actor, evidence: Evidence) -> Decision:
    """Evidence of a case one may see; for authorities what was there when it was last submitted, not the unit's draft."""
    application = evidence.application
    seen = may_see(actor, application)
    if not seen or actor.in_unit(application.unit_id):
        return seen
    if application.submitted_at is not None and evidence.added_at <= application.submitted_at:
        return ALLOWED
    return Denied("scope", _("这份材料还没有提交。"))


def may_begin(actor: Actor, unit: Unit) -> Decision:
    """A filler or leader of a verified unit begins a declaration."""
    if not actor.in_unit(unit.pk):
        return Denied("scope", _("只有%(unit)s的人员可以为该单位申报。") % {"unit": unit.name})
    if unit.state != Unit.State.VERIFIED:
        return Denied(
            "unit",
            _("%(unit)s的登记尚未通过核验（%(state)s）。")
            % {"unit": unit.name, "state": _(unit.get_state_display())},
            remedy=_("请等待%(authority)s核验，或按退回意见更正登记信息。")
            % {"authority": unit.authority.name},
        )
    return ALLOWED


def may_fill(actor: Actor, application: Application) -> Decision:
    """Fillers and leaders of the unit fill its declarations."""
    if actor.in_unit(application.unit_id):
        return ALLOWED
    return Denied("scope", _("只有申报单位的人员可以填写这份申报。"))


def may_submit(actor: Actor, application: Application) -> Decision:
    """The leader submits in the unit's name (and withdraws)."""
    if actor.in_unit(application.unit_id, Role.LEADER):
        return ALLOWED
    if actor.in_unit(application.unit_id):
        return Denied("role", _("提交和撤回由单位审核人办理。"), remedy=_("请由本单位审核人登录后提交。"))
    return Denied("scope", _("只有申报单位的人员可以办理这份申报。"))
