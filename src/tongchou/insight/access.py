"""Who may do what in insight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.core.access import ALLOWED, Decision, Denied

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority
    from tongchou.orgs.scopes import Actor

_PUBLISHERS = {"nation", "province"}


def may_publish(actor: Actor, authority: Authority) -> Decision:
    """An officer of the ministry or of a province publishes its own bulletin (moe-2023-20 三(三), jilin-2023-7 二(三))."""
    if not actor.authorities_as():
        return Denied("role", _("发布通报是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))
    if not actor.for_authority(authority.pk):
        return Denied(
            "scope",
            _("%(authority)s的通报只能由其经办人发布，不在您的职责范围内。") % {"authority": authority.name},
        )
    if authority.place.level not in _PUBLISHERS:
        return Denied(
            "level",
            _("年度通报由教育部和省级主管部门发布，%(authority)s不发布。") % {"authority": authority.name},
            remedy=_("市级情况请写入年度重点任务总结报告。"),
        )
    return ALLOWED
