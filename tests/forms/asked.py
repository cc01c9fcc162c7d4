"""A form with one field of every type, and a task around it."""

from types import SimpleNamespace

from tongchou.forms.definition import Condition, ConditionGroup, Indicator, Material, Section
from tongchou.orgs import uscc

CITE = ["guide 二.1"]
FIELDS = [
    {
        "code": "name",
        "label": "项目名称",
        "type": "text",
        "required": True,
        "max_length": 20,
        "cite": ["guide 一"],
    },
    {"code": "intro", "label": "简介", "type": "longtext"},
    {"code": "staff", "label": "专职教师", "type": "integer", "min": 3, "unit": "人"},
    {"code": "area", "label": "面积", "type": "number", "decimals": 2, "unit": "平方米"},
    {"code": "fund", "label": "投入", "type": "money", "min": 100_000_000},
    {"code": "rate", "label": "对口率", "type": "percent"},
    {"code": "since", "label": "成立日期", "type": "date"},
    {
        "code": "level",
        "label": "层次",
        "type": "choice",
        "choices": [{"value": "secondary", "label": "中职"}, {"value": "higher", "label": "高职"}],
    },
    {
        "code": "areas",
        "label": "服务领域",
        "type": "multichoice",
        "choices": [
            {"value": "a", "label": "农业"},
            {"value": "b", "label": "制造业"},
            {"value": "c", "label": "服务业"},
        ],
    },
    {"code": "foreign", "label": "是否涉外", "type": "yesno"},
    {
        "code": "country",
        "label": "国别",
        "type": "text",
        "visible_when": 'v["foreign"] == true',
        "required_when": 'v["foreign"] == true',
    },
    {
        "code": "budget",
        "label": "经费预算",
        "type": "table",
        "max_rows": 3,
        "columns": [
            {"code": "item", "label": "用途", "type": "text", "required": True, "max_length": 10},
            {"code": "amount", "label": "金额", "type": "money", "min": 0},
        ],
        "total": ["amount"],
    },
    {"code": "team", "label": "团队", "type": "people", "min_rows": 2},
    {"code": "partners", "label": "合作单位", "type": "partners"},
    {"code": "plan_file", "label": "建设方案", "type": "files"},
    {
        "code": "per_head",
        "label": "生均投入",
        "type": "computed",
        "compute": 'v["fund"] / v["staff"]',
        "decimals": 2,
    },
    {"code": "targets", "label": "年度目标", "type": "targets", "required": True},
]
SECTIONS = [
    Section.model_validate({"code": "basic", "title": "基本情况", "fields": FIELDS}),
    Section.model_validate(
        {
            "code": "public",
            "title": "公共实践中心",
            "variants": ["public"],
            "fields": [{"code": "office", "label": "主管机构", "type": "text", "required": True}],
        }
    ),
]
INDICATORS = [
    Indicator(code="trained", name="培训人次", kind="integer", unit="人次", cite=CITE),
    Indicator(code="income", name="到账金额", kind="money", cite=CITE),
    Indicator(code="story", name="典型案例", kind="text", cite=CITE),
    Indicator(code="free", name="不定目标", kind="integer", targeted=False, cite=CITE),
]
TASK = SimpleNamespace(
    form=SECTIONS,
    indicators=INDICATORS,
    conditions=[
        Condition(
            code="area", text="面积不少于 1000 平方米", rule='v["area"] >= 1000', field="area", cite=CITE
        ),
        Condition(
            code="rate", text="对口率宜在 60% 以上", rule='v["rate"] >= 60', severity="advice", cite=CITE
        ),
        Condition(code="open", text="面向社会开放", field="foreign", cite=CITE),
        Condition(code="reviewer", text="管理规范", cite=CITE),
        Condition(code="g1", text="教师不少于 10 人", rule='v["staff"] >= 10', cite=CITE),
        Condition(code="g2", text="服务制造业", rule='"b" in v["areas"]', cite=CITE),
        Condition(code="g3", text="投入不少于 500 万元", rule='v["fund"] >= 500000000', cite=CITE),
        Condition(
            code="public", text="有主管机构", rule='v["office"] != "无"', variants=["public"], cite=CITE
        ),
    ],
    groups=[ConditionGroup(code="g", text="基础条件", need=2, of=["g1", "g2", "g3"], cite=["guide 三"])],
    materials=[Material(code="plan", name="盖章的建设方案", field="plan_file", cite=["guide 四"])],
    partners=["enterprise", "university"],
    cite=CITE,
)
USCC = uscc.complete("12220000412759459")
COMPLETE = {
    "name": "智能制造实践中心",
    "staff": 12,
    "area": 1200.5,
    "fund": 600_000_000,
    "rate": 70.0,
    "level": "higher",
    "areas": ["b"],
    "foreign": True,
    "country": "泰国",
    "team": [
        {"name": "甲", "unit": "某校", "title": None, "duty": None},
        {"name": "乙", "unit": "某校", "title": None, "duty": None},
    ],
    "targets": {"trained": {"2024": 100, "2025": 200}, "income": {"2024": 1, "2025": 2}},
}
