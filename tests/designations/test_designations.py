"""Levels held: granted by the step that says so, published on a list, taken back before that and revoked after it."""

import pytest
from django.db import IntegrityError, transaction

from tests.factory import (
    CITY,
    ELSEWHERE,
    INTERNATIONAL,
    NATION,
    PROVINCE,
    at,
    audited,
    authority,
    designated,
    fresh,
    leader,
    officer,
    on,
    refusal,
    round_of,
    submitted,
    task,
    unit,
)
from tongchou.applications.actions import mark_opened
from tongchou.core import clock
from tongchou.designations import actions as designations
from tongchou.designations import queries
from tongchou.designations.models import Designation, DesignationList
from tongchou.orgs.scopes import actor
from tongchou.outbox.models import Message


def levels(case) -> list[str]:
    return list(case.designations.filter(revoked_on=None).order_by("id").values_list("level", flat=True))


def publish(code: str = PROVINCE, level: str = "province", number: str = "吉教职成〔2023〕1号", **given):
    words = {
        "authority": authority(code),
        "task": task(),
        "round": round_of(),
        "level": level,
        "title": "认定名单",
        "document_number": number,
        "by": officer(code),
    }
    return designations.publish_list(**words | given)


# ---------------------------------------------------------------- granted


def test_a_project_holds_each_level_from_the_day_its_step_granted_it(world):
    school = unit()
    with on(2023, 8, 15):
        case = designated(school)
    assert levels(case) == ["city", "province", "nation"]
    assert case.state == "concluded"
    held = {d.level: d for d in queries.levels_of(case)}
    assert [held[level].authority.place_id for level in ("city", "province", "nation")] == [
        CITY,
        PROVINCE,
        NATION,
    ]
    assert {d.since for d in held.values()} == {clock.today().replace(day=15)}
    assert Message.objects.filter(to=leader(school), subject__contains="认定").count() == 2


def test_a_college_holds_no_city_level(world):
    assert levels(designated(unit("vocational_college"))) == ["province", "nation"]


def test_a_concluded_case_is_not_decided_again(world):
    case = designated(unit())
    assert refusal(designations.designate, case, by=officer(NATION)).code == "state"


def test_the_database_holds_each_level_once(world):
    held = at(unit(), "province-designate").designations.get()
    held.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        held.save()


# ---------------------------------------------------------------- taken back


def test_what_was_taken_back_leaves_no_level_and_can_be_granted_again(world):
    case = designated(unit())
    designations.take_back(case, by=officer(NATION))
    case = fresh(case)
    assert (levels(case), case.state, case.step) == (["city", "province"], "in_review", "nation-designate")
    assert refusal(designations.take_back, case, by=officer(NATION)).code == "state"
    designations.designate(case, by=officer(NATION))
    assert levels(case) == ["city", "province", "nation"]


def test_one_takes_back_one_s_own_latest_decision_only(world):
    case = at(unit(), "province-recommend")
    assert refusal(designations.take_back, case, by=officer(CITY)).code == "scope"
    assert refusal(designations.take_back, case, by=officer(NATION)).code == "scope"
    assert refusal(designations.take_back, submitted(unit()), by=officer(CITY)).code == "state"
    designations.take_back(case, by=officer(PROVINCE))
    assert levels(case) == ["city"]


def test_once_the_next_step_has_opened_the_case_nothing_is_taken_back(world):
    case = at(unit(), "province-designate")
    mark_opened(case, by=officer(PROVINCE))
    refused = refusal(designations.take_back, case, by=officer(CITY))
    assert (refused.code, levels(case)) == ("state", ["city"])


def test_a_published_level_is_not_taken_back(world):
    case = at(unit(), "province-recommend")
    publish()
    refused = refusal(designations.take_back, case, by=officer(PROVINCE))
    assert "公布" in refused.denied.reason
    assert "撤销" in refused.denied.remedy
    assert (fresh(case).step, levels(case)) == ("province-recommend", ["city", "province"])
    assert audited(case, "take_back") == []


# ---------------------------------------------------------------- published


