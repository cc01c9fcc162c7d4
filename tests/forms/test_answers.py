import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.forms.asked import INDICATORS, SECTIONS
from tongchou.forms import answers, display, typed
from tongchou.forms.schema import by_code, fields_of, sections_for
from tongchou.forms.values import Malformed

FIELDS = by_code(SECTIONS)
YEARS = (2024, 2025)


def clean(posted, **more):
    return answers.clean(sections_for(SECTIONS, "school"), posted, indicators=INDICATORS, years=YEARS, **more)


def post(data, **more):
    data = {name: value if isinstance(value, list) else [value] for name, value in data.items()}
    return answers.from_post(
        sections_for(SECTIONS, "school"), data, indicators=INDICATORS, years=YEARS, **more
    )


@pytest.mark.parametrize(
    "code, raw, stored",
    [
        ("name", "  实践\u0000中心\r\n", "实践中心"),
        ("name", "", None),
        ("name", "\ud800x", "x"),
        ("intro", "一\r\n二", "一\n二"),
        ("staff", 3, 3),
        ("staff", 3.0, 3),
        ("area", 3, 3.0),
        ("area", -0.0, 0.0),
        ("fund", 123, 123),
        ("since", "2023-09-01", "2023-09-01"),
        ("level", "higher", "higher"),
        ("areas", ["c", "a", "a"], ["a", "c"]),
        ("areas", [], None),
        ("foreign", False, False),
        ("budget", [{"item": "设备", "amount": 5}, {"item": None}], [{"item": "设备", "amount": 5}]),
        ("budget", [], None),
        ("targets", {"trained": {"2024": 5, "2025": None}}, {"trained": {"2024": 5}}),
        ("targets", {}, None),
        ("targets", None, None),
    ],
)
def test_well_formed(code, raw, stored):
    cleaned = clean({code: raw})
    assert cleaned.errors == {}
    assert cleaned.values == {code: stored}
    assert type(cleaned.values[code]) is type(stored)


@pytest.mark.parametrize(
    "code, raw, name, label, reason",
    [
        ("nothing", 1, "nothing", "nothing", "不是本表的填报项"),
        ("office", "x", "office", "office", "不是本表的填报项"),
        ("per_head", 1, "per_head", "生均投入", "自动计算"),
        ("plan_file", "x", "plan_file", "建设方案", "请上传文件"),
        ("name", 5, "name", "项目名称", "应为文字"),
        ("name", "字" * 2001, "name", "项目名称", "内容过长（2,001 字），最多可存 2,000 字"),
        ("intro", "字" * 50_001, "intro", "简介", "内容过长"),
        ("staff", "5", "staff", "专职教师", "应为数字"),
        ("staff", True, "staff", "专职教师", "应为数字"),
        ("staff", 1.5, "staff", "专职教师", "应为整数"),
        ("area", float("nan"), "area", "面积", "应为数字"),
        ("area", float("inf"), "area", "面积", "应为数字"),
        ("area", 1e16, "area", "面积", "数字过大"),
        ("area", 1.234, "area", "面积", "最多保留 2 位小数"),
        ("fund", 1.5, "fund", "投入", "精确到分"),
        ("since", "2023-02-30", "since", "成立日期", "应为日期"),
        ("since", "20230901", "since", "成立日期", "应为日期"),
        ("since", "0001-01-01", "since", "成立日期", "应为日期"),
        ("since", 20230901, "since", "成立日期", "应为日期"),
        ("level", "doctor", "level", "层次", "不在选项之中"),
        ("level", ["higher"], "level", "层次", "不在选项之中"),
        ("areas", ["a", "z"], "areas", "服务领域", "不在选项之中"),
        ("areas", "a", "areas", "服务领域", "应为若干选项"),
        ("areas", [{}], "areas", "服务领域", "应为若干选项"),
        ("foreign", "yes", "foreign", "是否涉外", "“是”或“否”"),
        ("budget", "x", "budget", "经费预算", "应为若干行"),
        ("budget", ["x"], "budget", "经费预算", "应为若干行"),
        ("budget", [{}] * 501, "budget", "经费预算", "最多可存 500 行"),
        ("budget", [{"item": "x"}, {"cost": 1}], "budget-1-cost", "经费预算 · cost", "不是本表的列"),
        ("budget", [{"amount": "x"}], "budget-0-amount", "经费预算 · 第 1 行 · 金额", "应为数字"),
        ("targets", [], "targets", "年度目标", "应为各指标的年度目标"),
        ("targets", {"story": {}}, "targets-story", "年度目标 · story", "不是本任务有年度目标的指标"),
        ("targets", {"trained": 5}, "targets-trained", "年度目标 · 培训人次", "应为各年度的目标值"),
        ("targets", {"trained": {"2030": 5}}, "targets-trained-2030", "培训人次 · 2030", "不是填报年度"),
        ("targets", {"trained": {"2024": "x"}}, "targets-trained-2024", "培训人次 · 2024 年", "应为数字"),
    ],
)
def test_malformed_is_refused_with_the_field_named(code, raw, name, label, reason):
    cleaned = clean({code: raw, "intro" if code != "intro" else "name": "照常保存"})
    assert list(cleaned.errors) == [name]
    assert label in cleaned.errors[name]
    assert reason in cleaned.errors[name]
    assert "照常保存" in cleaned.values.values()


