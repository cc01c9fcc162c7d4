"""Checking a form's sections and fields, and what refers to them: conditions, groups, materials, indicators."""

from __future__ import annotations

from collections.abc import Sequence

from tongchou.forms.definition import Condition, ConditionGroup, FieldDef, Indicator, Material, Section
from tongchou.forms.schema import TABLE_TYPES, columns_of, commits, fields_of, for_variant, targeted
from tongchou.programmes.checking.known import Report
from tongchou.programmes.checking.rules import check_rule
from tongchou.programmes.pack_format import UniqueDef
from tongchou.programmes.packs import ItemPath

NUMBERS = {"integer", "number", "money", "percent"}
_HELD = NUMBERS | {"computed", "text", "date", "choice", "yesno"}
COLUMN_TYPES = {"text", "integer", "number", "money", "percent", "date", "choice"}
_ONLY_FOR = {
    "columns": {"table"},
    "total": {"table"},
    "min_rows": {"table", "people", "partners"},
    "max_rows": {"table", "people", "partners"},
    "choices": {"choice", "multichoice"},
    "compute": {"computed"},
    "min": NUMBERS,
    "max": NUMBERS,
    "max_length": {"text", "longtext"},
}


def check_form(report: Report, sections: Sequence[Section], *, above: Sequence[Section] = ()) -> None:
    """``above`` is the form an overlay adds to."""
    report.once(("form",), "分栏", sections)
    seen = {field.code for field in fields_of(above)}
    for s, section in enumerate(sections):
        for f, field in enumerate(section.fields):
            path = ("form", s, "fields", f)
            if field.code in seen:
                report.add(
                    (*path, "code"),
                    f"字段“{field.code}”重复",
                    "一张表（含地方细则所加）中字段编码不能相同，换一个编码",
                )
            seen.add(field.code)
            _check_field(report, path, field)


def _check_field(report: Report, path: ItemPath, field: FieldDef) -> None:
    for key, types in _ONLY_FOR.items():
        if getattr(field, key) not in (None, []) and field.type not in types:
            report.add(
                (*path, key),
                f"{field.type} 类型的字段没有“{key}”",
                f"只有 {'、'.join(sorted(types))} 有；删去或改类型",
            )
    if field.type in {"choice", "multichoice"} and not (field.choices or field.dictionary):
        report.add(path, f"字段“{field.code}”没有选项", "补写 choices，或用 dictionary 指明字典")
    if field.type == "table" and not field.columns:
        report.add(path, f"表格“{field.code}”没有列", "补写 columns")
    if field.type == "computed" and not field.compute:
        report.add(path, f"计算字段“{field.code}”没有算式", "补写 compute")
    if field.type == "computed" and (field.required or field.required_when):
        report.add(path, f"计算字段“{field.code}”由平台计算，不能必填", "删去 required")
    if field.min is not None and field.max is not None and field.min > field.max:
        report.add((*path, "min"), f"min {field.min:g} 大于 max {field.max:g}", "核对上下限")
    if field.min_rows is not None and field.max_rows is not None and field.min_rows > field.max_rows:
        report.add(
            (*path, "min_rows"), f"min_rows {field.min_rows} 大于 max_rows {field.max_rows}", "核对行数"
        )
    if field.dictionary is None:  # else they are the dictionary's own
        report.once((*path, "choices"), "选项", field.choices, key="value")
    for key in ("required_when", "visible_when"):
        check_rule(report, (*path, key), getattr(field, key))
    check_rule(report, (*path, "compute"), field.compute, yields_bool=False)
    _check_same_as(report, path, field)
    _check_columns(report, path, field)


def _check_same_as(report: Report, path: ItemPath, field: FieldDef) -> None:
    """What a field is held against exists where this task can know it."""
    if field.same_as and field.type not in _HELD:
        report.add((*path, "same_as"), f"{field.type} 类型的字段不能与别处核对", "删去 same_as，或改类型")
    for number, source in enumerate(field.same_as):
        where, _, code = source.partition(".")
        here = (*path, "same_as", number)
        if where in {"target", "indicator"}:
            report.refer(here, "指标", code, report.known.indicators)
        elif where == "field":
            report.refer(here, "字段", code, report.known.fields)


def _check_columns(report: Report, path: ItemPath, field: FieldDef) -> None:
    report.once((*path, "columns"), "列", field.columns)
    for c, column in enumerate(field.columns):
        here = (*path, "columns", c)
        if column.type not in COLUMN_TYPES:
            report.add(
                (*here, "type"), f"列不能是 {column.type} 类型", f"可用：{'、'.join(sorted(COLUMN_TYPES))}"
            )
        for key in ("required_when", "visible_when", "compute", "prefill", "same_as"):
            if getattr(column, key):
                report.add((*here, key), f"列没有“{key}”", "删去它")
        if column.type == "choice" and not (column.choices or column.dictionary):
            report.add(here, f"列“{column.code}”没有选项", "补写 choices，或用 dictionary 指明字典")
        if column.min is not None and column.max is not None and column.min > column.max:
            report.add((*here, "min"), f"min {column.min:g} 大于 max {column.max:g}", "核对上下限")
        if column.dictionary is None:
            report.once((*here, "choices"), "选项", column.choices, key="value")
    types = {column.code: column.type for column in columns_of(field)}
    for number, code in enumerate(field.total):
        if (
            report.refer((*path, "total", number), "合计的列", code, types)
            and types.get(code, "money") not in NUMBERS
        ):
            report.add((*path, "total", number), f"列“{code}”不是数，不能合计", "只合计数字列")


