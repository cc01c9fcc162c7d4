"""The limits a field sets on its own answer: least and most, length, rows, and the cells of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

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
        reason = _("现有 %(count)s 字，超过 %(limit)s 字，请删减 %(excess)s 字") % {
            "count": f"{len(value):,}",
            "limit": f"{field.max_length:,}",
            "excess": f"{len(value) - field.max_length:,}",
        }
        found.error(name, _("“%(label)s”%(reason)s。") % {"label": label, "reason": reason}, field.cite)


def _check_number(field: FieldDef, value: float, found: Findings, name: str, label: str) -> None:
    low, high = field.min, field.max
    if field.type == "percent":
        low, high = (0 if low is None else low), (100 if high is None else high)
    if low is not None and value < low:
        found.error(
            name,
            _("“%(label)s”为 %(value)s，不应小于 %(limit)s，请核对。")
            % {"label": label, "value": show(field, value), "limit": show(field, low)},
            field.cite,
        )
    if high is not None and value > high:
        found.error(
            name,
            _("“%(label)s”为 %(value)s，不应大于 %(limit)s，请核对。")
            % {"label": label, "value": show(field, value), "limit": show(field, high)},
            field.cite,
        )


def _check_rows(field: FieldDef, rows: list[Any], found: Findings) -> None:
    if field.min_rows and len(rows) < field.min_rows:
        found.missing(
            field.code,
            _("“%(field)s”现有 %(count)s 行，至少应有 %(min_rows)s 行，请补充。")
            % {"field": field.label, "count": len(rows), "min_rows": field.min_rows},
            field.cite,
        )
    if field.max_rows and len(rows) > field.max_rows:
        found.error(
            field.code,
            _("“%(field)s”现有 %(count)s 行，最多 %(max_rows)s 行，请删减。")
            % {"field": field.label, "count": len(rows), "max_rows": field.max_rows},
            field.cite,
        )
    for number, row in enumerate(rows):
        for column in columns_of(field):
            cell = row.get(column.code)
            name = f"{field.code}-{number}-{column.code}"
            label = _("%(field)s · 第 %(number)s 行 · %(column)s") % {
                "field": field.label,
                "number": number + 1,
                "column": column.label,
            }
            if cell is not None:
                check_limits(column, cell, found, name=name, label=label)
            elif column.required:
                found.missing(
                    name, _("“%(label)s”未填写，请填写或删去这一行。") % {"label": label}, field.cite
                )


def check_partners(
    field: FieldDef, rows: Sequence[Any], kinds: Sequence[str], cite: Sequence[str], found: Findings
) -> None:
    """Partner units: a valid code where one is given, and of the kinds the task admits (none named: any)."""
    for number, row in enumerate(rows):
        label = _("%(field)s · 第 %(number)s 行") % {"field": field.label, "number": number + 1}
        code, kind = row.get("uscc"), row.get("kind")
        if code and (fault := uscc.fault(code)):
            reason = _("统一社会信用代码有误：%(fault)s。请对照营业执照或法人证书核对；境外单位可不填") % {
                "fault": fault
            }
            found.error(
                f"{field.code}-{number}-uscc",
                _("“%(label)s”%(reason)s。") % {"label": label, "reason": reason},
                field.cite,
            )
        if kinds and kind and kind not in kinds:
            admitted = _("、").join(_(label) for code, label in UNIT_KINDS.items() if code in kinds)
            reason = _("单位类型不在本任务合作单位之列（%(admitted)s），请核对") % {"admitted": admitted}
            found.error(
                f"{field.code}-{number}-kind",
                _("“%(label)s”%(reason)s。") % {"label": label, "reason": reason},
                field.cite or cite,
            )
