"""Who may do what in orgs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.core.access import ALLOWED, Decision, Denied
from tongchou.orgs.scopes import Actor, Role

if TYPE_CHECKING:
    from tongchou.orgs.models import Unit


def may_verify(actor: Actor, unit: Unit) -> Decision:
    """The unit's supervising authority verifies it (jilin-2023-7 四(一))."""
    if not actor.authorities_as():
        return Denied("role", _("核验建设单位是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))
    if not actor.for_authority(unit.authority_id):
        return Denied(
            "scope",
            _("%(unit)s由%(authority)s核验，不在您的职责范围内。")
            % {"unit": unit.name, "authority": unit.authority.name},
        )
    return ALLOWED


def may_correct(actor: Actor, unit: Unit) -> Decision:
    """The unit's own people correct what was refused."""
    if actor.in_unit(unit.pk):
        return ALLOWED
    return Denied("scope", _("只有%(unit)s的人员可以更正其登记信息。") % {"unit": unit.name})


def may_see_contact(actor: Actor, unit: Unit) -> Decision:
    """Its contact, people and scan are personal data: for the unit itself and the authority that verifies it."""
    if actor.in_unit(unit.pk) or actor.for_authority(unit.authority_id):
        return ALLOWED
    return Denied("scope", _("联系人和人员信息只对%(unit)s和核验它的主管部门开放。") % {"unit": unit.name})


def may_keep_people(actor: Actor, unit: Unit) -> Decision:
    """The leader invites, hands over and removes; nobody shares an account."""
    if actor.in_unit(unit.pk, Role.LEADER):
        return ALLOWED
    if actor.in_unit(unit.pk):
        return Denied("role", _("管理人员由单位审核人办理。"), remedy=_("请由本单位审核人登录后办理。"))
    return Denied("scope", _("只有%(unit)s的审核人可以管理它的人员。") % {"unit": unit.name})


def may_ask_rename(actor: Actor, unit: Unit) -> Decision:
    """The leader asks in the unit's name."""
    if actor.in_unit(unit.pk, Role.LEADER):
        return ALLOWED
    if actor.in_unit(unit.pk):
        return Denied("role", _("申请更名由单位审核人办理。"), remedy=_("请由本单位审核人登录后办理。"))
    return Denied("scope", _("只有%(unit)s的审核人可以为它申请更名。") % {"unit": unit.name})


def may_merge(actor: Actor, unit: Unit, into: Unit) -> Decision:
    """An officer of an education authority that stands above both."""
    if not actor.authorities_as():
        return Denied("role", _("单位合并是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))
    if actor.above(unit.scope_path, into.scope_path):
        return ALLOWED
    return Denied(
        "scope",
        _("%(unit)s和%(into)s不都在您的职责范围内。") % {"unit": unit.name, "into": into.name},
        remedy=_("请由两个单位共同的上级主管部门办理。"),
    )


def may_keep_accounts(actor: Actor) -> Decision:
    """Accounts belong to the system administrator alone."""
    if actor.authorities_as(Role.SYSTEM_ADMIN):
        return ALLOWED
    return Denied("role", _("账号管理是系统管理员的职责。"), remedy=_("请联系系统管理员。"))


def may_grant(actor: Actor) -> Decision:
    """Rights belong to the security administrator alone; nobody grants himself."""
    if actor.authorities_as(Role.SECURITY_ADMIN):
        return ALLOWED
    return Denied("role", _("授权是安全管理员的职责。"), remedy=_("请联系安全管理员。"))


def may_audit(actor: Actor) -> Decision:
    """Logs belong to the audit administrator alone."""
    if actor.authorities_as(Role.AUDIT_ADMIN):
        return ALLOWED
    return Denied("role", _("审计日志只对审计管理员开放。"))
