"""How long levels are held: renewal 续期 and expiry. What an evaluation decides is done by these actions too."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import uniqueness
from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.designations import access
from tongchou.designations.models import Designation, held_on
from tongchou.designations.standing_models import Renewal
from tongchou.orgs.queries import people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from tongchou.orgs.models import Person


def years_after(day: date, years: int) -> date:
    """The same day ``years`` later: the first on which what began on ``day`` is over. After 29 February, 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def end_level(designation: Designation, *, reason: str, document_number: str = "") -> None:
    """A locked level is held no more from today; a project without any level lets go what only one project may be."""
    designation.revoked_on, designation.revoked_reason = clock.today(), reason.strip()[:500]
    designation.revoked_document = document_number.strip()[:80]
    designation.save(update_fields=["revoked_on", "revoked_reason", "revoked_document"])
    held = Designation.objects.filter(held_on(clock.today()), application=designation.application_id)
    if not held.exists():
        uniqueness.release(designation.application)


@transaction.atomic
def renew(
    designation: Designation, *, until: date | None, by: Person, reason: str, document_number: str = ""
) -> Designation:
    """Let a level be held up to and with the day ``until`` (without one: with no end); also after it has expired."""
    designation = _deciding(designation, by, reason)
    if until is not None and until < clock.today():
        raise refuse("form", _("续期不能早于今天。"), fields={"until": _("请选择今天或以后的日期")})
    ends_on = None if until is None else date.fromordinal(until.toordinal() + 1)
    if ends_on is not None and designation.ends_on is not None and ends_on <= designation.ends_on:
        raise refuse("form", _("新的期限没有晚于现在的期限。"), fields={"until": _("请选择更晚的日期")})
    if designation.ends_on is None:
        raise refuse("state", _("这项认定没有期限，不需要续期。"))
    return _set_end(designation, ends_on, "renew", by, reason, document_number)


@transaction.atomic
def expire(designation: Designation, *, by: Person, reason: str, document_number: str = "") -> Designation:
    """Let a level end today, such as when its evaluation says that it is not renewed. It stays as history."""
    designation = _deciding(designation, by, reason)
    if designation.standing == "expired":
        raise refuse("state", _("这项认定已经到期。"))
    return _set_end(designation, clock.today(), "expire", by, reason, document_number)


def _deciding(designation: Designation, by: Person, reason: str) -> Designation:
    designation = (
        Designation.objects.select_for_update(of=("self",))
        .select_related("application__unit", "authority", "unit")
        .get(pk=designation.pk)
    )
    require(access.may_revoke(actor(by), designation))
    if designation.revoked_on is not None:
        raise refuse("state", _("这项认定已经撤销。"))
    if not reason.strip():
        raise refuse("form", _("必须写明理由。"), fields={"reason": _("请填写理由")})
    return designation


def _set_end(
    designation: Designation,
    ends_on: date | None,
    action: str,
    by: Person,
    reason: str,
    document_number: str,
) -> Designation:
    Renewal.objects.create(
        designation=designation,
        ended_on=designation.ends_on,
        ends_on=ends_on,
        reason=reason.strip()[:500],
        document_number=document_number.strip()[:80],
        at=clock.now(),
        by=by,
    )
    designation.ends_on = ends_on
    designation.save(update_fields=["ends_on"])
    audit.record(
        action,
        designation,
        by=by,
        scope_path=designation.scope_path,
        unit_id=designation.unit_id,
        ends_on=ends_on.isoformat() if ends_on else None,
        reason=reason.strip()[:200],
    )
    application = designation.application
    last = designation.last_day
    until = f"有效期至 {last:%Y年%-m月%-d日}" if last and action == "renew" else "没有期限"
    notify(
        people_of(application.unit),
        kind=Kind.DECIDED,
        about=str(application),
        subject=f"项目认定{'已续期' if action == 'renew' else '已到期'}：{application.project_name}",
        body=f"{designation.get_level_display()}，{until if action == 'renew' else '自今日起不再有效'}。{reason.strip()[:500]}",
        link=f"/unit/applications/{application.pk}/",
    )
    return designation
