from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from tests import scene
from tests.monitoring.year import fill, send
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.core.scope import Scope
from tongchou.monitoring import actions, evidence, periodic, queries
from tongchou.monitoring.models import (
    AnnualTarget,
    IndicatorValue,
    Period,
    PeriodicReport,
)
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Task

# ---------------------------------------------------------------- opening


def test_opening_stores_what_is_expected_with_both_dates(opened):
    report = opened.report
    assert (report.opens, report.due) == (date(2024, 11, 1), date(2024, 12, 1))
    assert [(d["binds"], d["until"], d["decides"]) for d in report.dates] == [
        ("designated", "2024-12-01", True),
        ("units", "2024-12-15", False),
    ]
    assert report.due_cite == "jilin-2023-7 四(二) 第3句"
    assert report.level == "province"


def test_opening_freezes_targets_of_the_latest_revision(opened):
    frozen = set(AnnualTarget.objects.values_list("indicator", "year", "value"))
    assert frozen == {
        ("external_trainees", 2024, Decimal(100)),
        ("training_income", 2024, Decimal(5_000_000)),
        ("plan_fulfilment", 2024, Decimal(90)),
    }
    assert actions.freeze_targets(opened.project) == 0


def test_opening_expects_the_periodic_reports_of_projects_units_cities_and_province(opened):
    found = {
        (r.kind, r.unit_id, r.authority.place_id if r.authority else None, r.due.isoformat())
        for r in PeriodicReport.objects.select_related("authority")
    }
    unit = opened.unit.pk
    assert ("annual-report", unit, None, "2024-12-01") in found
    assert ("operating-plan", unit, None, "2024-03-31") in found
    assert ("operating-report", unit, None, "2024-12-15") in found
    assert ("college-summary", unit, None, "2024-11-20") in found
    assert ("province-summary", None, "220000", "2024-12-15") in found
    cities = {place for kind, _, place, _ in found if kind == "city-summary"}
    assert len(cities) == 11
    assert not any(kind.endswith("-plan") and kind != "operating-plan" for kind, *_ in found)


def test_a_second_task_does_not_owe_the_reports_across_tasks_again(opened):
    scene.project(opened.unit, task="resource-library", variant=_first_variant("resource-library"))
    with scene.on(2024, 10, 21):
        actions.open_period(
            task=Task.objects.get(code="resource-library"), place=opened.place, year=2024, by=opened.province
        )
    assert PeriodicReport.objects.filter(kind="college-summary").count() == 1
    assert PeriodicReport.objects.filter(kind="annual-report").count() == 2


def _first_variant(code):
    return Task.objects.get(code=code).editions.filter(current=True).first().pack.variants[0].code


def test_only_designated_projects_of_the_province_are_expected_once_at_the_highest_level(programme):
    here, there = scene.unit(), scene.unit("140100")
    both = scene.project(here, levels=("city", "province", "nation"))
    scene.project(here, levels=("city",))
    scene.project(here, levels=())
    revoked = scene.project(here)
    revoked.designations.update(revoked_on=date(2024, 1, 1), revoked_reason="检查不合格")
    scene.project(there)
    with scene.on(2024, 10, 20):
        period = actions.open_period(
            task=Task.objects.get(code="practice-centre"),
            place=Jurisdiction.objects.get(code="220000"),
            year=2024,
            by=scene.officer("220000"),
        )
    assert [(r.application, r.level) for r in period.reports.all()] == [(both, "nation")]


@pytest.mark.parametrize(
    "place,code", [("220100", "scope"), ("140000", "scope"), ("000000", "scope"), (None, "role")]
)
def test_only_the_province_itself_opens(programme, place, code):
    by = scene.officer(place) if place else scene.person(unit=scene.unit(), role="leader")
    with pytest.raises(Refused) as refused:
        actions.open_period(
            task=Task.objects.get(code="practice-centre"),
            place=Jurisdiction.objects.get(code="220000"),
            year=2024,
            by=by,
        )
    assert refused.value.code == code
    assert not Period.objects.exists()


def test_opening_twice_is_refused(opened):
    with pytest.raises(Refused, match="2024年10月20日开启") as refused:
        actions.open_period(task=opened.task, place=opened.place, year=2024, by=opened.province)
    assert refused.value.code == "state"


# ---------------------------------------------------------------- saving


