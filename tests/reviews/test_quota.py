"""The quota ledger: who holds what, when a place is taken, given back, exempt, and what happens when limits change."""

import shutil
from datetime import date

import pytest

from tests.factory import (
    CENTRE,
    CITY,
    INTERNATIONAL,
    LIBRARY,
    NATION,
    OTHER_CITY,
    PROVINCE,
    advance,
    at,
    authority,
    copies,
    designated,
    draft,
    filled,
    fresh,
    leader,
    officer,
    on,
    place,
    refusal,
    submitted,
    unit,
)
from tests.world import PACKS
from tongchou.applications.actions import save_draft
from tongchou.core.access import Refused
from tongchou.designations import actions as designations
from tongchou.orgs.models import Unit
from tongchou.programmes.actions import load_pack
from tongchou.programmes.models import Quota, QuotaLine
from tongchou.reviews import actions as reviews
from tongchou.reviews import limits
from tongchou.reviews.board import board
from tongchou.reviews.models import QuotaAccount, QuotaPlace
from tongchou.reviews.quota import line_for

DUE = date(2023, 8, 20)


def account(code: str) -> QuotaAccount:
    return QuotaAccount.objects.get(quota__code=code)


def row(code: str, holder: str, path: str = "000000/220000/"):
    """Of the library's and the centres' quotas; other tasks use the same codes."""
    return next(
        r
        for r in board(path)
        if r.quota.code == code and r.holder == holder and r.quota.task.code in {LIBRARY, CENTRE}
    )


# ---------------------------------------------------------------- who holds how much


@pytest.mark.parametrize(
    "tags, limit",
    [
        (["national-double-high"], 5),
        (["provincial-double-high"], 3),
        (["national-double-high", "provincial-double-high"], 5),
        ([], 1),
    ],
)
def test_the_first_line_that_matches_gives_a_college_its_limit(world, tags, limit):
    college = unit("vocational_college", tags=tags)
    submitted(college)
    assert account("by-college").limit == limit
    assert account("by-college").unit == college


def test_a_tag_that_was_only_claimed_gives_nothing(world):
    college = unit("vocational_college", tags=["national-double-high"], verified=False)
    from tongchou.orgs.actions import verify_unit

    verify_unit(college, by=officer(PROVINCE), tags_confirmed=[])
    submitted(Unit.objects.get(pk=college.pk))
    assert (account("by-college").line, account("by-college").limit) == ("其他高职学校", 1)


@pytest.mark.parametrize(
    "code, limit", [(CITY, 15), (OTHER_CITY, 10), ("220581", 3), ("22A001", 3), ("222400", 3)]
)
def test_a_city_holds_what_its_line_says_even_where_it_is_no_statistical_division(world, code, limit):
    at(unit("secondary_school", code), "province-designate", code=CENTRE)
    assert account("school-by-city").limit == limit
    assert account("school-by-city").authority.place_id == code


def test_a_county_school_uses_its_city_s_places(world):
    at(unit("secondary_school", "220122"), "province-designate")
    assert account("by-city").authority.place_id == CITY


def test_a_line_that_names_a_province_is_held_by_each_of_its_cities_as_loading_reads_it(world):
    lines = [QuotaLine(name="本省", places=[PROVINCE], limit=4), QuotaLine(name="其他", limit=1)]
    assert line_for(lines, authority(CITY)).name == "本省"
    assert line_for(lines, authority("140100")).name == "其他"
    assert line_for(lines, unit("vocational_college", CITY)).name == "本省"
    assert line_for(lines[:1], authority("140100")) is None


def test_a_holder_that_no_line_names_is_told_so_and_nothing_moves(world):
    case = submitted(unit("secondary_school", OTHER_CITY))
    QuotaLine.objects.filter(quota__code="by-city").exclude(name="长春市").delete()
    refused = refusal(designations.recommend, case, by=officer(OTHER_CITY))
    assert refused.code == "quota"
    assert "没有给" in refused.denied.reason
    assert "jilin-2023-7 三(四)" in refused.denied.clause
    assert fresh(case).step == "city-recommend"


