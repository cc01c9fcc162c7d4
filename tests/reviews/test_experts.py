"""The pool of experts, who must keep off a case, the solver's runs, marks given back, and what a meeting decides."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factory as f
from tongchou.designations import actions as designations
from tongchou.orgs import actions as orgs
from tongchou.outbox.models import Message
from tongchou.reviews import duties, pool, results, solving
from tongchou.reviews.conflict_facts import reasons
from tongchou.reviews.expert_models import AssignmentRun
from tongchou.reviews.models import Assignment

SCORE = "province-score"


@pytest.fixture
def province(world):
    return f.officer(f.PROVINCE)


@pytest.fixture
def case(world):
    partners = [{"uscc": f.uscc(77, "91"), "name": "合作企业甲", "kind": "enterprise", "duty": "开发"}]
    return f.at(f.unit(), "province-designate", partners=partners)


def step_of(case, **changes):
    found = next(s for s in case.edition.pack.steps if s.code == SCORE)
    return found.model_copy(update=changes)


def test_a_profile_is_kept_by_the_expert_and_by_who_organises_him(province):
    judge, school = f.expert(), f.unit()
    said = pool.Profile((f.LIBRARY,), ("智能制造", " 智能制造 "), school.uscc.lower(), f.CITY, 20)
    kept = pool.save_profile(judge, said=said, by=province)
    assert (kept.employer, kept.employer_name, kept.words) == (school, school.name, ["智能制造"])
    own = pool.said_of(pool.profile_of(judge))
    assert own.employer == school.name
    paused = pool.Profile(own.tasks, (), "某研究院", "", 20, paused=True, pause_reason="出国")
    kept = pool.save_profile(judge, said=paused, by=judge)
    assert (kept.employer, kept.employer_name, kept.place) == (None, "某研究院", None)
    assert f.refusal(pool.save_profile, judge, said=pool.Profile(cap=3), by=judge).code == "role"
    assert f.refusal(pool.save_profile, judge, said=own, by=f.officer(f.ELSEWHERE)).code == "scope"
    wrong = pool.Profile(("nothing",), ("字" * 31,), "名" * 121, "999999", 0, paused=True)
    refused = f.refusal(pool.save_profile, judge, said=wrong, by=province)
    assert set(refused.fields) == {"tasks", "words", "employer", "place", "cap", "pause_reason"}
    assert f.audited(judge, "save_expert") == ["save_expert"] * 2


def test_a_tie_once_declared_bars_and_is_ended_by_the_organiser_alone(province, case):
    judge = f.expert()
    tie = pool.declare_tie(judge, name=case.unit.name, reason="曾任顾问", by=judge)
    assert tie.unit == case.unit
    refused = f.refusal(pool.declare_tie, judge, name=case.unit.uscc, reason="", by=judge)
    assert set(refused.fields) == {"name", "reason"}
    refused = f.refusal(duties.assign, case, expert=judge, by=province)
    assert (refused.code, "曾任顾问" in refused.denied.reason) == ("conflict", True)
    assert f.refusal(pool.end_tie, tie, by=judge, reason="已离任").code == "role"
    assert list(f.refusal(pool.end_tie, tie, by=province, reason="").fields) == ["reason"]
    pool.end_tie(tie, by=province, reason="核实无误")
    assert duties.assign(case, expert=judge, by=province)


def test_ties_are_found_in_roles_answers_decisions_and_places(province, case):
    people = {name: f.expert() for name in ("now", "then", "partner", "listed", "decided", "city", "free")}
    security = f.admin("security_admin")
    for who in ("now", "then"):
        role = orgs.grant_role(people[who], "filler", by=security, unit=case.unit)
        if who == "then":
            orgs.end_role(role, by=security)
    pool.save_profile(people["partner"], said=pool.Profile(employer="合作企业甲"), by=province)
    listed = case.revisions.get().answers["team"][0]
    people["listed"].name = listed["name"]
    people["listed"].save()
    case.decisions.create(
        revision=case.revisions.get(), step="city-recommend", kind="recommend",
        authority=f.authority(f.CITY), by=people["decided"], at=case.submitted_at,
    )  # fmt: skip
    pool.save_profile(people["city"], said=pool.Profile(place=f.CITY), by=province)
    found = reasons(case, step_of(case), people.values())
    names = {name: found.get(person.pk, "") for name, person in people.items()}
    assert names == {
        "now": "是申报单位的人员", "then": "曾是申报单位的人员", "partner": "工作单位是申报的合作单位“合作企业甲”",
        "listed": "在申报的人员名单中", "decided": "曾以经办人身份办理过这份申报", "city": "", "free": "",
    }  # fmt: skip
    assert "本市" in reasons(case, step_of(case, avoid="city"), people.values())[people["city"].pk]
    for who in ("now", "then", "partner", "listed", "decided"):
        assert f.refusal(duties.assign, case, expert=people[who], by=province).code == "conflict"
    pool.save_profile(people["free"], said=pool.Profile(paused=True, pause_reason="休假"), by=people["free"])
    assert f.refusal(duties.assign, case, expert=people["free"], by=province).code == "state"


def test_a_run_is_proposed_looked_at_and_carried_out_once(province, case):
    cases = [case, *f.copies(case, 3)]
    judges = [f.expert() for _ in range(4)]
    pool.declare_tie(judges[0], name=case.unit.name, reason="曾任顾问", by=province)
    pool.save_profile(judges[1], said=pool.Profile(paused=True, pause_reason="休假"), by=province)
    settings = {"task": case.task, "step": SCORE, "by": province, "per_case": 2}
    authority = f.authority(f.PROVINCE)
    assert f.refusal(solving.propose, authority, **settings, cap=0, seed=-1).fields.keys() == {"cap", "seed"}
    first = solving.propose(authority, **settings, cap=3, seed=4)
    assert not Assignment.objects.exists()
    assert [sum(gap[1] for gap in first.result["gaps"])] == [2]
    assert any("曾任顾问" in reason for reason in first.result["gaps"][0][5])
    with CaptureQueriesContext(connection) as few:
        again = solving.propose(authority, **settings, cap=3, seed=4)
    assert (again.result, again.digest) == (first.result, first.digest)
    first.refresh_from_db()
    assert first.state == "discarded"
    orgs.end_role(judges[3].memberships.get(), by=f.admin("security_admin"))
    done = solving.carry_out(again, by=province)
    assert Assignment.objects.filter(run=done).count() == done.result["made"] == 3
    assert set(done.result["skipped"].values()) == {"专家已不在库中或已暂停派单"}
    assert Message.objects.filter(subject="新的评审任务").count() == 1  # one for each expert, not each case
    assert sum(f.audited(c).count("assign") for c in cases) == 3
    assert f.audited(done) == ["propose_assignment", "carry_out_assignment"]
    assert f.refusal(solving.carry_out, done, by=province).code == "state"
    more = f.copies(cases[1], 6)
    with CaptureQueriesContext(connection) as many:
        last = solving.propose(authority, **settings, cap=30, seed=4)
    assert len(many) <= len(few)
    assert all(row[0] == judges[2].pk for rows in last.result["chosen"].values() for row in rows)
    assert str(more[0].pk) in last.result["chosen"]
    assert solving.discard(last, by=province).state == AssignmentRun.State.DISCARDED
    assert (
        f.refusal(solving.propose, authority, **settings | {"step": "nothing"}, cap=3, seed=1).code == "state"
    )


def test_marks_given_back_and_a_meeting_s_word(province, case):
    (duty, veto) = [*f.score(case, 6), *f.score(case, 9, vetoes={})]
    assert list(f.refusal(duties.reopen_score, duty, by=province, reason=" ").fields) == ["reason"]
    duties.reopen_score(duty, by=province, reason="第三项与意见不符")
    assert f.refusal(duties.reopen_score, duty, by=province, reason="再").code == "state"
    duty.refresh_from_db()
    assert (duty.submitted_at, duty.total, bool(duty.marks)) == (None, None, True)
    assert Message.objects.filter(to=duty.expert, subject="评分退回重评").count() == 1
    assert f.refusal(designations.designate, case, by=province).code == "scoring"
    note = {next(iter(duty.marks)): "目标不够具体", "nothing": "无"}
    first = {"by": duty.expert, "marks": duty.marks, "comment": "好", "notes": note, "submit": False}
    duties.score(duty, **first)
    duties.score(duty, **first)  # nothing new: no record
    assert f.audited(case).count("score") == 3
    duty.refresh_from_db()
    assert list(duty.notes.values()) == ["目标不够具体"]
    assert set(f.refusal(duties.settle, case, by=province, total=Decimal(101), vetoed=False, reason="").fields) == {
        "total", "reason",
    }  # fmt: skip
    duties.settle(case, by=province, total=Decimal(88), vetoed=True, reason="核实抄袭")
    assert f.refusal(designations.designate, case, by=province).code == "veto"
    duties.settle(case, by=province, total=Decimal("88.5"), vetoed=False, reason="核实无误")
    made = results.results(f.authority(f.PROVINCE), task=case.task_id, step=SCORE, round=case.round_id)
    (row,) = made.rows
    assert (row.total, row.marks, row.rank, row.vetoed, row.scored, row.assigned) == (
        Decimal("88.50"), Decimal("90.00"), 1, False, 1, 2,
    )  # fmt: skip
    assert results.scored_steps(f.authority(f.PROVINCE)) == [(case.task_id, SCORE, case.round_id)]
    assert results.scored_steps(f.authority(f.NATION)) == []
    assert designations.designate(case, by=province)
    assert veto.submitted_at


def test_results_are_ranked_with_ties_and_the_vetoed_last(province, case):
    others = f.copies(case, 3)
    for one, mark, vetoes in zip((case, *others), (7, 8, 8, 10), (None, None, None, True), strict=True):
        codes = [v.code for r in case.edition.pack.rubrics for v in r.vetoes]
        f.score(one, mark, vetoes={codes[0]: "抄袭（第 3 页）"} if vetoes and codes else None)
    if not codes:
        Assignment.objects.filter(application=others[2]).update(vetoes={"x": "抄袭"})
    with CaptureQueriesContext(connection) as asked:
        made = results.results(f.authority(f.PROVINCE), task=case.task_id, step=SCORE, round=case.round_id)
    assert len(asked) <= 4
    assert [(r.case, r.rank) for r in made.rows] == [
        (others[0].pk, 1), (others[1].pk, 1), (case.pk, 3), (others[2].pk, None),
    ]  # fmt: skip
