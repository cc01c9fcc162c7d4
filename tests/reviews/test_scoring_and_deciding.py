"""Experts: who is assigned, what they may mark, how totals come about, and what a veto stops."""

from decimal import Decimal

import pytest

from tests.factory import (
    CITY,
    ELSEWHERE,
    INTERNATIONAL,
    PROVINCE,
    admin,
    at,
    audited,
    authority,
    expert,
    filled,
    fresh,
    leader,
    marks,
    nobody,
    officer,
    on,
    refusal,
    score,
    submitted,
    unit,
)
from tongchou.designations import actions as designations
from tongchou.orgs.actions import end_role, grant_role
from tongchou.orgs.scopes import actor
from tongchou.outbox.models import Message
from tongchou.programmes.pack_format import Rubric
from tongchou.reviews import actions as reviews
from tongchou.reviews import duties, queries, ranking, scoring
from tongchou.reviews.models import Assignment

RUBRIC = Rubric.model_validate(
    {
        "code": "r",
        "name": "评分表",
        "scale": 10,
        "cite": ["guide-10 附件1"],
        "criteria": [
            {"code": "a", "group": "组", "name": "甲", "points": ["点"], "weight": 1, "cite": ["guide-10 1"]},
            {"code": "b", "group": "组", "name": "乙", "points": ["点"], "weight": 2, "cite": ["guide-10 2"]},
        ],
        "vetoes": [{"code": "wrong", "text": "有错误", "cite": ["guide-10 3"]}],
    }
)

# ---------------------------------------------------------------- totals and faults, pure


@pytest.mark.parametrize(
    "given, total",
    [
        ({"a": 10, "b": 10}, "100.00"),
        ({"a": 0, "b": 0}, "0.00"),
        ({"a": 10, "b": 0}, "33.33"),
        ({"a": 0, "b": 10}, "66.67"),
        ({"a": 7.1, "b": 8.3}, "79.00"),
        ({"a": 0.1, "b": 0.2}, "1.67"),
    ],
)
def test_a_total_is_weighted_on_a_hundred_and_rounded_half_up(given, total):
    assert scoring.total(RUBRIC, given) == Decimal(total)


@pytest.mark.parametrize("mark", [-0.1, 10.5, "8", True, float("nan"), float("inf"), [8], {}])
def test_a_mark_outside_the_scale_is_named(mark):
    assert scoring.faults(RUBRIC, {"a": mark, "b": 5}, {}, whole=False) == {"a": "“甲”应为 0 至 10 分"}


def test_marks_may_be_missing_until_all_are_asked_for():
    assert scoring.faults(RUBRIC, {"a": 5}, {}, whole=False) == {}
    assert list(scoring.faults(RUBRIC, {"a": 5, "b": None}, {}, whole=True)) == ["b"]


def test_foreign_criteria_and_vetoes_and_vetoes_without_a_reason_are_named():
    faults = scoring.faults(RUBRIC, {"c": 5}, {"wrong": " ", "other": "理由"}, whole=False)
    assert set(faults) == {"c", "wrong", "other"}


def test_a_summary_gives_mean_spread_and_how_many_are_in():
    done = scoring.summarise([Decimal(80), Decimal(70), Decimal("70.01")], assigned=4, vetoed=False)
    assert (done.mean, done.spread, done.scored, done.assigned) == (Decimal("73.34"), Decimal(10), 3, 4)
    assert scoring.summarise([], assigned=2, vetoed=False).mean is None


# ---------------------------------------------------------------- assigning


@pytest.fixture
def case(world):
    return at(unit(), "province-designate")


def test_an_expert_of_the_own_pool_is_assigned_once_and_told(case):
    judge = expert()
    duty = duties.assign(case, expert=judge, by=officer(PROVINCE))
    assert duty.revision == case.revisions.get()
    assert duty.step == "province-score"
    assert Message.objects.filter(to=judge, subject="新的评审任务").count() == 1
    assert refusal(duties.assign, case, expert=judge, by=officer(PROVINCE)).code == "state"


