"""Quotas by rules unlike those of the two provinces: by year of designation, pooled, of some cases only, lapsing."""

from datetime import date

import pytest
from django.db.models import Q

from tests.factory import fresh, leader, officer, refusal, registration, unit
from tests.programmes.engine import (
    declared,
    national,
    playing,
    quota,
    ready,
    recommend,
    school,
    send,
)
from tests.programmes.small_pack import CITE, PLACES
from tongchou.applications import actions as applications
from tongchou.core import clock
from tongchou.designations import actions as designations
from tongchou.orgs.actions import register_unit, verify_unit
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.orgs.queries import confirmed_tags
from tongchou.programmes.actions import load_pack
from tongchou.programmes.check import check
from tongchou.reviews import actions as reviews
from tongchou.reviews.board import board
from tongchou.reviews.models import QuotaAccount, QuotaPlace

PROVINCE, CITY, OTHER_CITY = "220000", "220100", "220200"
COLLEGE = "vocational_college"
TAG = "double-high"


def taken(code="q"):
    return {a.line: (a.taken, a.limit) for a in QuotaAccount.objects.filter(quota__code=code)}


def refused(case, by=PROVINCE):
    return refusal(designations.recommend, case, by=officer(by))


# ---------------------------------------------------------------- by the year of a designation


def college(year=None, **more):
    years = {TAG: year} if year else None
    return unit(COLLEGE, CITY, tags=[TAG], tag_years=years, **more) if year else unit(COLLEGE, CITY, **more)


@pytest.fixture
def dated(places, pack):
    """Schools designated in 2021 or before declare two, later ones one, others none."""
    national(pack)
    pack.programme["tags"][0]["dated"] = True
    old, new = {"until": 2021}, {"from": 2022}
    pack.task["quotas"] = [
        quota(
            step="declare",
            holder="unit",
            kinds=[COLLEGE],
            holders=[
                {"name": "2021 年及以前认定", "match": {"tags": [TAG], "tag_years": old}, "limit": 2},
                {"name": "以后认定", "match": {"tags": [TAG], "tag_years": new}, "limit": 1},
                {"name": "其他", "limit": 0},
            ],
        )
    ]
    with playing(pack):
        yield


@pytest.mark.parametrize("year, most", [(2019, 2), (2021, 2), (2022, 1), (None, 0)])
def test_the_year_of_its_designation_says_how_many_a_school_may_declare(dated, year, most):
    of = college(year)
    cases = [ready(of) for _ in range(most + 1)]
    for case in cases[:most]:
        send(case)
    refused = refusal(designations.submit, cases[most], by=leader(of))
    assert refused.code == "quota"
    assert refused.denied.clause == CITE[0]
    assert QuotaAccount.objects.get().limit == most if most else not QuotaPlace.objects.exists()
    (row,) = [r for r in board(PLACES[PROVINCE]) if r.holder == of.name]
    assert (row.limit, row.taken) == (most, most)


def test_the_authority_confirms_the_year_or_corrects_it(dated):
    claimed = unit(COLLEGE, CITY, tags=[TAG], tag_years={TAG: 2019}, verified=False)
    assert confirmed_tags(claimed) == {}
    verify_unit(claimed, by=officer(CITY), tags_confirmed=[TAG], tag_years={TAG: 2022})
    assert confirmed_tags(claimed) == {TAG: 2022}
    plain = college(2020)
    assert confirmed_tags(plain) == {TAG: 2020}


@pytest.mark.parametrize("year", [None, 1948, 2024])
def test_a_dated_tag_needs_a_year_that_can_be(dated, year):
    given = registration(COLLEGE, CITY, tags=[TAG], tag_years={TAG: year} if year else None)
    refused = refusal(register_unit, **given)
    assert set(refused.fields) == {f"since_{TAG}"}
    claimed = unit(COLLEGE, CITY, tags=[TAG], tag_years={TAG: 2019}, verified=False)
    again = {TAG: year or 0}
    refused = refusal(verify_unit, claimed, by=officer(CITY), tags_confirmed=[TAG], tag_years=again)
    assert set(refused.fields) == {f"since_{TAG}"}


