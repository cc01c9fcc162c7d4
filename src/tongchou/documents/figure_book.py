"""Figures as a workbook: the table as it is on the screen, and what each figure means, how it is worked out, by which clause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tongchou.documents.excel import workbook
from tongchou.forms.display import wan_of
from tongchou.insight.figure import METHODS, SUM
from tongchou.insight.pivot import COUNTED, Cell, Pivot

if TYPE_CHECKING:
    from tongchou.forms.definition import Indicator

_KINDS = {
    "money": "金额",
    "ratio": "比率",
    "percent": "百分比",
    "choice": "选项",
    "integer": "整数",
    "number": "数值",
}
_BETTER = {"higher": "越高越好", "lower": "越低越好", "none": "不比较"}


def pivot_book(
    pivot: Pivot,
    *,
    definitions: Iterable[tuple[str, Indicator]],
    title: str,
    note: str,
    author: str,
    measure: str,
    on: date,
) -> bytes:
    """A pivot table with totals, and the definitions of the indicators in it. Money in 万元."""
    kind = {f.kind for f in pivot.figures}
    money = kind == {"money"} and measure not in {*COUNTED, "completion", "change"}

    def value(cell: Cell | None) -> Any:
        if cell is None or cell.number is None:
            return None
        return round(wan_of(int(cell.number)) if money else Decimal(cell.number), 6)

    rows = [
        [
            row.label,
            *(value(pivot.cells.get((row.key, column.key))) for column in pivot.columns),
            value(pivot.row_totals.get(row.key)),
        ]
        for row in pivot.rows
    ]
    rows.append(["合计", *(value(pivot.column_totals.get(c.key)) for c in pivot.columns), value(pivot.whole)])
    with workbook(title, author, on) as (book, out):
        book.sheet("数据", title, note, ("", *(c.label for c in pivot.columns), "合计"), rows)
        book.sheet(
            "指标说明", "指标说明", "依据为发布文件及其条款。", DEFINITION, definition_rows(definitions)
        )
    return out.getvalue()


DEFINITION = (
    "重点任务",
    "指标代码",
    "指标名称",
    "分组",
    "类型",
    "单位",
    "分子",
    "分母",
    "方向",
    "汇总方法",
    "依据",
)


def definition_rows(asked: Iterable[tuple[str, Indicator]]) -> list[Sequence[str]]:
    """One row for each indicator, with the name of its task."""
    return [
        (
            task, one.code, one.name, one.dimension, _KINDS.get(one.kind, one.kind),
            "万元" if one.kind == "money" else one.unit, one.numerator, one.denominator, _BETTER[one.better],
            METHODS.get(one.kind, SUM), "；".join(one.cite),
        )
        for task, one in asked
    ]  # fmt: skip
