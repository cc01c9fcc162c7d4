"""Who verifies which kind of unit where, the contact, the sealed form, and what a correction may change."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factory as f
from tests.factory import CITY, ELSEWHERE, ELSEWHERE_CITY, OTHER_CITY, PROVINCE, refusal
from tests.world import PACKS
from tongchou.core import clock
from tongchou.core.access import Refused
from tongchou.orgs import actions as orgs
from tongchou.orgs import contacts, places, queries
from tongchou.orgs.models import Unit
from tongchou.orgs.record_models import RegistrationRule, UnitContact
from tongchou.orgs.scopes import actor

# ---------------------------------------------------------------- who verifies


@pytest.mark.parametrize(
    "kind, code, level, by",
    [
        ("secondary_school", CITY, "", CITY),
        ("vocational_college", CITY, "", PROVINCE),
        ("secondary_school", ELSEWHERE_CITY, "", ELSEWHERE_CITY),
        ("secondary_school", ELSEWHERE_CITY, "city", ELSEWHERE_CITY),
        ("secondary_school", ELSEWHERE_CITY, "province", ELSEWHERE),  # 省属中等职业学校
        ("enterprise", ELSEWHERE_CITY, "province", ELSEWHERE),
        ("enterprise", CITY, "", CITY),
    ],
)
def test_the_place_says_who_verifies_a_kind_and_where_the_unit_may_choose(world, kind, code, level, by):
    made = f.unit(kind, code, verified=False, supervised_by=level)
    assert made.authority.place_id == by
    assert made.scope_path == (f.place(code).path if by == code else f.place(by).path)


@pytest.mark.parametrize(
    "kind, code, level",
    [
        ("secondary_school", CITY, "province"),
        ("vocational_college", CITY, "city"),
        ("vocational_college", ELSEWHERE_CITY, "city"),
        ("enterprise", CITY, "province"),
        ("secondary_school", ELSEWHERE_CITY, "nation"),
    ],
)
def test_a_level_that_the_place_does_not_leave_open_is_refused_with_its_clause(world, kind, code, level):
    refused = refusal(orgs.register_unit, **f.registration(kind, code, supervised_by=level))
    assert list(refused.fields) == ["supervised_by"]
    assert refused.denied.clause
    assert not Unit.objects.exists()


def test_every_kind_has_a_rule_everywhere_and_each_cites_its_clause(world):
    for kind in Unit.Kind.values:
        assert queries.registration_rule(kind, f.place(CITY).path).cite
        assert queries.registration_rule(kind, f.place(ELSEWHERE_CITY).path).cite
    assert queries.registration_rule("secondary_school", f.place(CITY).path).cite.startswith("jilin-2023-7")
    assert {a.place_id for a in queries.supervisors("secondary_school", f.place(ELSEWHERE_CITY))} == {
        ELSEWHERE,
        ELSEWHERE_CITY,
    }
    assert set(RegistrationRule.objects.values_list("kind", flat=True)) <= set(Unit.Kind.values)


HEAD = "place,kind,levels,sealed_form,cite"


@pytest.mark.parametrize(
    "lines, said",
    [
        (["place,kind,levels"], "第 1 行：列应为"),
        ([HEAD, "229999,enterprise,city,yes,x"], "第 2 行：没有地区 229999"),
        ([HEAD, "220000,church,city,yes,x"], "第 2 行：没有单位类型 church"),
        ([HEAD, "220000,enterprise,,yes,x"], "levels 应为"),
        ([HEAD, "220000,enterprise,city nation,yes,x"], "levels 应为"),
        ([HEAD, "220000,enterprise,city,maybe,x"], "sealed_form 应为"),
        (
            [HEAD, "220000,enterprise,city,no,x", "220000,enterprise,city,yes,x"],
            "第 3 行：220000 的 enterprise 重复",
        ),
    ],
)
def test_a_mistake_in_the_rules_is_named_with_its_line(tmp_path, lines, said):
    (tmp_path / places.REGISTRATION).write_text("\n".join(lines) + "\n", encoding="utf-8")
    known = places.read(PACKS / "jurisdictions-2023")
    with pytest.raises(places.PlacesError) as fault:
        list(places.registration(tmp_path, known, Unit.Kind.values))
    assert said in str(fault.value)


# ---------------------------------------------------------------- the contact


@pytest.mark.parametrize(
    "typed, kept",
    [
        ("0431-80000000", "0431 8000 0000"),
        ("０４３１－８０００００００", "0431 8000 0000"),
        ("13800138000", "138 0013 8000"),
        ("+86 138 0013 8000", "138 0013 8000"),
        ("+852 2810 1234", "+852 2810 1234"),
        ("12345", ""),
        ("八二七二", ""),
        ("", ""),
    ],
)
def test_a_telephone_number_is_checked_and_written_one_way(typed, kept):
    assert contacts.phone_number(typed) == kept


def test_an_extension_stays_with_its_number():
    assert contacts.phone_number("0431-80000000转801").startswith("0431 8000 0000")
    assert contacts.phone_number("0431-80000000转801").endswith("801")


@given(st.text(max_size=40))
def test_whatever_is_typed_as_a_telephone_number_is_kept_or_refused(text):
    kept = contacts.phone_number(text)
    assert kept == "" or contacts.phone_number(kept) == kept


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"name": " "}, "contact_name"),
        ({"name": "名" * 61}, "contact_name"),
        ({"duty": ""}, "contact_duty"),
        ({"phone": "12345"}, "contact_phone"),
        ({"email": "nobody"}, "contact_email"),
    ],
)
def test_a_faulty_contact_is_named_at_registration_and_at_a_change(world, wrong, field):
    refused = refusal(orgs.register_unit, **f.registration(contact=f.contact(**wrong)))
    assert list(refused.fields) == [field]
    school = f.unit()
    again = refusal(orgs.change_contact, school, by=f.leader(school), contact=f.contact(**wrong))
    assert list(again.fields) == [field]


def test_only_the_unit_and_who_verifies_it_see_the_contact(world):
    from tongchou.orgs.access import may_see_contact

    school = f.unit()
    assert may_see_contact(actor(f.filler(school)), school)
    assert may_see_contact(actor(f.officer(CITY)), school)
    for stranger in (f.officer(PROVINCE), f.officer(OTHER_CITY), f.leader(f.unit()), f.nobody()):
        assert not may_see_contact(actor(stranger), school)


# ---------------------------------------------------------------- the sealed form


def _registered(**given):
    made, person = orgs.register_unit(**f.registration(**given))
    return made, person


def test_without_the_scan_nobody_verifies(world):
    school, _ = _registered()
    refused = refusal(orgs.verify_unit, school, by=f.officer(CITY))
    assert refused.code == "scan"
    assert refused.denied.clause.startswith("jilin-2023-7")
    f.sealed(school)
    assert orgs.verify_unit(school, by=f.officer(CITY)).state == "verified"


def test_where_the_place_asks_for_no_form_none_is_needed(world):
    RegistrationRule.objects.filter(place=PROVINCE, kind="secondary_school").update(sealed_form=False)
    school, _ = _registered()
    assert orgs.verify_unit(school, by=f.officer(CITY)).state == "verified"


@pytest.mark.parametrize(
    "changed",
    [{"name": "长春改名学校"}, {"address": "新民大街"}, {"contact": f.contact(phone="0431-80000009")}],
)
def test_a_scan_of_an_older_form_does_not_serve(world, changed):
    school = f.unit(verified=False)
    orgs.refuse_unit(school, by=f.officer(CITY), reason="请核对。")
    given = {"uscc": school.uscc, "name": school.name, "school_code": school.school_code} | changed
    orgs.correct_unit(school, by=f.leader(school), **given)
    refused = refusal(orgs.verify_unit, school, by=f.officer(CITY))
    assert refused.code == "scan"
    assert "不一致" in refused.denied.reason
    f.sealed(school)
    assert orgs.verify_unit(school, by=f.officer(CITY)).state == "verified"


def test_a_correction_that_changes_nothing_printed_keeps_the_scan(world):
    school = f.unit(verified=False)
    orgs.refuse_unit(school, by=f.officer(CITY), reason="请再核对。")
    orgs.correct_unit(
        school, by=f.leader(school), uscc=school.uscc, name=school.name, school_code=school.school_code
    )
    assert orgs.verify_unit(school, by=f.officer(CITY)).state == "verified"


def test_a_new_contact_before_verification_needs_the_form_sealed_again(world):
    school = f.unit(verified=False)
    orgs.change_contact(school, by=f.leader(school), contact=f.contact(phone="0431-80000002"))
    assert refusal(orgs.verify_unit, school, by=f.officer(CITY)).code == "scan"


@pytest.mark.parametrize("upload", [b"", b"MZ\x90\x00 not a form", b"%PDF-1.7 broken"])
def test_a_scan_that_is_no_usable_file_is_refused_and_the_one_before_stays(world, upload):
    school = f.unit(verified=False)
    refused = refusal(
        orgs.upload_contact_form, school, by=f.leader(school), upload=upload, name="../联系表.exe"
    )
    assert refused.code == "file"
    assert queries.contact_of(school).scan_name == "联系表.pdf"


def test_a_verified_unit_uploads_no_form_and_an_old_unit_names_its_contact_first(world):
    school = f.unit()
    refused = refusal(orgs.upload_contact_form, school, by=f.leader(school), upload=f.pdf(), name="a.pdf")
    assert refused.code == "state"
    waiting = f.unit(verified=False)
    UnitContact.objects.filter(unit=waiting).delete()
    refused = refusal(orgs.upload_contact_form, waiting, by=f.leader(waiting), upload=f.pdf(), name="a.pdf")
    assert "还没有填写联系人" in refused.denied.reason


# ---------------------------------------------------------------- correcting all of it


def test_a_correction_may_change_kind_place_tags_and_contact_and_goes_to_whoever_verifies_now(world):
    school = f.unit(verified=False)
    orgs.refuse_unit(school, by=f.officer(CITY), reason="应为高职。")
    orgs.correct_unit(
        school,
        by=f.leader(school),
        uscc=school.uscc,
        name=school.name,
        kind="vocational_college",
        place=f.place(OTHER_CITY),
        tags=["provincial-double-high"],
        contact=f.contact(name="联演三"),
    )
    school = Unit.objects.select_related("authority").get(pk=school.pk)
    assert (school.authority.place_id, school.scope_path) == (PROVINCE, f.place(PROVINCE).path)
    assert school.place_path == f.place(OTHER_CITY).path
    assert [t.tag_id for t in school.tags.all()] == ["provincial-double-high"]
    assert queries.contact_of(school).name == "联演三"
    assert refusal(orgs.verify_unit, school, by=f.officer(CITY)).code == "scope"
    f.sealed(school)
    assert orgs.verify_unit(school, by=f.officer(PROVINCE), tags_confirmed=["provincial-double-high"])


def test_tags_that_a_correction_leaves_out_are_claimed_no_more(world):
    college = f.unit("vocational_college", tags=["provincial-double-high"], verified=False)
    orgs.refuse_unit(college, by=f.officer(PROVINCE), reason="没有依据。")
    orgs.correct_unit(college, by=f.leader(college), uscc=college.uscc, name=college.name, tags=[])
    assert not college.tags.exists()


# ---------------------------------------------------------------- another name


def _asked(school, name="长春新名学校", **given):
    given = {"reason": "经批准更名。", "proof": f.pdf(), "proof_name": "批复.pdf"} | given
    return orgs.ask_rename(school, by=f.leader(school), name=name, **given)


def test_a_unit_gets_another_name_and_the_old_one_is_still_found(world):
    school = f.unit(name="长春旧名学校")
    orgs.approve_rename(_asked(school), by=f.officer(CITY))
    school.refresh_from_db()
    assert school.name == "长春新名学校"
    for word in ("旧名", "新名", school.uscc[:10].lower()):
        assert list(Unit.objects.filter(queries.called(word))) == [school]
    assert not Unit.objects.filter(queries.called("别名")).exists()


def test_what_a_unit_was_called_on_a_day(world, django_assert_num_queries):
    school, other = f.unit(name="甲名学校"), f.unit(name="从未更名学校")
    for day, name in ((date(2024, 3, 1), "乙名学校"), (date(2025, 3, 1), "丙名学校")):
        with clock.at(day):
            orgs.approve_rename(_asked(school, name), by=f.officer(CITY))
    with clock.at(date(2025, 3, 1)):  # again on the same day: the name of the day before is what counts
        orgs.approve_rename(_asked(school, "丁名学校"), by=f.officer(CITY))
    school.refresh_from_db()
    named = [
        (date(2023, 8, 10), "甲名学校"),
        (date(2024, 2, 29), "甲名学校"),
        (date(2024, 3, 1), "乙名学校"),
        (date(2025, 2, 28), "乙名学校"),
        (date(2025, 3, 1), "丁名学校"),
    ]
    for day, name in named:
        with django_assert_num_queries(1):
            names = queries.names_on([school, other], day)
        assert names == {school.pk: name, other.pk: "从未更名学校"}


def test_a_refused_name_says_why_and_may_be_asked_for_again(world):
    school = f.unit()
    asked = _asked(school)
    assert list(refusal(orgs.refuse_rename, asked, by=f.officer(CITY), reason=" ").fields) == [
        "refused_reason"
    ]
    assert refusal(_asked, school).code == "state"
    orgs.refuse_rename(asked, by=f.officer(CITY), reason="没有批复。")
    assert refusal(orgs.approve_rename, asked, by=f.officer(CITY)).code == "state"
    assert _asked(school).state == "waiting"
    assert school.name == Unit.objects.get(pk=school.pk).name


@pytest.mark.parametrize(
    "wrong, field", [({"name": "校"}, "name"), ({"name": "名" * 121}, "name"), ({"reason": ""}, "reason")]
)
def test_a_faulty_request_for_a_name_is_named(world, wrong, field):
    assert list(refusal(_asked, f.unit(), **wrong).fields) == [field]


def test_the_same_name_is_no_other_name_and_an_unverified_unit_corrects_itself_instead(world):
    school = f.unit()
    assert "name" in refusal(_asked, school, school.name).fields
    assert refusal(_asked, f.unit(verified=False)).code == "state"
    with pytest.raises(Refused) as caught:
        _asked(school, proof=b"")
    assert caught.value.code == "file"
