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
    if not actor.in_unit(unit.pk, Role.FILLER, Role.LEADER):
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
    if actor.in_unit(application.unit_id, Role.FILLER, Role.LEADER):
        return ALLOWED
    if actor.in_unit(application.unit_id):
        return Denied("role", _("单位校核人核对申报内容，不填写。"), remedy=_("需要修改的，请退回填报员。"))
    return Denied("scope", _("只有申报单位的人员可以填写这份申报。"))


def may_submit(actor: Actor, application: Application) -> Decision:
    """The leader submits in the unit's name (and withdraws)."""
    if actor.in_unit(application.unit_id, Role.LEADER):
        return ALLOWED
    if actor.in_unit(application.unit_id):
        return Denied("role", _("提交和撤回由单位审核人办理。"), remedy=_("请由本单位审核人登录后提交。"))
    return Denied("scope", _("只有申报单位的人员可以办理这份申报。"))


def may_sit_at(actor: Actor, application: Application, desk: str) -> Decision:
    """Who acts for a desk of the unit: its fillers (and the leader in their place), its reviewers, its leader."""
    roles = {"filler": (Role.FILLER, Role.LEADER), "reviewer": (Role.REVIEWER,), "leader": (Role.LEADER,)}[
        desk
    ]
    if actor.in_unit(application.unit_id, *roles):
        return ALLOWED
    if not actor.in_unit(application.unit_id):
        return Denied("scope", _("只有申报单位的人员可以办理这份申报。"))
    return Denied(
        "role",
        _("申报现在由本单位的%(role)s办理。") % {"role": _(roles[0].label)},
        remedy=_("请由%(role)s登录后办理。") % {"role": _(roles[0].label)},
    )


def may_confirm_scan(actor: Actor, application: Application) -> Decision:
    """Whoever checks in the unit, not who typed: its reviewer or leader."""
    if actor.in_unit(application.unit_id, Role.REVIEWER, Role.LEADER):
        return ALLOWED
    if actor.in_unit(application.unit_id):
        return Denied(
            "role",
            _("看不清的页由单位校核人或审核人对照原件确认。"),
            remedy=_("请由校核人或审核人登录后办理。"),
        )
    return Denied("scope", _("只有申报单位的人员可以办理这份申报。"))


def may_extend(actor: Actor, unit: Unit, place_path: str) -> Decision:
    """An officer of the education authority that set the window (at ``place_path``), or of one above it, for its units."""
    if not actor.authorities_as():
        return Denied("role", _("个别延期由主管部门经办人批准。"))
    if not actor.above(unit.scope_path):
        return Denied("scope", _("%(unit)s不在您的职责范围内。") % {"unit": unit.name})
    if actor.above(unit.scope_path, place_path):
        return ALLOWED
    return Denied(
        "step",
        _("这个时间窗口由上级主管部门规定，延期也由上级批准。"),
        remedy=_("请报上级主管部门。"),
    )
