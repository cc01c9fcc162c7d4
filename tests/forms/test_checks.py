from copy import deepcopy
from types import SimpleNamespace

import pytest

from tests.forms.asked import COMPLETE, TASK, USCC
from tongchou.forms import checks
from tongchou.forms.definition import Condition, ConditionGroup, FieldDef, Section

YEARS = (2024, 2025)


def look(changes=None, *, variant="school", evidence=("plan_file",), task=TASK, years=YEARS):
    answers = {**deepcopy(COMPLETE), **(changes or {})}
    return checks.look(task, answers, variant=variant, unit={}, evidence_fields=set(evidence), years=years)


def told(changes=None, **more):
    return [(f.severity, f.field, f.message) for f in look(changes, **more).findings]


def test_complete_answers_find_nothing():
    assert told() == []
    assert look().ready


@pytest.mark.parametrize(
    "changes, severity, field, message",
    [
        ({"name": None}, "missing", "name", "“项目名称”未填写，请填写。"),
        ({"name": "字" * 21}, "error", "name", "“项目名称”现有 21 字，超过 20 字，请删减 1 字。"),
        ({"staff": 2, "areas": ["b"]}, "error", "staff", "“专职教师”为 2 人，不应小于 3 人，请核对。"),
        ({"rate": 170.0}, "error", "rate", "“对口率”为 170%，不应大于 100%，请核对。"),
        ({"country": None}, "missing", "country", "“国别”未填写，请填写。"),
        ({"team": COMPLETE["team"][:1]}, "missing", "team", "“团队”现有 1 行，至少应有 2 行，请补充。"),
        ({"team": None}, "missing", "team", "“团队”未填写，至少 2 行，请填写。"),
        (
            {"team": [*COMPLETE["team"], {"name": "丙"}]},
            "missing",
            "team-2-unit",
            "“团队 · 第 3 行 · 所在单位”未填写，请填写或删去这一行。",
        ),
        (
            {"budget": [{"item": "设备", "amount": 1}] * 4},
            "error",
            "budget",
            "“经费预算”现有 4 行，最多 3 行，请删减。",
        ),
        ({"budget": [{"amount": 1}]}, "missing", "budget-0-item", "“经费预算 · 第 1 行 · 用途”未填写"),
        (
            {"budget": [{"item": "十一个字的用途写得太长", "amount": -1_000_000}]},
            "error",
            "budget-0-amount",
            "为 -1 万元，不应小于 0 万元",
        ),
        (
            {"budget": [{"item": "十一个字的用途写得太长"}]},
            "error",
            "budget-0-item",
            "现有 11 字，超过 10 字",
        ),
        (
            {"partners": [{"uscc": "91220000412759459X", "name": "某厂", "kind": "enterprise"}]},
            "error",
            "partners-0-uscc",
            "“合作单位 · 第 1 行”统一社会信用代码有误：校验码",
        ),
        (
            {"partners": [{"uscc": USCC, "name": "某局", "kind": "government"}]},
            "error",
            "partners-0-kind",
            "单位类型不在本任务合作单位之列（普通高等学校、企业）",
        ),
        ({"area": 999.0}, "error", "area", "不符合条件：面积不少于 1000 平方米。"),
        ({"area": None}, "missing", "area", "“面积”未填写，尚不能判断条件：面积不少于 1000 平方米。"),
        ({"rate": 50.0}, "advice", "rate", "建议核对：对口率宜在 60% 以上。"),
        ({"foreign": None}, "missing", "foreign", "尚不能判断条件：面向社会开放"),
        ({"foreign": False}, "error", "foreign", "不符合条件：面向社会开放。"),
        (
            {"staff": 5, "areas": ["a"]},
            "error",
            "staff",
            "基础条件：3 项中至少应满足 2 项，现满足 1 项。未满足的有：教师不少于 10 人；服务制造业。",
        ),
        ({"staff": 5, "areas": None}, "missing", "areas", "现满足 1 项，还有未填写的：“服务领域”。请补充。"),
        (
            {"targets": {"trained": {"2024": 1}, "income": {"2024": 1, "2025": 1}}},
            "missing",
            "targets-trained-2025",
            "“年度目标”中，指标“培训人次”缺 2025 年目标值，请填写。",
        ),
        ({"targets": None}, "missing", "targets-trained-2024", "缺 2024、2025 年目标值"),
        (
            {"targets": {"trained": {"2024": -1, "2025": 1}, "income": {"2024": 1, "2025": 1}}},
            "error",
            "targets-trained-2024",
            "“培训人次 · 2024 年”为 -1 人次，不应小于 0 人次",
        ),
    ],
)
def test_finding(changes, severity, field, message):
    found = told(changes)
    assert any(s == severity and f == field and message in m for s, f, m in found), found
    assert look(changes).ready is (severity == "advice")


