"""A programme whose one task asks for every kind of field, with conditions of which two of three must be met."""

import json
from pathlib import Path

from tests.factory import leader
from tests.world import DAY
from tongchou.applications import actions
from tongchou.programmes.actions import load_pack
from tongchou.programmes.models import Round, Task

CITE = ["notice 一"]
MAJORS = [
    "农林牧渔",
    "资源环境与安全",
    "能源动力与材料",
    "土木建筑",
    "水利",
    "装备制造",
    "生物与化工",
    "轻工纺织",
    "食品药品与粮食",
    "交通运输",
    "电子与信息",
    "医药卫生",
    "财经商贸",
    "旅游",
    "文化艺术",
    "新闻传播",
    "教育与体育",
    "公安与司法",
    "公共管理与服务",
]
"""The 19 classes of the catalogue of vocational majors of 2021, coded from 41."""
DICTIONARY = {
    "code": "majors",
    "name": "专业大类",
    "cite": CITE,
    "entries": [{"value": str(code), "label": label} for code, label in enumerate(MAJORS, 41)],
}
FIELDS = [
    {"code": "title", "label": "名称", "type": "text", "required": True, "max_length": 20, "cite": CITE},
    {"code": "intro", "label": "简介", "type": "longtext", "max_length": 50, "help": "写明特色。"},
    {"code": "staff", "label": "专职教师", "type": "integer", "min": 3, "unit": "人", "required": True},
    {"code": "area", "label": "面积", "type": "number", "decimals": 2, "unit": "平方米"},
    {"code": "fund", "label": "投入", "type": "money", "min": 100_000_000, "cite": CITE},
    {"code": "rate", "label": "对口率", "type": "percent"},
    {"code": "since", "label": "成立日期", "type": "date"},
    {
        "code": "level",
        "label": "层次",
        "type": "choice",
        "choices": [{"value": "a", "label": "中职"}, {"value": "b", "label": "高职"}],
    },
    {
        "code": "areas",
        "label": "服务领域",
        "type": "multichoice",
        "choices": [{"value": "a", "label": "农业"}, {"value": "b", "label": "制造业"}],
    },
    {"code": "major", "label": "专业大类", "type": "choice", "dictionary": "majors"},
    {"code": "serves", "label": "面向的大类", "type": "multichoice", "dictionary": "majors"},
    {"code": "foreign", "label": "是否涉外", "type": "yesno", "required": True},
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
        "total": ["amount"],
        "columns": [
            {"code": "item", "label": "用途", "type": "text", "required": True},
            {"code": "amount", "label": "金额", "type": "money", "min": 0},
        ],
    },
    {"code": "per_head", "label": "生均投入", "type": "computed", "compute": 'v["fund"] / v["staff"]'},
]
MORE = [
    {"code": "team", "label": "团队", "type": "people", "min_rows": 2},
    {"code": "partners", "label": "合作单位", "type": "partners"},
    {
        "code": "courses",
        "label": "课程",
        "type": "table",
        "columns": [
            {"code": "major", "label": "所属大类", "type": "choice", "dictionary": "majors"},
            {"code": "hours", "label": "学时", "type": "integer"},
        ],
    },
    {
        "code": "proof",
        "label": "建设方案",
        "type": "files",
        "required_when": 'v["foreign"] == true',
        "cite": CITE,
    },
    {"code": "targets", "label": "年度目标", "type": "targets", "required": True},
    {
        "code": "abroad",
        "label": "境外合作说明",
        "type": "longtext",
        "visible_when": 'v["foreign"] == true',
    },
]
TASK = {
    "code": "kinds",
    "number": 1,
    "name": "各种字段",
    "summary": "各种字段",
    "cite": CITE,
    "variants": [{"code": "main", "name": "项目", "leads": ["secondary_school"], "cite": CITE}],
    "conditions": [
        {"code": "c1", "text": "教师不少于 10 人", "rule": 'v["staff"] >= 10', "cite": CITE},
        {"code": "c2", "text": "服务制造业", "rule": '"b" in v["areas"]', "cite": CITE},
        {"code": "c3", "text": "涉外的已附方案", "rule": 'v["foreign"] == true', "cite": CITE},
        {
            "code": "c4",
            "text": "对口率宜在 60% 以上",
            "rule": 'v["rate"] >= 60',
            "severity": "advice",
            "cite": CITE,
        },
    ],
    "groups": [{"code": "g", "text": "三项条件满足两项", "need": 2, "of": ["c1", "c2", "c3"], "cite": CITE}],
    "indicators": [
        {"code": "trained", "name": "培训人次", "kind": "integer", "unit": "人次", "cite": CITE},
        {"code": "income", "name": "到账金额", "kind": "money", "cite": CITE},
    ],
    "form": [
        {"code": "basic", "title": "基本情况", "fields": FIELDS},
        {"code": "people", "title": "团队与目标", "fields": MORE},
    ],
    "steps": [
        {"code": "declare", "name": "申报", "kind": "declare", "level": "unit", "cite": CITE},
        {"code": "city", "name": "推荐", "kind": "recommend", "level": "city", "cite": CITE},
    ],
}


def begin(folder: Path, school):
    """Load the programme; a draft of its task, begun by the school's leader."""
    beside = folder / "kinds" / "tasks" / "01-kinds"
    beside.mkdir(parents=True)
    programme = {
        "code": "kinds",
        "version": "1",
        "name": "各种字段",
        "place": "000000",
        "horizon": DAY.year + 2,
        "documents": [{"id": "notice", "title": "通知"}],
        "dictionaries": [DICTIONARY],
        "rounds": [{"code": "kinds-now", "name": "本年批次", "year": DAY.year}],
    }
    (folder / "kinds" / "programme.yaml").write_text(json.dumps(programme))
    (beside / "task.yaml").write_text(json.dumps(TASK))
    load_pack(folder / "kinds")
    return actions.begin(
        school,
        task=Task.objects.get(code="kinds"),
        variant="main",
        round=Round.objects.get(code="kinds-now"),
        by=leader(school),
    )