def test_the_screens_ask_for_the_year_and_show_it(dated, client):
    page = client.get("/register/").content.decode()
    assert f'name="since_{TAG}"' in page
    claimed = unit(COLLEGE, CITY, tags=[TAG], tag_years={TAG: 2019}, verified=False)
    client.force_login(officer(CITY))
    address = f"/authority/units/{claimed.pk}/"
    assert f'name="since_{TAG}" min="1949" max="2100" value="2019"' in client.get(address).content.decode()
    answer = client.post(address, {"do": "verify", "tags": [TAG], f"since_{TAG}": "2020"})
    assert answer.status_code == 302
    assert confirmed_tags(claimed) == {TAG: 2020}
    assert "（2020 年认定）" in client.get(address).content.decode()


def test_another_year_in_the_pack_moves_the_accounts_in_use(dated, pack):
    of = college(2021)
    send(ready(of))
    assert taken() == {"2021 年及以前认定": (1, 2)}
    lines = pack.task["quotas"][0]["holders"]
    lines[0]["match"]["tag_years"]["until"], lines[1]["match"]["tag_years"]["from"] = 2020, 2021
    load_pack(pack.write())
    assert taken() == {"以后认定": (1, 1)}


YEARS = {
    "tag without year": ({"tags": [TAG], "tag_years": {"from": 2020}}, False, "没有年份"),
    "no tag": ({"tag_years": {"from": 2020}}, True, "没有标签可依"),
    "no year": ({"tags": [TAG], "tag_years": {}}, True, "没有写年份"),
    "turned round": ({"tags": [TAG], "tag_years": {"from": 2022, "until": 2020}}, True, "晚于"),
}


@pytest.mark.parametrize("name", YEARS)
def test_wrong_years_are_named(pack, name):
    match, dated, message = YEARS[name]
    pack.programme["tags"][0]["dated"] = dated
    pack.task["quotas"] = [
        quota(step="declare", holder="unit", holders=[{"name": "甲", "match": match, "limit": 1}])
    ]
    (problem,) = check(national(pack).write(), PLACES)
    assert message in problem.message
    assert problem.line > 0


def test_a_line_whose_years_another_covers_is_never_reached(pack):
    pack.programme["tags"][0]["dated"] = True
    years = [{"until": 2021}, {"until": 2020}]
    pack.task["quotas"] = [
        quota(
            step="declare",
            holder="unit",
            holders=[
                {"name": f"第{n}行", "match": {"tags": [TAG], "tag_years": y}, "limit": 1}
                for n, y in enumerate(years)
            ],
        )
    ]
    (problem,) = check(national(pack).write(), PLACES)
    assert "“第1行”永远轮不到" in problem.message
    pack.task["quotas"][0]["holders"].reverse()
    assert check(pack.write(), PLACES) == []


# ---------------------------------------------------------------- pooled, and through the prefecture


def test_two_kinds_of_school_share_one_account_and_a_third_has_none_of_it(places, pack):
    national(pack)
    pack.task["variants"][0]["leads"].append("vocational_university")
    kinds = ["secondary_school", COLLEGE]
    pack.task["quotas"] = [quota(kinds=kinds, holders=[{"name": "各省", "limit": 2}])]
    with playing(pack):
        for kind in kinds:
            recommend(declared(school(kind=kind)))
        assert taken() == {"各省": (2, 2)}
        assert refused(declared(school(kind=COLLEGE))).code == "quota"
        assert recommend(declared(school(kind="vocational_university"))).step == "designate"


def test_a_school_of_a_county_goes_through_its_prefecture_and_counts_in_its_quota(places, pack):
    county = Jurisdiction.objects.create(
        code="220122",
        name="农安县",
        short_name="农安",
        level="county",
        parent_id=CITY,
        path=f"{PLACES[CITY]}220122/",
        sort_key="220122",
    )
    Authority.objects.create(place=county, department="education", name="农安县教育局")
    pack.overlay_task["quotas"][0]["holders"] = [
        {"name": "长春市", "match": {"places": [CITY]}, "limit": 1},
        {"name": "其他市（州）", "limit": 2},
    ]
    with playing(pack):
        case = declared(school("220122"))
        assert (case.step, case.unit.authority.place_id) == ("city-recommend", CITY)
        assert recommend(case, CITY).step == "recommend"
        assert taken("by-city") == {"长春市": (1, 1)}
        assert refused(declared(school(CITY)), CITY).code == "quota"
        assert recommend(declared(school(OTHER_CITY)), OTHER_CITY).step == "recommend"


# ---------------------------------------------------------------- of some cases only


@pytest.fixture
def large(places, pack):
    """Only large centres are limited, to one."""
    national(pack)
    pack.task["quotas"] = [quota(when='v["area"] >= 5000.0')]
    with playing(pack):
        yield


