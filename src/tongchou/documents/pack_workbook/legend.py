"""What the workbook says about itself: how to fill it, a note on each column, the lists of fixed values."""

from __future__ import annotations

from functools import cache

from tongchou.documents.pack_workbook import names
from tongchou.documents.pack_workbook.kinds import EMPTY, EMPTY_TEXT, MORE, written
from tongchou.documents.pack_workbook.layout import Column, Sheet, sheets
from tongchou.programmes.pack_format import OverlayPack
from tongchou.programmes.parts import name_key

RULES = (
    "每张表写一类内容，第一行是列名，从第二行起每行一条；行的先后就是先后次序。列可以挪动，列名不要改，空行没有关系。",
    "“适用地区”不填是全国（计划本身）的，填地区代码是那个地区的细则；“任务编码”不填是对各任务都适用的。",
    "列名上有批注，说明怎样填、有哪些可填的值。有下拉箭头的可以从列表里选；一格里要写几个的，编码用顿号隔开，文字各占一行（Alt+Enter）。",
    f"不填就是采用批注里所说的值。要特意写成“没有”的，填{EMPTY}；要写成空白文字的，填{EMPTY_TEXT}。",
    f"一段文字超过一格能放的长度时，接着写在下一行同一列，那一行的第一格写{MORE}。",
    "金额以分为单位。日期写 2023-08-22。代码、编码按文字填写（单元格已设为文本），前面的 0 不要丢。",
    "改好后用 tongchou pack from-xlsx 转回配置包；有错会一次列出，并指明在哪张表的哪一格。",
)

_KINDS = {
    "text": "文字",
    "integer": "整数",
    "number": "数",
    "yesno": "是或否",
    "date": "日期，如 2023-08-22",
    "codes": "编码，几个用顿号隔开",
    "lines": "文字，几条各占一行",
    "json": "JSON",
}


def note_on(column: Column) -> str:
    """The note on a column's head."""
    lines = ["必填。" if column.required else f"可以不填{_otherwise(column)}。"]
    words = [word for word in column.words().values() if word]
    if column.kind.name == "choice":
        lines.append(f"从列表中选：{'、'.join(words)}。")
    elif words:
        lines.append(f"可填：{'、'.join(words)}；几个用顿号隔开。")
    else:
        lines.append(f"{_KINDS[column.kind.name]}。")
    if column.reference:
        lines.append(f"写“{column.reference}”表里的编码。")
    if column.note:
        lines.append(f"{column.note}。" if column.note[-1] not in "。）" else column.note)
    return "\n".join(lines)


def _otherwise(column: Column) -> str:
    default = column.default
    if default is None or default in ("", []):
        return ""
    try:
        return f"，不填即为“{written(column.kind, default, column.words())}”"
    except (KeyError, TypeError):  # a part that has no words of its own
        return ""


def note_on_key(key: str) -> str:
    """The note on the head of a column that says what a row belongs to."""
    if key == names.PLACE:
        return "六位地区代码。不填：全国（计划本身）。"
    if key == names.TASK:
        return "任务的编码。表里也收各任务共用的内容时，不填即对各任务都适用。"
    if key.startswith("所属"):
        return "写在表格里的列：填表格字段的编码。其他字段不填。"
    return f"“{key}”表里的编码：这一行属于它。"


def sheet_of_key(key: str) -> str:
    """The sheet whose codes a key column names."""
    if key == names.PLACE:
        return names.SHEETS["OverlayPack"]
    if key == names.TASK:
        return names.SHEETS["TaskPack"]
    return key.removeprefix("所属")


def naming_key(sheet: Sheet) -> str:
    """The column by which other sheets name rows of this one."""
    return "place" if sheet.model is OverlayPack else name_key(sheet.model)


def words_of(column: Column) -> tuple[str, ...]:
    """The words that its cells offer; none: the column is free."""
    if column.kind.name == "yesno":
        return ("是", "否")
    return tuple(word for value, word in column.words().items() if value)


@cache
def value_lists() -> dict[tuple[str, ...], tuple[str, tuple[str, ...]]]:
    """Each list of fixed values once, by its words: the columns that take it, and the values."""
    titles: dict[tuple[str, ...], list[str]] = {("是", "否"): []}
    values: dict[tuple[str, ...], tuple[str, ...]] = {("是", "否"): ("true", "false")}
    for sheet in sheets().values():
        for column in sheet.columns:
            if key := words_of(column):
                titles.setdefault(key, []).append(f"{sheet.title}·{column.title}")
                values.setdefault(key, tuple(value for value in column.words() if value))
    return {
        key: ("、".join(found[:2]) + ("等" if len(found) > 2 else ""), values[key])
        for key, found in titles.items()
    }