# ---------------------------------------------------------------- full, given back, taken again


def test_the_second_library_of_an_ordinary_college_is_refused_and_stays_a_draft(world):
    college = unit("vocational_college")
    first, second = submitted(college), filled(college)
    refused = refusal(designations.submit, second, by=leader(college))
    assert refused.code == "quota"
    assert f"《{first.project_name}》" in refused.denied.reason
    assert "jilin-2023-7 三(四)" in refused.denied.clause
    assert fresh(second).state == "draft"
    assert not second.revisions.exists()


def test_a_place_given_back_by_withdrawing_can_be_taken_by_another_case(world):
    college = unit("vocational_college")
    first, second = submitted(college), filled(college)
    reviews.withdraw(first, by=leader(college))
    assert account("by-college").taken == 0
    designations.submit(second, by=leader(college))
    assert account("by-college").taken == 1
    assert refusal(designations.submit, first, by=leader(college)).code == "quota"


def test_a_city_that_takes_back_a_recommendation_may_recommend_another(world):
    school, city = unit("secondary_school", "220300"), officer("220300")
    first, second, third = (submitted(school) for _ in range(3))
    designations.recommend(first, by=city)
    designations.recommend(second, by=city)
    assert refusal(designations.recommend, third, by=city).code == "quota"

    designations.take_back(first, by=city)
    assert account("by-city").taken == 1
    designations.recommend(third, by=city)
    assert account("by-city").taken == 2
    refused = refusal(designations.recommend, first, by=city)
    assert f"《{second.project_name}》、《{third.project_name}》" in refused.denied.reason


def test_a_returned_case_keeps_its_places_and_takes_no_second_one(world):
    college = unit("vocational_college")
    case = submitted(college)
    reviews.return_for_changes(
        case, by=officer(PROVINCE), reason="请补充。", due=DUE, remarks={"project_name": "请核对"}
    )
    assert account("by-college").taken == 1
    designations.submit(case, by=leader(college))
    assert account("by-college").taken == 1
    assert QuotaPlace.objects.count() == 1


def test_a_declined_case_keeps_the_place_it_used(world):
    college = unit("vocational_college")
    case = submitted(college)
    reviews.decline(case, by=officer(PROVINCE), reason="条件不足。")
    assert account("by-college").taken == 1
    assert refusal(designations.submit, filled(college), by=leader(college)).code == "quota"


def test_many_holders_are_named_up_to_twelve_and_counted_beyond(world):
    QuotaLine.objects.filter(quota__code="by-city", name="吉林市").update(limit=14)
    first = submitted(unit("secondary_school", OTHER_CITY))
    cases, city = [first, *copies(first, 14)], officer(OTHER_CITY)
    for case in cases[:14]:
        reviews.recommend(case, by=city)
    reason = refusal(reviews.recommend, cases[14], by=city).denied.reason
    assert reason.count("《") == 12
    assert "等 14 项" in reason


# ---------------------------------------------------------------- pooled variants and rounds


def test_resources_to_build_and_to_recognise_share_one_account_of_the_province(world):
    college = unit("vocational_college")
    for mode in ("build", "recognise"):
        case = at(college, "province-recommend", code=INTERNATIONAL, variant="resource", project_mode=mode)
        advance(case)
    assert account("national-resource").taken == 2
    assert account("national-resource").limit == 10


def test_variants_with_quotas_of_their_own_do_not_take_from_each_other(world):
    college = unit("vocational_college")
    for variant in ("standard", "equipment"):
        advance(at(college, "province-recommend", code=INTERNATIONAL, variant=variant))
    assert (account("national-standard").taken, account("national-equipment").taken) == (1, 1)


