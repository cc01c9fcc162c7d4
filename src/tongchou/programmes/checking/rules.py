"""Checking rules: do they compile, name known fields, and work out on an answer of each field's type?"""

from __future__ import annotations

import re
from typing import Any

from tongchou.forms.definition import FieldDef
from tongchou.forms.rules import Context, RuleError, compile_rule
from tongchou.forms.schema import TABLE_TYPES, columns_of
from tongchou.programmes.checking.known import Report
from tongchou.programmes.packs import ItemPath

_SAMPLES: dict[str, Any] = {
    "text": "文字",
    "longtext": "文字",
    "integer": 1,
    "number": 1.0,
    "money": 100,
    "percent": 50.0,
    "date": "2023-09-01",
    "yesno": True,
    "files": True,
    "computed": 1.0,
    "targets": {"x": {"2024": 1.0}},
}
_NULL = re.compile(r"\bnull\b")
_ARITHMETIC = re.compile(r"overloads? found : _[-+*/%]_\((double, int64|int64, double)\)")


def check_rule(report: Report, path: ItemPath, text: str | None, *, yields_bool: bool = True) -> None:
    """Add what is wrong with the rule at ``path``."""
    if text is None:
        return
    try:
        rule = compile_rule(text)
    except RuleError as error:
        report.add(path, f"规则写法有误：{error}", '按 CEL 语法改正；答案写作 v["字段编码"]，文字加引号')
        return
    known = [report.refer(path, "规则中的字段", code, report.known.fields) for code in rule.fields]
    if _NULL.search(text):
        report.add(path, "规则中用了 null", "未填写的答案不存在：是否已填用 has(v.字段编码) 判断")
    if not all(known) or any(code in report.known.ghosts for code in rule.fields):
        return
    context = Context(
        {code: _sample(field) for code, field in report.known.fields.items()},
        variant=next(iter(sorted(report.known.variants)), ""),
        unit={"kind": "enterprise", "tags": ["tag"], "place": "220100"},
    )
    value, why = rule.attempt(context)
    if _ARITHMETIC.search(why):
        report.add(path, "规则把小数和整数相加减乘除", "答案中的数都是小数，常数也写成小数，如 1.0")
    elif why and "division by zero" not in why:
        report.add(path, f"规则在各字段都已填写时仍算不出：{why}", "核对字段类型、表格列名和比较的值")
    elif not why and yields_bool and not isinstance(value, bool):
        report.add(path, "规则的结果不是“是/否”", '写成一个判断，如 v["n"] >= 3')


def _sample(field: FieldDef) -> Any:
    """An answer of the field's type."""
    if field.type in TABLE_TYPES:
        return [{column.code: _sample(column) for column in columns_of(field)}]
    if field.type == "choice":
        return field.choices[0].value if field.choices else "x"
    if field.type == "multichoice":
        return [choice.value for choice in field.choices[:1]] or ["x"]
    return _SAMPLES[field.type]
