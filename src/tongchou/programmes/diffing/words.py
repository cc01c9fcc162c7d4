"""What lists, attributes and values of the pack format are called when a change is told in Chinese."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

from tongchou.forms.schema import UNIT_KINDS

PARTS = {
    "indicator": "指标",
    "field": "字段",
    "column": "表格列",
    "choice": "选项",
    "step": "环节",
    "variant": "项目类型",
    "round": "批次",
}
"""What stored data knows by its code."""

LISTS = {
    "documents": "文件",
    "clauses": "条款",
    "tags": "标签",
    "dictionaries": "字典",
    "entries": "条目",
    "rounds": "批次",
    "reports": "报告",
    "evaluations": "考核评价",
    "grades": "等级",
    "shares": "评分层级",
    "consequences": "结果运用",
    "calendar": "时间窗口",
    "mappings": "对应关系",
    "variants": "项目类型",
    "targets": "建设目标",
    "conditions": "条件",
    "groups": "条件组",
    "unique": "不得重复的内容",
    "work": "建设任务",
    "materials": "材料",
    "form": "分栏",
    "fields": "字段",
    "columns": "列",
    "choices": "选项",
    "indicators": "指标",
    "rubrics": "评分表",
    "criteria": "评分项",
    "vetoes": "否决项",
    "steps": "环节",
    "formal": "形式审查要点",
    "quotas": "限额",
    "holders": "限额行",
    "exempt": "免占情形",
    "contacts": "联系处室",
}

_ATTRIBUTES = {
    "name": "名称",
    "name_en": "英文名称",
    "title": "标题",
    "label": "名称",
    "text": "内容",
    "summary": "简介",
    "guide": "建设指南正文",
    "guide_published": "指南是否已发布",
    "note": "说明",
    "help": "填写说明",
    "number": "编号",
    "issuer": "发文机关",
    "issued": "发文日期",
    "version": "版本号",
    "place": "地区",
    "horizon": "窗口排到的年份",
    "year": "年份",
    "cite": "依据",
    "leads": "可牵头的单位类型",
    "partners": "可参加的单位类型",
    "variants": "适用的项目类型",
    "kinds": "适用的单位类型",
    "key_for": "重点考核的单位类型",
    "rounds": "适用批次",
    "required": "是否必填",
    "internal": "单位内部环节",
    "required_when": "必填的情形",
    "visible_when": "显示的情形",
    "type": "类型",
    "kind": "类别",
    "unit": "单位",
    "dictionary": "所用字典",
    "min": "最小值",
    "max": "最大值",
    "max_length": "最多字数",
    "min_rows": "最少行数",
    "max_rows": "最多行数",
    "decimals": "小数位数",
    "max_mb": "文件大小上限（MB）",
    "accept": "可用的文件格式",
    "total": "合计的列",
    "compute": "算式",
    "prefill": "自动带出",
    "same_as": "同一数据还见于",
    "rule": "判定规则",
    "field": "所在字段",
    "severity": "性质",
    "need": "至少满足的项数",
    "of": "所含条件",
    "dimension": "所属维度",
    "better": "优劣方向",
    "numerator": "分子",
    "denominator": "分母",
    "targeted": "是否定年度目标",
    "goal": "目标类型",
    "extra": "是否加分项",
    "cap": "计分上限（%）",
    "partly": "基本达到所得的百分比",
    "may_not_apply": "可否不适用",
    "jump": "同比提示的倍数",
    "group": "一级指标",
    "points": "观测点",
    "weight": "权重",
    "scale": "单项最高分",
    "level": "级别",
    "grants": "授予的级别",
    "on_decline": "不予推荐或认定后转到的环节",
    "countersign": "会签部门",
    "remarks": "意见的可见范围",
    "machine": "系统核对的内容",
    "leader": "负责人字段",
    "blind": "匿名评审",
    "avoid": "专家回避的范围",
    "aggregate": "专家评分的合成办法",
    "notice_days": "认定前公示的天数",
    "notice_working": "公示按工作日计",
    "valid_years": "认定的有效年数",
    "certificate": "证书编号的写法",
    "identifying": "能看出申报者",
    "purpose": "事项",
    "binds": "约束对象",
    "round": "批次",
    "since": "起始年份",
    "first": "开始日",
    "until": "截止日",
    "report": "报告",
    "step": "环节",
    "holder": "持有者",
    "limit": "限额",
    "minimum": "最低数",
    "when": "情形",
    "by": "年份",
    "count": "数量",
    "bound": "数量的含义",
    "public": "是否公开",
    "sealed": "是否须盖章",
    "parts": "应含内容",
    "office": "处室",
    "section": "所在分栏",
    "factor": "换算系数",
    "drop": "不再沿用的理由",
    "least": "最低分",
    "does": "结果",
    "indicator": "所看指标",
    "below": "低于",
    "over": "计数方式",
    "years": "年数",
    "days": "整改天数",
    "rubric": "评分表",
    "to": "新编码",
}
_OF_REPORTS = {"by": "编写者"}

_UNIT_KINDS: dict[str, str] = {str(code): label for code, label in UNIT_KINDS.items()}
_VALUES: dict[str, dict[str, str]] = {
    "level": {
        "unit": "单位",
        "school": "校级",
        "city": "市级",
        "province": "省级",
        "nation": "国家级",
    },
    "type": {
        "text": "单行文字",
        "longtext": "多行文字",
        "integer": "整数",
        "number": "数字",
        "money": "金额",
        "percent": "百分比",
        "date": "日期",
        "choice": "单选",
        "multichoice": "多选",
        "yesno": "是否",
        "table": "表格",
        "people": "人员表",
        "partners": "合作单位表",
        "files": "佐证材料",
        "computed": "计算值",
        "targets": "年度目标",
    },
    "kind": {
        "declare": "申报",
        "recommend": "推荐",
        "score": "专家评审",
        "designate": "认定",
        "integer": "整数",
        "number": "数字",
        "money": "金额",
        "percent": "百分比",
        "ratio": "比率",
        "choice": "选项",
        "text": "文字",
    },
    "aggregate": {
        "mean": "平均",
        "trimmed": "去掉最高最低后平均",
        "median": "中位数",
        "standardised": "按专家标准化",
    },
    "avoid": {"city": "本市", "province": "本省"},
    "severity": {"error": "必须符合", "advice": "提示"},
    "goal": {"": "按方向", "equal": "等于", "range": "区间", "graded": "定性三档"},
    "better": {"higher": "越高越好", "lower": "越低越好", "none": "不论高低"},
    "bound": {"about": "左右", "at_least": "不少于", "at_most": "不超过", "exactly": "正好"},
    "binds": {
        "units": "建设单位",
        "cities": "市级主管部门",
        "province": "省级主管部门",
        "designated": "已认定项目",
        "nation": "国家主管部门",
    },
    "purpose": {
        "register": "注册登记",
        "declare": "申报",
        "recommend": "推荐",
        "designate": "认定",
        "performance": "绩效采集",
        "report": "报告报送",
    },
    "holder": {"unit": "建设单位", "city": "市级主管部门", "province": "省级主管部门"},
    "by": {"project": "各项目", "unit": "各单位", "city": "各市", "province": "省级主管部门"},
    **dict.fromkeys(("leads", "partners", "kinds", "key_for"), _UNIT_KINDS),
}
_VALUES["grants"] = _VALUES["level"]
_UNLIMITED = {
    "min",
    "max",
    "limit",
    "minimum",
    "max_length",
    "min_rows",
    "max_rows",
    "first",
    "until",
}
_EMPTY_IS_ALL = {"variants", "kinds"}
_LONGEST = 60
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DAY_OF_YEAR = re.compile(r"(\d{2})-(\d{2})")


def attribute(name: str, part: BaseModel | None = None) -> str:
    """What an attribute is called; one without a name of its own by its key."""
    if part is not None and type(part).__name__ == "ReportDef" and name in _OF_REPORTS:
        return _OF_REPORTS[name]
    return _ATTRIBUTES.get(name, LISTS.get(name, f"“{name}”"))


def value(name: str, raw: Any) -> str:
    """A value as people read it."""
    if raw is None:
        return "不限" if name in _UNLIMITED else "无"
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, list):
        return "、".join(value(name, item) for item in raw) or ("全部" if name in _EMPTY_IS_ALL else "无")
    if isinstance(raw, BaseModel):
        return title(name, raw)
    if isinstance(raw, float):
        return f"{raw:g}"
    text = _VALUES.get(name, {}).get(str(raw), str(raw))
    if name in {"first", "until"}:
        text = day(text)
    return text or "无"


def day(text: str) -> str:
    """A day of the calendar: ``2023-08-31``, ``12-15`` of every year; what is derived stays as it is written."""
    if found := _DAY.fullmatch(text):
        year, month, number = map(int, found.groups())
        return f"{year}年{month}月{number}日"
    if found := _DAY_OF_YEAR.fullmatch(text):
        month, number = map(int, found.groups())
        return f"每年{month}月{number}日"
    return text


def is_long(raw: Any) -> bool:
    """Whether a text is too long to be told whole in a sentence."""
    return isinstance(raw, str) and (len(raw) > _LONGEST or "\n" in raw)


def title(name: str, part: BaseModel) -> str:
    """What an item of the list ``name`` is called."""
    if name == "mappings":
        return f"{getattr(part, 'old', '')} → {getattr(part, 'to', None) or '不再沿用'}"
    for key in ("name", "title", "label", "text", "office"):
        if isinstance(text := getattr(part, key, None), str) and text:
            return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    if name == "targets":
        said = {key: value(key, getattr(part, key, "")) for key in ("by", "level", "count", "unit", "bound")}
        return f"到{said['by']}年{said['level']} {said['count']} {said['unit']}（{said['bound']}）"
    return str(getattr(part, "code", "") or getattr(part, "id", "") or LISTS.get(name, name))