def test_three_rounds_share_one_quota(world):
    college = unit("vocational_college", tags=["provincial-double-high"])
    submitted(college, year=2023)
    with on(2024, 5, 6):
        submitted(college, year=2024)
    with on(2025, 5, 6):
        submitted(college, year=2025)
        fourth = filled(college, year=2025)
        assert refusal(designations.submit, fourth, by=leader(college)).code == "quota"
    assert account("by-college").taken == 3


def test_the_same_unit_s_two_tasks_have_accounts_of_their_own(world):
    college = unit("vocational_college")
    submitted(college)
    submitted(college, code=CENTRE)
    assert (account("by-college").taken, account("school-by-college").taken) == (1, 1)


# ---------------------------------------------------------------- exemptions


def test_an_exempt_case_takes_no_place_until_the_province_refuses_the_claim(world):
    college = unit("vocational_college")
    case = submitted(college, existing_national=True)
    assert account("by-college").taken == 0
    assert row("by-college", college.name).exempt == 1

    limits.refuse_exemption(case, by=officer(PROVINCE), reason="不在原名单内。")
    assert account("by-college").taken == 1
    assert row("by-college", college.name).exempt == 0


def test_a_refused_claim_for_which_no_place_is_left_changes_nothing(world):
    college = unit("vocational_college")
    submitted(college)
    exempt = submitted(college, existing_national=True)
    refused = refusal(limits.refuse_exemption, exempt, by=officer(PROVINCE), reason="不在原名单内。")
    assert refused.code == "quota"
    assert account("by-college").taken == 1
    assert QuotaPlace.objects.get(application=exempt).exemption == "former-national-203"


def test_a_refused_claim_is_not_had_again_by_being_returned_and_submitted(world):
    college = unit("vocational_college")
    case = submitted(college, existing_national=True)
    limits.refuse_exemption(case, by=officer(PROVINCE), reason="不在原名单内。")
    reviews.return_for_changes(case, by=officer(PROVINCE), reason="请补充。", due=DUE)
    designations.submit(case, by=leader(college))
    assert account("by-college").taken == 1


def test_a_claim_dropped_after_a_return_takes_a_place_on_submitting_again(world):
    college = unit("vocational_college")
    case = submitted(college, existing_national=True)
    reviews.return_for_changes(case, by=officer(PROVINCE), reason="请核对。", due=DUE)
    save_draft(fresh(case), by=leader(college), changes={"existing_national": False}, base_version=99)
    designations.submit(case, by=leader(college))
    assert account("by-college").taken == 1
    assert QuotaPlace.objects.get(application=case).exemption == ""


def test_dropping_the_claim_where_no_place_is_left_is_refused_at_every_holder(world):
    school, city = unit("secondary_school", "220300"), officer("220300")
    exempt = at(school, "province-designate", existing_national=True)
    for _ in range(2):
        designations.recommend(submitted(school), by=city)
    reviews.return_for_changes(exempt, by=officer(PROVINCE), reason="请核对。", due=DUE)
    save_draft(fresh(exempt), by=leader(school), changes={"existing_national": False}, base_version=99)
    refused = refusal(designations.submit, exempt, by=leader(school))
    assert refused.code == "quota"
    assert fresh(exempt).state == "returned"
    assert exempt.revisions.count() == 1
    assert account("by-city").taken == 2


@pytest.mark.parametrize(
    "who, code",
    [(CITY, "role"), (NATION, "role"), (OTHER_CITY, "scope"), ("140000", "scope")],
)
def test_only_the_authority_that_set_the_quota_judges_exemptions(world, who, code):
    case = at(unit("secondary_school"), "province-designate", existing_national=True)
    assert refusal(limits.refuse_exemption, case, by=officer(who), reason="不在名单。").code == code
    assert QuotaPlace.objects.get(application=case).exemption


def test_refusing_an_exemption_needs_one_and_a_reason(world):
    school = unit("secondary_school")
    plain = at(school, "province-designate")
    exempt = at(school, "province-designate", existing_national=True)
    assert refusal(limits.refuse_exemption, plain, by=officer(PROVINCE), reason="不在名单。").code == "state"
    refused = refusal(limits.refuse_exemption, exempt, by=officer(PROVINCE), reason="  ")
    assert (refused.code, list(refused.fields)) == ("form", ["reason"])


