"""Who may keep packs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.core.access import ALLOWED, Decision, Denied
from tongchou.orgs.scopes import Actor, Role

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority


def may_read_packs(actor: Actor) -> Decision:
    """The structure, the calendar, the trace and the history of packs are for pack administrators."""
    if actor.authorities_as(Role.PACK_ADMIN):
        return ALLOWED
    return Denied(
        "role",
        _("配置包由配置包管理员管理。"),
        remedy=_("如需办理，请联系本级配置包管理员；现行的任务和指南可在公开信息里查看。"),
    )


def may_keep_packs(actor: Actor, authority: Authority) -> Decision:
    """Each authority's own pack administrators keep its own packs, and no others."""
    may_read = may_read_packs(actor)
    if not may_read:
        return may_read
    if actor.for_authority(authority.pk, Role.PACK_ADMIN):
        return ALLOWED
    return Denied(
        "scope",
        _("%(authority)s的配置包由该部门的配置包管理员管理。") % {"authority": authority.name},
        remedy=_("您只能管理本部门的配置包。"),
    )
