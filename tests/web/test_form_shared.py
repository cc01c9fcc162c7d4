"""Being in one form together, and looking units up: who is told what."""

import json

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factory import draft, filler, fresh, leader, nobody, officer, submitted, unit
from tongchou.applications.actions import save_draft
from tongchou.web.unit.lookups import A_MINUTE

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(world):
    return draft(unit(name="长春甲学校"))


def logged_in(person):
    client = Client()
    client.force_login(person)
    return client


def beat(client, case, **told):
    return client.post(
        reverse("unit:presence", args=[case.pk]),
        json.dumps({"version": case.draft.version} | told),
        content_type="application/json",
        headers={"accept": "application/json"},
    )


def test_the_others_are_named_with_where_they_stand_and_oneself_is_not(case):
    mine, theirs = logged_in(leader(case.unit)), logged_in(filler(case.unit))
    section = case.edition.pack.form[0]
    assert beat(mine, case).json()["people"] == []
    told = beat(theirs, case, section=section.code, field="project_name").json()["people"]
    assert [p["name"] for p in told] == [leader(case.unit).name]
    seen = beat(mine, case).json()["people"]
    assert [(p["section"], p["field"]) for p in seen] == [(section.title, "project_name")]


def test_who_left_or_said_nothing_for_a_minute_is_gone(case):
    from datetime import timedelta

    from tongchou.applications.presence_models import Presence

    mine, theirs = logged_in(leader(case.unit)), logged_in(filler(case.unit))
    beat(theirs, case)
    beat(theirs, case, gone=True)
    assert beat(mine, case).json()["people"] == []
    beat(theirs, case)
    for row in Presence.objects.all():
        row.at -= timedelta(seconds=61)
        row.save()
    assert beat(mine, case).json()["people"] == []


def test_what_others_changed_since_is_told_with_who(case):
    other = filler(case.unit)
    save_draft(case, by=other, changes={"project_name": "新名称"}, base_version=case.draft.version)
    told = beat(logged_in(leader(case.unit)), case).json()
    assert set(told["others"]) == {"project_name"}
    assert told["others"]["project_name"]["texts"] == {"project_name": ["新名称"]}
    assert told["others"]["project_name"]["who"] == other.name
    assert beat(logged_in(leader(case.unit)), fresh(case)).json()["others"] == {}


def test_a_page_of_a_submitted_case_is_told_that_nothing_can_be_saved(world):
    case = submitted(unit())
    assert beat(logged_in(leader(case.unit)), case).json()["shut"]


def test_only_people_of_the_unit_are_in_its_forms(case):
    for person in (leader(unit(name="别的学校")), officer(), nobody()):
        assert beat(logged_in(person), case).status_code in {403, 404}
    assert (
        beat(logged_in(leader(case.unit)), type("Case", (), {"pk": 10**9, "draft": case.draft})).status_code
        == 404
    )


def test_a_beat_asks_as_often_for_three_people_as_for_one(case):
    client = logged_in(leader(case.unit))
    counts = []
    for _ in range(3):
        beat(logged_in(filler(case.unit)), case)
        beat(client, case)  # warm
        with CaptureQueriesContext(
            connection,
        ) as asked:
            beat(client, case)
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]


# ---------------------------------------------------------------- units of the register


def find(client, word):
    return client.get(reverse("unit:find_units"), {"q": word}, headers={"accept": "application/json"})


def test_units_are_found_by_name_and_by_code_and_only_verified_ones(case):
    partner = unit("enterprise", name="长春农机股份有限公司")
    unit("enterprise", name="长春农机未核验公司", verified=False)
    client = logged_in(leader(case.unit))
    row = {
        "uscc": partner.uscc,
        "name": partner.name,
        "kind": "enterprise",
        "label": f"{partner.uscc} {partner.name}",
    }
    assert find(client, "农机").json()["found"] == [row]
    assert find(client, partner.uscc[:16]).json()["found"] == [row]
    assert find(client, "农").json()["found"] == []  # too short
    assert find(client, "%").json()["found"] == []


def test_the_register_is_not_for_who_fills_no_form_nor_for_copying(case):
    cache.clear()
    assert find(logged_in(nobody()), "学校").status_code == 403
    client = logged_in(leader(case.unit))
    answers = [find(client, f"学校{n}").status_code for n in range(A_MINUTE + 2)]
    assert answers[0] == 200
    assert 429 in answers
