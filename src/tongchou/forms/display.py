"""Answers as people read them: 万元 with thousands, 2023年9月1日, labels instead of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tongchou.forms.definition import FieldDef, Indicator
from tongchou.forms.schema import TABLE_TYPES, columns_of, target_field
from tongchou.forms.typed import FEN_PER_WAN

EMPTY = "—"


def show(field: FieldDef, value: Any, *, indicators: Sequence[Indicator] = ()) -> str:
    """One answer in Chinese, with its unit; rows joined by line breaks. A value of another type is shown as it is."""
    if value is None or value in ("", [], {}):
        return EMPTY
    if field.type in TABLE_TYPES and isinstance(value, list):
        return "\n".join(show_row(columns_of(field), row) for row in value)
    if field.type == "targets" and isinstance(value, Mapping):
        return "\n".join(_targets(value, indicators))
    if field.type == "choice":
        return _label(field, value)
    if field.type == "multichoice" and isinstance(value, list):
        return "、".join(_label(field, part) for part in value)
    if field.type == "yesno":
        return "是" if value is True else "否"
    if field.type == "date":
        return show_date(str(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _with_unit(field, value)
    return str(value)


def show_row(columns: Sequence[FieldDef], row: Mapping[str, Any]) -> str:
    """One row of a table, its filled cells side by side."""
    return "，".join(show(column, row[column.code]) for column in columns if row.get(column.code) is not None)


def show_date(iso: str) -> str:
    """``2023-09-01`` as 2023年9月1日."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.year}年{day.month}月{day.day}日"


def show_number(value: float, decimals: int | None = None) -> str:
    """A number with thousands and no superfluous zeros (or exactly ``decimals`` of them)."""
    if decimals is not None:
        return f"{Decimal(repr(value)):,.{decimals}f}"
    text = f"{Decimal(repr(value)):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def wan_of(fen: int) -> Decimal:
    """Fen as the exact number of 万元."""
    return Decimal(fen) / FEN_PER_WAN


def typed_text(field: FieldDef, value: Any) -> str:
    """The text that stands in the input: what :func:`tongchou.forms.typed.parse` reads back as the same value."""
    if value is None:
        return ""
    if field.type == "money":
        return f"{wan_of(value):f}"
    if field.type == "yesno":
        return "yes" if value else "no"
    if isinstance(value, float):
        return show_number(value).replace(",", "")
    return str(value)


def _with_unit(field: FieldDef, value: float) -> str:
    if field.type == "money":
        wan = f"{wan_of(int(value)):,f}"
        return (wan.rstrip("0").rstrip(".") if "." in wan else wan) + " 万元"
    text = show_number(value, field.decimals)
    if field.unit == "年" and field.type == "integer":  # a year is a name: 2023 年, never 2,023
        text = text.replace(",", "")
    if field.type == "percent":
        return f"{text}%"
    if not field.unit:
        return text
    return f"{text}{field.unit}" if field.unit == "%" else f"{text} {field.unit}"


def _label(field: FieldDef, value: Any) -> str:
    return next((choice.label for choice in field.choices if choice.value == value), str(value))


def _targets(value: Mapping[str, Any], indicators: Sequence[Indicator]) -> list[str]:
    known = {indicator.code: indicator for indicator in indicators}
    lines = []
    for code, by_year in value.items():
        indicator = known.get(code)
        for year, target in sorted(by_year.items()):
            shown = show(target_field(indicator), target) if indicator else str(target)
            lines.append(f"{indicator.name if indicator else code} {year}年：{shown}")
    return lines
