"""Every write of designations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import steps
from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.designations import access, certificates, notice_rules
from tongchou.designations.models import Designation, DesignationList, Level
from tongchou.designations.standing import end_level, years_after
from tongchou.orgs.models import Authority
from tongchou.orgs.queries import people_of, people_of_units
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.reviews import actions as review_actions
from tongchou.reviews import limits, signing
from tongchou.reviews.models import Decision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.applications.models import Application, Revision
    from tongchou.orgs.models import Person, Unit
    from tongchou.programmes.models import Quota, Round, Task
    from tongchou.reviews.step_models import LimitChange


@transaction.atomic
def submit(application: Application, *, by: Person) -> Revision:
    """Submit a declaration; where the declaring step grants a level (校级), the project holds it from now on."""
    revision = review_actions.submit(application, by=by)
    _grant(revision.application, steps.DECLARE, authority=None)
    return revision


@transaction.atomic
def recommend(application: Application, *, by: Person, reason: str = "") -> Decision:
    """Recommend the case upward; where that step grants a level (市级立项), the project holds it from now on."""
    decision = review_actions.recommend(application, by=by, reason=reason)
    if decision.kind == Decision.Kind.RECOMMEND:
        _grant(application, decision.step, authority=decision.authority)
    return decision


@transaction.atomic
def designate(application: Application, *, by: Person, reason: str = "") -> Decision:
    """Designate the project at the level the step grants, and pass the case on to the next step, if any.

    Refused with code ``notice`` while the public notice that the step asks for is not over, or an objection is open.
    """
    decision = review_actions.pass_designated(application, by=by, reason=reason)
    notice_rules.require_over(application, decision)
    if decision.kind == Decision.Kind.DESIGNATE:
        _designated(application, decision)
    return decision


@transaction.atomic
def countersign(application: Application, *, by: Person, agree: bool, reason: str = "") -> Decision | None:
    """Sign a joint decision for one's department; with the last signature it takes effect and grants its level."""
    decision = signing.countersign(application, by=by, agree=agree, reason=reason)
    if decision is not None and decision.kind == Decision.Kind.DESIGNATE:
        notice_rules.require_over(application, decision)
        _designated(application, decision)
    elif decision is not None and decision.kind == Decision.Kind.RECOMMEND:
        _grant(application, decision.step, authority=decision.authority)
    return decision


def _designated(application: Application, decision: Decision) -> None:
    granted = _grant(application, decision.step, authority=decision.authority)
    notify(
        people_of(application.unit),
        kind=Kind.DECIDED,
        about=str(application),
        subject=f"项目获{granted.get_level_display() if granted else ''}认定：{application.project_name}",
        body=f"{decision.authority.name}已认定本项目。",
        link=f"/unit/applications/{application.pk}/",
    )


@transaction.atomic
def take_back(application: Application, *, by: Person) -> Decision:
    """Take back one's own latest decision together with the level it granted; not once that is on a published list."""
    decision = review_actions.take_back(application, by=by)
    _take_away(application, decision.step)
    return decision


@transaction.atomic
def change_limit(
    of: Quota,
    holder: Authority | Unit,
    *,
    limit: int,
    reason: str,
    document: str,
    by: Person,
    falling_out: Sequence[Application] = (),
) -> LimitChange:
    """Change a holder's limit in mid-round; what falls out with it loses the level that the recommendation granted."""
    change = limits.change_limit(
        of, holder, limit=limit, reason=reason, document=document, by=by, falling_out=falling_out
    )
    for application in falling_out:
        _take_away(application, of.step)
    return change


def _take_away(application: Application, step_code: str) -> None:
    """Take away what the step had granted; refused once that is on a published list."""
    step = steps.find(application.edition.pack, step_code)
    if not step.grants:
        return
    granted = Designation.objects.filter(  # what a document of its own recognised before stays
        application=application, level=step.grants, revoked_on=None, document_number=""
    ).first()
    if granted and granted.list_id:
        raise refuse("state", _("认定已经公布，不能收回。"), remedy=_("如确需取消，请按程序撤销认定。"))
    if granted:
        granted.delete()


