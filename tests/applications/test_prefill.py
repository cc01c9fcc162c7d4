"""What a new declaration is filled in with, where each answer is from, and what other sources say against it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factory
from tests.factory import audited, fresh, leader, unit
from tests.programmes.engine import CENTRE, declared, national, playing, ready
from tests.programmes.small_pack import Pack, make_places
from tongchou.applications import actions, queries, sources
from tongchou.applications.actions import save_draft
from tongchou.applications.prefill import Figure
from tongchou.core import clock
from tongchou.monitoring.beginning import confirmed_figures
from tongchou.orgs.queries import contact_of
from tongchou.programmes.actions import load_pack
from tongchou.programmes.models import Round

PREFILLED = [
    {"code": "unit_name", "label": "单位名称", "type": "text", "prefill": "unit.name"},
    {"code": "city", "label": "主管部门", "type": "text", "prefill": "unit.authority"},
    {"code": "head", "label": "审核人", "type": "text", "prefill": "unit.leader"},
    {"code": "phone", "label": "联系电话", "type": "text", "prefill": "unit.contact_phone"},
    {
        "code": "trained",
        "label": "培训人次",
        "type": "integer",
        "unit": "人次",
        "same_as": ["indicator.i1", "last.trained", "round.trained"],
    },
]


@pytest.fixture
def pack(tmp_path, db, settings):
    settings.FILES = tmp_path / "files"
    make_places()
    made = national(Pack(tmp_path / "small"))
    made.task["form"][0]["fields"] += PREFILLED
    with playing(made):
        yield made


def begun(of, year=2023, figures=()):
    task = factory.task(CENTRE)
    round_ = Round.objects.select_related("programme").get(programme=task.programme, year=year)
    return fresh(actions.begin(of, task=task, variant="school", round=round_, by=leader(of), figures=figures))


def next_year():
    return clock.at(date(2024, 8, 10))


def advice(case, **answers):
    given = case.draft.answers | answers
    seen = queries.look(case, given)
    return [f.message for f in seen.findings if "不一致" in f.message]


def test_registration_fills_in_what_the_form_asks_of_it(pack):
    school = unit(name="长春甲校")
    case = begun(school)
    kept = case.draft.answers
    assert kept["unit_name"] == "长春甲校"
    assert kept["city"] == school.authority.name
    assert kept["head"] == leader(school).name
    assert kept["phone"] == contact_of(school).phone
    assert sources.untouched(case.draft)["unit_name"] == "单位登记"
    assert audited(case) == ["begin"]


def test_last_year_s_case_fills_in_the_rest_but_targets_and_files(pack):
    school = unit()
    last = declared(school, trained=120, area=2000.0)
    with next_year():
        case = begun(school, 2024)
    kept = case.draft.answers
    assert (kept["trained"], kept["area"]) == (120, 2000.0)
    assert kept["project_name"] == last.draft.answers["project_name"]
    assert "targets" not in kept
    assert sources.untouched(case.draft)["area"] == f"2023 年申报 {last.number}"
    assert case.draft.sources["unit_name"]["from"] == "register"  # what names its source takes that one


def test_of_several_cases_last_year_none_is_taken_and_one_of_another_kind_is_not(pack):
    school = unit()
    declared(school, trained=1)
    declared(school, trained=2)
    with next_year():
        assert "trained" not in begun(school, 2024).draft.answers
        assert "trained" not in begun(unit(), 2024).draft.answers


def test_an_answer_that_is_none_to_this_year_s_field_stays_out(pack):
    school = unit()
    declared(school, trained=120, area=2000.0)
    area = next(f for f in pack.task["form"][0]["fields"] if f["code"] == "area")
    pack.programme["version"] = "2"
    area["decimals"] = 2
    load_pack(pack.write())
    with next_year():
        assert begun(school, 2024).draft.answers["area"] == 2000.0


def test_a_confirmed_figure_goes_before_last_year_s_case_and_names_its_year(pack):
    school = unit()
    declared(school, trained=120)
    with next_year():
        case = begun(school, 2024, figures=[Figure("i1", 2023, Decimal("150.0000"))])
    assert case.draft.answers["trained"] == 150
    assert sources.untouched(case.draft)["trained"] == "2023 年绩效数据"
    (message,) = advice(case)  # the case of the year before says otherwise than the report
    assert "2023 年申报" in message
    both = advice(case, trained=300)
    assert len(both) == 2
    assert "2023 年绩效数据 150 人次" in both[0]


def test_a_unit_without_a_confirmed_report_has_no_figures(pack):
    assert confirmed_figures(unit(), task=factory.task(CENTRE), before=2025) == []


def test_a_changed_answer_is_no_longer_its_source_s_and_costs_the_save_nothing(pack):
    case = begun(unit())
    saved = save_draft(case, by=leader(case.unit), changes={"unit_name": "别名"}, base_version=0)
    draft = fresh(case).draft
    assert "unit_name" not in sources.untouched(draft)
    assert "city" in sources.untouched(draft)
    assert draft.sources["unit_name"]["from"] == "register"  # left alone by saving
    look = [f.message for f in saved.case.look().findings if "不一致" in f.message]
    assert len(look) == 1
    assert case.unit.name in look[0]
    assert look == advice(fresh(case))


def test_what_the_unit_s_other_cases_of_the_round_say_takes_one_query(pack):
    school = unit()
    one, two = begun(school), begun(school)
    save_draft(one, by=leader(school), changes={"trained": 10}, base_version=0)
    saved = save_draft(two, by=leader(school), changes={"trained": 12}, base_version=0)
    with CaptureQueriesContext(connection) as asked:
        messages = [f.message for f in saved.case.look().findings if "不一致" in f.message]
    assert len(messages) == 1
    assert one.number in messages[0]
    assert sum("applications_draft" in q["sql"] for q in asked) == 1
    begun(school)
    with CaptureQueriesContext(connection) as again:
        saved.case.look()
    assert len(again) == len(asked)


def test_who_reviews_a_case_is_not_told_of_drafts(pack):
    school = unit()
    case = declared(school, trained=10)
    other = ready(school, trained=12)
    assert [m for m in advice(case) if other.number in m] == []
    assert [m for m in advice(other) if case.number in m]