def test_who_is_not_in_the_pool_or_belongs_to_the_unit_is_not_assigned(case):
    own, security = leader(case.unit), admin("security_admin")
    grant_role(own, "expert", authority=authority(PROVINCE), by=security)
    by = officer(PROVINCE)
    assert refusal(duties.assign, case, expert=expert(ELSEWHERE), by=by).code == "form"
    assert refusal(duties.assign, case, expert=nobody(), by=by).code == "form"
    assert refusal(duties.assign, case, expert=own, by=by).code == "conflict"


@pytest.mark.parametrize("step, by", [("city-recommend", CITY), ("province-recommend", PROVINCE)])
def test_where_no_scoring_stands_before_the_step_nobody_is_assigned(world, step, by):
    case = at(unit(), step, code="practice-centre")
    assert refusal(duties.assign, case, expert=expert(by), by=officer(by)).code == "step"


# ---------------------------------------------------------------- scoring


def judged(case):
    judge = expert()
    return judge, duties.assign(case, expert=judge, by=officer(PROVINCE))


def test_marks_are_saved_as_one_goes_and_final_once_submitted(case):
    judge, duty = judged(case)
    first = next(iter(marks(case)))
    saved = duties.score(duty, by=judge, marks={first: 3}, submit=False)
    assert (saved.marks, saved.total, saved.submitted_at) == ({first: 3}, None, None)

    unfinished = refusal(duties.score, duty, by=judge, marks={first: 3}, comment="好", submit=True)
    assert unfinished.code == "form"
    assert set(unfinished.fields) == set(marks(case)) - {first}
    silent = refusal(duties.score, duty, by=judge, marks=marks(case), submit=True)
    assert list(silent.fields) == ["comment"]

    done = duties.score(duty, by=judge, marks=marks(case, 7.5), comment="好", submit=True)
    assert done.total == Decimal("75.00")
    assert refusal(duties.score, duty, by=judge, marks=marks(case, 9), submit=False).code == "state"
    assert refusal(duties.declare_conflict, duty, by=judge, reason="后悔").code == "state"
    assert audited(case).count("score") == 2


def test_a_declared_conflict_ends_the_duty_and_does_not_count(case):
    judge, duty = judged(case)
    assert list(refusal(duties.declare_conflict, duty, by=judge, reason=" ").fields) == ["reason"]
    duties.declare_conflict(duty, by=judge, reason="曾参与论证")
    assert refusal(duties.score, duty, by=judge, marks={}, submit=False).code == "conflict"
    assert queries.summary(case.assignments.all()).assigned == 0
    score(case, 6, 8)
    found = queries.summary(case.assignments.all())
    assert (found.mean, found.spread, found.scored, found.assigned) == (Decimal(70), Decimal(20), 2, 2)
    assert designations.designate(case, by=officer(PROVINCE)).kind == "designate"


def test_nobody_scores_for_another_nor_after_leaving_the_pool(case):
    judge, duty = judged(case)
    assert refusal(duties.score, duty, by=expert(), marks={}, submit=False).code == "scope"
    end_role(judge.memberships.get(), by=admin("security_admin"))
    assert refusal(duties.score, duty, by=judge, marks={}, submit=False).code == "role"


def test_a_case_that_was_decided_is_not_scored_any_more(case):
    judge, duty = judged(case)
    reviews.decline(case, by=officer(PROVINCE), reason="条件不足。")
    assert refusal(duties.score, duty, by=judge, marks={}, submit=False).code == "state"


def test_without_all_scores_in_nothing_is_designated(case):
    by = officer(PROVINCE)
    assert refusal(designations.designate, case, by=by).code == "scoring"
    judge, duty = judged(case)
    score(case, 9)
    refused = refusal(designations.designate, case, by=by)
    assert (refused.code, "已评 1，共 2" in refused.denied.reason) == ("scoring", True)
    duties.score(duty, by=judge, marks=marks(case), comment="好", submit=True)
    assert designations.designate(case, by=by)


def test_one_expert_s_veto_stops_designation_and_says_why(world):
    college = unit("vocational_college")
    case = submitted(college, code=INTERNATIONAL, variant="standard")
    with on(2023, 9, 20):
        score(case, 10, 10)
        score(case, 9, vetoes={"infringement": "第 3 页抄袭"})
        refused = refusal(designations.designate, case, by=officer(PROVINCE))
        assert refused.code == "veto"
        assert "第 3 页抄袭" in refused.denied.reason
        assert not case.designations.exists()
        assert queries.summary(case.assignments.all()).vetoed
        assert reviews.decline(case, by=officer(PROVINCE), reason="一票否决。")
    assert fresh(case).state == "declined"