def test_two_people_never_overwrite_each_other(opened):
    first = actions.save_report(
        opened.report, by=opened.filler, changes={"awards": {"value": 3}}, base_version=0
    )
    second = actions.save_report(
        opened.report,
        by=opened.leader,
        changes={"awards": {"value": 4}, "served_enterprises": {"value": 7}},
        base_version=0,
    )
    assert (first.version, second.version) == (1, 2)
    assert second.conflicts == {"awards": {"value": 3}}
    opened.report.refresh_from_db()
    assert opened.report.answers == {"awards": {"value": 3}, "served_enterprises": {"value": 7}}
    again = actions.save_report(
        opened.report, by=opened.leader, changes={"awards": {"value": 4}}, base_version=2
    )
    assert (again.version, again.conflicts) == (3, {})


def test_a_part_is_laid_on_the_rest_of_the_answer_and_none_clears(opened):
    actions.save_report(
        opened.report, by=opened.filler, changes={"awards": {"value": 3, "note": "两项省级"}}, base_version=0
    )
    actions.save_report(opened.report, by=opened.filler, changes={"awards": {"value": None}}, base_version=1)
    opened.report.refresh_from_db()
    assert opened.report.answers["awards"] == {"note": "两项省级"}


@pytest.mark.parametrize(
    "changes,name",
    [
        ({"no_such": {"value": 1}}, "no_such"),
        ({"awards": {"value": "三"}}, "awards-value"),
        ({"awards": {"value": 1.5}}, "awards-value"),
        ({"awards": {"value": True}}, "awards-value"),
        ({"awards": {"value": 10**16}}, "awards-value"),
        ({"training_income": {"value": 0.5}}, "training_income-value"),
        ({"awards": {"numerator": 1}}, "awards-numerator"),
        ({"plan_fulfilment": {"value": 1}}, "plan_fulfilment-value"),
        ({"awards": {"evidence": 999}}, "awards-evidence"),
        ({"awards": {"page": 0}}, "awards-page"),
        ({"awards": {"note": 5}}, "awards-note"),
        ({"awards": 3}, "awards"),
    ],
)
def test_malformed_and_foreign_values_are_refused_by_name_and_the_rest_is_saved(opened, changes, name):
    saved = actions.save_report(
        opened.report, by=opened.filler, changes=changes | {"real_projects": {"value": 2}}, base_version=0
    )
    assert set(saved.errors) == {name}
    opened.report.refresh_from_db()
    assert opened.report.answers["real_projects"] == {"value": 2}


def test_only_the_unit_fills_and_only_its_leader_submits(opened):
    for stranger in (scene.person(unit=scene.unit(), role="leader"), opened.province, scene.person()):
        with pytest.raises(Refused) as refused:
            actions.save_report(opened.report, by=stranger, changes={}, base_version=0)
        assert refused.value.code == "scope"
        with pytest.raises(Refused) as refused:
            actions.submit_report(opened.report, by=stranger)
        assert refused.value.code == "scope"
    with pytest.raises(Refused) as refused:
        actions.submit_report(opened.report, by=opened.filler)
    assert refused.value.code == "role"


# ---------------------------------------------------------------- submitting


def test_submitting_writes_the_revision_and_its_facts(opened):
    given = {
        "external_trainees": {"value": 120},
        "training_income": {"value": 4_800_000, "note": "两家企业延后付款"},
        "plan_fulfilment": {"numerator": 45, "denominator": 50},
        "awards": {"note": "当年未评奖"},
    }
    revision = send(opened, **given)
    facts = {v.indicator: v for v in IndicatorValue.objects.all()}
    assert revision.number == 1
    assert "awards" not in facts
    assert (facts["external_trainees"].value, facts["external_trainees"].met) == (120, True)
    assert (facts["training_income"].value, facts["training_income"].target) == (4_800_000, 5_000_000)
    assert facts["training_income"].met is False
    ratio = facts["plan_fulfilment"]
    assert (ratio.value, ratio.denominator, ratio.target, ratio.met) == (45, 50, 90, True)
    assert facts["trainee_days"].met is None
    assert {v.level for v in facts.values()} == {"province"}
    assert {v.place_path for v in facts.values()} == {opened.unit.place_path}
    assert AuditRecord.objects.filter(action="submit_report").count() == 1


