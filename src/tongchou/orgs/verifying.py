"""The supervising authority verifies a registered unit, or refuses it with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit
from tongchou.core.access import refuse, require
from tongchou.orgs import access, queries
from tongchou.orgs.contacts import scan_fault
from tongchou.orgs.models import Unit, UnitTag
from tongchou.orgs.registering import years_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tongchou.orgs.models import Person


@transaction.atomic
def verify_unit(
    unit: Unit,
    *,
    by: Person,
    tags_confirmed: Collection[str] = (),
    tag_years: Mapping[str, int] | None = None,
) -> Unit:
    """Verify a registered unit and confirm those of its claimed tags that its authority vouches for.

    Where the place asks for the sealed contact form, its scan must show the registration as it stands. ``tag_years`` corrects the years since which dated tags are held; those not named are confirmed as claimed.
    """
    unit = queries.locked_unit(unit.pk)
    require(access.may_verify(actor(by), unit))
    if unit.state != Unit.State.REGISTERED:
        raise refuse(
            "state",
            _("%(unit)s当前为“%(state)s”，只能核验待核验的单位。")
            % {"unit": unit.name, "state": _(unit.get_state_display())},
        )
    rule = queries.registration_rule(unit.kind, unit.place_path)
    if rule.sealed_form and (missing := scan_fault(unit)):
        raise refuse(
            "scan", missing, clause=rule.cite, remedy=_("请写明理由退回，由单位打印、盖章、扫描后重新上传。")
        )
    claimed = {claim.tag_id: claim for claim in unit.tags.select_related("tag")}
    if strange := set(tags_confirmed) - claimed.keys():
        raise refuse("form", _("单位没有申报这些标签：%(names)s") % {"names": _("、").join(sorted(strange))})
    confirmed = [claim for tag, claim in claimed.items() if tag in tags_confirmed]
    given = {claim.tag_id: claim.since_year or 0 for claim in confirmed} | dict(tag_years or {})
    years = years_of([claim.tag for claim in confirmed], given)
    for claim in confirmed:
        claim.confirmed, claim.since_year = True, years.get(claim.tag_id)
    UnitTag.objects.bulk_update(confirmed, ["confirmed", "since_year"])
    unit.state = Unit.State.VERIFIED
    unit.refused_reason = ""
    unit.save(update_fields=["state", "refused_reason"])
    audit.record(
        "verify_unit",
        unit,
        by=by,
        scope_path=unit.scope_path,
        unit_id=unit.pk,
        tags=sorted(tags_confirmed),
        tag_years=years,
    )
    notify(
        queries.people_of(unit),
        kind=Kind.UNIT,
        about=unit.name,
        subject="单位注册已通过核验",
        body="现在可以申报重点任务。",
        link="/unit/",
    )
    return unit


@transaction.atomic
def refuse_unit(unit: Unit, *, by: Person, reason: str) -> Unit:
    """Refuse a registration with a reason; the unit may correct it and is then waiting again."""
    unit = queries.locked_unit(unit.pk)
    require(access.may_verify(actor(by), unit))
    if unit.state != Unit.State.REGISTERED:
        raise refuse(
            "state",
            _("%(unit)s当前为“%(state)s”，不能再作此处理。")
            % {"unit": unit.name, "state": _(unit.get_state_display())},
        )
    if not reason.strip():
        raise refuse("form", _("核验不通过必须写明理由。"), fields={"reason": _("请填写理由")})
    unit.state = Unit.State.REFUSED
    unit.refused_reason = reason.strip()[:500]
    unit.save(update_fields=["state", "refused_reason"])
    audit.record(
        "refuse_unit", unit, by=by, scope_path=unit.scope_path, unit_id=unit.pk, reason=unit.refused_reason
    )
    notify(
        queries.people_of(unit),
        kind=Kind.UNIT,
        about=unit.name,
        subject="单位注册未通过核验",
        body=unit.refused_reason,
        link=f"/unit/record/{unit.pk}/",
    )
    return unit