def test_a_list_takes_all_that_was_granted_and_is_not_yet_published(world):
    first, second = at(unit(), "province-recommend"), at(unit(), "province-recommend")
    other = at(unit(), "province-designate")
    assert [row["count"] for row in queries.unpublished(authority(PROVINCE))] == [2]
    published = publish()
    assert {d.application for d in queries.on_list(published)} == {first, second}
    assert queries.unpublished(authority(PROVINCE)) == []
    assert [row.count for row in queries.public_lists()] == [2]
    assert other.designations.get().list is None
    assert audited(published) == ["publish_list"]

    third = at(unit(), "province-recommend")
    assert [d.application for d in queries.on_list(publish(number="2号"))] == [third]


def test_a_list_holds_one_task_one_level_and_one_authority_s_own(world):
    at(unit(), "nation-designate")
    at(unit("vocational_college"), "province-recommend", code="practice-centre")
    assert {d.level for d in queries.on_list(publish())} == {"province"}
    assert {d.level for d in queries.on_list(publish(CITY, "city"))} == {"city"}
    centre = publish(task=task("practice-centre"))
    assert {d.task.code for d in queries.on_list(centre)} == {"practice-centre"}


@pytest.mark.parametrize(
    "wrong, code, field",
    [
        ({"title": " "}, "form", "title"),
        ({"title": "名" * 201}, "form", "title"),
        ({"document_number": ""}, "form", "document_number"),
        ({"document_number": "号" * 81}, "form", "document_number"),
        ({"level": "galaxy"}, "form", "level"),
        ({"level": "nation"}, "empty", None),
    ],
)
def test_a_list_with_a_wrong_word_or_nothing_on_it_is_not_published(world, wrong, code, field):
    at(unit(), "province-recommend")
    refused = refusal(publish, **wrong)
    assert (refused.code, list(refused.fields)) == (code, [field] if field else [])
    assert not DesignationList.objects.exists()


def test_a_document_number_publishes_a_task_once(world):
    at(unit(), "province-recommend")
    publish()
    at(unit(), "province-recommend")
    assert "document_number" in refusal(publish).fields


@pytest.mark.parametrize("who", [CITY, NATION, ELSEWHERE])
def test_nobody_publishes_another_authority_s_list(world, who):
    at(unit(), "province-recommend")
    assert refusal(publish, by=officer(who)).code == "scope"


# ---------------------------------------------------------------- revoked


def test_a_revoked_level_leaves_the_list_and_stays_as_history(world):
    school = unit()
    case = at(school, "province-recommend")
    published = publish()
    held = case.designations.get(level="province")
    with on(2024, 3, 1):
        designations.revoke(held, by=officer(PROVINCE), reason=" 数据不实。 ")
    held.refresh_from_db()
    assert (str(held.revoked_on), held.revoked_reason) == ("2024-03-01", "数据不实。")
    assert not queries.on_list(published).exists()
    assert queries.public_lists().get().count == 0
    assert [d.level for d in queries.levels_of(case)] == ["city", "province"]
    assert held not in queries.designations(actor(officer(PROVINCE)).scope)
    assert Message.objects.filter(to=leader(school), subject="项目认定被撤销").exists()
    assert refusal(designations.revoke, held, by=officer(PROVINCE), reason="再次。").code == "state"


def test_a_revocation_needs_a_reason_and_its_own_authority(world):
    held = at(unit(), "province-recommend").designations.get(level="province")
    assert list(refusal(designations.revoke, held, by=officer(PROVINCE), reason=" ").fields) == ["reason"]
    for who in (CITY, NATION, ELSEWHERE):
        assert refusal(designations.revoke, held, by=officer(who), reason="不实。").code == "scope"
    assert refusal(designations.revoke, held, by=leader(held.unit), reason="不实。").code == "role"
    assert Designation.objects.get(pk=held.pk).revoked_on is None


def test_everybody_sees_the_levels_of_his_own_subtree(world):
    case = at(unit(), "province-designate")
    (held,) = case.designations.all()
    for who, seen in ((CITY, [held]), (PROVINCE, [held]), (NATION, [held]), ("220200", []), (ELSEWHERE, [])):
        assert list(queries.designations(actor(officer(who)).scope)) == seen


def test_the_whole_way_of_task_ten_runs_on_its_own_days(world):
    case = designated(unit("vocational_college"), code=INTERNATIONAL, variant="equipment")
    assert levels(case) == ["province", "nation"]