@pytest.mark.parametrize(
    "given,field,word",
    [
        ({"awards": {"note": ""}}, "awards-value", "未填报"),
        ({"plan_fulfilment": {"numerator": 4}}, "plan_fulfilment-denominator", "分子和分母"),
        ({"plan_fulfilment": {"numerator": 4, "denominator": 0}}, "plan_fulfilment-denominator", "分母为 0"),
        (
            {"plan_fulfilment": {"numerator": 12, "denominator": 10}},
            "plan_fulfilment-numerator",
            "不应大于 100%",
        ),
        ({"external_trainees": {"value": 99, "note": ""}}, "external_trainees-note", "未达到年度目标 100 人"),
        ({"awards": {"value": -1}}, "awards-value", "不应小于 0"),
    ],
)
def test_what_is_missing_or_wrong_keeps_a_report_back(opened, given, field, word):
    fill(opened, **given)
    with scene.on(2024, 11, 20), pytest.raises(Refused) as refused:
        actions.submit_report(opened.report, by=opened.leader)
    assert refused.value.code == "incomplete"
    assert list(refused.value.fields) == [field]
    assert word in refused.value.fields[field]
    assert refused.value.denied.clause
    assert not IndicatorValue.objects.exists()


def test_evidence_must_name_a_page_that_exists(opened):
    with scene.on(2024, 11, 10):
        file = evidence.attach(
            opened.report, by=opened.filler, upload=scene.pdf(3), name="C:\\材料\\汇总.pdf"
        )
    assert file.name == "汇总.pdf"
    fill(opened, awards={"value": 2, "evidence": file.pk, "page": 4})
    with scene.on(2024, 11, 20), pytest.raises(Refused, match="第 4 页，而文件只有 3 页"):
        actions.submit_report(opened.report, by=opened.leader)
    fill(opened, awards={"value": 2, "evidence": file.pk, "page": None})
    with scene.on(2024, 11, 20), pytest.raises(Refused, match="没有注明页码"):
        actions.submit_report(opened.report, by=opened.leader)
    fill(opened, awards={"value": 2, "evidence": file.pk, "page": 3})
    with scene.on(2024, 11, 20):
        evidence.detach(file, by=opened.filler)
        with pytest.raises(Refused, match="已被移除"):
            actions.submit_report(opened.report, by=opened.leader)


def test_the_last_day_counts_and_the_next_does_not(opened):
    fill(opened)
    with scene.on(2024, 12, 2), pytest.raises(Refused, match="2024年12月1日，已经过期") as refused:
        actions.submit_report(opened.report, by=opened.leader)
    assert refused.value.code == "window"
    assert refused.value.denied.clause == "jilin-2023-7 四(二) 第3句"
    with scene.on(2024, 12, 1):
        actions.submit_report(opened.report, by=opened.leader)


def test_nothing_is_submitted_before_the_collection_opens(opened):
    fill(opened)
    with scene.on(2024, 10, 31), pytest.raises(Refused, match="从2024年11月1日起报送") as refused:
        actions.submit_report(opened.report, by=opened.leader)
    assert refused.value.code == "window"


def test_an_extension_binds_one_project_and_needs_a_reason(opened):
    fill(opened)
    with scene.on(2024, 12, 2):
        for words in (
            {"until": date(2024, 12, 20), "reason": " "},
            {"until": date(2024, 11, 30), "reason": "洪灾"},
        ):
            with pytest.raises(Refused) as refused:
                actions.extend_report(opened.report, by=opened.province, **words)
            assert refused.value.code == "form"
        with pytest.raises(Refused) as refused:
            actions.extend_report(opened.report, by=opened.leader, until=date(2024, 12, 20), reason="洪灾")
        assert refused.value.code == "role"
        actions.extend_report(opened.report, by=opened.province, until=date(2024, 12, 20), reason="洪灾")
        actions.submit_report(opened.report, by=opened.leader)
    assert queries.expected(Scope(path="000000/220000/"), 2024).performance.late == 0


def test_a_submitted_report_stays_as_it_is(opened):
    revision = send(opened)
    for move in (
        lambda: actions.submit_report(opened.report, by=opened.leader),
        lambda: actions.save_report(opened.report, by=opened.filler, changes={}, base_version=0),
        lambda: evidence.attach(opened.report, by=opened.filler, upload=scene.pdf(), name="a.pdf"),
        lambda: actions.extend_report(opened.report, by=opened.province, until=date(2025, 1, 1), reason="x"),
    ):
        with pytest.raises(Refused) as refused:
            move()
        assert refused.value.code == "state"
    revision.answers = {}
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        revision.save()


# ---------------------------------------------------------------- deciding


