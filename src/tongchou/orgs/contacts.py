"""The unit's contact person, and the contact form that is printed, sealed, scanned and uploaded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock, files
from tongchou.core.access import refuse, require
from tongchou.orgs import access, queries
from tongchou.orgs.models import Unit
from tongchou.orgs.record_models import UnitContact
from tongchou.orgs.scopes import actor

if TYPE_CHECKING:
    from tongchou.orgs.models import Person

SCAN_MB = 20


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to reach in a unit, as typed."""

    name: str
    duty: str
    phone: str
    email: str


def phone_number(text: str) -> str:
    """A telephone number as people in China write it (``0431 8270 1234``, ``138 0013 8000``); empty when it is none.

    Numbers of another country begin with ``+`` and keep it.
    """
    try:
        number = phonenumbers.parse(text.replace("转", "x"), "CN")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    home = phonenumbers.region_code_for_number(number) == "CN"
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, style)


def cleaned(contact: Contact) -> tuple[Contact, dict[str, str]]:
    """``contact`` as it is kept, and what is wrong with it by field."""
    made = Contact(
        contact.name.strip(), contact.duty.strip(), phone_number(contact.phone), contact.email.strip().lower()
    )
    fields = {}
    if not 1 <= len(made.name) <= 60:
        fields["contact_name"] = _("请填写联系人姓名（不超过 60 字）")
    if not 1 <= len(made.duty) <= 60:
        fields["contact_duty"] = _("请填写联系人职务（不超过 60 字）")
    if not made.phone:
        fields["contact_phone"] = _("不是有效的电话号码；固定电话请带区号，如 0431-88901234")
    try:
        validate_email(made.email)
    except ValidationError:
        fields["contact_email"] = _("请填写有效的邮箱")
    return made, fields


def form_code(unit: Unit, contact: UnitContact) -> str:
    """What stands on every page of the contact form: code of the unit, and a digest of all that the form says.

    Another name, place or contact makes another code, so a scan of an older form is known as such.
    """
    said = [
        unit.name,
        unit.uscc,
        unit.kind,
        unit.place_id,
        unit.authority_id,
        unit.school_code,
        unit.address,
        contact.name,
        contact.duty,
        contact.phone,
        contact.email,
    ]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
    return f"{unit.uscc}-{digest[:8].upper()}"


def set_contact(unit: Unit, contact: Contact) -> UnitContact:
    """Keep a contact already :func:`cleaned`, in the caller's transaction; a scan given before stays with it."""
    kept, _created = UnitContact.objects.update_or_create(
        unit=unit,
        defaults={
            "name": contact.name,
            "duty": contact.duty,
            "phone": contact.phone,
            "email": contact.email,
        },
    )
    return kept


@transaction.atomic
def change_contact(unit: Unit, *, by: Person, contact: Contact) -> UnitContact:
    """Name another contact, or reach the same one elsewhere. Before verification the form is then sealed anew."""
    unit = queries.locked_unit(unit.pk)
    require(access.may_correct(actor(by), unit))
    _require_standing(unit)
    made, fields = cleaned(contact)
    if fields:
        raise refuse("form", _("联系人信息有误。"), remedy=_("请按提示更正。"), fields=fields)
    kept = set_contact(unit, made)
    audit.record("change_contact", unit, by=by, scope_path=unit.scope_path, unit_id=unit.pk)
    return kept


@transaction.atomic
def upload_contact_form(unit: Unit, *, by: Person, upload: bytes | IO[bytes], name: str) -> UnitContact:
    """Upload the scan of the sealed contact form. It shows the form as it stands now; an earlier scan gives way.

    Refused with code ``file`` when it is no PDF or picture, damaged or larger than ``SCAN_MB``.
    """
    unit = queries.locked_unit(unit.pk)
    require(access.may_correct(actor(by), unit))
    if unit.state not in {Unit.State.REGISTERED, Unit.State.REFUSED}:
        raise refuse(
            "state",
            _("%(unit)s当前为“%(state)s”，不需要再上传联系表。")
            % {"unit": unit.name, "state": _(unit.get_state_display())},
        )
    contact = UnitContact.objects.filter(unit=unit).first()
    if contact is None:
        raise refuse(
            "state",
            _("%(unit)s还没有填写联系人。") % {"unit": unit.name},
            remedy=_("请先填写联系人，打印联系表并盖章。"),
        )
    contact.scan = files.store(upload, allowed=("pdf", "image"), max_mb=SCAN_MB)
    contact.scan_name = files.safe_name(name)
    contact.scan_code = form_code(unit, contact)
    contact.scanned_at, contact.scanned_by = clock.now(), by
    contact.save()
    audit.record(
        "upload_contact_form",
        unit,
        by=by,
        scope_path=unit.scope_path,
        unit_id=unit.pk,
        sha256=contact.scan.sha256,
        code=contact.scan_code,
    )
    return contact


def _require_standing(unit: Unit) -> None:
    if unit.state == Unit.State.MERGED:
        raise refuse(
            "state",
            _("%(unit)s已并入%(into)s，不能再变更。")
            % {"unit": unit.name, "into": unit.merged_into and unit.merged_into.name},
        )


def scan_fault(unit: Unit) -> str:
    """Why the scan at hand does not serve for verifying; empty when it does."""
    contact = UnitContact.objects.filter(unit=unit).select_related("scan").first()
    if contact is None or contact.scan is None:
        return _("单位还没有上传盖章的联系表。")
    if contact.scan_code != form_code(unit, contact):
        return _("单位上传联系表之后又改了登记信息，联系表与现在的信息不一致。")
    return ""
