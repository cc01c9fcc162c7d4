"""Mappings: refused without, checked, kept for good, and read through wherever codes are read across versions."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from tests import scene
from tests.programmes.small_pack import CITE, PLACES, Pack
from tests.programmes.test_command import folder, run  # noqa: F401 - fixtures
from tests.programmes.test_load import counts
from tongchou.applications.models import Application, Draft
from tongchou.applications.queries import reading_today
from tongchou.core.access import Refused
from tongchou.core.scope import Scope
from tongchou.forms.rules import compile_rule
from tongchou.insight.behind import rows_behind
from tongchou.insight.rollup import rollup
from tongchou.monitoring.detail import detail
from tongchou.monitoring.models import AnnualTarget, IndicatorValue, PerformanceReport, Period, ReportRevision
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes import queries
from tongchou.programmes.actions import PackRefused, load_pack
from tongchou.programmes.holdings import ChangeRefused, Held
from tongchou.programmes.mapping_models import Mapping
from tongchou.programmes.models import Quota, Round, Task
from tongchou.programmes.pack_format import Mapping as MappingPart
from tongchou.programmes.queries import edition_for
from tongchou.programmes.translating import Translator

CHANGCHUN, JILIN = "000000/220000/220100/", "000000/220000/"
TO_TENS = {"task": "centre", "part": "indicator", "from": "i1", "to": "i2", "factor": 0.1}


@pytest.fixture
def loaded(pack, places):
    load_pack(pack.write())
    return pack


def begin(of, *, answers=None, step="declare", submitted=False, variant="school"):
    task = Task.objects.get()
    case = Application.objects.create(
        round=Round.objects.get(code="2023"),
        task=task,
        edition=edition_for(task, of.scope_path),
        variant=variant,
        unit=of,
        place_path=of.place_path,
        scope_path=of.scope_path,
        number=f"N{Application.objects.count()}",
        state="in_review" if submitted else "draft",
        step=step,
        begun_at=datetime(2023, 8, 1, tzinfo=UTC),
        submitted_at=datetime(2023, 8, 2, tzinfo=UTC) if submitted else None,
    )
    Draft.objects.create(application=case, answers=answers or {}, saved_at=case.begun_at)
    return case


def reported(case, year, answers, edition=None):
    """A submitted report with its facts, as rows: how it came is tried in monitoring."""
    period, _ = Period.objects.get_or_create(
        task=case.task,
        place=Jurisdiction.objects.get(code="220000"),
        year=year,
        defaults={"opened_at": case.begun_at, "opened_by": scene.person()},
    )
    report = PerformanceReport.objects.create(
        period=period,
        application=case,
        edition=edition or case.edition,
        variant=case.variant,
        unit=case.unit,
        place_path=case.place_path,
        scope_path=case.scope_path,
        level="province",
        answers=answers,
        state="submitted",
        submitted_at=case.begun_at,
        first_submitted_at=case.begun_at,
    )
    revision = ReportRevision.objects.create(
        report=report,
        number=1,
        answers=answers,
        digest="0" * 64,
        submitted_at=case.begun_at,
        submitted_by=period.opened_by,
    )
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            report=report,
            revision=revision,
            task=case.task,
            variant=case.variant,
            unit=case.unit,
            unit_kind=case.unit.kind,
            level="province",
            place_path=case.place_path,
            scope_path=case.scope_path,
            year=year,
            indicator=code,
            value=Decimal(answer["value"]),
            target=Decimal(answer["value"]),
        )
        for code, answer in answers.items()
    )
    return report


def in_tens(pack, *, mapped=True):
    """The indicator in tens of persons, under a new code."""
    pack.task["indicators"] = [
        {"code": "i2", "name": "培训人次", "kind": "number", "unit": "十人次", "cite": CITE}
    ]
    if mapped:
        pack.programme["mappings"] = [TO_TENS]
    return pack.write()


def test_a_lost_indicator_is_refused_with_the_clause_and_the_yaml_to_write(loaded):
    begin(scene.unit())
    before = counts()
    loaded.task["summary"] = "一并改动"
    with pytest.raises(ChangeRefused) as caught:
        load_pack(in_tens(loaded, mapped=False))
    denied = caught.value.denied
    assert denied.code == "data"
    assert denied.reason == "任务“实践中心”的指标“培训人次”（i1）被取消，而已存有草稿 1 份，会丢失已存数据"
    assert denied.clause == "notice 一(一)"
    assert (
        "programme.yaml 的 mappings: 下写 - {task: centre, part: indicator, from: i1, to: 新编码}"
        in denied.remedy
    )
    assert counts() == before
    assert [i.code for i in edition_for(Task.objects.get(), JILIN).pack.indicators] == ["i1"]


def test_a_refusal_counts_what_is_stored(loaded):
    of = scene.unit()
    case = begin(of)
    for year in (2024, 2025):
        reported(case, year, {"i1": {"value": 7}})
    AnnualTarget.objects.create(application=case, indicator="i1", year=2024, value=5)
    begin(of, submitted=True, step="recommend")
    with pytest.raises(ChangeRefused) as caught:
        load_pack(in_tens(loaded, mapped=False))
    (loss,) = caught.value.losses
    assert loss.held == Held(drafts=1, cases=1, reports=2, values=3)


def test_a_mapping_is_kept_once_and_never_changes(loaded):
    begin(scene.unit())
    assert any("i1 → i2" in change for change in load_pack(in_tens(loaded)).changes)
    assert load_pack(loaded.folder).changes == []
    row = Mapping.objects.get()
    assert (row.old, row.to, row.factor, row.place_id) == ("i1", "i2", Decimal("0.1"), "000000")
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Mapping.objects.update(to="i3")
    loaded.programme["mappings"] = [{**TO_TENS, "factor": 10}]
    with pytest.raises(Refused, match="不能改写"):
        load_pack(loaded.write())
    loaded.programme["mappings"] = []
    load_pack(loaded.write())  # what was loaded goes on answering for it
    assert Mapping.objects.count() == 1


def test_a_code_does_not_come_back_beside_the_one_it_was_mapped_to(loaded):
    begin(scene.unit())
    load_pack(in_tens(loaded))
    loaded.programme["mappings"] = []
    loaded.task["indicators"].append(
        {"code": "i1", "name": "另一指标", "kind": "integer", "unit": "人次", "cite": CITE}
    )
    with pytest.raises(Refused, match="i1”早先已对应到“i2”"):
        load_pack(loaded.write())


def test_a_mapping_that_does_not_fit_answers_for_nothing(loaded):
    begin(scene.unit())
    in_tens(loaded)
    loaded.programme["mappings"] = [{**TO_TENS, "factor": None}]
    del loaded.programme["mappings"][0]["factor"]
    with pytest.raises(ChangeRefused, match="须写 factor"):
        load_pack(loaded.write())


def test_last_years_figure_is_shown_converted(loaded):
    case = begin(scene.unit())
    reported(case, 2024, {"i1": {"value": 1200, "note": "实数"}})
    load_pack(in_tens(loaded))
    now = edition_for(case.task, JILIN)
    report = reported(case, 2025, {"i2": {"value": 130}}, edition=now)
    (line,) = detail(report).lines
    assert (line.indicator.code, line.last_year_text) == ("i2", "120 十人次")
    assert IndicatorValue.objects.get(year=2024).value == 1200


def test_a_roll_up_adds_what_was_reported_under_both_codes(loaded):
    old = begin(scene.unit())
    reported(old, 2025, {"i1": {"value": 1200}})
    load_pack(in_tens(loaded))
    new = begin(scene.unit())
    reported(new, 2025, {"i2": {"value": 5}})
    programme = new.task.programme
    (figure,) = rollup(None, programme=programme, year=2025)
    assert (figure.indicator, figure.count, figure.value_text) == ("i2", 2, "125 十人次")
    assert (figure.target, figure.completion) == (125, 100)
    assert rollup(None, programme=programme, year=2025, indicator="i2")[0].total == 125
    rows, count = rows_behind(
        Scope(path="000000/"), programme=programme, year=2025, task="centre", indicator="i2"
    )
    assert (count, [(row.text, row.target_text) for row in rows]) == (
        2,
        [("120 十人次", "120 十人次"), ("5 十人次", "5 十人次")],
    )


def test_a_dropped_indicator_stays_stored_and_out_of_roll_ups(loaded):
    case = begin(scene.unit())
    reported(case, 2025, {"i1": {"value": 7}})
    in_tens(loaded)
    loaded.programme["mappings"] = [
        {"task": "centre", "part": "indicator", "from": "i1", "to": None, "drop": "口径取消"}
    ]
    load_pack(loaded.write())
    assert rollup(None, programme=case.task.programme, year=2025) == []
    assert IndicatorValue.objects.count() == 1


def test_a_field_is_refused_only_where_it_is_answered(loaded):
    case = begin(scene.unit(), answers={"fund": None})
    loaded.task["form"][0]["fields"].pop(2)
    load_pack(loaded.write())
    Draft.objects.filter(application=case).update(answers={"fund": 100, "area": 1500})
    loaded.task["form"][0]["fields"].pop(1)
    loaded.task["conditions"] = []
    with pytest.raises(ChangeRefused) as caught:
        load_pack(loaded.write())
    assert {loss.stake.key.code for loss in caught.value.losses} == {"fund", "area"}
    loaded.programme["mappings"] = [
        {"task": "centre", "part": "field", "from": code, "to": None, "drop": "不再填报"}
        for code in ("fund", "area")
    ]
    load_pack(loaded.write())


def test_rules_of_quotas_read_older_answers_under_todays_code(loaded):
    case = begin(scene.unit(), answers={"area": 1500})
    form = loaded.task["form"][0]["fields"]
    form[1] = {"code": "area_mu", "label": "面积", "type": "number", "unit": "亩"}
    loaded.task["conditions"] = []
    loaded.programme["mappings"] = [
        {"task": "centre", "part": "field", "from": "area", "to": "area_mu", "factor": 0.0015}
    ]
    load_pack(loaded.write())
    seen = reading_today(case, {"area": 1500, "project_name": "甲"})
    assert compile_rule('v["area_mu"] == 2.25').holds(seen.context) is True
    assert case.edition.number == 1


def test_a_case_at_a_renamed_step_still_meets_its_quota(loaded):
    case = begin(scene.unit("220100", "secondary_school"), step="city-recommend", submitted=True)
    loaded.overlay_task["steps"][1]["code"] = "city"
    loaded.overlay_task["quotas"][0]["step"] = "city"
    with pytest.raises(
        ChangeRefused, match=r"环节“市级推荐”（city-recommend）被取消.*overlays/220000/overlay.yaml"
    ):
        load_pack(loaded.write())
    loaded.overlay["mappings"] = [{"task": "centre", "part": "step", "from": "city-recommend", "to": "city"}]
    load_pack(loaded.write())
    found = queries.quotas_for(
        case.task, CHANGCHUN, case.step, variant="school", kind="secondary_school", round=case.round
    )
    assert found == [Quota.objects.get()]


# ---------------------------------------------------------------- checking


@pytest.mark.parametrize(
    "mapping, says",
    [
        ({"from": "i0", "to": "i9"}, "指标“i9”不存在"),
        ({"from": "i1", "to": "i1"}, "还在使用"),
        ({"from": "i0"}, "要么写 to，要么写 drop"),
        ({"from": "i0", "to": "i1", "drop": "两样都写"}, "要么写 to，要么写 drop"),
        ({"from": "i0", "to": "i1", "in": "x"}, "in 写得不对"),
        ({"from": "i0", "to": "i1", "task": "centra"}, "任务“centra”不存在"),
        ({"from": "i0", "to": "i1", "part": "column"}, "in 写得不对"),
        ({"from": "i0", "to": None, "drop": "取消", "factor": 2}, "才写 factor"),
        ({"from": "i0", "to": "i1", "factor": 0}, "factor"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_told_where_it_stands(pack, places, mapping, says):
    (pack.folder).mkdir(parents=True)
    pack.write()
    written = {"task": "centre", "part": "indicator", **mapping}
    (pack.folder / "mappings.yaml").write_text(json.dumps([written]))
    with pytest.raises(PackRefused) as caught:
        load_pack(pack.folder)
    (problem,) = caught.value.problems
    assert problem.file == "mappings.yaml"
    assert says in problem.message


def test_mappings_in_a_circle_are_a_mistake(pack, places):
    pack.programme["mappings"] = [
        {"task": "centre", "part": "step", "from": a, "to": b} for a, b in (("a", "b"), ("b", "a"))
    ]
    with pytest.raises(PackRefused, match="绕了一圈"):
        load_pack(pack.write())


# ---------------------------------------------------------------- translating


def link(part, old, to, inside="", factor=None):
    drop = "" if to else "取消"
    return MappingPart.model_validate(
        {"task": "centre", "part": part, "in": inside, "from": old, "to": to, "factor": factor, "drop": drop}
    )


def test_mappings_of_several_versions_are_followed_and_their_factors_multiply():
    meant = Translator([link("indicator", "a", "b", factor=10), link("indicator", "b", "c", factor=0.5)])
    assert (meant.current("indicator", "a").code, meant.current("indicator", "a").factor) == ("c", 5)
    assert meant.sources("indicator", "c") == {"c": 1, "a": 5, "b": Decimal("0.5")}
    assert meant.current("field", "a").code == "a"


def test_choices_and_columns_are_translated_inside_what_they_stood_in(tmp_path):
    from tongchou.programmes.check import check_pack
    from tongchou.programmes.packs import read

    pack = Pack(tmp_path / "small")
    pack.task["form"][0]["fields"] += [
        {
            "code": "kind",
            "label": "类型",
            "type": "choice",
            "choices": [{"value": "new", "label": "新"}, {"value": "kept", "label": "留"}],
        },
        {
            "code": "rooms",
            "label": "场地",
            "type": "table",
            "columns": [{"code": "size", "label": "面积", "type": "integer"}],
        },
    ]
    task = check_pack(read(pack.write()), PLACES).tasks["centre"]
    meant = Translator(
        [
            link("choice", "old", "new", inside="kind"),
            link("column", "width", "size", inside="rooms", factor=2.5),
            link("field", "gone", None),
        ],
        task,
    )
    stored = {"kind": "old", "rooms": [{"width": 3}, {"size": 4}], "gone": 1, "unknown": 2, "area": 5}
    assert meant.answers(stored) == {"kind": "new", "rooms": [{"size": 8}, {"size": 4}], "area": 5}


@pytest.mark.usefixtures("places")
def test_the_command_says_how_much_is_stored(run, folder, pack):  # noqa: F811
    load_pack(folder)
    begin(scene.unit())
    shown = run("diff", in_tens(pack, mapped=False))
    assert shown.exit_code == 1
    assert "已存草稿 1 份" in shown.stdout
    assert "from: i1" in shown.stdout
    answered = run("diff", in_tens(pack))
    assert answered.exit_code == 0, answered.output
    assert "对应关系：i1 → i2" in answered.stdout
