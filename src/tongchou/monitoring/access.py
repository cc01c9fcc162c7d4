"""Who may do what in monitoring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from tongchou.core.access import ALLOWED, Decision, Denied
from tongchou.orgs.scopes import Role

if TYPE_CHECKING:
    from tongchou.applications.models import Application
    from tongchou.monitoring.change_models import TargetChange
    from tongchou.monitoring.models import PerformanceReport, PeriodicReport
    from tongchou.orgs.models import Jurisdiction
    from tongchou.orgs.scopes import Actor


def may_see(actor: Actor, report: PerformanceReport | PeriodicReport) -> Decision:
    """The unit's own people, and the officers of the authorities above it."""
    if actor.may_see(scope_path=report.scope_path, unit_id=report.unit_id):
        return ALLOWED
    return Denied("scope", _("这份报告不在您的职责范围内。"))


def may_open(actor: Actor, place: Jurisdiction) -> Decision:
    """An officer of the province opens its collection periods (moe-2023-20 三(二))."""
    if not actor.authorities_as():
        return Denied(
            "role", _("开启绩效采集期是省级主管部门经办人的职责。"), remedy=_("请由省级主管部门经办人办理。")
        )
    if place.level != "province" or not any(a.place_id == place.pk for a in actor.authorities_as()):
        return Denied(
            "scope",
            _("%(place)s的绩效采集期由该省（区、市）主管部门开启，不在您的职责范围内。")
            % {"place": place.name},
        )
    return ALLOWED


class Owed(Protocol):
    """A report as far as it matters here: whose it is, and who stands above it."""

    @property
    def unit_id(self) -> int: ...
    @property
    def scope_path(self) -> str: ...


def may_fill(actor: Actor, report: Owed) -> Decision:
    """Fillers and leaders of the unit fill its report."""
    if actor.in_unit(report.unit_id):
        return ALLOWED
    return Denied("scope", _("只有建设单位自己的人员可以填写这份绩效填报。"))


def may_import(actor: Actor, report: Owed) -> Decision:
    """Who fills it, and its province, which may put figures it holds into the draft; the unit's leader submits."""
    if actor.officer_of("province", report.scope_path) is not None:
        return ALLOWED
    return may_fill(actor, report)


def may_submit(actor: Actor, report: PerformanceReport) -> Decision:
    """The leader submits in the unit's name."""
    if actor.in_unit(report.unit_id, Role.LEADER):
        return ALLOWED
    if actor.in_unit(report.unit_id):
        return Denied("role", _("报送由单位审核人办理。"), remedy=_("请由本单位审核人登录后报送。"))
    return Denied("scope", _("只有建设单位自己的人员可以报送这份绩效填报。"))


def may_decide(actor: Actor, report: PerformanceReport) -> Decision:
    """The province confirms, returns and extends (moe-2023-20 三(二): the provinces evaluate the units)."""
    if not actor.authorities_as():
        return Denied(
            "role", _("审核绩效填报是省级主管部门经办人的职责。"), remedy=_("请由省级主管部门经办人办理。")
        )
    if actor.officer_of("province", report.scope_path) is None:
        return Denied("scope", _("这份绩效填报由所在省（区、市）主管部门审核，不在您的职责范围内。"))
    return ALLOWED


def may_request(actor: Actor, application: Application) -> Decision:
    """The unit's leader asks for another target in the unit's name."""
    if actor.in_unit(application.unit_id, Role.LEADER):
        return ALLOWED
    if actor.in_unit(application.unit_id):
        return Denied("role", _("变更目标由单位审核人提出。"), remedy=_("请由本单位审核人登录后提出。"))
    return Denied("scope", _("只有建设单位自己的人员可以申请变更目标。"))


def may_decide_target(actor: Actor, change: TargetChange) -> Decision:
    """The level that designated the project decides on its targets (自主建设、考核激励: moe-2023-20 三)."""
    if not actor.authorities_as():
        return Denied("role", _("审批目标变更是主管部门经办人的职责。"))
    if actor.officer_of(change.level, change.scope_path) is None:
        return Denied("scope", _("这项目标变更由认定该项目的主管部门审批，不在您的职责范围内。"))
    return ALLOWED


def may_submit_periodic(actor: Actor, report: PeriodicReport) -> Decision:
    """Whoever owes it submits it: the unit's leader, or an officer of the authority."""
    if report.unit_id is not None:
        if actor.in_unit(report.unit_id, Role.LEADER):
            return ALLOWED
        if actor.in_unit(report.unit_id):
            return Denied("role", _("报送由单位审核人办理。"), remedy=_("请由本单位审核人登录后报送。"))
        return Denied(
            "scope", _("《%(report)s》由建设单位报送，只有该单位的人员可以报送。") % {"report": report.name}
        )
    if report.authority_id is not None and actor.for_authority(report.authority_id):
        return ALLOWED
    return Denied(
        "scope",
        _("《%(report)s》由负责报送的主管部门经办人报送，不在您的职责范围内。") % {"report": report.name},
    )


def may_chase(actor: Actor, scope_path: str, *, owed_by_authority: bool = False) -> Decision:
    """An officer of an education authority above whoever owes it; a summary of an authority is chased from above it."""
    if not actor.authorities_as():
        return Denied("role", _("催办由主管部门经办人办理。"))
    own = owed_by_authority and any(a.place.path == scope_path for a in actor.authorities_as())
    if actor.above(scope_path) and not own:
        return ALLOWED
    return Denied("scope", _("要催办的内容不在您的职责范围内。"))


def may_answer_feedback(actor: Actor, report: PeriodicReport) -> Decision:
    """The leader of the unit or an officer of the authority that made the report, or an officer above it."""
    if report.unit_id is not None and actor.in_unit(report.unit_id, Role.LEADER):
        return ALLOWED
    if report.authority_id is not None and actor.for_authority(report.authority_id):
        return ALLOWED
    if actor.above(report.scope_path):
        return ALLOWED
    return Denied(
        "scope",
        _("意见反馈由报送单位的审核人或者主管部门经办人答复。"),
        remedy=_("请联系报送单位或其主管部门答复。"),
    )
