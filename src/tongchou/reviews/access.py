"""Who may decide, rank, assign and score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.applications import steps
from tongchou.core.access import ALLOWED, Decision, Denied
from tongchou.orgs.scopes import Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.applications.models import Application
    from tongchou.orgs.models import Authority, Person
    from tongchou.orgs.scopes import Actor
    from tongchou.programmes.models import Quota
    from tongchou.reviews.models import Assignment
    from tongchou.reviews.step_models import Signature

LEVELS = {
    "unit": gettext_noop("建设单位"),
    "city": gettext_noop("市级主管部门"),
    "province": gettext_noop("省级主管部门"),
    "nation": gettext_noop("教育部"),
}


def may_act_on(actor: Actor, application: Application) -> Decision:
    """An officer of an authority above the case; which of them, the action says."""
    if not actor.authorities_as():
        return Denied("role", _("审核推荐是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))
    if not actor.may_see(scope_path=application.scope_path):
        return Denied("scope", _("这份申报不在您的职责范围内。"))
    return ALLOWED


def may_decide(actor: Actor, application: Application) -> Decision:
    """An officer of the authority at whose step the case waits; nobody can jump a step."""
    above = may_act_on(actor, application)
    step = steps.find(application.edition.pack, application.step)
    if not above or actor.officer_of(step.level, application.scope_path):
        return above
    return Denied(
        "step",
        _("申报 %(number)s 现在“%(step)s”环节，由%(who)s办理。")
        % {"number": application.number, "step": step.name, "who": _(LEVELS[step.level])},
        clause="；".join(step.cite),
        remedy=_("请等待该环节办结，环节不能跳过。"),
    )


def may_sign(actor: Actor, application: Application, asked: Sequence[Signature]) -> Decision:
    """An officer of a department whose signature the case waits for."""
    if any(actor.for_authority(one.authority_id) for one in asked):
        return ALLOWED
    above = may_act_on(actor, application)
    if not above:
        return above
    return Denied(
        "step",
        _("申报 %(number)s 现在不需要您所在的部门会签。") % {"number": application.number},
        remedy=_("由主办部门推荐或认定时送请会签。"),
    )


def may_organise(actor: Actor, application: Application) -> Decision:
    """The authority at whose step the case waits organises its experts."""
    return may_decide(actor, application)


def may_rank(actor: Actor, authority: Authority) -> Decision:
    """A holder orders its own cases."""
    if actor.for_authority(authority.pk):
        return ALLOWED
    return Denied("scope", _("只有%(authority)s的经办人可以为其排序。") % {"authority": authority.name})


def may_score(actor: Actor, assignment: Assignment) -> Decision:
    """The assigned expert alone, while in the pool and without a conflict of interest."""
    if assignment.expert_id != actor.person.pk:
        return Denied("scope", _("这份评审任务没有分配给您。"))
    if not actor.authorities_as(Role.EXPERT):
        return Denied("role", _("您已不在专家库中。"), remedy=_("请联系组织评审的主管部门。"))
    if assignment.conflict:
        return Denied("conflict", _("您已声明回避：%(conflict)s") % {"conflict": assignment.conflict})
    if assignment.superseded:
        return Denied(
            "state",
            _("申报单位已提交新的版本，这一版不再评审。"),
            remedy=_("请等待组织评审的主管部门重新分配。"),
        )
    if assignment.submitted_at:
        return Denied(
            "state", _("评分已经提交，不能再改。"), remedy=_("如有误，请联系组织评审的主管部门重新分配。")
        )
    return ALLOWED


def may_refuse_exemption(actor: Actor, authority: Authority | None) -> Decision:
    """The authority that set the quota decides whether a case is exempt from it."""
    if authority is not None and actor.for_authority(authority.pk):
        return ALLOWED
    return Denied("role", _("是否免占限额由设定限额的主管部门认定。"))


def may_set_limit(actor: Actor, quota: Quota, setter: Authority | None) -> Decision:
    """The authority that set a quota changes what a holder has of it."""
    if setter is not None and actor.for_authority(setter.pk):
        return ALLOWED
    if not actor.authorities_as():
        return Denied("role", _("调整限额是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))
    return Denied(
        "scope",
        _("“%(quota)s”由%(setter)s设定，只能由其调整。")
        % {"quota": quota.name, "setter": setter.name if setter else _("发文单位")},
        clause="；".join(quota.cite),
        remedy=_("确需调整的，请与其联系。"),
    )


def may_organise_at(actor: Actor, authority: Authority) -> Decision:
    """An officer of the authority keeps its pool, has its experts assigned and sees what they gave."""
    if not actor.authorities_as():
        return Denied("role", _("组织专家评审是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))
    if actor.for_authority(authority.pk):
        return ALLOWED
    return Denied(
        "scope",
        _("只有%(authority)s的经办人可以组织其专家评审。") % {"authority": authority.name},
        remedy=_("请由该部门经办人办理。"),
    )


def may_keep_profile(actor: Actor, expert: Person) -> Decision:
    """An expert's profile is kept by himself and by every authority in whose pool he is."""
    if expert.pk == actor.person.pk and actor.authorities_as(Role.EXPERT):
        return ALLOWED
    if _organises(actor, expert):
        return ALLOWED
    if actor.authorities_as():
        return Denied(
            "scope",
            _("%(expert)s不在贵单位的专家库中。") % {"expert": expert},
            remedy=_("请由专家本人登录后维护；如需纳入专家库，请联系安全管理员授权。"),
        )
    return Denied(
        "role",
        _("专家信息由专家本人和专家库所属的主管部门维护。"),
        remedy=_("请由专家本人或该主管部门的经办人登录后维护。"),
    )


def may_set_load(actor: Actor, expert: Person) -> Decision:
    """How much an expert takes on is for the organiser to say."""
    if _organises(actor, expert):
        return ALLOWED
    return Denied("role", _("任务上限由组织评审的主管部门设定。"), remedy=_("如任务过多，请申请暂停派单。"))


def _organises(actor: Actor, expert: Person) -> bool:
    own = [authority.pk for authority in actor.authorities_as()]
    return bool(own) and expert.memberships.filter(role=Role.EXPERT, active=True, authority__in=own).exists()
