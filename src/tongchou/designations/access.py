"""Who may publish lists and revoke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.core.access import ALLOWED, Decision, Denied
from tongchou.orgs.models import Membership

if TYPE_CHECKING:
    from tongchou.applications.models import Application
    from tongchou.designations.models import Designation
    from tongchou.designations.notice_models import Objection
    from tongchou.designations.standing_models import ChangeRequest, CultivatedProject
    from tongchou.orgs.models import Authority, Unit
    from tongchou.orgs.scopes import Actor


def may_publish(actor: Actor, authority: Authority) -> Decision:
    """An authority publishes its own lists."""
    if actor.for_authority(authority.pk):
        return ALLOWED
    if actor.authorities_as():
        return Denied(
            "scope",
            _("只有%(authority)s可以公布其认定名单。") % {"authority": authority.name},
            remedy=_("请由该部门经办人办理。"),
        )
    return Denied("role", _("公布认定名单是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))


def may_revoke(actor: Actor, designation: Designation) -> Decision:
    """The authority that designated revokes."""
    if designation.authority_id and actor.for_authority(designation.authority_id):
        return ALLOWED
    if actor.authorities_as():
        return Denied("scope", _("只有作出认定的主管部门可以撤销认定。"), remedy=_("请由该部门经办人办理。"))
    return Denied("role", _("撤销认定是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))


def may_notice(actor: Actor, authority: Authority) -> Decision:
    """An education authority puts up its own notices."""
    if actor.for_authority(authority.pk):
        return ALLOWED
    if actor.authorities_as():
        return Denied(
            "scope",
            _("只有%(authority)s可以办理其公示。") % {"authority": authority.name},
            remedy=_("请由该部门经办人办理。"),
        )
    return Denied("role", _("办理公示是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))


def may_handle(actor: Actor, objection: Objection) -> Decision:
    """The authority whose notice it is handles an objection; nobody his own."""
    authority = objection.case.notice.authority
    if not actor.for_authority(authority.pk):
        if actor.authorities_as():
            return Denied(
                "scope",
                _("对这份公示的异议由%(authority)s办理。") % {"authority": authority.name},
                remedy=_("请由该部门经办人办理。"),
            )
        return Denied("role", _("办理异议是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))
    if objection.person_id == actor.person.pk:
        return Denied("scope", _("不能办理自己提出的异议。"), remedy=_("请由本部门其他经办人办理。"))
    return ALLOWED


def may_state(actor: Actor, objection: Objection) -> Decision:
    """A leader of the unit concerned gives its statement."""
    unit_id = objection.case.application.unit_id
    if actor.in_unit(unit_id, Membership.Role.LEADER):
        return ALLOWED
    if actor.in_unit(unit_id):
        return Denied("role", _("情况说明由单位审核人提交。"), remedy=_("请由本单位审核人登录后提交。"))
    return Denied(
        "scope", _("只有所涉项目的建设单位可以说明情况。"), remedy=_("请由建设单位审核人登录后办理。")
    )


def may_ask_change(actor: Actor, application: Application) -> Decision:
    """A leader of the unit asks for changes of its project."""
    if actor.in_unit(application.unit_id, Membership.Role.LEADER):
        return ALLOWED
    if actor.in_unit(application.unit_id):
        return Denied("role", _("变更由单位审核人申请。"), remedy=_("请由本单位审核人登录后提出。"))
    return Denied("scope", _("只有建设单位可以申请变更其项目。"), remedy=_("请由建设单位审核人登录后办理。"))


def may_decide_change(actor: Actor, request: ChangeRequest) -> Decision:
    """Who designated the project decides on its change."""
    if actor.for_authority(request.authority_id):
        return ALLOWED
    if actor.authorities_as():
        return Denied(
            "scope",
            _("变更由作出认定的%(authority)s审批。") % {"authority": request.authority.name},
            remedy=_("请由该部门经办人办理。"),
        )
    return Denied("role", _("审批变更是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))


def may_recognise(actor: Actor, unit: Unit, level: str, authority: Authority | None) -> Decision:
    """A school recognises its own projects, the city those of units under it."""
    if level == "school":
        if actor.in_unit(unit.pk, Membership.Role.LEADER):
            return ALLOWED
        if actor.in_unit(unit.pk):
            return Denied("role", _("校级项目由单位审核人登记。"), remedy=_("请由本单位审核人登录后办理。"))
        return Denied("scope", _("校级项目由学校自己登记。"), remedy=_("请由建设单位审核人登录后办理。"))
    if authority is None:
        return Denied(
            "scope",
            _("%(unit)s不归市级主管部门管理，没有市级立项。") % {"unit": unit.name},
            remedy=_("如由学校立项培育，请由学校登记为校级项目。"),
        )
    if actor.for_authority(authority.pk):
        return ALLOWED
    if actor.authorities_as():
        return Denied(
            "scope",
            _("市级项目由%(authority)s登记。") % {"authority": authority.name},
            remedy=_("请由该部门经办人办理。"),
        )
    return Denied("role", _("登记市级项目是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))


def may_join(actor: Actor, project: CultivatedProject) -> Decision:
    """The unit's leader says which case declares the project; so may the authority that recognised it."""
    if actor.in_unit(project.unit_id, Membership.Role.LEADER):
        return ALLOWED
    if project.authority_id is not None and actor.for_authority(project.authority_id):
        return ALLOWED
    if actor.in_unit(project.unit_id):
        return Denied("role", _("关联申报由单位审核人办理。"), remedy=_("请由本单位审核人登录后办理。"))
    return Denied(
        "scope", _("只有建设单位和立项的主管部门可以关联申报。"), remedy=_("请由建设单位审核人登录后办理。")
    )
