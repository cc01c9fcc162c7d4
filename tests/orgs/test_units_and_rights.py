"""Units register and are verified by those above them; accounts and rights are kept by separate people."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factory import (
    CITY,
    ELSEWHERE,
    NATION,
    OTHER_CITY,
    PROVINCE,
    admin,
    audited,
    authority,
    expert,
    leader,
    nobody,
    officer,
    place,
    refusal,
    registration,
    sealed,
    unit,
    uscc,
)
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.orgs import queries
from tongchou.orgs.actions import (
    correct_unit,
    create_person,
    end_role,
    grant_role,
    refuse_unit,
    register_unit,
    set_active,
    verify_unit,
)
from tongchou.orgs.models import Authority, Membership, Person, Unit
from tongchou.orgs.scopes import actor
from tongchou.outbox.models import Message

# ---------------------------------------------------------------- registering


@pytest.mark.parametrize(
    "kind, code, by, scope",
    [
        ("secondary_school", "220122", CITY, "000000/220000/220100/220122/"),
        ("secondary_school", CITY, CITY, "000000/220000/220100/"),
        ("enterprise", OTHER_CITY, OTHER_CITY, "000000/220000/220200/"),
        ("government", "22A001", "22A001", "000000/220000/22A001/"),
        ("vocational_college", CITY, PROVINCE, "000000/220000/"),
        ("vocational_university", "220122", PROVINCE, "000000/220000/"),
    ],
)
def test_a_unit_stands_under_its_own_supervisor_and_in_its_own_place(world, kind, code, by, scope):
    made = unit(kind, code, verified=False)
    assert (made.authority.place_id, made.scope_path, made.state) == (by, scope, "registered")
    assert made.place_path == place(code).path


def test_the_first_person_fills_and_submits_and_the_supervisor_is_told(world):
    city = officer(CITY)
    made, person = register_unit(**registration(name="长春甲校"))
    assert {m.role for m in person.memberships.all()} == {"filler", "leader"}
    assert not person.has_usable_password()
    assert Message.objects.get(to=city).subject == "待核验：长春甲校"
    assert audited(made) == ["register_unit"]
    assert list(queries.pending_units(actor(city))) == [made]
    assert not queries.pending_units(actor(officer(OTHER_CITY))).exists()
    assert not queries.pending_units(actor(officer(PROVINCE))).exists()


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"uscc": "12220100000000000X"}, "uscc"),
        ({"uscc": ""}, "uscc"),
        ({"name": "校"}, "name"),
        ({"name": "名" * 121}, "name"),
        ({"kind": "kindergarten"}, "kind"),
        ({"school_code": "1" * 21}, "school_code"),
        ({"address": "路" * 201}, "address"),
        ({"tags": ["no-such-tag"]}, "tags"),
        ({"tags": iter(["no-such-tag"])}, "tags"),
        ({"person_name": " "}, "person_name"),
        ({"person_name": "名" * 61}, "name"),
        ({"username": "有 空格"}, "username"),
        ({"username": ""}, "username"),
        ({"email": "not-an-address"}, "email"),
        ({"password": "12345678"}, "password"),
    ],
)
def test_a_wrong_value_is_named_and_nobody_is_registered(world, wrong, field):
    people = Person.objects.count()
    refused = refusal(register_unit, **registration(**wrong))
    assert refused.code == "form"
    assert field in refused.fields
    assert not Unit.objects.exists()
    assert Person.objects.count() == people


def test_several_mistakes_are_named_at_once(world):
    refused = refusal(register_unit, **registration(uscc="1", name="", kind=""))
    assert set(refused.fields) == {"uscc", "name", "kind"}


@pytest.mark.parametrize("code", [PROVINCE, NATION, ELSEWHERE])
def test_a_province_or_the_nation_is_no_place_for_a_unit(world, code):
    assert "place" in refusal(register_unit, **registration(place=place(code))).fields


def test_a_code_registers_once_however_it_is_written(world):
    made = unit()
    again = f" {made.uscc[:8].lower()}-{made.uscc[8:].lower()} "
    assert "已经注册" in refusal(register_unit, **registration(uscc=again)).fields["uscc"]


def test_a_user_name_and_an_address_are_taken_once(world):
    first = registration()
    register_unit(**first)
    assert "username" in refusal(register_unit, **registration(username=first["username"])).fields
    assert "email" in refusal(register_unit, **registration(email=first["email"].upper())).fields
    assert Unit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_many_times_at_once_registers_once(world):
    form = registration()
    start = Barrier(5)

    def send() -> str:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            register_unit(**form)
        except Refused as refused:
            return refused.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(5) as pool:
        outcomes = sorted(f.result() for f in [pool.submit(copy_context().run, send) for _ in range(5)])
    assert outcomes == ["done", "form", "form", "form", "form"]
    assert (Unit.objects.count(), Person.objects.filter(username=form["username"]).count()) == (1, 1)


# ---------------------------------------------------------------- verifying


def test_a_unit_is_verified_with_the_tags_its_authority_vouches_for(world):
    college = unit(
        "vocational_college", tags=["national-double-high", "provincial-double-high"], verified=False
    )
    verify_unit(college, by=officer(PROVINCE), tags_confirmed=["provincial-double-high"])
    college.refresh_from_db()
    assert college.state == "verified"
    assert queries.unit_facts(college)["tags"] == ["provincial-double-high"]
    assert audited(college) == ["register_unit", "upload_contact_form", "verify_unit"]
    assert Message.objects.filter(to=leader(college)).exists()


@pytest.mark.parametrize("who, code", [(OTHER_CITY, "scope"), (PROVINCE, "scope"), (NATION, "scope")])
def test_only_the_supervisor_verifies(world, who, code):
    school = unit(verified=False)
    assert refusal(verify_unit, school, by=officer(who)).code == code
    assert refusal(refuse_unit, school, by=officer(who), reason="不符。").code == code
    school.refresh_from_db()
    assert school.state == "registered"


def test_a_tag_nobody_claimed_is_not_confirmed(world):
    college = unit("vocational_college", verified=False)
    refused = refusal(verify_unit, college, by=officer(PROVINCE), tags_confirmed=["national-double-high"])
    assert refused.code == "form"
    college.refresh_from_db()
    assert college.state == "registered"


def test_a_refused_unit_learns_why_corrects_itself_and_waits_again(world):
    school, city = unit(verified=False), officer(CITY)
    refuse_unit(school, by=city, reason=" 名称与证照不符。 ")
    school.refresh_from_db()
    assert (school.state, school.refused_reason) == ("refused", "名称与证照不符。")
    assert Message.objects.filter(to=leader(school), body="名称与证照不符。").exists()

    new = uscc()
    correct_unit(school, by=leader(school), uscc=new, name=" 长春乙校 ", address="人民大街")
    school.refresh_from_db()
    assert (school.state, school.uscc, school.name) == ("registered", new, "长春乙校")
    sealed(school)
    verify_unit(school, by=city)
    school.refresh_from_db()
    assert (school.state, school.refused_reason) == ("verified", "")
    assert audited(school) == [
        "register_unit",
        "upload_contact_form",
        "refuse_unit",
        "correct_unit",
        "upload_contact_form",
        "verify_unit",
    ]


def test_a_refusal_needs_a_reason(world):
    refused = refusal(refuse_unit, unit(verified=False), by=officer(CITY), reason=" \n")
    assert (refused.code, list(refused.fields)) == ("form", ["reason"])


@pytest.mark.parametrize(
    "act",
    [
        lambda school, city: verify_unit(school, by=city),
        lambda school, city: refuse_unit(school, by=city, reason="不符。"),
        lambda school, _: correct_unit(school, by=leader(school), uscc=school.uscc, name=school.name),
    ],
)
def test_what_is_verified_is_not_decided_again(world, act):
    school, city = unit(), officer(CITY)
    assert refusal(act, school, city).code == "state"


@pytest.mark.parametrize(
    "wrong, field", [({"uscc": "1"}, "uscc"), ({"name": ""}, "name"), ({"address": "路" * 201}, "address")]
)
def test_a_correction_is_checked_like_a_registration(world, wrong, field):
    school = unit(verified=False)
    refuse_unit(school, by=officer(CITY), reason="不符。")
    given = {"uscc": school.uscc, "name": school.name} | wrong
    assert field in refusal(correct_unit, school, by=leader(school), **given).fields


def test_a_correction_may_keep_its_own_code_but_not_take_another_s(world):
    school, other = unit(verified=False), unit()
    refuse_unit(school, by=officer(CITY), reason="不符。")
    refused = refusal(correct_unit, school, by=leader(school), uscc=other.uscc, name=school.name)
    assert "uscc" in refused.fields
    assert correct_unit(school, by=leader(school), uscc=school.uscc, name=school.name).state == "registered"


def test_nobody_corrects_another_unit(world):
    school = unit(verified=False)
    refuse_unit(school, by=officer(CITY), reason="不符。")
    for stranger in (leader(unit()), officer(CITY), nobody()):
        assert refusal(correct_unit, school, by=stranger, uscc=school.uscc, name="甲校").code == "scope"


# ---------------------------------------------------------------- accounts and rights, kept apart


def test_the_system_administrator_makes_accounts_without_rights(world):
    person = create_person(
        username="ren",
        name="某人",
        email="Ren@Example.org",
        password="a-long-enough-password-7",
        by=admin("system_admin"),
    )
    assert person.email == "ren@example.org"
    assert person.check_password("a-long-enough-password-7")
    assert actor(person).memberships == ()
    assert audited(person) == ["create_person"]


@pytest.mark.parametrize("role", ["security_admin", "audit_admin"])
def test_the_other_administrators_make_and_close_no_accounts(world, role):
    other = admin(role)
    given = {"username": "ren", "name": "某人", "email": "ren@example.org", "password": "a-long-enough-pw-7"}
    assert refusal(create_person, **given, by=other).code == "role"
    assert refusal(set_active, nobody(), active=False, by=other).code == "role"


@pytest.mark.parametrize("role", ["system_admin", "audit_admin"])
def test_the_other_administrators_grant_and_end_no_roles(world, role):
    other, city = admin(role), officer(CITY)
    assert refusal(grant_role, nobody(), "officer", authority=authority(CITY), by=other).code == "role"
    assert refusal(end_role, city.memberships.get(), by=other).code == "role"


def test_nobody_grants_or_ends_or_closes_his_own(world):
    security, system = admin("security_admin"), admin("system_admin")
    assert refusal(grant_role, security, "officer", authority=authority(CITY), by=security).code == "self"
    assert refusal(grant_role, security, "filler", unit=unit(), by=security).code == "self"
    assert refusal(end_role, security.memberships.get(), by=security).code == "self"
    assert refusal(set_active, system, active=False, by=system).code == "self"
    assert [m.role for m in security.memberships.filter(active=True)] == ["security_admin"]


@pytest.mark.parametrize("held", ["system_admin", "security_admin", "audit_admin"])
@pytest.mark.parametrize("wanted", ["system_admin", "security_admin", "audit_admin"])
def test_nobody_holds_two_of_the_three_administrators(world, held, wanted):
    person, security = admin(held), admin("security_admin")
    if held == wanted:
        assert grant_role(person, wanted, authority=authority(NATION), by=security).active
        return
    refused = refusal(grant_role, person, wanted, authority=authority(PROVINCE), by=security)
    assert refused.code == "separation"
    end_role(person.memberships.get(), by=security)
    assert grant_role(person, wanted, authority=authority(PROVINCE), by=security).active


@pytest.mark.parametrize(
    "role, holder",
    [
        ("filler", "authority"),
        ("leader", "authority"),
        ("officer", "unit"),
        ("expert", "unit"),
        ("king", "unit"),
        ("king", "authority"),
        ("officer", "both"),
        ("filler", "both"),
        ("officer", "none"),
        ("filler", "none"),
    ],
)
def test_a_role_fits_its_holder(world, role, holder):
    given = {}
    if holder in {"unit", "both"}:
        given["unit"] = unit()
    if holder in {"authority", "both"}:
        given["authority"] = authority(CITY)
    refused = refusal(grant_role, nobody(), role, by=admin("security_admin"), **given)
    assert (refused.code, list(refused.fields)) == ("form", ["role"])


def test_a_role_that_was_ended_gives_nothing_and_can_be_given_again(world):
    city, security = officer(CITY), admin("security_admin")
    school = unit(verified=False)
    held = city.memberships.get()
    end_role(held, by=security)
    assert refusal(verify_unit, school, by=city).code == "role"
    assert grant_role(city, "officer", authority=authority(CITY), by=security) == held
    assert verify_unit(school, by=city).state == "verified"
    assert audited(held)[-2:] == ["end_role", "grant_role"]


def test_a_closed_account_has_no_rights_until_it_is_opened_again(world):
    city, system = officer(CITY), admin("system_admin")
    school = unit(verified=False)
    set_active(city, active=False, by=system)
    city.refresh_from_db()
    assert refusal(verify_unit, school, by=city).code == "role"
    assert not queries.officers(authority(CITY)).exists()
    set_active(city, active=True, by=system)
    city.refresh_from_db()
    assert verify_unit(school, by=city).state == "verified"


def test_administrators_see_no_cases_and_experts_no_units(world):
    unit()
    for person in (admin("system_admin"), admin("security_admin"), admin("audit_admin"), expert(), nobody()):
        assert not queries.units(actor(person).scope).exists()


def test_everybody_sees_the_units_of_his_own_subtree_only(world):
    school, other, college = unit(), unit(code=OTHER_CITY), unit("vocational_college")
    seen = lambda person: set(queries.units(actor(person).scope))  # noqa: E731 - reads best in one line
    assert seen(officer(CITY)) == {school}
    assert seen(officer(OTHER_CITY)) == {other}
    assert seen(officer(PROVINCE)) == seen(officer(NATION)) == {school, other, college}
    assert seen(officer(ELSEWHERE)) == set()
    assert seen(leader(college)) == {college}


def test_no_action_leaves_more_than_one_record(world):
    unit("vocational_college", tags=["national-double-high"])
    actions = list(AuditRecord.objects.filter(thing="unit").values_list("action", flat=True))
    assert actions == ["register_unit", "upload_contact_form", "verify_unit"]


def test_every_level_that_takes_part_has_its_education_authority(world):
    assert not Authority.objects.exclude(department="education").exists()
    for code, level in ((NATION, "nation"), (PROVINCE, "province"), (CITY, "city")):
        assert queries.authority_over("000000/220000/220100/220122/", level).place_id == code


def test_a_membership_that_does_not_fit_is_refused_by_the_database_too(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(person=nobody(), role="officer", unit=unit())