def test_only_cases_for_which_the_rule_holds_count(large):
    for _ in range(2):
        recommend(declared(area=2000.0))
    assert not QuotaAccount.objects.exists()
    recommend(declared(area=6000.0))
    refusal_ = refused(declared(area=7000.0))
    assert (refusal_.code, taken()) == ("quota", {"各省": (1, 1)})


def changed(case, area):
    """Return the case from the ministry, have its area changed and submitted again."""
    reviews.return_for_changes(case, by=officer("000000"), reason="请核对面积", due=clock.today())
    case = fresh(case)
    applications.save_draft(
        case, by=leader(case.unit), changes={"area": area}, base_version=case.draft.version
    )
    return send(fresh(case))


def test_a_new_revision_frees_the_place_or_takes_one_at_the_step_already_passed(large):
    case = recommend(declared(area=6000.0))
    case = changed(case, 2000.0)
    assert (case.step, taken()) == ("designate", {"各省": (0, 1)})
    case = changed(case, 8000.0)
    assert taken() == {"各省": (1, 1)}
    other = recommend(declared(area=1500.0))
    reviews.return_for_changes(other, by=officer("000000"), reason="请核对面积", due=clock.today())
    other = fresh(other)
    applications.save_draft(
        other, by=leader(other.unit), changes={"area": 9000.0}, base_version=other.draft.version
    )
    assert refusal(designations.submit, other, by=leader(other.unit)).code == "quota"
    assert fresh(other).state == "returned"


def test_a_rule_that_cannot_be_is_named(pack):
    pack.task["quotas"] = [quota(when='v["arae"] >= 1.0')]
    (problem,) = check(national(pack).write(), PLACES)
    assert "规则中的字段“arae”不存在" in problem.message


# ---------------------------------------------------------------- exemptions that lapse


def lapsing(pack, **limits):
    national(pack)
    pack.task["calendar"].append(
        {
            "code": "declare-2024",
            "name": "申报",
            "purpose": "declare",
            "binds": "units",
            "round": "2024",
            "from": "2024-07-01",
            "until": "2024-08-31",
            "cite": CITE,
        }
    )
    pack.task["quotas"] = [
        quota(
            rounds=["2023", "2024"],
            exempt=[
                {"code": "large", "text": "大型中心", "when": 'v["area"] >= 5000.0', "cite": CITE, **limits}
            ],
            holders=[{"name": "各省", "limit": 0}],
        )
    ]
    return pack


def test_after_its_last_day_an_exemption_no_longer_holds(places, pack):
    with playing(lapsing(pack, until="2023-08-20")):
        early, late = declared(area=6000.0), declared(area=6000.0)
        with clock.at(date(2023, 8, 20)):
            early = recommend(early)
        assert QuotaPlace.objects.get().exemption == "large"
        with clock.at(date(2023, 8, 21)):
            said = refused(late).denied.reason
            assert "免占情形“大型中心”已于2023年8月20日截止，本项计入限额。" in said
            early = changed(early, 6500.0)
            assert QuotaPlace.objects.get().exemption == "large"
            (row,) = board(PLACES[PROVINCE], Q(task__programme=early.task.programme_id))
            assert row.quota.exemption_texts == ["大型中心（已于2023年8月20日截止）"]
            assert (row.exempt, row.taken) == (1, 0)


def test_an_exemption_of_one_round_does_not_hold_in_the_next(places, pack):
    with playing(lapsing(pack, rounds=["2023"])):
        recommend(declared(area=6000.0))
        with clock.at(date(2024, 7, 10)):
            said = refused(declared(area=6000.0, year=2024)).denied.reason
            assert "免占情形“大型中心”不适用于2024 年，本项计入限额。" in said


def test_the_board_shows_until_when_it_holds(places, pack, client):
    with playing(lapsing(pack, until="2023-08-20", rounds=["2023"])):
        recommend(declared(area=6000.0))
        client.force_login(officer(PROVINCE))
        page = client.get("/authority/quotas/").content.decode()
        assert "大型中心（只在批次 2023，至2023年8月20日止）" in page


def test_an_exemption_for_a_round_that_the_quota_lacks_is_named(pack):
    lapsing(pack, rounds=["2024"])
    pack.task["quotas"][0]["rounds"] = ["2023"]
    (problem,) = check(pack.write(), PLACES)
    assert "免占情形限于批次“2024”" in problem.message
