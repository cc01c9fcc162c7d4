"""A unit registers with its first person, and corrects what its authority refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.orgs import access, contacts, queries, uscc
from tongchou.orgs.accounts import make_person
from tongchou.orgs.models import Authority, Jurisdiction, Membership, Person, Tag, Unit, UnitTag
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tongchou.orgs.contacts import Contact

_FIRST_YEAR = 1949


def supervisor(kind: str, place: Jurisdiction, level: str = "") -> Authority:
    """The authority that verifies a unit of ``kind`` in ``place``: of ``level`` where the place leaves a choice.

    Where the wanted authority takes no part, the one above it does. Refused where there is none, or the rule of the
    place does not know the level.
    """
    rule = queries.registration_rule(kind, place.path)
    if level and level not in rule.levels:
        raise refuse(
            "form",
            _("%(place)s的这类单位不由这一级主管部门核验。") % {"place": place.name},
            clause=rule.cite,
            remedy=_("请选择列出的主管部门。"),
            fields={"supervised_by": _("请选择列出的主管部门")},
        )
    found = queries.authority_over(place.path, level or rule.levels[0]) or queries.authority_over(
        place.path, "province"
    )
    if found is None:
        raise refuse(
            "place",
            _("%(place)s没有参加本计划的主管部门。") % {"place": place.name},
            remedy=_("请选择单位所在的市或县。"),
            fields={"place": _("请选择到市或县")},
        )
    return found


def taken_by(code: str, *, unit: Unit | None = None) -> str:
    """What is wrong with registering ``code``: it is taken, or was that of a unit merged into another; empty when free."""
    holder = (
        Unit.objects.filter(uscc=code)
        .exclude(pk=unit.pk if unit else 0)
        .select_related("merged_into")
        .first()
    )
    if holder is None:
        return ""
    if holder.merged_into is not None:
        return _("使用该代码的%(unit)s已并入%(into)s，不能再注册；请向%(into)s索取邀请") % {
            "unit": holder.name,
            "into": holder.merged_into.name,
        }
    return _("该统一社会信用代码已经注册，一个单位只能有一个账户；请向本单位已注册的人员索取邀请")


def _check_unit(
    *,
    code: str,
    name: str,
    kind: str,
    place: Jurisdiction,
    school_code: str,
    address: str,
    contact: Contact | None,
    unit: Unit | None = None,
) -> tuple[str, Contact | None]:
    """The code and the contact as they are kept; refused with every faulty field named."""
    fields: dict[str, str] = {}
    code = uscc.normal(code)
    if fault := uscc.fault(code):
        fields["uscc"] = fault
    elif taken := taken_by(code, unit=unit):
        fields["uscc"] = taken
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
    if contact is not None:
        contact, faults = contacts.cleaned(contact)
        fields |= faults
    if fields:
        raise refuse("form", _("注册信息有误。"), remedy=_("请按提示更正后重新提交。"), fields=fields)
    return code, contact


def _claims(tags: Iterable[str], tag_years: Mapping[str, int] | None) -> dict[str, int | None]:
    """The tags claimed with the years of those that are dated; refused when one is unknown or a year is missing."""
    claimed = set(tags)
    known = {tag.code: tag for tag in Tag.objects.filter(code__in=claimed)}
    if unknown := claimed - known.keys():
        raise refuse(
            "form",
            _("注册信息有误。"),
            fields={"tags": _("没有这样的标签：%(names)s") % {"names": _("、").join(sorted(unknown))}},
        )
    years = years_of(known.values(), tag_years or {})
    return {code: years.get(code) for code in sorted(known)}


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
    contact: Contact,
    supervised_by: str = "",
    school_code: str = "",
    tags: Iterable[str] = (),
    tag_years: Mapping[str, int] | None = None,
    address: str = "",
    rehearsal: bool = False,
) -> tuple[Unit, Person]:
    """Register a unit with its first person, who fills and, until another is invited, also submits for it.

    The unit waits for its authority's verification. Refused with the field named when a value is wrong, the code is
    already registered or the user name is taken. ``supervised_by`` is the level of the authority, where the place leaves a
    choice. A dated tag needs the year since which it is held (``tag_years``). Without ``password`` the person sets one by
    mail.
    """
    code, cleaned = _check_unit(
        code=uscc,
        name=name,
        kind=kind,
        place=place,
        school_code=school_code,
        address=address,
        contact=contact,
    )
    claims = _claims(tags, tag_years)
    authority = supervisor(kind, place, supervised_by)
    try:
        with transaction.atomic():
            person = make_person(username=username, name=person_name, email=email, password=password)
            unit = Unit.objects.create(
                uscc=code,
                name=name.strip(),
                kind=kind,
                place=place,
                place_path=place.path,
                scope_path=_scope(place, authority),
                authority=authority,
                school_code=school_code.strip(),
                address=address.strip(),
                registered_at=clock.now(),
                rehearsal=rehearsal,
            )
            contacts.set_contact(unit, cleaned or contact)
    except IntegrityError:  # the same form sent twice at the same moment
        raise refuse(
            "form",
            _("同一单位或用户名刚刚已经注册。"),
            remedy=_("请直接登录；如不是本人注册，请联系主管部门。"),
            fields={"uscc": _("该统一社会信用代码或用户名刚刚已经注册")},
        ) from None
    UnitTag.objects.bulk_create(
        UnitTag(unit=unit, tag_id=tag, since_year=year) for tag, year in claims.items()
    )
    Membership.objects.bulk_create(
        Membership(person=person, unit=unit, role=role) for role in Membership.FIRST_ROLES
    )
    audit.record("register_unit", unit, by=person, scope_path=unit.scope_path, unit_id=unit.pk, uscc=code)
    notify(
        queries.officers(authority),
        kind=Kind.WAITING,
        about=unit.name,
        subject=f"待核验：{unit.name}",
        body=f"{unit.name}已注册，请核验单位信息和所报标签。",
        link=f"/authority/units/{unit.pk}/",
    )
    return unit, person


def years_of(tags: Iterable[Tag], given: Mapping[str, int]) -> dict[str, int]:
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
def correct_unit(
    unit: Unit,
    *,
    by: Person,
    uscc: str,
    name: str,
    school_code: str = "",
    address: str = "",
    kind: str = "",
    place: Jurisdiction | None = None,
    supervised_by: str = "",
    tags: Iterable[str] | None = None,
    tag_years: Mapping[str, int] | None = None,
    contact: Contact | None = None,
) -> Unit:
    """Correct a refused registration; it waits for verification again, by whoever verifies its kind in its place now.

    Kind, place, tags and contact stay as they were unless given.
    """
    unit = queries.locked_unit(unit.pk)
    require(access.may_correct(actor(by), unit))
    if unit.state != Unit.State.REFUSED:
        raise refuse(
            "state",
            _("%(unit)s当前为“%(state)s”，只有核验未通过的登记可以更正。")
            % {"unit": unit.name, "state": _(unit.get_state_display())},
        )
    moved = place is not None or bool(kind) or bool(supervised_by)
    unit.kind, unit.place = kind or unit.kind, place or unit.place
    unit.uscc, cleaned = _check_unit(
        code=uscc,
        name=name,
        kind=unit.kind,
        place=unit.place,
        school_code=school_code,
        address=address,
        contact=contact,
        unit=unit,
    )
    claims = None if tags is None else _claims(tags, tag_years)
    if moved:
        unit.authority = supervisor(unit.kind, unit.place, supervised_by)
        unit.place_path, unit.scope_path = unit.place.path, _scope(unit.place, unit.authority)
    unit.name = name.strip()
    unit.school_code = school_code.strip()
    unit.address = address.strip()
    unit.state = Unit.State.REGISTERED
    unit.save()
    if claims is not None:
        unit.tags.exclude(tag__in=claims).delete()
        for tag, year in claims.items():
            UnitTag.objects.update_or_create(unit=unit, tag_id=tag, defaults={"since_year": year})
    if cleaned is not None:
        contacts.set_contact(unit, cleaned)
    audit.record("correct_unit", unit, by=by, scope_path=unit.scope_path, unit_id=unit.pk, uscc=unit.uscc)
    notify(
        queries.officers(unit.authority),
        kind=Kind.WAITING,
        about=unit.name,
        subject=f"待核验：{unit.name}（已更正）",
        link=f"/authority/units/{unit.pk}/",
    )
    return unit


def _scope(place: Jurisdiction, authority: Authority) -> str:
    """Under whom a unit stands: its own place where its city answers for it, else the authority's."""
    return place.path if authority.place.level == "city" else authority.place.path
