"""The authority's page of extensions: what waits, giving, refusing, revoking, and whose right it is."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factory import CITY, ELSEWHERE, NATION, filled, leader, officer, round_of, task, unit
from tongchou.applications import extensions
from tongchou.applications.extension_models import Extension

PAGE = "/authority/extensions/"


@pytest.fixture
def asked(world):
    school = unit(name="长春乙职业技术学校")
    case = filled(school)
    return extensions.ask_extension(
        school, task=case.task, round=case.round, by=leader(school), reason="校区搬迁。", application=case
    )


def decider(asked):
    return officer(extensions.deciding_place(asked.unit, asked.task, asked.round).place_id)


def test_what_waits_is_answered_where_it_stands(client, asked):
    client.force_login(decider(asked))
    page = client.get(PAGE).content.decode()
    assert "长春乙职业技术学校" in page
    assert "校区搬迁。" in page
    missing = client.post(PAGE, {"do": "grant", "extension": asked.pk, "reason": "属实。", "until": ""})
    assert missing.status_code == 422
    answer = {"do": "grant", "extension": asked.pk, "reason": "属实。", "until": "2024-01-31"}
    assert client.post(PAGE, answer).status_code == 302
    asked.refresh_from_db()
    assert (asked.state, asked.until) == ("granted", date(2024, 1, 31))
    assert client.post(PAGE, {"do": "revoke", "extension": asked.pk, "reason": "批错。"}).status_code == 302
    asked.refresh_from_db()
    assert asked.state == "revoked"


def test_a_refusal_says_why(client, asked):
    client.force_login(decider(asked))
    client.post(PAGE, {"do": "refuse", "extension": asked.pk, "reason": "理由不足。"})
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("refused", "理由不足。")


def test_one_is_given_unasked_to_a_unit_by_name_or_code(client, asked):
    client.force_login(officer(NATION))
    given = {
        "do": "give",
        "unit": "没有这个单位",
        "task": task().pk,
        "round": round_of().pk,
        "until": "2024-01-31",
        "reason": "受灾。",
    }
    assert "没有找到这个单位" in client.post(PAGE, given).content.decode()
    assert client.post(PAGE, given | {"unit": asked.unit.uscc}).status_code == 302
    assert Extension.objects.filter(application=None, state="granted", unit=asked.unit).exists()


def test_the_whole_name_of_a_unit_names_it_though_other_names_hold_it(client, asked):
    unit(name="长春乙职业技术学校附属中学")
    client.force_login(officer(NATION))
    given = {
        "do": "give",
        "task": task().pk,
        "round": round_of().pk,
        "until": "2024-01-31",
        "reason": "受灾。",
    }
    assert "有几个单位符合" in client.post(PAGE, given | {"unit": "长春乙"}).content.decode()
    assert client.post(PAGE, given | {"unit": "长春乙职业技术学校"}).status_code == 302
    assert Extension.objects.get(application=None).unit == asked.unit


def test_a_city_sees_what_the_province_decides_but_may_not_decide_it(client, asked):
    assert decider(asked) != officer(CITY)
    client.force_login(officer(CITY))
    assert "长春乙职业技术学校" in client.get(PAGE).content.decode()
    refused = client.post(
        PAGE, {"do": "grant", "extension": asked.pk, "reason": "属实。", "until": "2024-01-31"}
    )
    assert "上级主管部门" in refused.content.decode()
    asked.refresh_from_db()
    assert asked.state == "requested"


def test_another_province_sees_and_touches_nothing(client, asked):
    client.force_login(officer(ELSEWHERE))
    assert "没有延期" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"do": "refuse", "extension": asked.pk, "reason": "不。"}).status_code == 404


def test_a_unit_has_no_such_page(client, asked):
    client.force_login(leader(asked.unit))
    assert client.get(PAGE).status_code == 403


def test_the_list_asks_as_often_for_three_rows_as_for_one(client, asked):
    client.force_login(decider(asked))
    client.get(PAGE)
    with CaptureQueriesContext(connection) as one:
        client.get(PAGE)
    for _ in range(2):
        case = filled(asked.unit)
        extensions.ask_extension(
            asked.unit,
            task=case.task,
            round=case.round,
            by=leader(asked.unit),
            reason="停电。",
            application=case,
        )
    with CaptureQueriesContext(connection) as three:
        page = client.get(PAGE).content.decode()
    assert page.count("停电。") == 2
    assert len(three) == len(one)