@transaction.atomic
def publish_list(
    *,
    authority: Authority,
    task: Task,
    round: Round,
    level: str,
    title: str,
    document_number: str,
    by: Person,
) -> DesignationList:
    """Publish all that ``authority`` has designated at ``level`` in this task and round and not published yet."""
    authority = Authority.objects.select_for_update(of=("self",)).select_related("place").get(pk=authority.pk)
    require(access.may_publish(actor(by), authority))
    fields: dict[str, str] = {}
    if not title.strip():
        fields["title"] = _("请填写名单标题")
    elif len(title.strip()) > 200:
        fields["title"] = _("标题不超过 200 字")
    if not document_number.strip():
        fields["document_number"] = _("请填写文号")
    elif len(document_number.strip()) > 80:
        fields["document_number"] = _("文号不超过 80 字")
    elif DesignationList.objects.filter(
        authority=authority, document_number=document_number.strip(), task=task
    ).exists():
        fields["document_number"] = _("这个文号已经公布过本任务的名单")
    if level not in Level.values:
        fields["level"] = _("请选择认定级别")
    if fields:
        raise refuse("form", _("名单信息不完整。"), remedy=_("请补充后再公布。"), fields=fields)
    due = Designation.objects.select_for_update(of=("self",)).filter(
        authority=authority, task=task, application__round=round, level=level, list=None, revoked_on=None
    )
    listed = list(
        due.select_related("application__round", "application__edition", "task", "authority", "unit")
    )
    listed.sort(key=_as_listed)
    if not listed:
        raise refuse(
            "empty",
            _("“%(task)s”没有待公布的%(level)s认定项目。")
            % {"task": task.name, "level": _(Level(level).label)},
        )
    published = DesignationList.objects.create(
        authority=authority,
        task=task,
        round=round,
        level=level,
        title=title.strip(),
        document_number=document_number.strip(),
        published_on=clock.today(),
        by=by,
    )
    certificates.give([(row, _certificate_pattern(row)) for row in listed])
    for row in listed:
        row.list = published
    Designation.objects.bulk_update(listed, ["list", "certificate"], batch_size=1000)
    audit.record(
        "publish_list",
        published,
        by=by,
        scope_path=authority.place.path,
        count=len(listed),
        number=document_number,
    )
    notify(
        people_of_units(d.unit_id for d in listed),
        kind=Kind.LISTED,
        about=published.title,
        subject=f"名单已公布：{published.title}",
        body=f"{authority.name}已公布认定名单（{published.document_number}），其中有贵单位的项目。",
        link=f"/lists/{published.pk}/",
    )
    return published


@transaction.atomic
def revoke(designation: Designation, *, by: Person, reason: str, document_number: str = "") -> Designation:
    """Revoke a level with a reason and the number of the document; the row stays as history."""
    designation = Designation.objects.select_for_update().get(pk=designation.pk)
    require(access.may_revoke(actor(by), designation))
    if designation.revoked_on:
        raise refuse("state", _("这项认定已经撤销。"))
    if not reason.strip():
        raise refuse("form", _("撤销认定必须写明理由。"), fields={"reason": _("请填写理由")})
    end_level(designation, reason=reason, document_number=document_number)
    audit.record(
        "revoke",
        designation,
        by=by,
        scope_path=designation.scope_path,
        unit_id=designation.unit_id,
        reason=designation.revoked_reason,
    )
    notify(
        people_of(designation.application.unit),
        kind=Kind.DECIDED,
        about=str(designation.application),
        subject="项目认定被撤销",
        body=designation.revoked_reason,
    )
    return designation


def _as_listed(designation: Designation) -> tuple[int, str, str, int]:
    """The order of the list, which certificates follow: kind of project as in the pack, place, unit."""
    kinds = [variant.code for variant in designation.application.edition.pack.variants]
    kind = designation.application.variant
    at = kinds.index(kind) if kind in kinds else len(kinds)
    return at, designation.place_path, designation.unit.name, designation.pk


def _certificate_pattern(designation: Designation) -> str:
    """How the step that granted the level numbers its certificates."""
    steps_of = designation.application.edition.pack.steps
    return next((step.certificate for step in steps_of if step.grants == designation.level), "")


def _grant(application: Application, step_code: str, *, authority: Authority | None) -> Designation | None:
    """Give the level that ``step_code`` grants; a project never holds a level twice."""
    step = steps.find(application.edition.pack, step_code)
    level = step.grants
    if level is None:
        return None
    since = clock.today()
    granted, _ = Designation.objects.get_or_create(
        application=application,
        level=level,
        revoked_on=None,
        defaults={
            "authority": authority,
            "unit": application.unit,
            "task": application.task,
            "place_path": application.place_path,
            "scope_path": application.scope_path,
            "since": since,
            "ends_on": years_after(since, step.valid_years) if step.valid_years else None,
        },
    )
    return granted
