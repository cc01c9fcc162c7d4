"""The blocks a guide is made of, and the words of its fields, steps and kinds of unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tongchou.forms.definition import FieldDef, Section
from tongchou.programmes.editor_schema import words
from tongchou.programmes.pack_format import Step

LEVEL_NAMES = {"school": "校级", "city": "市级", "province": "省级", "nation": "国家级"}
_SHOWN_TYPES = {
    "computed": "平台计算",
    "files": "上传",
    "table": "表格",
    "people": "名单",
    "partners": "名单",
}


def kinds_text(kinds: Sequence[str]) -> str:
    """Kinds of unit as people say them."""
    return "、".join(words().value("", "", kind) for kind in kinds)


def asked(field: FieldDef) -> str:
    """A field as the overview of the form names it, with a sign where it must be filled."""
    shown = _SHOWN_TYPES.get(field.type, "")
    sign = "*" if field.required else "†" if field.required_when or field.visible_when else ""
    return f"{field.label}{f'（{shown}）' if shown else ''}{sign}"


def cites_of(section: Section) -> list[str]:
    """Every clause of a section's fields, once."""
    return list(dict.fromkeys(cite for field in section.fields for cite in field.cite))


def step_notes(step: Step, names: Mapping[str, str]) -> list[str]:
    """Who acts at a step, for whom, what it grants, where declined cases go; ``names``: of steps by code."""
    notes = [] if step.level == "unit" else [f"{LEVEL_NAMES[step.level]}办理"]
    if step.kinds:
        notes.append(f"限{kinds_text(step.kinds)}牵头的项目")
    if step.grants:
        notes.append(f"授予{LEVEL_NAMES[step.grants]}项目")
    if step.on_decline:
        notes.append(f"不予通过的转入“{names.get(step.on_decline, step.on_decline)}”")
    if step.countersign:
        notes.append(
            f"{'、'.join(words().value('Step', 'countersign', name) for name in step.countersign)}会签"
        )
    if step.formal:
        notes.append(f"形式审查 {len(step.formal)} 项")
    if step.blind:
        notes.append("匿名评审")
    if step.avoid:
        notes.append(f"专家回避{'本市' if step.avoid == 'city' else '本省'}的项目")
    if step.notice_days:
        notes.append(f"认定前公示 {step.notice_days} 个{'工作日' if step.notice_working else '自然日'}")
    if step.valid_years:
        notes.append(f"有效期 {step.valid_years} 年")
    return notes


def items_block(items: list[dict[str, Any]], caption: str = "", *, numbered: bool = False) -> dict[str, Any]:
    """A list of items; see ``guide.guide``."""
    return {"kind": "items", "caption": caption, "note": "", "numbered": numbered, "items": items}


def table_block(
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    caption: str = "",
    note: str = "",
    numbers: Iterable[int] = (),
) -> dict[str, Any]:
    """A table; ``numbers`` are the columns that hold numbers."""
    aligned = set(numbers)
    return {
        "kind": "table",
        "caption": caption,
        "note": note,
        "columns": [{"label": label, "number": n in aligned} for n, label in enumerate(columns)],
        "rows": [list(row) for row in rows],
    }
