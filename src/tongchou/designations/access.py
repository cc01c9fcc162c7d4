"""Who may publish lists and revoke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.core.access import ALLOWED, Decision, Denied

if TYPE_CHECKING:
    from tongchou.designations.models import Designation
    from tongchou.orgs.models import Authority
    from tongchou.orgs.scopes import Actor


def may_publish(actor: Actor, authority: Authority) -> Decision:
    """An authority publishes its own lists."""
    if actor.for_authority(authority.pk):
        return ALLOWED
    if actor.authorities_as():
        return Denied("scope", _("只有%(authority)s可以公布其认定名单。") % {"authority": authority.name})
    return Denied("role", _("公布认定名单是主管部门经办人的职责。"))


def may_revoke(actor: Actor, designation: Designation) -> Decision:
    """The authority that designated revokes."""
    if designation.authority_id and actor.for_authority(designation.authority_id):
        return ALLOWED
    if actor.authorities_as():
        return Denied("scope", _("只有作出认定的主管部门可以撤销认定。"))
    return Denied("role", _("撤销认定是主管部门经办人的职责。"))
