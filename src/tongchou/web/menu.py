"""The left menu: one row an entry. A row is shown to those for whom ``who`` holds; the views decide for themselves.

Labels are Chinese msgids (marked by ``gettext_noop``), translated when shown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from tongchou.orgs.models import Membership
from tongchou.web.screens import actor_of

if TYPE_CHECKING:
    from tongchou.orgs.scopes import Actor

Role = Membership.Role
Who = Callable[["Actor | None"], bool]


def everyone(actor: Actor | None) -> bool:
    return True


def has(*roles: Role) -> Who:
    """Whoever holds one of ``roles``, anywhere."""

    def holds(actor: Actor | None) -> bool:
        return actor is not None and any(m.role in roles for m in actor.memberships)

    return holds


unit_people = has(*Membership.UNIT_ROLES)
officers = has(Role.OFFICER)
experts = has(Role.EXPERT)
system_admins = has(Role.SYSTEM_ADMIN)
security_admins = has(Role.SECURITY_ADMIN)
audit_admins = has(Role.AUDIT_ADMIN)
pack_admins = has(Role.PACK_ADMIN)


@dataclass(frozen=True)
class Entry:
    """One row: where it leads, who sees it. ``group`` rows stand together under its name, in the order of the table."""

    group: str
    label: str
    url: str
    who: Who = everyone


MENU: list[Entry] = [
    Entry(_("建设单位"), _("工作台"), "unit:workbench", unit_people),
    Entry(_("建设单位"), _("我的申报"), "unit:applications", unit_people),
    Entry(_("建设单位"), _("开始申报"), "unit:begin", unit_people),
    Entry(_("建设单位"), _("绩效与报告"), "unit:reports", unit_people),
    Entry(_("建设单位"), _("考核评价"), "unit:evaluations", unit_people),
    Entry(_("建设单位"), _("培育项目"), "unit:projects", unit_people),
    Entry(_("建设单位"), _("单位信息"), "unit:records", unit_people),
    Entry(_("建设单位"), _("单位人员"), "unit:people", unit_people),
    Entry(_("主管部门"), _("工作台"), "authority:workbench", officers),
    Entry(_("主管部门"), _("申报审核"), "authority:queue", officers),
    Entry(_("主管部门"), _("催办"), "authority:late", officers),
    Entry(_("主管部门"), _("单位核验"), "authority:units", officers),
    Entry(_("主管部门"), _("专家评审"), "authority:experts", officers),
    Entry(_("主管部门"), _("个别延期"), "authority:extensions", officers),
    Entry(_("主管部门"), _("推荐排序"), "authority:ranking", officers),
    Entry(_("主管部门"), _("推荐限额"), "authority:quotas", officers),
    Entry(_("主管部门"), _("公示与异议"), "authority:notices", officers),
    Entry(_("主管部门"), _("认定名单"), "authority:lists", officers),
    Entry(_("主管部门"), _("认定项目"), "authority:designations", officers),
    Entry(_("主管部门"), _("项目变更"), "authority:changes", officers),
    Entry(_("主管部门"), _("培育项目"), "authority:cultivated", officers),
    Entry(_("监测与汇总"), _("总览"), "insight:overview", officers),
    Entry(_("监测与汇总"), _("指标汇总"), "insight:figures", officers),
    Entry(_("监测与汇总"), _("透视表"), "insight:pivot", officers),
    Entry(_("监测与汇总"), _("绩效监测"), "authority:monitoring", officers),
    Entry(_("监测与汇总"), _("报送看板"), "authority:board", officers),
    Entry(_("监测与汇总"), _("绩效填报"), "authority:reports", officers),
    Entry(_("监测与汇总"), _("目标变更"), "authority:target_changes", officers),
    Entry(_("监测与汇总"), _("总结报告"), "authority:periodic", officers),
    Entry(_("监测与汇总"), _("考核评价"), "authority:evaluations", officers),
    Entry(_("监测与汇总"), _("绩效通报"), "authority:bulletins", officers),
    Entry(_("专家评审"), _("评审任务"), "expert:duties", experts),
    Entry(_("专家评审"), _("我的专家信息"), "expert:me", experts),
    Entry(_("配置包"), _("计划结构"), "packs:programme", pack_admins),
    Entry(_("配置包"), _("年度日历"), "packs:calendar", pack_admins),
    Entry(_("配置包"), _("条款追溯"), "packs:trace", pack_admins),
    Entry(_("配置包"), _("版本与发布"), "packs:versions", pack_admins),
    Entry(_("系统管理"), _("账号"), "admin:accounts", system_admins),
    Entry(_("系统管理"), _("授权"), "admin:roles", security_admins),
    Entry(_("系统管理"), _("审计日志"), "admin:audit", audit_admins),
    Entry(_("系统管理"), _("封存与校验"), "admin:chain", audit_admins),
    Entry(_("公开信息"), _("首页"), "public:home"),
    Entry(_("公开信息"), _("重点任务与指南"), "public:tasks"),
    Entry(_("公开信息"), _("公示"), "public:notices"),
    Entry(_("公开信息"), _("认定名单"), "public:lists"),
    Entry(_("公开信息"), _("绩效通报"), "public:bulletins"),
    Entry(_("公开信息"), _("政策文件"), "public:documents"),
]


@dataclass(frozen=True)
class Shown:
    label: str
    url: str
    here: bool


def menu_for(request: HttpRequest) -> list[tuple[str, list[Shown]]]:
    """The menu of whoever asks, by group; the entry with the longest address that fits is marked as here."""
    actor = actor_of(request)
    rows: list[tuple[str, str, str]] = []
    for entry in MENU:
        if entry.who(actor):
            try:
                rows.append((gettext(entry.group), gettext(entry.label), reverse(entry.url)))
            except NoReverseMatch:
                continue
    fits = [
        url
        for _group, _label, url in rows
        if request.path == url or (url != "/" and request.path.startswith(url))
    ]
    here = max(fits, key=len, default=None)
    return [
        (group, [Shown(label, url, url == here) for _group, label, url in entries])
        for group, entries in groupby(rows, key=lambda row: row[0])
    ]