def test_a_foreign_partner_needs_no_code():
    assert told({"partners": [{"uscc": None, "name": "曼谷某学院", "kind": "university"}]}) == []
    assert told({"partners": [{"uscc": USCC, "name": "某校", "kind": "university"}]}) == []


def test_materials_are_asked_by_their_own_name_once():
    (finding,) = look(evidence=()).findings
    assert finding.field == "plan_file"
    assert finding.message == "缺少材料：盖章的建设方案。请在“建设方案”处上传。"
    assert finding.cite == ("guide 四",)


def test_a_required_file_field_without_material():
    fields = [FieldDef(code="photo", label="照片", type="files", required=True)]
    task = SimpleNamespace(
        **{**vars(TASK), "form": [Section(code="s", title="s", fields=fields)], "conditions": []}
    )
    task.groups, task.materials = [], []
    findings = checks.run(task, {}, variant="school", unit={})
    assert [f.message for f in findings] == ["“照片”未上传，请上传文件。"]


def test_hidden_fields_are_neither_asked_nor_counted():
    found = look({"foreign": False, "country": "字" * 5000})
    assert "country" in found.hidden
    assert not any(f.field == "country" for f in found.findings)


def test_conditions_on_hidden_fields_do_not_apply():
    condition = Condition(code="c", text="国别已审核", rule='v["country"] == "泰国"', cite=["guide 一"])
    task = SimpleNamespace(**{**vars(TASK), "conditions": [condition], "groups": []})
    assert (
        checks.run(
            task, {**COMPLETE, "foreign": False}, variant="school", unit={}, evidence_fields={"plan_file"}
        )
        == []
    )
    assert checks.run(
        task, {**COMPLETE, "country": "老挝"}, variant="school", unit={}, evidence_fields={"plan_file"}
    )


def test_another_variant_is_asked_other_things():
    assert [f for _, f, _ in told(variant="public")] == ["office"]
    assert told({"office": "某局"}, variant="public") == []


def test_computed():
    assert look().computed == {"per_head": 50_000_000.0}
    assert look({"staff": 0}).computed == {"per_head": None}
    assert look({"staff": None}).computed == {"per_head": None}
    assert look({"per_head": 1, "staff": 7}).computed == {"per_head": 85_714_285.71}


def test_a_rule_that_cannot_be_decided_although_all_is_filled_is_told():
    condition = Condition(
        code="c", text="生均投入达标", rule='v["per_head"] > 1.0', field="staff", cite=["guide 一"]
    )
    task = SimpleNamespace(**{**vars(TASK), "conditions": [condition], "groups": []})
    found = checks.run(
        task, {**COMPLETE, "staff": 0}, variant="school", unit={}, evidence_fields={"plan_file"}
    )
    assert any("生均投入达标" in f.message for f in found)


def test_targets_are_not_asked_without_years():
    assert told({"targets": None}, years=()) == []


def test_progress_counts_needed_fields_by_section():
    assert look().progress == {"basic": checks.Progress(filled=7, needed=7)}
    partly = look({"name": None, "targets": None}, evidence=()).progress["basic"]
    assert (partly.filled, partly.needed) == (4, 7)
    assert set(look(variant="public").progress) == {"basic", "public"}


def test_every_finding_that_comes_from_a_clause_cites_it():
    for finding in look({"area": 1.0, "name": None, "staff": 5, "areas": ["a"]}, evidence=()).findings:
        assert finding.cite, finding


def test_groups_count_only_conditions_of_the_variant():
    conditions = [Condition(code="x", text="x", rule="has(v.office)", variants=["public"], cite=["guide 一"])]
    group = ConditionGroup(code="g", text="t", need=1, of=["x"], cite=["guide 一"])
    task = SimpleNamespace(**{**vars(TASK), "conditions": conditions, "groups": [group]})
    assert told(task=task) == []


def test_empty_answers_are_all_told_at_once():
    found = checks.run(TASK, {}, variant="school", unit={}, years=YEARS)
    assert {f.code for f in found} == {"name", "area", "staff", "plan_file", "team", "targets", "foreign"}