def check_conditions(report: Report, conditions: Sequence[Condition]) -> None:
    for number, condition in enumerate(conditions):
        check_rule(report, ("conditions", number, "rule"), condition.rule)
        report.refer(("conditions", number, "field"), "字段", condition.field, report.known.fields)


def check_groups(report: Report, groups: Sequence[ConditionGroup]) -> None:
    for g, group in enumerate(groups):
        for number, code in enumerate(group.of):
            report.refer(("groups", g, "of", number), "条件", code, report.known.conditions)
        if group.need > len(set(group.of)):
            report.add(
                ("groups", g, "need"),
                f"{len(set(group.of))} 项中不可能满足 {group.need} 项",
                "核对 need 和 of",
            )


_COMPARED = {"text", "choice", "date", "integer"}


def check_unique(report: Report, rules: Sequence[UniqueDef]) -> None:
    """What a rule compares can be compared, and is of one list at most."""
    for number, rule in enumerate(rules):
        here = ("unique", number, "fields")
        tables: set[str] = set()
        for f, name in enumerate(rule.fields):
            code, _, column = name.partition(".")
            if not report.refer((*here, f), "字段", code, report.known.fields):
                continue
            field = report.known.fields.get(code)
            if field is None:
                continue
            if column:
                tables.add(code)
                columns = {c.code: c for c in columns_of(field)} if field.type in TABLE_TYPES else {}
                if not report.refer((*here, f), f"字段“{code}”的列", column, columns):
                    continue
                field = columns[column]
            if field.type not in _COMPARED:
                remedy = f"写 {'、'.join(sorted(_COMPARED))} 类型的字段，或列表的一列（如 team.name）"
                report.add((*here, f), f"“{name}”是 {field.type}，不能用来判断重复", remedy)
        if len(tables) > 1:
            report.add(here, f"规则“{rule.code}”用了几张表：{'、'.join(sorted(tables))}", "只用一张表的列")


def check_materials(report: Report, materials: Sequence[Material]) -> None:
    for number, material in enumerate(materials):
        path = ("materials", number, "field")
        known = report.refer(path, "字段", material.field, report.known.fields)
        field = report.known.fields.get(material.field)
        if known and field and field.type != "files":
            report.add(path, f"字段“{material.field}”是 {field.type}，不能收材料", "写一个 files 类型的字段")


def check_indicators(report: Report, indicators: Sequence[Indicator]) -> None:
    for number, indicator in enumerate(indicators):
        path = ("indicators", number)
        if indicator.kind == "ratio" and not (indicator.numerator and indicator.denominator):
            report.add(path, f"比率指标“{indicator.code}”缺少分子或分母", "补写 numerator 和 denominator")
        if indicator.kind == "choice" and not indicator.choices:
            report.add(path, f"指标“{indicator.code}”没有选项", "补写 choices")
        if indicator.min is not None and indicator.max is not None and indicator.min > indicator.max:
            report.add((*path, "min"), f"min {indicator.min:g} 大于 max {indicator.max:g}", "核对上下限")
        report.once((*path, "choices"), "选项", indicator.choices, key="value")
        _check_goal(report, path, indicator)
    _check_weights(report, indicators)
    asked = [code for code, field in report.known.fields.items() if field.type == "targets"]
    if len(asked) > 1:
        report.add(("form",), f"有 {len(asked)} 个 targets 字段：{'、'.join(asked)}", "只留一个")
    lost = bool(report.known.ghosts)  # an indicator that could not be read may be the one
    if asked and not lost and not any(targeted(indicators, variant) for variant in report.known.variants):
        report.add(
            ("form",),
            f"字段“{asked[0]}”要填年度目标，但没有定目标的数值指标",
            "补写 indicators，或删去该字段",
        )


def _check_goal(report: Report, path: tuple[str | int, ...], indicator: Indicator) -> None:
    """What is committed fits the kind of value, and what is said of its points has points to speak of."""
    graded = indicator.goal == "graded"
    if graded != (indicator.kind == "text") and indicator.goal:
        remedy = "改为 kind: text" if graded else "改为数值类型，或写 goal: graded"
        report.add((*path, "goal"), f"goal {indicator.goal} 与 kind {indicator.kind} 不相配", remedy)
    elif indicator.goal in {"equal", "range"} and indicator.kind == "choice":
        report.add((*path, "goal"), f"选项指标“{indicator.code}”没有数值目标", "删去 goal")
    if indicator.goal and not indicator.targeted:
        report.add((*path, "goal"), f"指标“{indicator.code}”不定年度目标", "删去 goal，或改为 targeted: true")
    judged = indicator.targeted and commits(indicator) and (indicator.goal or indicator.better != "none")
    if indicator.weight is not None and not judged:
        report.add((*path, "weight"), f"指标“{indicator.code}”没有可对照的年度目标，无从计分", "删去 weight")
    if indicator.weight is None and indicator.extra:
        report.add((*path, "extra"), f"加分项“{indicator.code}”没有写分值", "补写 weight")
    if indicator.cap != 100 and (indicator.weight is None or indicator.goal or indicator.better == "none"):
        report.add((*path, "cap"), f"指标“{indicator.code}”的完成率不会超过 100%", "删去 cap")


def _check_weights(report: Report, indicators: Sequence[Indicator]) -> None:
    """Of each variant that has weights at all, they sum to a hundred."""
    for variant in report.known.variants:
        weights = [
            i.weight
            for i in indicators
            if i.weight is not None and not i.extra and for_variant(i.variants, variant)
        ]
        if weights and abs(sum(weights) - 100) > 1e-6:
            report.add(
                ("indicators",),
                f"项目类型“{variant}”的指标权重合计 {sum(weights):g}，不是 100",
                "调整 weight；加分项另写 extra: true",
            )
