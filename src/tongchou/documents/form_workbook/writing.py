"""Writing the template: what is asked in rows, inputs unlocked with lists, limits and notes, codes hidden beside them."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from tongchou.documents.form_workbook import cells
from tongchou.documents.form_workbook.layout import (
    FORM,
    GUIDE,
    LISTS,
    MARKS,
    Template,
    rows_offered,
    unit_of,
)
from tongchou.forms.definition import FieldDef
from tongchou.forms.display import show
from tongchou.forms.schema import TABLE_TYPES, columns_of, target_field

INPUT = 3
"""The column of the form's sheet where answers stand; the first, hidden, holds the codes."""
HEAD = 2
"""Rows above the inputs of a sheet of its own: hidden codes, title, head."""
_RULES = (
    "只在白底单元格内填写；灰底单元格已锁定（工作表保护没有密码）。",
    "空着的单元格不改变平台上已有的内容；要清空已有内容，请填“（清空）”。",
    "表格按整张读回：填了任何一行，就以这里的各行为准；整张空着则不改变平台上的内容。",
    "金额以万元为单位，百分数只填数字（85 表示 85%），日期写成 2023-09-01。",
    "佐证材料和自动计算的项目不在这里填写，请在平台上办理。",
    "填好后在平台“Excel 填报”中上传：先试读，逐格列出将改动的内容和错误，确认后才写入。",
    "请不要更改工作表名称和隐藏的编码；可以增删表格的行。",
)


