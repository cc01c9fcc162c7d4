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