def test_one_bad_cell_leaves_the_rest_of_its_table():
    cleaned = clean({"budget": [{"item": "设备", "amount": "x"}, {"item": "耗材", "amount": 7}]})
    assert cleaned.values["budget"] == [{"item": "设备", "amount": None}, {"item": "耗材", "amount": 7}]


def test_whole_or_partial():
    assert set(clean({"name": "x"}).values) == {"name"}
    whole = clean({"name": "x", "staff": "?"}, partial=False).values
    assert whole["name"] == "x"
    assert whole["area"] is None
    assert "staff" not in whole
    assert "per_head" not in whole
    assert "plan_file" not in whole


def test_errors_are_bounded():
    assert len(clean({f"x{i}": i for i in range(5000)}).errors) == answers.MOST_ERRORS
    name = "n" * 10_000
    (error,) = clean({name: 1}).errors.items()
    assert len(error[0]) + len(error[1]) < 1000


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
NAMES = sorted(FIELDS)
LIKELY = st.one_of(
    ODD,
    st.lists(
        st.dictionaries(st.sampled_from(["item", "amount", "name", "unit", "uscc", "kind", "x"]), ODD),
        max_size=3,
    ),
    st.dictionaries(
        st.sampled_from(["trained", "income", "story", "x"]),
        st.dictionaries(st.sampled_from(["2024", "2025", "1999"]), ODD),
        max_size=3,
    ),
    st.lists(st.sampled_from(["a", "b", "c", "z"]), max_size=5),
    st.sampled_from(["secondary", "higher", "2023-09-01", True, 5, 5.25]),
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=6), LIKELY, max_size=6))
def test_cleaning_never_crashes_and_cleans_to_itself(posted):
    cleaned = clean(posted)
    again = clean(cleaned.values)
    assert again.errors == {}
    assert again.values == cleaned.values
    text = json.dumps(cleaned.values, allow_nan=False)
    assert json.loads(text) == cleaned.values
    assert "\\u0000" not in text
    for code, value in cleaned.values.items():
        display.show(FIELDS[code], value, indicators=INDICATORS)


@settings(max_examples=120, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{0,9}(-[a-z0-9]{0,5}){0,2}"), st.lists(st.text(), max_size=3), max_size=8
    )
)
def test_any_post_is_answered(posted):
    answers.from_post(SECTIONS, posted, indicators=INDICATORS)


def test_a_post_as_a_browser_sends_it():
    cleaned = post(
        {
            "csrfmiddlewaretoken": "x",
            "name": "实践中心",
            "staff": "1,200",
            "area": "１２．５",
            "fund": "1,234.567891",
            "rate": "98.5%",
            "since": "2023年9月1日",
            "level": "higher",
            "areas": ["", "b", "a"],
            "foreign": "no",
            "budget-2-item": "耗材",
            "budget-2-amount": "0.5",
            "budget-0-item": "设备",
            "budget-0-amount": "",
            "targets-trained-2024": "100",
            "targets-income-2025": "1.5",
        },
        ignore={"csrfmiddlewaretoken"},
    )
    assert cleaned.errors == {}
    assert cleaned.values == {
        "name": "实践中心",
        "staff": 1200,
        "area": 12.5,
        "fund": 1_234_567_891,
        "rate": 98.5,
        "since": "2023-09-01",
        "level": "higher",
        "areas": ["a", "b"],
        "foreign": False,
        "budget": [{"item": "设备", "amount": None}, {"item": "耗材", "amount": 500_000}],
        "targets": {"trained": {"2024": 100}, "income": {"2025": 1_500_000}},
    }


