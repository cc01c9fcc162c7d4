"""Every write of orgs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.orgs import access, places, queries, uscc
from tongchou.orgs.models import Authority, Jurisdiction, Membership, Person, Tag, Unit, UnitTag
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

Role = Membership.Role
ADMINISTRATORS = {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}

# Which level of authority supervises a kind of unit, where the place has one: cities keep the secondary schools and
# carry the enterprises and governments upward; colleges answer to the province (jilin-2023-7 四(一)1).
SUPERVISED_BY_PROVINCE = {Unit.Kind.VOCATIONAL_COLLEGE, Unit.Kind.VOCATIONAL_UNIVERSITY, Unit.Kind.UNIVERSITY}


@transaction.atomic
def load_jurisdictions(folder: Path) -> int:
    """Load or renew the places of a jurisdictions pack and their education authorities; return how many places."""
    read = places.read(folder)
    Jurisdiction.objects.bulk_create(
        [
            Jurisdiction(
                code=p.code,
                name=p.name,
                short_name=p.short_name,
                level=p.level,
                parent_id=p.parent or None,
                path=p.path,
                statistical=p.statistical,
                sort_key=p.sort_key,
            )
            for p in read.values()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "short_name", "level", "parent", "path", "statistical", "sort_key"],
    )
    Authority.objects.bulk_create(
        [Authority(place_id=p.code, name=p.authority) for p in read.values() if p.authority],
        update_conflicts=True,
        unique_fields=["place", "department"],
        update_fields=["name"],
    )
    return len(read)


def _supervisor(kind: str, place: Jurisdiction) -> Authority:
    level = "province" if kind in SUPERVISED_BY_PROVINCE else "city"
    found = queries.authority_over(place.path, level) or queries.authority_over(place.path, "province")
    if found is None:
        raise refuse(
            "place",
            _("%(place)s没有参加本计划的主管部门。") % {"place": place.name},
            remedy=_("请选择单位所在的市或县。"),
            fields={"place": _("请选择到市或县")},
        )
    return found


def _check_unit(
    *,
    code: str,
    name: str,
    kind: str,
    place: Jurisdiction,
    school_code: str,
    address: str,
    unit: Unit | None = None,
) -> str:
    fields: dict[str, str] = {}
    code = uscc.normal(code)
    if fault := uscc.fault(code):
        fields["uscc"] = fault
    elif Unit.objects.filter(uscc=code).exclude(pk=unit.pk if unit else 0).exists():
        fields["uscc"] = _(
            "该统一社会信用代码已经注册，一个单位只能有一个账户；请向本单位已注册的人员索取邀请"
        )
    if not 2 <= len(name.strip()) <= 120:
        fields["name"] = _("请填写单位全称（2 至 120 字）")
    if kind not in Unit.Kind.values:
        fields["kind"] = _("请选择单位类型")
    if place.level not in {"city", "county"} and not place.path.endswith("000000/"):
        fields["place"] = _("请选择到市或县")
    if len(school_code.strip()) > 20:
        fields["school_code"] = _("学校标识码不超过 20 位")
    if len(address.strip()) > 200:
        fields["address"] = _("地址不超过 200 字")
    if fields:
        raise refuse("form", _("注册信息有误。"), remedy=_("请按提示更正后重新提交。"), fields=fields)
    return code


@transaction.atomic
def register_unit(
    *,
    uscc: str,
    name: str,
    kind: str,
    place: Jurisdiction,
    person_name: str,
    username: str,
    email: str,
    password: str | None,
    school_code: str = "",
    tags: Iterable[str] = (),
    tag_years: Mapping[str, int] | None = None,
    address: str = "",
    rehearsal: bool = False,
) -> tuple[Unit, Person]:
    """Register a unit with its first person, who fills and, until another is invited, also submits for it.

    The unit waits for its authority's verification. Refused with the field named when a value is wrong, the code is
    already registered or the user name is taken. A dated tag needs the year since which it is held (``tag_years``). Without ``password`` the person sets one by mail.
    """
    code = _check_unit(code=uscc, name=name, kind=kind, place=place, school_code=school_code, address=address)
    claimed = set(tags)
    known = {tag.code: tag for tag in Tag.objects.filter(code__in=claimed)}
    if unknown := claimed - known.keys():
        raise refuse(
            "form",
            _("注册信息有误。"),
            fields={"tags": _("没有这样的标签：%(names)s") % {"names": _("、").join(sorted(unknown))}},
        )
    years = _years(known.values(), tag_years or {})
    authority = _supervisor(kind, place)
    try:
        with transaction.atomic():
            person = _create_person(username=username, name=person_name, email=email, password=password)
            unit = Unit.objects.create(
                uscc=code,
                name=name.strip(),
                kind=kind,
                place=place,
                place_path=place.path,
                scope_path=place.path if authority.place.level == "city" else authority.place.path,
                authority=authority,
                school_code=school_code.strip(),
                address=address.strip(),
                registered_at=clock.now(),
                rehearsal=rehearsal,
            )
    except IntegrityError:  # the same form sent twice at the same moment
        raise refuse(
            "form",
            _("同一单位或用户名刚刚已经注册。"),
            remedy=_("请直接登录；如不是本人注册，请联系主管部门。"),
            fields={"uscc": _("该统一社会信用代码或用户名刚刚已经注册")},
        ) from None
    UnitTag.objects.bulk_create(
        UnitTag(unit=unit, tag_id=tag, since_year=years.get(tag)) for tag in sorted(known)
    )
    Membership.objects.bulk_create(
        Membership(person=person, unit=unit, role=role) for role in Membership.UNIT_ROLES
    )
    audit.record("register_unit", unit, by=person, scope_path=unit.scope_path, unit_id=unit.pk, uscc=code)
    notify(
        queries.officers(authority),
        subject=f"待核验：{unit.name}",
        body=f"{unit.name}已注册，请核验单位信息和所报标签。",
        link=f"/authority/units/{unit.pk}",
    )
    return unit, person


_FIRST_YEAR = 1949


def _years(tags: Iterable[Tag], given: Mapping[str, int]) -> dict[str, int]:
    """The years of those of ``tags`` that are dated; refused with each field named where one is missing or impossible."""
    wanted = [tag for tag in tags if tag.dated]
    fields = {
        f"since_{tag.code}": _("请填写“%(tag)s”的认定年份（%(first)s 至 %(last)s）")
        % {"tag": tag.name, "first": _FIRST_YEAR, "last": clock.today().year}
        for tag in wanted
        if not _FIRST_YEAR <= given.get(tag.code, 0) <= clock.today().year
    }
    if fields:
        raise refuse("form", _("单位称号的认定年份有误。"), remedy=_("请按认定文件填写年份。"), fields=fields)
    return {tag.code: given[tag.code] for tag in wanted}


@transaction.atomic
def verify_unit(
    unit: Unit,
    *,
    by: Person,
    tags_confirmed: Collection[str] = (),
    tag_years: Mapping[str, int] | None = None,
) -> Unit:
    """Verify a registered unit and confirm those of its claimed tags that its authority vouches for.

    ``tag_years`` corrects the years since which dated tags are held; those not named are confirmed as claimed.
    """
    unit = _locked(unit)
    require(access.may_verify(actor(by), unit))
    if unit.state != Unit.State.REGISTERED:
        raise refuse(
            "state",
            _("%(unit)s当前为“%(state)s”，只能核验待核验的单位。")
            % {"unit": unit.name, "state": _(unit.get_state_display())},
        )
    claimed = {claim.tag_id: claim for claim in unit.tags.select_related("tag")}
    if strange := set(tags_confirmed) - claimed.keys():
        raise refuse("form", _("单位没有申报这些标签：%(names)s") % {"names": _("、").join(sorted(strange))})
    confirmed = [claim for tag, claim in claimed.items() if tag in tags_confirmed]
    given = {claim.tag_id: claim.since_year or 0 for claim in confirmed} | dict(tag_years or {})
    years = _years([claim.tag for claim in confirmed], given)
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
        queries.people_of(unit), subject="单位注册已通过核验", body="现在可以申报重点任务。", link="/unit/"
    )
    return unit


@transaction.atomic
def refuse_unit(unit: Unit, *, by: Person, reason: str) -> Unit:
    """Refuse a registration with a reason; the unit may correct it and is then waiting again."""
    unit = _locked(unit)
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
        queries.people_of(unit), subject="单位注册未通过核验", body=unit.refused_reason, link="/unit/record"
    )
    return unit


@transaction.atomic
def correct_unit(
    unit: Unit, *, by: Person, uscc: str, name: str, school_code: str = "", address: str = ""
) -> Unit:
    """Correct a refused registration; it waits for verification again."""
    unit = _locked(unit)
    require(access.may_correct(actor(by), unit))
    if unit.state != Unit.State.REFUSED:
        raise refuse(
            "state",
            _("%(unit)s当前为“%(state)s”，只有核验未通过的登记可以更正。")
            % {"unit": unit.name, "state": _(unit.get_state_display())},
        )
    unit.uscc = _check_unit(
        code=uscc,
        name=name,
        kind=unit.kind,
        place=unit.place,
        school_code=school_code,
        address=address,
        unit=unit,
    )
    unit.name = name.strip()
    unit.school_code = school_code.strip()
    unit.address = address.strip()
    unit.state = Unit.State.REGISTERED
    unit.save()
    audit.record("correct_unit", unit, by=by, scope_path=unit.scope_path, unit_id=unit.pk, uscc=unit.uscc)
    notify(
        queries.officers(unit.authority),
        subject=f"待核验：{unit.name}（已更正）",
        link=f"/authority/units/{unit.pk}",
    )
    return unit


@transaction.atomic
def create_person(*, username: str, name: str, email: str, password: str, by: Person) -> Person:
    """Create an account without any role. The system administrator's part."""
    require(access.may_keep_accounts(actor(by)))
    person = _create_person(username=username, name=name, email=email, password=password)
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
    membership.active = False
    membership.save(update_fields=["active"])
    audit.record("end_role", membership, by=by, person=membership.person_id, role=membership.role)
    return membership


def install_person(
    *, username: str, name: str, email: str, password: str | None, role: str, authority: Authority
) -> Person:
    """Create the first people of an authority from the command line, before any administrator exists."""
    with transaction.atomic():
        person = _create_person(username=username, name=name, email=email, password=password)
        membership = Membership.objects.create(person=person, role=role, authority=authority)
        audit.record("install_person", membership, by=None, person=person.pk, role=role)
    return person


def _create_person(*, username: str, name: str, email: str, password: str | None) -> Person:
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


def _locked(unit: Unit) -> Unit:
    return Unit.objects.select_for_update(of=("self",)).select_related("authority", "place").get(pk=unit.pk)
