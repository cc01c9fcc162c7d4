"""The people of a unit: handing over, and removing. A unit is never without a leader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit
from tongchou.core.access import refuse, require
from tongchou.orgs import access, queries
from tongchou.orgs.accounts import require_another_leader
from tongchou.orgs.models import Membership
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from tongchou.orgs.models import Person, Unit

Role = Membership.Role
STAYS_AS = (Role.FILLER, Role.REVIEWER)  # what the old leader may stay as


@transaction.atomic
def hand_over(unit: Unit, *, to: Person, by: Person, stay_as: str = "") -> Membership:
    """Hand one's leadership of ``unit`` to another of its people, in one step.

    ``stay_as`` is the role one keeps (filler or reviewer); without it all of one's roles in the unit end.
    """
    unit = queries.locked_unit(unit.pk)
    require(access.may_keep_people(actor(by), unit))
    if stay_as and stay_as not in STAYS_AS:
        raise refuse("form", _("移交后只能留任填报员或校核人。"), fields={"stay_as": _("请选择留任的角色")})
    if to.pk == by.pk:
        raise refuse("self", _("您就是审核人，不需要移交给自己。"), fields={"to": _("请选择其他人员")})
    if not queries.people_of(unit).filter(pk=to.pk).exists():
        raise refuse(
            "member",
            _("%(person)s不是%(unit)s的在用人员。") % {"person": to, "unit": unit.name},
            remedy=_("请先邀请此人，接受后再移交。"),
            fields={"to": _("请选择本单位人员")},
        )
    made, _created = Membership.objects.update_or_create(
        person=to, role=Role.LEADER, unit=unit, authority=None, defaults={"active": True}
    )
    Membership.objects.filter(person=by, unit=unit, active=True).update(active=False)
    if stay_as:
        Membership.objects.update_or_create(
            person=by, role=stay_as, unit=unit, authority=None, defaults={"active": True}
        )
    audit.record(
        "hand_over", unit, by=by, scope_path=unit.scope_path, unit_id=unit.pk, to=to.pk, stay_as=stay_as
    )
    notify(
        [to],
        kind=Kind.INVITED,
        about=unit.name,
        subject=f"您现在是{unit.name}的审核人",
        body=f"{by.name}把审核人移交给了您。",
        link=f"/unit/people/{unit.pk}/",
    )
    return made


@transaction.atomic
def remove_member(unit: Unit, *, person: Person, by: Person) -> None:
    """End all roles of ``person`` in ``unit``; the account stays, and so does what the person wrote."""
    unit = queries.locked_unit(unit.pk)
    require(access.may_keep_people(actor(by), unit))
    held = Membership.objects.filter(person=person, unit=unit, active=True)
    roles = sorted(held.values_list("role", flat=True))
    if not roles:
        raise refuse("member", _("%(person)s不是%(unit)s的人员。") % {"person": person, "unit": unit.name})
    if Role.LEADER in roles:
        require_another_leader(unit.pk, without=person.pk)
    held.update(active=False)
    audit.record(
        "remove_member",
        unit,
        by=by,
        scope_path=unit.scope_path,
        unit_id=unit.pk,
        person=person.pk,
        roles=roles,
    )
    notify(
        [person],
        kind=Kind.INVITED,
        about=unit.name,
        subject=f"您在{unit.name}的角色已结束",
        body=f"由{by.name}办理。您的账号不受影响。",
        link="/me/",
    )
