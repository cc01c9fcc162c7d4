"""Who may do what in evaluations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.core.access import ALLOWED, Decision, Denied
from tongchou.monitoring.evaluation_models import LevelScore
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.orgs.scopes import Role

if TYPE_CHECKING:
    from tongchou.monitoring.evaluation_models import Assessment, Evaluation, Rectification
    from tongchou.orgs.scopes import Actor


def may_see(actor: Actor, thing: Assessment | Rectification) -> Decision:
    """The unit's own people, and the officers of the authorities above it."""
    if actor.may_see(scope_path=thing.scope_path, unit_id=thing.unit_id):
        return ALLOWED
    return Denied("scope", _("这个项目的考核不在您的职责范围内。"))


def may_open(actor: Actor, authority: Authority, level: str) -> Decision:
    """An officer of the education authority that concludes by the scheme, which is one of ``level``."""
    if not actor.authorities_as():
        return Denied("role", _("开启考核评价是主管部门经办人的职责。"), remedy=_("请由主管部门经办人办理。"))
    if not actor.for_authority(authority.pk) or authority.department != Authority.Department.EDUCATION:
        return Denied(
            "scope", _("%(authority)s的考核评价由该部门经办人开启。") % {"authority": authority.name}
        )
    if authority.place.level != level:
        return Denied(
            "scope",
            _("这项考核评价由%(level)s主管部门组织并作出结论。")
            % {"level": _(Jurisdiction.Level(level).label)},
            remedy=_("请由该级主管部门开启。"),
        )
    return ALLOWED


def may_fill(actor: Actor, thing: Assessment | Rectification) -> Decision:
    """The unit's own people write its self-evaluation and what it mended."""
    if actor.in_unit(thing.unit_id):
        return ALLOWED
    return Denied("scope", _("只有建设单位自己的人员可以填写。"))


def may_submit(actor: Actor, thing: Assessment | Rectification) -> Decision:
    """The leader hands in, in the unit's name."""
    if actor.in_unit(thing.unit_id, Role.LEADER):
        return ALLOWED
    if actor.in_unit(thing.unit_id):
        return Denied("role", _("报送由单位审核人办理。"), remedy=_("请由本单位审核人登录后报送。"))
    return Denied("scope", _("只有建设单位自己的人员可以报送。"))


def may_score(actor: Actor, assessment: Assessment, level: str) -> Decision:
    """An officer of the education authority of ``level`` above the unit marks for that level."""
    if not actor.authorities_as():
        return Denied("role", _("考核评分由主管部门经办人办理。"))
    if level == LevelScore.Level.UNIT or actor.officer_of(level, assessment.scope_path) is None:
        return Denied(
            "scope",
            _("“%(level)s”由该级教育主管部门的经办人办理，不在您的职责范围内。")
            % {"level": _(LevelScore.Level(level).label)},
        )
    return ALLOWED


def may_return(actor: Actor, assessment: Assessment) -> Decision:
    """An officer of an education authority above the unit, up to the one that concludes."""
    if not actor.authorities_as():
        return Denied("role", _("退回自评由主管部门经办人办理。"))
    top = assessment.evaluation.authority.place.path
    if any(
        a.department == Authority.Department.EDUCATION
        and assessment.scope_path.startswith(a.place.path)
        and a.place.path.startswith(top)
        for a in actor.authorities_as()
    ):
        return ALLOWED
    return Denied("scope", _("这个项目的考核不在您的职责范围内。"))


def may_conclude(actor: Actor, evaluation: Evaluation) -> Decision:
    """An officer of the authority that holds the evaluation concludes, corrects, and decides what follows."""
    if actor.for_authority(evaluation.authority_id):
        return ALLOWED
    if actor.authorities_as():
        return Denied(
            "scope",
            _("考核结论和结果运用由%(authority)s办理。") % {"authority": evaluation.authority.name},
        )
    return Denied("role", _("考核结论由主管部门经办人作出。"))
