"""Accounts and roles, each the part of its own administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.orgs import access, queries
from tongchou.orgs.models import Membership, Person
from tongchou.orgs.scopes import actor

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority, Unit

Role = Membership.Role
ADMINISTRATORS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}


@transaction.atomic
def create_person(*, username: str, name: str, email: str, password: str, by: Person) -> Person:
    """Create an account without any role. The system administrator's part."""
    require(access.may_keep_accounts(actor(by)))
    person = make_person(username=username, name=name, email=email, password=password)
    audit.record("create_person", person, by=by)
    return person


@transaction.atomic
def set_active(person: Person, *, active: bool, by: Person) -> Person:
    """Close or reopen an account. The system administrator's part; nobody closes his own."""
    require(access.may_keep_accounts(actor(by)))
    if person.pk == by.pk:
        raise refuse("self", _("不能停用自己的账号。"), remedy=_("请由另一位系统管理员办理。"))
    person.is_active = active
    person.save(update_fields=["is_active"])
    audit.record("set_active", person, by=by, active=active)
    return person


@transaction.atomic
def grant_role(
    person: Person, role: str, *, by: Person, unit: Unit | None = None, authority: Authority | None = None
) -> Membership:
    """Give ``person`` a role in a unit or an authority. The security administrator's part; nobody grants himself."""
    require(access.may_grant(actor(by)))
    if person.pk == by.pk:
        raise refuse("self", _("不能给自己授权。"), remedy=_("请由另一位安全管理员办理。"))
    in_unit = role in Membership.UNIT_ROLES
    if role not in Role.values or in_unit != (unit is not None) or in_unit == (authority is not None):
        raise refuse(
            "form", _("角色与所属机构不符。"), fields={"role": _("单位角色须选单位，其他角色须选主管部门")}
        )
    if role in ADMINISTRATORS:
        Person.objects.select_for_update().get(pk=person.pk)  # two grants at once see each other
        held = Membership.objects.filter(person=person, active=True, role__in=ADMINISTRATORS - {role}).first()
        if held:
            raise refuse(
                "separation",
                _("%(person)s已是%(role)s；系统、安全、审计三类管理员由不同的人担任。")
                % {"person": person, "role": _(held.get_role_display())},
                remedy=_("请另选人员，或先取消其原有的管理员角色。"),
            )
    membership, _created = Membership.objects.update_or_create(
        person=person, role=role, unit=unit, authority=authority, defaults={"active": True}
    )
    audit.record("grant_role", membership, by=by, person=person.pk, role=role)
    return membership


@transaction.atomic
def end_role(membership: Membership, *, by: Person) -> Membership:
    """End a role. The security administrator's part; nobody ends his own."""
    require(access.may_grant(actor(by)))
    if membership.person_id == by.pk:
        raise refuse("self", _("不能取消自己的角色。"), remedy=_("请由另一位安全管理员办理。"))
    if membership.unit_id is not None and membership.role == Role.LEADER:
        require_another_leader(membership.unit_id, without=membership.person_id)
    membership.active = False
    membership.save(update_fields=["active"])
    audit.record("end_role", membership, by=by, person=membership.person_id, role=membership.role)
    return membership


def install_person(
    *, username: str, name: str, email: str, password: str | None, role: str, authority: Authority
) -> Person:
    """Create the first people of an authority from the command line, before any administrator exists."""
    with transaction.atomic():
        person = make_person(username=username, name=name, email=email, password=password)
        membership = Membership.objects.create(person=person, role=role, authority=authority)
        audit.record("install_person", membership, by=None, person=person.pk, role=role)
    return person


def make_person(*, username: str, name: str, email: str, password: str | None) -> Person:
    """A new account, in the caller's transaction; refused with the field named when a value is wrong or taken."""
    fields: dict[str, str] = {}
    person = Person(username=username.strip(), name=name.strip(), email=email.strip().lower())
    person.set_password(password)
    try:
        person.full_clean()
    except ValidationError as error:
        fields |= {key: "；".join(messages) for key, messages in error.message_dict.items()}
    if password is not None:  # without one, the person sets it by mail before the first login
        try:
            validate_password(password, person)
        except ValidationError as error:
            fields["password"] = "；".join(error.messages)
    if person.email and Person.objects.filter(email=person.email).exists():
        fields["email"] = _("该邮箱已有账号")
    if not person.name:
        fields["person_name"] = _("请填写姓名")
    if fields:
        raise refuse("form", _("账号信息有误。"), remedy=_("请按提示更正后重新提交。"), fields=fields)
    person.date_joined = clock.now()
    person.save()
    return person


def require_another_leader(unit_id: int, *, without: int) -> None:
    """Refuse what would leave a unit without a leader: nobody else leads it than the person ``without``.

    Locks the unit, so that two leaders leaving at once see each other.
    """
    unit = queries.locked_unit(unit_id)
    if not queries.leaders(unit).exclude(pk=without).exists():
        raise refuse(
            "state",
            _("%(unit)s只有这一位单位审核人，不能没有审核人。") % {"unit": unit.name},
            remedy=_("请先把审核人移交给本单位的其他人员，或邀请新的审核人。"),
        )
