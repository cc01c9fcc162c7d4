"""The limits a field sets on its own answer: least and most, length, rows, and the cells of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tongchou.forms.definition import FieldDef
from tongchou.forms.display import show
from tongchou.forms.finding import Findings
from tongchou.forms.schema import TABLE_TYPES, UNIT_KINDS, columns_of
from tongchou.orgs import uscc


def check_limits(field: FieldDef, value: Any, found: Findings, *, name: str = "", label: str = "") -> None:
    """Add what is wrong with an answer that is there. ``name`` and ``label`` are those of a cell, where it is one."""
    name, label = name or field.code, label or field.label
    if field.type in TABLE_TYPES and isinstance(value, list):
        _check_rows(field, value, found)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        _check_number(field, value, found, name, label)
    elif isinstance(value, str) and field.max_length and len(value) > field.max_length:
        reason = f"现有 {len(value):,} 字，超过 {field.max_length:,} 字，请删减 {len(value) - field.max_length:,} 字"
        found.error(name, f"“{label}”{reason}。", field.cite)


def _check_number(field: FieldDef, value: float, found: Findings, name: str, label: str) -> None:
    low, high = field.min, field.max
    if field.type == "percent":
        low, high = (0 if low is None else low), (100 if high is None else high)
    if low is not None and value < low:
        found.error(
            name, f"“{label}”为 {show(field, value)}，不应小于 {show(field, low)}，请核对。", field.cite
        )
    if high is not None and value > high:
        found.error(
            name, f"“{label}”为 {show(field, value)}，不应大于 {show(field, high)}，请核对。", field.cite
        )


def _check_rows(field: FieldDef, rows: list[Any], found: Findings) -> None:
    if field.min_rows and len(rows) < field.min_rows:
        found.missing(
            field.code,
            f"“{field.label}”现有 {len(rows)} 行，至少应有 {field.min_rows} 行，请补充。",
            field.cite,
        )
    if field.max_rows and len(rows) > field.max_rows:
        found.error(
            field.code, f"“{field.label}”现有 {len(rows)} 行，最多 {field.max_rows} 行，请删减。", field.cite
        )
    for number, row in enumerate(rows):
        for column in columns_of(field):
            cell = row.get(column.code)
            name = f"{field.code}-{number}-{column.code}"
            label = f"{field.label} · 第 {number + 1} 行 · {column.label}"
            if cell is not None:
                check_limits(column, cell, found, name=name, label=label)
            elif column.required:
                found.missing(name, f"“{label}”未填写，请填写或删去这一行。", field.cite)


def check_partners(
    field: FieldDef, rows: Sequence[Any], kinds: Sequence[str], cite: Sequence[str], found: Findings
) -> None:
    """Partner units: a valid code where one is given, and of the kinds the task admits (none named: any)."""
    for number, row in enumerate(rows):
        label = f"{field.label} · 第 {number + 1} 行"
        code, kind = row.get("uscc"), row.get("kind")
        if code and (fault := uscc.fault(code)):
            reason = f"统一社会信用代码有误：{fault}。请对照营业执照或法人证书核对；境外单位可不填"
            found.error(f"{field.code}-{number}-uscc", f"“{label}”{reason}。", field.cite)
        if kinds and kind and kind not in kinds:
            admitted = "、".join(label for code, label in UNIT_KINDS.items() if code in kinds)
            reason = f"单位类型不在本任务合作单位之列（{admitted}），请核对"
            found.error(f"{field.code}-{number}-kind", f"“{label}”{reason}。", field.cite or cite)
