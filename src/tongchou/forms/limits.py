"""The limits a field sets on its own answer: least and most, length, rows, and the cells of its rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tongchou.forms.definition import FieldDef
from tongchou.forms.display import show
from tongchou.forms.finding import Findings
from tongchou.forms.schema import TABLE_TYPES, UNIT_KINDS, columns_of
from tongchou.orgs import uscc


def check_limits(
    field: FieldDef,
    value: Any,
    found: Findings,
    *,
    name: str = "",
    label: Callable[[], str] | None = None,
) -> None:
    """Add what is wrong with an answer that is there. ``name`` and ``label`` are those of a cell, where it is one.

    Nearly every answer is right: the label of a cell is only put together for one that is not.
    """
    if isinstance(value, str):
        if not field.max_length or len(value) <= field.max_length:
            return
        reason = _("现有 %(count)s 字，超过 %(limit)s 字，请删减 %(excess)s 字") % {
            "count": f"{len(value):,}",
            "limit": f"{field.max_length:,}",
            "excess": f"{len(value) - field.max_length:,}",
        }
        shown = label() if label else field.label
        found.error(
            name or field.code, _("“%(label)s”%(reason)s。") % {"label": shown, "reason": reason}, field.cite
        )
    elif isinstance(value, list):
        if field.type in TABLE_TYPES:
            _check_rows(field, value, found)
    elif isinstance(value, int | float) and not isinstance(value, bool) and not within(field, value):
        _check_number(field, value, found, name or field.code, label() if label else field.label)


def within(field: FieldDef, number: float) -> bool:
    """Whether a number lies between the least and the most that the field allows."""
    low, high = field.bounds
    return (low is None or number >= low) and (high is None or number <= high)


def _check_number(field: FieldDef, value: float, found: Findings, name: str, label: str) -> None:
    low, high = field.bounds
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
    columns = [(column, column.code, *column.bounds, column.max_length) for column in columns_of(field)]
    for number, row in enumerate(rows):
        for column, code, low, high, longest in columns:
            cell = row.get(code)
            if cell is not None:
                if isinstance(cell, str):
                    fits = not longest or len(cell) <= longest
                else:
                    fits = (low is None or cell >= low) and (high is None or cell <= high)
                if not fits:  # nearly every cell does: nothing is put together for those
                    name = f"{field.code}-{number}-{code}"
                    label = partial(_cell_label, field, number, column)
                    check_limits(column, cell, found, name=name, label=label)
            elif column.required:
                found.missing(
                    f"{field.code}-{number}-{code}",
                    _("“%(label)s”未填写，请填写或删去这一行。")
                    % {"label": _cell_label(field, number, column)},
                    field.cite,
                )


def _cell_label(field: FieldDef, number: int, column: FieldDef) -> str:
    return _("%(field)s · 第 %(number)s 行 · %(column)s") % {
        "field": field.label,
        "number": number + 1,
        "column": column.label,
    }


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
