"""Projects cultivated below 培育项目: recognised by a school or a city with a document of their own, declared or not yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications.casework import locked
from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.designations import access
from tongchou.designations.models import Designation, Level
from tongchou.designations.standing import end_level
from tongchou.designations.standing_models import CultivatedProject
from tongchou.orgs.queries import authority_over, people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from datetime import date

    from tongchou.applications.models import Application
    from tongchou.orgs.models import Person, Unit
    from tongchou.programmes.models import Task

BELOW = (Level.SCHOOL, Level.CITY)


@transaction.atomic
def recognise(
    unit: Unit,
    *,
    task: Task,
    level: str,
    name: str,
    since: date,
    document_number: str,
    by: Person,
    leader: str = "",
) -> CultivatedProject:
    """Record that a project of ``unit`` is recognised at school level (by the school) or at city level (by its city)."""
    fields = {}
    if level not in BELOW:
        fields["level"] = _("请选择校级或市级")
    if not 1 <= len(name.strip()) <= 200:
        fields["name"] = _("请填写项目名称（不超过 200 字）")
    if not 1 <= len(document_number.strip()) <= 80:
        fields["document_number"] = _("请填写立项文号（不超过 80 字）")
    if since > clock.today():
        fields["since"] = _("立项日期不能晚于今天")
    if len(leader.strip()) > 60:
        fields["leader"] = _("不超过 60 字")
    authority = authority_over(unit.scope_path, "city") if level == Level.CITY else None
    require(access.may_recognise(actor(by), unit, level, authority))
    if fields:
        raise refuse("form", _("立项信息不完整。"), remedy=_("请补充后再登记。"), fields=fields)
    if CultivatedProject.objects.filter(
        unit=unit, task=task, level=level, name=name.strip(), ended_on=None
    ).exists():
        raise refuse("state", _("这个项目已经登记过。"), fields={"name": _("已经登记")})
    made = CultivatedProject.objects.create(
        unit=unit,
        task=task,
        level=level,
        name=name.strip(),
        leader=leader.strip(),
        since=since,
        document_number=document_number.strip(),
        authority=authority,
        place_path=unit.place_path,
        scope_path=unit.scope_path,
        recorded_at=clock.now(),
        recorded_by=by,
    )
    _record("recognise", made, by, level=level, number=made.document_number)
    if authority is not None:
        notify(
            people_of(unit),
            kind=Kind.DECIDED,
            about=made.name,
            subject=f"项目获市级立项：{made.name}",
            body=f"{authority.name}，{made.document_number}",
            link="/unit/projects/",
        )
    return made


@transaction.atomic
def join_case(project: CultivatedProject, application: Application, *, by: Person) -> Designation:
    """Say that a case of the unit declares this project: the case holds the level from the day it was recognised."""
    application = locked(application)
    project = _locked(project)
    require(access.may_join(actor(by), project))
    _require_standing(project)
    if (application.unit_id, application.task_id) != (project.unit_id, project.task_id):
        raise refuse("scope", _("只能关联本单位同一任务的申报。"), remedy=_("请选择任务相同的项目和申报。"))
    if project.designation_id is not None:
        raise refuse("state", _("这个项目已经关联了申报。"), remedy=_("请选择尚未关联申报的项目。"))
    if application.designations.filter(level=project.level, revoked_on=None).exists():
        raise refuse(
            "state",
            _("这份申报已经是%(level)s项目。") % {"level": _(Level(project.level).label)},
            remedy=_("请另选一份申报；已持有的级别不必再关联。"),
        )
    project.designation = Designation.objects.create(
        application=application,
        level=project.level,
        authority=project.authority,
        unit=project.unit,
        task=project.task,
        place_path=application.place_path,
        scope_path=application.scope_path,
        since=project.since,
        document_number=project.document_number,
    )
    project.save(update_fields=["designation"])
    _record("join_case", project, by, application=application.pk)
    return project.designation


@transaction.atomic
def end_project(project: CultivatedProject, *, by: Person, reason: str) -> CultivatedProject:
    """End a cultivated project with a reason; who recognised it does. The level that a case holds by it ends with it."""
    project = _locked(project)
    require(access.may_recognise(actor(by), project.unit, project.level, project.authority))
    _require_standing(project)
    if not reason.strip():
        raise refuse("form", _("终止培育必须写明理由。"), fields={"reason": _("请填写理由")})
    held = Designation.objects.select_for_update(of=("self",)).select_related("application")
    if level := held.filter(pk=project.designation_id or 0, revoked_on=None).first():
        end_level(level, reason=reason)
    project.ended_on, project.ended_reason = clock.today(), reason.strip()[:500]
    project.save(update_fields=["ended_on", "ended_reason"])
    _record("end_project", project, by, reason=project.ended_reason, designation=level and level.pk)
    if project.authority is not None:
        notify(
            people_of(project.unit),
            kind=Kind.DECIDED,
            about=project.name,
            subject=f"市级项目终止培育：{project.name}",
            body=f"{project.authority.name}：{project.ended_reason}",
            link="/unit/projects/",
        )
    return project


def _locked(project: CultivatedProject) -> CultivatedProject:
    return (
        CultivatedProject.objects.select_for_update(of=("self",))
        .select_related("unit", "task", "authority__place")
        .get(pk=project.pk)
    )


def _require_standing(project: CultivatedProject) -> None:
    if project.ended_on is not None:
        raise refuse("state", _("这个项目已经终止培育。"), remedy=_("如继续培育，请重新登记。"))


def _record(action: str, project: CultivatedProject, by: Person, **data: object) -> None:
    audit.record(action, project, by=by, scope_path=project.scope_path, unit_id=project.unit_id, **data)