# ---------------------------------------------------------------- minimums and the board


def test_a_minimum_is_met_by_counted_cases_only_and_limits_nobody(world):
    company, city = unit("enterprise", "220300"), "000000/220000/220300/"
    name = company.authority.name
    assert not row("enterprise-by-city", name, city).minimum_met
    at(company, "province-designate", code=CENTRE, in_consortium=False)
    assert row("enterprise-by-city", name, city).exempt == 1
    for taken in (1, 2, 3):
        at(company, "province-designate", code=CENTRE, in_consortium=True, consortium_name="联合体")
        seen = row("enterprise-by-city", name, city)
        assert (seen.taken, seen.left, seen.minimum_met) == (taken, None, taken >= 2)


def test_the_board_counts_what_waits_and_what_is_left_by_holder(world):
    school, city = unit("secondary_school", OTHER_CITY), officer(OTHER_CITY)
    first = submitted(school)
    submitted(school)
    seen = row("by-city", school.authority.name)
    assert (seen.taken, seen.waiting, seen.left, seen.limit) == (0, 2, 3, 3)
    designations.recommend(first, by=city)
    seen = row("by-city", school.authority.name)
    assert (seen.taken, seen.waiting, seen.left) == (1, 1, 2)


def test_a_city_sees_itself_on_the_board_and_no_other_holder(world):
    unit("vocational_college", CITY)
    holders = {r.holder_path for r in board("000000/220000/220100/")}
    assert holders == {"000000/220000/220100/"}


def test_a_unit_stands_on_the_board_only_of_quotas_that_count_its_kind(world):
    company = unit("enterprise")
    Quota.objects.filter(code="by-college").update(kinds=["enterprise"])
    assert {r.quota.code for r in board("000000/220000/") if r.holder == company.name} == {"by-college"}
    Quota.objects.filter(code="by-college").update(kinds=[])
    assert {r.quota.code for r in board("000000/220000/") if r.holder == company.name} == {"by-college"}


# ---------------------------------------------------------------- limits that change


def changed_pack(folder, old: str, new: str):
    shutil.copytree(PACKS / "key-tasks-2023", folder)
    path = folder / "overlays/220000/tasks/resource-library.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_a_raised_limit_holds_for_the_next_case_and_a_lowered_one_is_refused_while_used(world, tmp_path):
    school, city = unit("secondary_school", OTHER_CITY), officer(OTHER_CITY)
    first = submitted(school)
    cases = [first, *copies(first, 4)]
    for case in cases[:3]:
        reviews.recommend(case, by=city)
    assert refusal(reviews.recommend, cases[3], by=city).code == "quota"

    four = '{name: 吉林市, match: {places: ["220200"]}, limit: 4}'
    load_pack(changed_pack(tmp_path / "more", four.replace("4}", "3}"), four))
    reviews.recommend(cases[3], by=city)
    assert (account("by-city").taken, account("by-city").limit) == (4, 4)

    with pytest.raises(Refused) as refused:
        load_pack(PACKS / "key-tasks-2023")
    assert refused.value.code == "quota"
    assert "已用 4，拟改为 3" in refused.value.denied.reason
    assert account("by-city").limit == 4
    assert QuotaLine.objects.get(quota__task__code=LIBRARY, quota__code="by-city", name="吉林市").limit == 4


def test_a_draft_takes_no_place_however_long_it_lies(world):
    draft(unit("vocational_college"))
    assert not QuotaAccount.objects.exists()


def test_a_case_that_went_the_whole_way_holds_one_place_at_each_step_that_counts(world):
    case = designated(unit("secondary_school"), code=CENTRE)
    assert set(case.quota_places.values_list("account__quota__step", flat=True)) == {"city-recommend"}
    assert place(CITY).path in case.scope_path
