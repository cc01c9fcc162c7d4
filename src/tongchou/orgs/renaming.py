"""A unit gets another name: it asks with reason and proof, its authority decides. Its former names are kept with their days."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock, files
from tongchou.core.access import refuse, require
from tongchou.orgs import access, queries
from tongchou.orgs.models import Unit
from tongchou.orgs.record_models import FormerName, RenameRequest
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from tongchou.orgs.models import Person

PROOF_MB = 20


@transaction.atomic
def ask_rename(
    unit: Unit, *, by: Person, name: str, reason: str, proof: bytes | IO[bytes], proof_name: str
) -> RenameRequest:
    """Ask for another name. A registration that is not verified yet is corrected instead."""
    unit = queries.locked_unit(unit.pk)
    require(access.may_ask_rename(actor(by), unit))
    if unit.state != Unit.State.VERIFIED:
        raise refuse(
            "state",
            _("%(unit)s当前为“%(state)s”，只有已核验的单位可以申请更名。")
            % {"unit": unit.name, "state": _(unit.get_state_display())},
            remedy=_("核验未通过的登记可以直接更正。"),
        )
    if queries.rename_waiting(unit):
        raise refuse("state", _("已有一份更名申请在审核。"), remedy=_("请等待主管部门办理。"))
    name, reason = name.strip(), reason.strip()
    fields = {}
    if not 2 <= len(name) <= 120:
        fields["name"] = _("请填写单位全称（2 至 120 字）")
    elif name == unit.name:
        fields["name"] = _("与现在的名称相同")
    if not 1 <= len(reason) <= 500:
        fields["reason"] = _("请填写更名的理由（不超过 500 字）")
    if fields:
        raise refuse("form", _("更名申请有误。"), remedy=_("请按提示更正。"), fields=fields)
    request = RenameRequest.objects.create(
        unit=unit,
        name=name,
        reason=reason,
        proof=files.store(proof, allowed=("pdf", "image"), max_mb=PROOF_MB),
        proof_name=files.safe_name(proof_name),
        asked_at=clock.now(),
        asked_by=by,
    )
    audit.record("ask_rename", unit, by=by, scope_path=unit.scope_path, unit_id=unit.pk, name=name)
    notify(
        queries.officers(unit.authority),
        kind=Kind.WAITING,
        about=unit.name,
        subject=f"待审核更名：{unit.name}",
        body=f"申请更名为{name}。理由：{reason}",
        link=f"/authority/units/{unit.pk}/",
    )
    return request


@transaction.atomic
def approve_rename(request: RenameRequest, *, by: Person) -> Unit:
    """Give the unit the name asked for, from today on; the name until now stays on record."""
    unit = queries.locked_unit(request.unit_id)
    request = RenameRequest.objects.select_for_update().get(pk=request.pk)
    _require_decidable(request, unit, by)
    today = clock.today()
    # Renamed twice in a day, the name of the day before is what stands on record.
    FormerName.objects.get_or_create(unit=unit, until=today, defaults={"name": unit.name})
    former, unit.name = unit.name, request.name
    unit.save(update_fields=["name"])
    request.state, request.decided_at = RenameRequest.State.APPROVED, clock.now()
    request.save(update_fields=["state", "decided_at"])
    audit.record(
        "approve_rename",
        unit,
        by=by,
        scope_path=unit.scope_path,
        unit_id=unit.pk,
        former=former,
        name=unit.name,
    )
    notify(
        queries.people_of(unit),
        kind=Kind.UNIT,
        about=unit.name,
        subject=f"单位已更名为{unit.name}",
        body=f"原名称{former}仍可查到。",
        link=f"/unit/record/{unit.pk}/",
    )
    return unit


@transaction.atomic
def refuse_rename(request: RenameRequest, *, by: Person, reason: str) -> RenameRequest:
    """Refuse another name, with a reason; the unit may ask again."""
    unit = queries.locked_unit(request.unit_id)
    request = RenameRequest.objects.select_for_update().get(pk=request.pk)
    _require_decidable(request, unit, by)
    if not reason.strip():
        raise refuse("form", _("不同意更名必须写明理由。"), fields={"refused_reason": _("请填写理由")})
    request.state, request.decided_at = RenameRequest.State.REFUSED, clock.now()
    request.refused_reason = reason.strip()[:500]
    request.save(update_fields=["state", "decided_at", "refused_reason"])
    audit.record(
        "refuse_rename",
        unit,
        by=by,
        scope_path=unit.scope_path,
        unit_id=unit.pk,
        name=request.name,
        reason=request.refused_reason,
    )
    notify(
        queries.people_of(unit),
        kind=Kind.UNIT,
        about=unit.name,
        subject="更名申请未获同意",
        body=request.refused_reason,
        link=f"/unit/record/{unit.pk}/",
    )
    return request


def _require_decidable(request: RenameRequest, unit: Unit, by: Person) -> None:
    require(access.may_verify(actor(by), unit))
    if request.state != RenameRequest.State.WAITING:
        raise refuse("state", _("这份更名申请已经办理。"))
