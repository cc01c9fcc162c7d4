"""``unique``: what may stand in one declaration only."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date
from threading import Barrier

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from ruamel.yaml import YAML

from tests.factory import filled, fresh, leader, officer, refusal
from tests.programmes.engine import (
    CENTRE,
    LAID,
    TASK,
    declared,
    national,
    playing,
    ready,
    recommend,
    school,
    send,
    step,
)
from tests.programmes.small_pack import CITE, PLACES
from tongchou.applications import actions as applications
from tongchou.applications.models import UniqueClaim
from tongchou.applications.queries import look
from tongchou.core import clock
from tongchou.core.access import Refused
from tongchou.designations import actions as designations
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.programmes.actions import load_pack
from tongchou.programmes.check import check
from tongchou.reviews import actions as reviews

NATION, PROVINCE = "000000", "220000"
PERSON = {"leader_name": "张三", "leader_phone": "0431-1234 5678"}


def rule(**more):
    return {
        "code": "one",
        "text": "同一负责人限一项",
        "fields": ["leader_name", "leader_phone"],
        "cite": CITE,
        **more,
    }


def asking(pack, *rules, national_way=True):
    """The small pack with a leader and a team in its form."""
    if national_way:
        national(pack)
    pack.task["form"][0]["fields"] += [
        {"code": "leader_name", "label": "姓名", "type": "text"},
        {"code": "leader_phone", "label": "电话", "type": "text"},
        {"code": "team", "label": "团队", "type": "people", "max_rows": 5},
        {"code": "note", "label": "说明", "type": "longtext"},
    ]
    pack.task["unique"] = list(rules or [rule()])
    return pack


@pytest.fixture
def world(places, pack):
    with playing(asking(pack)):
        yield


def refused(case):
    return refusal(designations.submit, case, by=leader(case.unit))


def test_the_second_is_refused_with_clause_and_remedy_and_told_no_more_than_that_there_is_one(world):
    first = declared(**PERSON)
    second = ready(**PERSON)
    no = refused(second)
    assert (no.code, no.denied.clause) == ("duplicate", CITE[0])
    assert no.denied.reason == "“张三、0431-1234 5678”已写在另一份申报中：同一负责人限一项。"
    assert no.denied.remedy
    assert no.fields == {"leader_name": "同一负责人限一项"}
    assert first.number not in str(no)
    assert (fresh(second).state, second.revisions.count()) == ("draft", 0)


def test_its_own_unit_is_told_which_one(world):
    of = school()
    first = declared(of, **PERSON)
    assert f"本单位的申报 {first.number}" in refused(ready(of, **PERSON)).denied.reason


def test_width_spaces_and_punctuation_make_no_difference(world):
    declared(**PERSON)
    assert refused(ready(leader_name=" 张 三", leader_phone="０４３１ 12345678")).code == "duplicate"
    other = send(ready(leader_name="张三", leader_phone="0431-87654321"))
    assert other.state == "in_review"


def test_an_answer_that_is_missing_claims_nothing(world):
    for _ in range(2):
        declared(leader_name="张三", leader_phone="—")
    assert not UniqueClaim.objects.exists()


def submitted_again(case):
    return send(fresh(case))


def withdrawn(case):
    reviews.withdraw(case, by=leader(case.unit))


def returned(case):
    reviews.return_for_changes(case, by=officer(PROVINCE), reason="请核对", due=clock.today())


def declined(case):
    reviews.decline(case, by=officer(PROVINCE), reason="不推荐")


def revoked(case):
    case = recommend(case)
    designations.designate(case, by=officer(NATION))
    designations.revoke(case.designations.get(), by=officer(NATION), reason="材料不实")


@pytest.mark.parametrize("end", [withdrawn, returned, declined, revoked])
def test_what_ends_the_case_frees_what_it_claimed(world, end):
    first, second = declared(**PERSON), ready(**PERSON)
    assert refused(second).code == "duplicate"
    end(first)
    assert send(second).state == "in_review"
    assert UniqueClaim.objects.get().application == second


@pytest.mark.parametrize("end", [returned, declined])
def test_a_decision_taken_back_claims_again_or_is_refused(world, end):
    first = declared(**PERSON)
    end(first)
    designations.take_back(first, by=officer(PROVINCE))
    assert UniqueClaim.objects.get().application == first
    end(fresh(first))
    declared(**PERSON)
    no = refusal(designations.take_back, first, by=officer(PROVINCE))
    assert (no.code, fresh(first).state) == ("duplicate", {returned: "returned", declined: "declined"}[end])


def test_a_new_revision_claims_what_it_says_now(world):
    case = declared(**PERSON)
    returned(case)
    case = fresh(case)
    changes = {"leader_name": "李四"}
    applications.save_draft(case, by=leader(case.unit), changes=changes, base_version=case.draft.version)
    send(fresh(case))
    assert declared(**PERSON).state == "in_review"
    assert refused(ready(**PERSON | changes)).code == "duplicate"


def test_declined_but_gone_on_it_keeps_what_it_claimed(places, pack):
    asking(pack).task["steps"][-1]["on_decline"] = "late"
    pack.task["steps"].append(step("late", "designate", grants="province"))
    with playing(pack):
        case = recommend(declared(**PERSON))
        reviews.decline(case, by=officer(NATION), reason="名额有限")
        assert refused(ready(**PERSON)).code == "duplicate"


def test_each_row_of_a_list_counts(places, pack):
    def row(name, duty):
        return {"name": name, "unit": "甲", "title": "教授", "duty": duty}

    with playing(asking(pack, rule(fields=["team.name", "team.duty"]))):
        first = declared(team=[row("张三", "主讲"), row("李四", "主讲")])
        assert first.unique_claims.count() == 2
        no = refused(ready(team=[row("王五", "主讲"), row("李四", "主讲")]))
        assert (no.code, list(no.fields)) == ("duplicate", ["team"])
        assert "“李四、主讲”" in no.denied.reason
        assert send(ready(team=[row("李四", "助教")])).state == "in_review"


@pytest.mark.parametrize("within", ["round", "task", "programme"])
def test_within_says_among_which_cases(places, pack, within):
    asking(pack, rule(within=within)).task["calendar"] = []
    pack.write()
    pack.task |= {"code": "other", "number": 2}
    second = pack.folder / "tasks/02-other/task.yaml"
    second.parent.mkdir()
    YAML().dump(pack.task, second)
    pack.task |= {"code": CENTRE, "number": 1}
    with playing(pack):
        declared(**PERSON)
        assert refused(ready(**PERSON)).code == "duplicate"
        of_other = filled(school(), code="other", variant="school", **PERSON)
        with clock.at(date(2024, 7, 10)):
            of_next = ready(year=2024, **PERSON)
            meets = {case.task.code + case.round.code for case in (of_other, of_next) if advised(case)}
    assert meets == {"round": set(), "task": {"centre2024"}, "programme": {"centre2024", "other2023"}}[within]


def advised(case):
    return [f for f in look(case, case.draft.answers).findings if "已写在" in f.message]


def test_a_province_compares_among_its_own_and_a_rule_of_one_variant_leaves_the_other_alone(places, pack):
    asking(pack, national_way=False).task["unique"] = []
    pack.overlay_task["unique"] = [rule(cite=["jilin 三"])]
    taiyuan = Jurisdiction.objects.create(
        code="140100", name="太原市", level="city", parent_id="140000", path="000000/140000/140100/"
    )
    Authority.objects.create(place=taiyuan, department="education", name="太原市教育局")
    with playing(pack):
        elsewhere = declared(school("140100"), **PERSON)
        declared(**PERSON)
        assert refused(ready(**PERSON)).denied.clause == "jilin 三"
        assert not elsewhere.unique_claims.exists()
    pack.overlay_task["unique"] = [rule(variants=["public"])]
    with playing(pack):
        declared(**PERSON)


def test_while_typing_it_is_advice_in_a_constant_number_of_queries(world, pack):
    def seen(case):
        case = fresh(case)
        with CaptureQueriesContext(connection) as queries:
            found = advised(case)
        return found, len(queries)

    case = ready(**PERSON)
    before, asked = seen(case)
    assert before == []
    declared(**PERSON)
    for number in range(3):
        declared(leader_name=f"王{number}", leader_phone="1")
    (found,), asked_then = seen(case)
    assert (found.severity, found.field, found.cite) == ("advice", "leader_name", tuple(CITE))
    assert asked_then == asked


def test_a_new_edition_still_meets_the_cases_of_the_old_one(world, pack):
    declared(**PERSON)
    pack.task["unique"][0]["text"] = "同一负责人只能牵头一项"
    pack.task["summary"] = "改过的简介"
    load_pack(pack.write())
    assert refused(ready(**PERSON)).code == "duplicate"


MISTAKES = {
    "unknown field": (["leder_name"], "字段“leder_name”不存在"),
    "unknown column": (["team.nam"], "字段“team”的列“nam”不存在"),
    "no list": (["leader_name.x"], "字段“leader_name”的列“x”不存在"),
    "a whole list": (["team"], "不能用来判断重复"),
    "a long text": (["note"], "不能用来判断重复"),
    "bad shape": (["Leader"], "写法不对"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_rule_is_named_with_its_line(pack, name):
    fields, message = MISTAKES[name]
    problems = check(asking(pack, rule(fields=fields)).write(), PLACES)
    assert [p.file for p in problems if message in p.message and p.line > 0] == [TASK]


def test_an_overlay_may_not_use_the_code_of_the_rule_above(pack):
    pack.overlay_task["unique"] = [rule()]
    found = check(asking(pack, national_way=False).write(), PLACES)
    assert [p.file for p in found] == [LAID]
    assert found[0].message.startswith("唯一性规则“one”与上级配置包的重复")


@pytest.mark.django_db(transaction=True)
def test_of_fifty_parallel_submissions_one_comes_through(places, pack):
    with playing(asking(pack)):
        of = [school() for _ in range(5)]
        cases = [ready(of[number % 5], **PERSON) for number in range(50)]
        people = {unit.pk: leader(unit) for unit in of}
        start = Barrier(25)

        def submit(number):
            outcomes = []
            try:
                connection.ensure_connection()
                start.wait(timeout=60)
                for case in cases[number::25]:
                    try:
                        designations.submit(case, by=people[case.unit_id])
                        outcomes.append("done")
                    except Refused as no:
                        outcomes.append(no.code)
            finally:
                connection.close()
            return outcomes

        with ThreadPoolExecutor(25) as pool:
            workers = [pool.submit(copy_context().run, submit, number) for number in range(25)]
            outcomes = Counter(one for worker in workers for one in worker.result())
    assert outcomes == {"done": 1, "duplicate": 49}
    assert UniqueClaim.objects.count() == 1