def workbook(template: Template) -> bytes:
    """The template of a draft with its answers as they stand."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": f"{template.number} {template.title}", "author": template.unit})
        _Writer(book, template).write()
    return out.getvalue()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, template: Template) -> None:
        self.book = book
        self.template = template
        base = {"font_name": "宋体", "font_size": 10.5, "text_wrap": True, "valign": "vcenter", "border": 1}
        base |= {"border_color": "#C9D0DA"}
        grey = base | {"bg_color": "#F1F3F6"}
        self.base = base
        self.title = book.add_format({"font_name": "宋体", "font_size": 15, "bold": True})
        self.locked = book.add_format(grey)
        self.quiet = book.add_format(grey | {"font_color": "#5A6472"})
        self.head = book.add_format(grey | {"bold": True, "align": "center", "bg_color": "#DFE5EE"})
        self.needed = book.add_format(grey | {"bold": True, "align": "center", "bg_color": "#FBE3C8"})
        self.band = book.add_format(grey | {"bold": True, "font_size": 11.5, "bg_color": "#DFE5EE"})
        self.plain = book.add_format({"font_name": "宋体", "font_size": 10.5, "text_wrap": True})
        self.inputs: dict[str, Format] = {}
        self.lists: dict[tuple[str, ...], str] = {}

    def write(self) -> None:
        own = self.template.own_sheets
        pages = {name: self.book.add_worksheet(name) for name in (GUIDE, FORM, *own, LISTS, MARKS)}
        self._offer_lists(pages[LISTS])
        self._guide(pages[GUIDE], own)
        self._form(pages[FORM], own)
        for title, field in own.items():
            page = pages[title]
            if field.type == "targets":
                self._targets(page, field)
            else:
                self._table(page, field)
        for number, (key, value) in enumerate(self.template.marks.items()):
            pages[MARKS].write_row(number, 0, [key, value])
        pages[MARKS].very_hidden()
        pages[LISTS].hide()
        pages[FORM].activate()

    # ---------------------------------------------------------------- sheets

    def _guide(self, page: Worksheet, own: dict[str, FieldDef]) -> None:
        page.hide_gridlines(2)
        page.set_column(0, 0, 18)
        page.set_column(1, 1, 90)
        page.write_string(0, 0, f"{self.template.title}  Excel 填报模板", self.title)
        about = (
            ("申报单位", self.template.unit),
            ("申报编号", self.template.number),
            ("批次", self.template.round),
            ("底稿版本", f"第 {self.template.version} 次保存后"),
        )
        for line, (name, text) in enumerate(about, 2):
            page.write_string(line, 0, name, self.head)
            page.write_string(line, 1, text, self.locked)
        line = 3 + len(about)
        for number, rule in enumerate(_RULES, 1):
            page.write_string(line, 0, f"说明 {number}", self.head)
            page.write_string(line, 1, rule, self.locked)
            line += 1
        line += 1
        for title in (FORM, *own):
            page.write_url(line, 0, f"internal:'{title}'!A1", self.locked, "打开工作表")
            page.write_string(line, 1, title, self.locked)
            line += 1
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.protect("")

    def _form(self, page: Worksheet, own: dict[str, FieldDef]) -> None:
        titles = {field.code: title for title, field in own.items()}
        page.set_column(0, 0, None, None, {"hidden": True})
        for column, (name, width) in enumerate(
            (("编号", 7), ("填报项", 30), ("填写", 52), ("单位", 9), ("要求", 40), ("依据", 24)), 1
        ):
            page.set_column(column, column, width)
            page.write_string(0, column, name, self.head)
        line = 1
        for number, section in enumerate(self.template.sections, 1):
            page.merge_range(line, 1, line, 6, f"{number}. {section.title}", self.band)
            line += 1
            for of_section, field in enumerate(section.fields, 1):
                self._row(page, line, f"{number}.{of_section}", field, titles.get(field.code))
                line += 1
        page.freeze_panes(1, INPUT)
        self._finish(page, 0)

    def _row(self, page: Worksheet, line: int, number: str, field: FieldDef, sheet: str | None) -> None:
        label = f"{field.label}{' *' if field.required else ''}"
        own = field.type in TABLE_TYPES | {"targets", "files", "computed"}
        page.set_row(line, _height(field, None if own else self.template.answers.get(field.code)))
        page.write_string(line, 1, number, self.quiet)
        page.write_string(line, 2, label, self.locked)
        self._note(page, line, 2, field)
        page.write_string(line, 4, unit_of(field), self.quiet)
        page.write_string(line, 5, _asked(field), self.quiet)
        page.write_string(line, 6, "；".join(field.cite), self.quiet)
        if sheet:
            page.write_url(line, INPUT, f"internal:'{sheet}'!A1", self.quiet, f"见工作表“{sheet}”")
        elif field.type == "files":
            page.write_string(line, INPUT, "请在平台上传", self.quiet)
        elif field.type == "computed":
            page.write_string(line, INPUT, "由平台自动计算", self.quiet)
        else:
            page.write_string(line, 0, field.code)
            self._input(page, line, INPUT, field, self.template.answers.get(field.code))
            self._validate(page, line, INPUT, line, INPUT, field)

    def _table(self, page: Worksheet, field: FieldDef) -> None:
        asked = columns_of(field)
        rows: list[dict[str, Any]] = self.template.answers.get(field.code) or []
        offered = rows_offered(field, len(rows))
        page.write_string(0, 0, f"table:{field.code}")
        self._title(page, field, len(asked))
        page.set_column(0, 0, 6)
        page.write_string(HEAD, 0, "序号", self.head)
        for number, column in enumerate(asked, 1):
            page.write_string(0, number, column.code)
            unit = unit_of(column)
            name = column.label + (f"（{unit}）" if unit else "") + (" *" if column.required else "")
            page.write_string(HEAD, number, name, self.needed if column.required else self.head)
            self._note(page, HEAD, number, column)
            page.set_column(number, number, _width(column))
            self._validate(page, HEAD + 1, number, HEAD + offered, number, column)
        for line in range(offered):
            page.write_number(HEAD + 1 + line, 0, line + 1, self.quiet)
            row = rows[line] if line < len(rows) else {}
            for number, column in enumerate(asked, 1):
                self._input(page, HEAD + 1 + line, number, column, row.get(column.code))
        page.freeze_panes(HEAD + 1, 1)
        self._finish(page, HEAD)

    def _targets(self, page: Worksheet, field: FieldDef) -> None:
        years, given = self.template.years, self.template.answers.get(field.code) or {}
        page.write_string(0, 0, f"targets:{field.code}")
        self._title(page, field, 2 + len(years))
        page.set_column(0, 0, None, None, {"hidden": True})
        for number, (name, width) in enumerate((("指标", 36), ("单位", 9)), 1):
            page.set_column(number, number, width)
            page.write_string(HEAD, number, name, self.head)
        for number, year in enumerate(years, 3):
            page.write_string(0, number, str(year))
            page.write_string(HEAD, number, f"{year} 年", self.head)
            page.set_column(number, number, 14)
        for line, indicator in enumerate(self.template.indicators, HEAD + 1):
            holder = target_field(indicator)
            page.write_string(line, 0, indicator.code)
            page.write_string(line, 1, indicator.name, self.locked)
            self._note(page, line, 1, holder)
            page.write_string(line, 2, unit_of(holder), self.quiet)
            for number, year in enumerate(years, 3):
                value = given.get(indicator.code, {}).get(str(year))
                self._input(page, line, number, holder, value)
            if years:
                self._validate(page, line, 3, line, 2 + len(years), holder)
        page.freeze_panes(HEAD + 1, 3)
        self._finish(page, HEAD)

    # ---------------------------------------------------------------- parts

    def _title(self, page: Worksheet, field: FieldDef, last: int) -> None:
        page.set_row(0, None, None, {"hidden": True})
        words = "；".join(filter(None, [field.label, field.help, _asked(field)]))
        page.set_row(1, 30)
        page.merge_range(1, 1, 1, max(2, last), words, self.band)

    def _input(self, page: Worksheet, line: int, column: int, field: FieldDef, value: Any) -> None:
        form = self._format(field)
        cell = cells.written(field, value)
        if cell is None:
            page.write_blank(line, column, None, form)
        elif isinstance(cell, str):
            page.write_string(line, column, cell, form)
        elif isinstance(cell, date):
            page.write_datetime(line, column, cell, form)
        else:
            page.write_number(line, column, cell, form)

    def _format(self, field: FieldDef) -> Format:
        kinds = {"integer": "#,##0", "money": "#,##0.######", "number": "#,##0.##########"}
        kinds |= {"percent": "0.######", "date": "yyyy-mm-dd"}
        shape = kinds.get(field.type, "@")
        if field.type == "integer" and field.unit == "年":  # a year is a name
            shape = "0"
        if shape not in self.inputs:
            number = field.type in cells.NUMBERS
            given = {"num_format": shape, "locked": False, "align": "right" if number else "left"}
            self.inputs[shape] = self.book.add_format(self.base | given)
        return self.inputs[shape]

    def _validate(self, page: Worksheet, top: int, left: int, down: int, right: int, field: FieldDef) -> None:
        if rule := cells.validation(field, self.lists):
            page.data_validation(top, left, down, right, rule)

    def _note(self, page: Worksheet, line: int, column: int, field: FieldDef) -> None:
        """Help and clause on the name of what is asked."""
        text = "\n".join(filter(None, [field.help, *(f"依据：{cite}" for cite in field.cite)]))
        if text:
            rows = sum(1 + len(part) // 24 for part in text.split("\n"))
            page.write_comment(
                line, column, text, {"width": 320, "height": 22 + 18 * rows, "color": "#FFFFE8"}
            )

    def _offer_lists(self, page: Worksheet) -> None:
        for field in self.template.fields:
            for holder in columns_of(field) if field.type in TABLE_TYPES else [field]:
                words = cells.labels(holder)
                if holder.type == "choice" and words not in self.lists:
                    number = len(self.lists)
                    page.write_column(0, number, words)
                    where = xl_col_to_name(number)
                    self.lists[words] = f"='{LISTS}'!${where}$1:${where}${len(words)}"

    @staticmethod
    def _finish(page: Worksheet, head: int) -> None:
        page.protect(
            "",
            {
                "insert_rows": True,
                "delete_rows": True,
                "format_cells": True,
                "format_columns": True,
                "format_rows": True,
            },
        )
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(head)
        page.set_footer("&C&A　&P / &N")


def _asked(field: FieldDef) -> str:
    parts = [cells.requirement(field)]
    if field.required:
        parts.insert(0, "必填")
    elif field.required_when or field.visible_when:
        parts.insert(0, "按平台提示的条件填写")
    if field.min_rows:
        parts.append(f"至少 {field.min_rows} 行")
    if field.max_rows and field.type in TABLE_TYPES:
        parts.append(f"最多 {field.max_rows} 行")
    return "；".join(filter(None, parts))


def _width(column: FieldDef) -> int:
    if column.type in cells.NUMBERS | {"date", "yesno"}:
        return 14
    return 20 if column.type == "choice" or (column.max_length or 200) <= 60 else 34


def _height(field: FieldDef, value: Any) -> float:
    """Room for whatever of the row takes most lines, and for some lines where much is asked."""
    shown = show(field, value) if value is not None else ""
    lines = max(
        _lines(shown, 50),
        _lines(field.label, 26),
        _lines(_asked(field), 38),
        _lines("；".join(field.cite), 22),
        4 if field.type == "longtext" else 1,
    )
    return float(min(15 * lines + 6, 400))


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column: a Chinese character is as wide as two others."""
    return sum(
        1 + max(0, sum(2 if ord(c) > 0x2E7F else 1 for c in part) - 1) // width for part in text.split("\n")
    )
