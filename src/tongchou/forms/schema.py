"""Reading a form's definition: which sections and fields a variant has, and what columns rows have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tongchou.forms.definition import Choice, FieldDef, Indicator, Section, UnitKind

TABLE_TYPES = frozenset({"table", "people", "partners"})
UNANSWERED_TYPES = frozenset({"files", "computed"})
"""Fields that hold no answer: evidence rows stand for files, the platform computes the computed."""

UNIT_KINDS: dict[UnitKind, str] = {
    "secondary_school": "中等职业学校",
    "vocational_college": "高职专科学校",
    "vocational_university": "职业本科学校",
    "university": "普通高等学校",
    "enterprise": "企业",
    "government": "政府及其组成部门",
    "park": "产业园区管理机构",
    "association": "行业组织",
    "institute": "科研院所",
}

PEOPLE_COLUMNS = (
    FieldDef(code="name", label="姓名", type="text", required=True, max_length=60),
    FieldDef(code="unit", label="所在单位", type="text", required=True, max_length=120),
    FieldDef(code="title", label="职务职称", type="text", max_length=60),
    FieldDef(code="duty", label="承担任务", type="text", max_length=200),
)
PARTNER_COLUMNS = (
    FieldDef(code="uscc", label="统一社会信用代码", type="text", max_length=18),
    FieldDef(code="name", label="单位名称", type="text", required=True, max_length=120),
    FieldDef(
        code="kind",
        label="单位类型",
        type="choice",
        required=True,
        choices=[Choice(value=code, label=label) for code, label in UNIT_KINDS.items()],
    ),
    FieldDef(code="duty", label="承担任务", type="text", max_length=200),
)


def for_variant(variants: Sequence[str], variant: str) -> bool:
    """Whether a part that names ``variants`` applies to ``variant`` (naming none: to all)."""
    return not variants or variant in variants


def sections_for(sections: Sequence[Section], variant: str) -> list[Section]:
    """The sections and fields one variant is asked; sections left without a field are dropped."""
    kept = []
    for section in sections:
        if not for_variant(section.variants, variant):
            continue
        fields = [field for field in section.fields if for_variant(field.variants, variant)]
        if len(fields) == len(section.fields):
            kept.append(section)
        elif fields:
            kept.append(section.model_copy(update={"fields": fields}))
    return kept


def fields_of(sections: Sequence[Section]) -> Iterator[FieldDef]:
    """Every field, in the order of the form."""
    for section in sections:
        yield from section.fields


def by_code(sections: Sequence[Section]) -> dict[str, FieldDef]:
    return {field.code: field for field in fields_of(sections)}


def columns_of(field: FieldDef) -> Sequence[FieldDef]:
    """The columns of a field that holds rows; those of people and partners are fixed."""
    if field.type == "people":
        return PEOPLE_COLUMNS
    if field.type == "partners":
        return PARTNER_COLUMNS
    return field.columns


def targeted(indicators: Sequence[Indicator], variant: str) -> list[Indicator]:
    """The indicators for which a plan commits annual targets: numbers, and texts that are judged in steps."""
    return [i for i in indicators if i.targeted and commits(i) and for_variant(i.variants, variant)]


def commits(indicator: Indicator) -> bool:
    """Whether a target can be committed for the indicator at all."""
    return indicator.goal == "graded" or indicator.kind not in {"choice", "text"}


def target_field(indicator: Indicator) -> FieldDef:
    """What is committed for one year, as a field."""
    return indicator.target_field


def indicator_field(indicator: Indicator) -> FieldDef:
    """An indicator's value as a field."""
    return indicator.value_field