# ---------------------------------------------------------------- what an expert sees


def test_an_expert_sees_his_own_duties_without_the_unit_and_without_other_marks(
    case, django_assert_num_queries
):
    judge, duty = judged(case)
    score(case, 3)
    case.edition.pack  # noqa: B018 - read once a process
    with django_assert_num_queries(1) as asked:
        rows = list(queries.duties(judge))
        assert [row.pk for row in rows] == [duty.pk]
        assert rows[0].application.task.name
        assert rows[0].revision.number == 1
    assert "orgs_unit" not in asked.captured_queries[0]["sql"]
    assert not queries.duties(nobody()).exists()


def test_open_duties_come_first(case):
    other = at(unit(), "province-designate")
    judge, duty = judged(case)
    second = duties.assign(other, expert=judge, by=officer(PROVINCE))
    duties.score(duty, by=judge, marks=marks(case), comment="好", submit=True)
    assert list(queries.duties(judge)) == [second, duty]


# ---------------------------------------------------------------- ranking


def test_a_city_s_own_order_is_the_order_of_its_queue(world):
    school, city = unit(), officer(CITY)
    first, second, third = (submitted(school) for _ in range(3))
    ranking.rank(school.authority, step="city-recommend", applications=[third, first], by=city)
    queue = queries.queue(school.authority, actor(city))
    assert list(queue) == [third, first, second]
    ranking.rank(school.authority, step="city-recommend", applications=[first, third], by=city)
    assert list(queue.all()) == [first, third, second]
    assert audited(school.authority) == ["rank", "rank"]


def test_a_ranking_that_names_a_case_twice_or_one_not_waiting_there_is_refused(world):
    school, city = unit(), officer(CITY)
    waiting, gone, drafted = submitted(school), at(school, "province-designate"), filled(school)
    elsewhere = submitted(unit(code="220200"))
    rank = {"step": "city-recommend", "by": city}
    assert refusal(ranking.rank, school.authority, applications=[waiting, waiting], **rank).code == "form"
    for strange in (gone, drafted, elsewhere):
        assert (
            refusal(ranking.rank, school.authority, applications=[waiting, strange], **rank).code == "scope"
        )
    stale = submitted(school)
    reviews.decline(stale, by=city, reason="不足。")
    assert refusal(ranking.rank, school.authority, applications=[stale], **rank).code == "scope"


# ---------------------------------------------------------------- deciding


def test_nobody_jumps_a_step(world):
    case = submitted(unit())
    refused = refusal(designations.recommend, case, by=officer(PROVINCE))
    assert (refused.code, "市级主管部门办理" in refused.denied.reason) == ("step", True)
    assert refused.denied.clause
    assert refusal(designations.designate, case, by=officer(CITY)).code == "step"


def test_a_decline_needs_a_reason_and_ends_the_case(world):
    case = submitted(unit())
    assert list(refusal(reviews.decline, case, by=officer(CITY), reason=" ").fields) == ["reason"]
    reviews.decline(case, by=officer(CITY), reason="材料不实。")
    assert fresh(case).state == "declined"
    for again in (reviews.decline, reviews.recommend):
        assert refusal(again, case, by=officer(CITY), reason="再来").code == "state"


def test_a_city_recommends_within_its_window_only(world):
    case = submitted(unit())
    with on(2023, 8, 23):
        refused = refusal(designations.recommend, case, by=officer(CITY))
    assert (refused.code, refused.denied.clause) == ("window", "jilin-2023-7 三(四) 时间安排")
    assert fresh(case).step == "city-recommend"


def test_a_province_designates_no_earlier_than_its_window(world):
    case = submitted(unit("vocational_college"), code=INTERNATIONAL, variant="standard")
    score(case)
    assert refusal(designations.designate, case, by=officer(PROVINCE)).code == "window"
    with on(2023, 9, 13):
        assert designations.designate(case, by=officer(PROVINCE))


def test_a_drafted_case_is_nobody_s_to_decide(world):
    case = filled(unit())
    assert refusal(designations.recommend, case, by=officer(CITY)).code == "step"
    assert not Assignment.objects.exists()
