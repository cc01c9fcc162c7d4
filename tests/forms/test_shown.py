from copy import deepcopy

import pytest

from tests.forms.asked import COMPLETE, INDICATORS, SECTIONS
from tongchou.forms.diff import changes
from tongchou.forms.display import EMPTY, show
from tongchou.forms.schema import by_code, sections_for

FIELDS = by_code(SECTIONS)


@pytest.mark.parametrize(
    "code, value, shown",
    [
        ("name", "实践中心", "实践中心"),
        ("name", None, EMPTY),
        ("staff", 12000, "12,000 人"),
        ("area", 1234.5, "1,234.50 平方米"),
        ("fund", 123_456_789_000_000, "123,456,789 万元"),
        ("fund", 15_000, "0.015 万元"),
        ("rate", 98.5, "98.5%"),
        ("rate", 100.0, "100%"),
        ("since", "2023-09-01", "2023年9月1日"),
        ("level", "higher", "高职"),
        ("level", "gone", "gone"),
        ("areas", ["a", "b"], "农业、制造业"),
        ("foreign", True, "是"),
        ("foreign", False, "否"),
        ("budget", [{"item": "设备", "amount": 5_000_000}, {"item": "耗材"}], "设备，5 万元\n耗材"),
        ("targets", {"trained": {"2025": 2, "2024": 1}}, "培训人次 2024年：1 人次\n培训人次 2025年：2 人次"),
    ],
)
def test_shown(code, value, shown):
    assert show(FIELDS[code], value, indicators=INDICATORS) == shown


def test_changes_name_fields_rows_and_years():
    new = deepcopy(COMPLETE)
    new["name"] = "新名称"
    new["fund"] = 700_000_000
    new["team"][1]["unit"] = "另一校"
    new["team"].append({"name": "丙", "unit": "某厂"})
    new["targets"]["income"]["2025"] = 3_000_000
    del new["areas"]
    old = {**COMPLETE, "budget": [{"item": "设备", "amount": 1_000_000}]}
    found = [
        (c.name, c.label, c.before, c.after)
        for c in changes(sections_for(SECTIONS, "school"), old, new, indicators=INDICATORS)
    ]
    assert found == [
        ("name", "项目名称", "智能制造实践中心", "新名称"),
        ("fund", "投入", "600 万元", "700 万元"),
        ("areas", "服务领域", "制造业", EMPTY),
        ("budget-0", "经费预算 · 第 1 行", "设备，1 万元", EMPTY),
        ("team-1-unit", "团队 · 第 2 行 · 所在单位", "某校", "另一校"),
        ("team-2", "团队 · 第 3 行", EMPTY, "丙，某厂"),
        ("targets-income-2025", "年度目标 · 到账金额 · 2025 年", "0.000002 万元", "3 万元"),
    ]


def test_no_changes():
    assert changes(SECTIONS, COMPLETE, deepcopy(COMPLETE), indicators=INDICATORS) == []
