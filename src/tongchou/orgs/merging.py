"""A unit is merged into another: it closes, and those of its people who were chosen go on there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.orgs import queries
from tongchou.orgs.models import Membership, Unit
from tongchou.orgs.record_models import RenameRequest

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from tongchou.orgs.models import Person

Role = Membership.Role


def require_mergeable(unit: Unit, into: Unit, *, on: date, reason: str) -> None:
    """Refuse a merger of a unit with itself, of one that is not verified, in the future, or without a reason."""
    for one in (unit, into):
        if one.state != Unit.State.VERIFIED:
            raise refuse(
                "state",
                _("%(unit)s当前为“%(state)s”，只有已核验的单位可以合并。")
                % {"unit": one.name, "state": _(one.get_state_display())},
            )
    fields = {}
    if unit.pk == into.pk:
        fields["into"] = _("不能并入自己")
    if on > clock.today():
        fields["on"] = _("合并日期不能晚于今天")
    elif on < unit.registered_at.astimezone(clock.SHANGHAI).date():
        fields["on"] = _("合并日期不能早于单位注册的日期")
    if not 1 <= len(reason.strip()) <= 500:
        fields["reason"] = _("请填写合并的依据（不超过 500 字）")
    if fields:
        raise refuse("form", _("合并信息有误。"), remedy=_("请按提示更正。"), fields=fields)


def close(unit: Unit, into: Unit, *, on: date, people: Collection[Person]) -> None:
    """Close ``unit`` in the caller's transaction: its roles, invitations and requests end.

    ``people`` of it take the roles they had in ``into``, a leader that of a filler: who leads there, that unit decides.
    """
    held = Membership.objects.filter(unit=unit, active=True)
    chosen = {person.pk for person in people}
    if strange := chosen - set(held.values_list("person_id", flat=True)):
        raise refuse(
            "form",
            _("所选的人员不是%(unit)s的人员。") % {"unit": unit.name},
            fields={"people": _("有 %(count)s 人不是本单位人员") % {"count": len(strange)}},
        )
    for membership in held.filter(person__in=chosen):
        role = Role.FILLER if membership.role == Role.LEADER else membership.role
        Membership.objects.update_or_create(
            person_id=membership.person_id, role=role, unit=into, authority=None, defaults={"active": True}
        )
    held.update(active=False)
    now = clock.now()
    queries.invitations(unit).update(revoked_at=now)
    unit.rename_requests.filter(state=RenameRequest.State.WAITING).update(
        state=RenameRequest.State.REFUSED, decided_at=now, refused_reason=f"单位已并入{into.name}"
    )
    unit.state, unit.merged_into, unit.merged_on = Unit.State.MERGED, into, on
    unit.save(update_fields=["state", "merged_into", "merged_on"])