def test_confirming_marks_the_facts_and_returning_unmarks_them(opened):
    send(opened)
    actions.confirm_report(opened.report, by=opened.province)
    assert set(IndicatorValue.objects.values_list("confirmed", flat=True)) == {True}
    with scene.on(2024, 12, 10):
        actions.return_report(
            opened.report, by=opened.province, reason="奖项数与附件不符", remarks={"awards": "见第 2 页"}
        )
    opened.report.refresh_from_db()
    assert (opened.report.state, opened.report.returned_due) == ("returned", date(2024, 12, 20))
    assert set(IndicatorValue.objects.values_list("confirmed", flat=True)) == {False}
    with scene.on(2024, 12, 15):  # after the window, within the time given to mend
        actions.save_report(opened.report, by=opened.filler, changes={"awards": {"value": 1}}, base_version=9)
        revision = actions.submit_report(opened.report, by=opened.leader)
    assert revision.number == 2
    fact = IndicatorValue.objects.get(indicator="awards")
    assert (fact.value, fact.revision, fact.confirmed) == (1, revision, False)
    assert queries.expected(Scope(path="000000/"), 2024).performance.late == 0


def test_a_returned_report_is_late_after_its_own_day(opened):
    send(opened)
    with scene.on(2024, 12, 10):
        actions.return_report(opened.report, by=opened.province, reason="请核对", due=date(2024, 12, 12))
    with scene.on(2024, 12, 13), pytest.raises(Refused, match="退回修改的截止日是2024年12月12日"):
        actions.submit_report(opened.report, by=opened.leader)


def test_returning_needs_reason_day_and_known_indicators(opened):
    send(opened)
    for words in (
        {"reason": ""},
        {"reason": "请核对", "due": date(2000, 1, 1)},
        {"reason": "请核对", "remarks": {"nothing": "x"}},
    ):
        with pytest.raises(Refused) as refused:
            actions.return_report(opened.report, by=opened.province, **words)
        assert refused.value.code == "form"


@pytest.mark.parametrize(
    "who,code", [("220100", "scope"), ("140000", "scope"), ("000000", "scope"), ("leader", "role")]
)
def test_only_the_province_decides(opened, who, code):
    send(opened)
    by = opened.leader if who == "leader" else scene.officer(who)
    for action in (actions.confirm_report, lambda r, by: actions.return_report(r, by=by, reason="x")):
        with pytest.raises(Refused) as refused:
            action(opened.report, by=by)
        assert refused.value.code == code


def test_a_report_not_yet_submitted_cannot_be_confirmed_or_returned(opened):
    for action in (actions.confirm_report, lambda r, by: actions.return_report(r, by=by, reason="x")):
        with pytest.raises(Refused) as refused:
            action(opened.report, by=opened.province)
        assert refused.value.code == "state"


# ---------------------------------------------------------------- periodic reports


def test_a_sealed_report_needs_its_scan_and_can_be_replaced_until_its_day(opened):
    report = PeriodicReport.objects.get(kind="annual-report")
    with scene.on(2024, 11, 25):
        with pytest.raises(Refused, match="盖章") as refused:
            periodic.submit_periodic(report, by=opened.leader, text="正文")
        assert refused.value.code == "form"
        periodic.submit_periodic(report, by=opened.leader, upload=scene.pdf(), name="年报.pdf")
        periodic.submit_periodic(report, by=opened.leader, upload=scene.pdf(4), name="年报改.pdf")
    with scene.on(2024, 12, 2), pytest.raises(Refused) as refused:
        periodic.submit_periodic(report, by=opened.leader, upload=scene.pdf(5), name="再改.pdf")
    assert refused.value.code == "window"
    report.refresh_from_db()
    assert (report.file_name, report.file.pages) == ("年报改.pdf", 4)


def test_a_report_after_its_day_is_accepted_and_counts_as_late(opened):
    report = PeriodicReport.objects.get(kind="operating-plan")
    with scene.on(2024, 11, 25):
        with pytest.raises(Refused, match="没有内容"):
            periodic.submit_periodic(report, by=opened.leader, text="  ")
        periodic.submit_periodic(report, by=opened.leader, text="全年开放安排")
    kinds = {row.key: row for row in queries.expected(Scope(path="000000/"), 2024).by_kind}
    assert (kinds["operating-plan"].submitted, kinds["operating-plan"].late) == (1, 1)


def test_whoever_owes_a_report_submits_it(opened):
    city = PeriodicReport.objects.get(kind="city-summary", authority__place_id="220100")
    own = PeriodicReport.objects.get(kind="college-summary")
    for report, by, code in (
        (city, opened.province, "scope"),
        (city, scene.officer("220200"), "scope"),
        (own, opened.province, "scope"),
        (own, opened.filler, "role"),
    ):
        with pytest.raises(Refused) as refused:
            periodic.submit_periodic(report, by=by, upload=scene.pdf(), name="a.pdf")
        assert refused.value.code == code
    periodic.submit_periodic(city, by=scene.officer("220100"), upload=scene.pdf(), name="a.pdf")