def test_what_is_emptied_is_cleared():
    cleaned = post({"name": "", "areas": [""], "budget": "", "targets": "", "foreign": ""})
    assert cleaned.errors == {}
    assert cleaned.values == {"name": None, "areas": None, "budget": None, "targets": None, "foreign": None}


@pytest.mark.parametrize(
    "data, name, reason",
    [
        ({"hack": "1"}, "hack", "“hack”不是本表的填报项"),
        ({"office": "1"}, "office", "不是本表的填报项"),
        ({"name-0-x": "1"}, "name-0-x", "不是本表的填报项"),
        ({"budget-0-cost": "1"}, "budget-0-cost", "不是本表的填报项"),
        ({"budget-x-item": "1"}, "budget-x-item", "不是本表的填报项"),
        ({"budget-99999-item": "1"}, "budget-99999-item", "不是本表的填报项"),
        ({"budget-9999-item": "1"}, "budget", "最多可存 500 行"),
        ({"targets-nothing-2024": "1"}, "targets-nothing-2024", "不是本表的填报项"),
        ({"targets-trained-2030": "1"}, "targets-trained-2030", "不是填报年度"),
        ({"targets-trained-2024": "many"}, "targets-trained-2024", "“年度目标 · 培训人次 · 2024 年”应为数字"),
        ({"per_head": "1"}, "per_head", "自动计算"),
        ({"plan_file": "x"}, "plan_file", "请上传文件"),
        ({"level": "doctor"}, "level", "“层次”所选的值不在选项之中"),
        ({"areas": ["z"]}, "areas", "不在选项之中"),
        ({"name": ["a", "b"]}, "name", "多个值"),
        ({"name": "字" * 100_001}, "name", "“项目名称”内容过长"),
        ({"staff": "1" * 41}, "staff", "“专职教师”内容过长"),
        ({"staff": "12人"}, "staff", "应为数字，例如"),
        ({"staff": "1,2"}, "staff", "应为数字"),
        ({"staff": "1.5"}, "staff", "应为整数"),
        ({"fund": "1.2345678"}, "fund", "最多保留 6 位小数"),
        ({"fund": "1e5"}, "fund", "应为数字"),
        ({"since": "9月1日"}, "since", "应为日期"),
        ({"since": "2023-02-30"}, "since", "应为日期"),
        ({"foreign": "maybe"}, "foreign", "“是”或“否”"),
        ({"budget-1-amount": "x"}, "budget-1-amount", "“经费预算 · 第 2 行 · 金额”应为数字"),
    ],
)
def test_a_bad_post_is_refused_with_the_field_named(data, name, reason):
    cleaned = post({"intro": "照常保存", **data})
    assert list(cleaned.errors) == [name]
    assert reason in cleaned.errors[name]
    assert cleaned.values["intro"] == "照常保存"
    if name in FIELDS:
        assert name not in cleaned.values


FEN = st.integers(min_value=-(10**15), max_value=10**15)


@given(FEN)
def test_money_round_trip(fen):
    text = display.typed_text(FIELDS["fund"], fen)
    assert typed.parse(FIELDS["fund"], [text]) == fen
    shown = display.show(FIELDS["fund"], fen)
    assert shown.endswith(" 万元")
    assert Decimal(shown.removesuffix(" 万元").replace(",", "")) * 1_000_000 == fen
    assert typed.fen_of(shown) == fen


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_number_round_trip(value):
    plain = FIELDS["rate"]
    value = clean({"rate": value}).values["rate"]
    assert typed.parse(plain, [display.typed_text(plain, value)]) == value


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_date_round_trip(day):
    assert typed.parse(FIELDS["since"], [display.show_date(day.isoformat())]) == day.isoformat()


@pytest.mark.parametrize(
    "text, fen", [("0.000001", 1), ("19.99", 19_990_000), ("100万元", 100_000_000), ("０．１", 100_000)]
)
def test_money_typed_in_wan(text, fen):
    assert typed.parse(FIELDS["fund"], [text]) == fen


def test_every_field_type_is_here():
    from typing import get_args

    from tongchou.forms.definition import FieldType

    assert {f.type for f in fields_of(SECTIONS)} == set(get_args(FieldType))


def test_malformed_is_a_value_error():
    with pytest.raises(Malformed):
        typed.decimal_of("x")
