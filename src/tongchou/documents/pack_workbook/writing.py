"""Writing a pack as a workbook to be filled in: lists in the cells, a note on each column, required ones marked."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from tongchou.documents.pack_workbook import legend, names
from tongchou.documents.pack_workbook.kinds import longest
from tongchou.documents.pack_workbook.layout import Column, Sheet, branches, sheets
from tongchou.documents.pack_workbook.rows import Row, rows_of
from tongchou.programmes.pack_format import ProgrammePack
from tongchou.programmes.parts import WholePart

_ROOM = 300
"""Rows below the last filled one that still offer lists."""
_WIDEST, _NARROWEST = 44, 10


def workbook(parts: Sequence[WholePart], title: str) -> bytes:
    """The workbook of some parts of a pack; every sheet is there, filled or not."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title})
        _Writer(book, rows_of(parts)).write(title)
    return out.getvalue()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, rows: dict[str, list[Row]]) -> None:
        self.book = book
        self.rows = rows
        base = {"font_name": "宋体", "font_size": 10.5, "text_wrap": True, "valign": "top", "border": 1}
        head = base | {"bold": True, "align": "center", "valign": "vcenter", "border_color": "#8A94A3"}
        self.title = book.add_format({"font_name": "宋体", "font_size": 15, "bold": True})
        self.plain = book.add_format(base | {"border_color": "#C9D0DA"})
        self.text = book.add_format(base | {"num_format": "@", "border_color": "#C9D0DA"})
        self.key = book.add_format(
            base | {"num_format": "@", "bg_color": "#F4F6F9", "border_color": "#C9D0DA"}
        )
        self.head = {
            "key": book.add_format(head | {"bg_color": "#D5DBE4"}),
            "required": book.add_format(head | {"bg_color": "#FBE3C8"}),
            "optional": book.add_format(head | {"bg_color": "#EEF2F7"}),
        }
        self.link = book.add_format(
            base | {"border_color": "#C9D0DA", "font_color": "#0B5394", "underline": 1}
        )
        self.lists = legend.value_lists()

    def write(self, title: str) -> None:
        pages = {name: self.book.add_worksheet(name) for name in [names.LEGEND, *self.rows, names.VALUES]}
        self._legend(pages[names.LEGEND], title)
        for sheet in sheets().values():
            self._sheet(pages[sheet.title], sheet)
        self._guide(pages[names.GUIDE])
        self._values(pages[names.VALUES])

    def _legend(self, page: Worksheet, title: str) -> None:
        page.hide_gridlines(2)
        page.write_string(0, 0, title, self.title)
        line = 2
        for text in legend.RULES:
            page.merge_range(line, 0, line, 2, text, self.plain)
            page.set_row(line, 15 * (1 + longest([text]) // 104) + 3)
            line += 1
        for meaning, head in (
            ("灰色列：这一行属于哪个地区、哪项任务、哪一条", "key"),
            ("橙色列：必填", "required"),
            ("浅色列：可以不填", "optional"),
        ):
            page.merge_range(line, 0, line, 2, meaning, self.head[head])
            line += 1
        line += 1
        for column, text in enumerate(("表", "写什么", "已有行数")):
            page.write_string(line, column, text, self.head["optional"])
        for number, (name, rows) in enumerate(self.rows.items(), line + 1):
            page.write_url(number, 0, f"internal:'{name}'!A1", self.link, name)
            page.write_string(number, 1, names.PURPOSES.get(name, ""), self.plain)
            page.write_number(number, 2, len(rows), self.plain)
        page.set_column(0, 0, 16)
        page.set_column(1, 1, 84)
        page.set_column(2, 2, 12)
        self._print(page)

    def _sheet(self, page: Worksheet, sheet: Sheet) -> None:
        rows = self.rows[sheet.title]
        last = len(rows) + _ROOM
        for number, key in enumerate(sheet.keys):
            page.write_string(0, number, key, self.head["key"])
            page.write_comment(0, number, legend.note_on_key(key), {"x_scale": 1.6, "color": "#FFFFE8"})
            page.set_column(number, number, self._width(rows, number, key), self.key)
            if source := self._source(sheet, legend.sheet_of_key(key)):
                self._offer(page, number, last, source)
        for number, column in enumerate(sheet.columns, len(sheet.keys)):
            page.write_string(
                0, number, column.title, self.head["required" if column.required else "optional"]
            )
            note = legend.note_on(column)
            page.write_comment(
                0,
                number,
                note,
                {"x_scale": 2.2, "y_scale": 0.4 + 0.3 * (note.count("\n") + 1), "color": "#FFFFE8"},
            )
            page.set_column(number, number, self._width(rows, number, column.title), self._format(column))
            self._choices(page, sheet, column, number, last)
        self._cells(page, rows, [self.key] * len(sheet.keys) + [self._format(c) for c in sheet.columns])
        page.freeze_panes(1, min(len(sheet.keys) + 1, 4))
        page.autofilter(0, 0, max(len(rows), 1), len(sheet.titles) - 1)
        self._print(page)

    def _choices(self, page: Worksheet, sheet: Sheet, column: Column, number: int, last: int) -> None:
        if column.reference:
            if source := self._source(sheet, column.reference):
                self._offer(page, number, last, source)
        elif words := legend.words_of(column):
            where = xl_col_to_name(2 * list(self.lists).index(words))
            source = f"={names.VALUES}!${where}$3:${where}${2 + len(words)}"
            self._offer(page, number, last, source, strict=not column.kind.is_list)

    def _offer(self, page: Worksheet, column: int, last: int, source: str, *, strict: bool = False) -> None:
        """Offer a list; only a ``strict`` one refuses other text (several codes may stand in a cell)."""
        page.data_validation(
            1,
            column,
            last,
            column,
            {
                "validate": "list",
                "source": source,
                "show_error": strict,
                "error_title": "请从列表中选",
                "error_message": "只能填列表中的词。",
            },
        )

    def _source(self, sheet: Sheet, target_title: str) -> str:
        """The codes of another sheet; where both belong to tasks, those of the row's task."""
        target = sheets().get(target_title)
        if target is None:
            return ""
        own = [number for number, c in enumerate(target.columns) if c.key == legend.naming_key(target)]
        code = xl_col_to_name(len(target.keys) + own[0])
        shared = any(branch.sheet == target_title for branch in branches(ProgrammePack))
        if names.TASK in sheet.keys and names.TASK in target.keys and not shared:
            task = xl_col_to_name(target.keys.index(names.TASK))
            here = f"${xl_col_to_name(sheet.keys.index(names.TASK))}2"
            tasks = f"'{target_title}'!${task}:${task}"
            first = f"'{target_title}'!${code}$1"
            return f"=OFFSET({first},MATCH({here},{tasks},0)-1,0,COUNTIF({tasks},{here}),1)"
        return f"='{target_title}'!${code}$2:${code}${len(self.rows[target_title]) + _ROOM}"

    def _format(self, column: Column) -> Format:
        return self.plain if column.kind.name in {"integer", "number"} else self.text

    def _width(self, rows: list[Row], column: int, title: str) -> float:
        texts = [str(row[column]) for row in rows if row[column] is not None]
        widest = longest(texts) if texts else 0
        return max(_NARROWEST, longest([title]) + 4, min(widest + 2, _WIDEST))

    def _cells(self, page: Worksheet, rows: list[Row], formats: list[Format]) -> None:
        for line, row in enumerate(rows, 1):
            for column, (cell, form) in enumerate(zip(row, formats, strict=True)):
                if cell is None:
                    page.write_blank(line, column, None, form)
                elif isinstance(cell, str):
                    page.write_string(line, column, cell, self.text if form is self.plain else form)
                else:
                    page.write_number(line, column, cell, form)

    def _guide(self, page: Worksheet) -> None:
        for column, title in enumerate((names.TASK, names.GUIDE_TEXT)):
            page.write_string(0, column, title, self.head["required" if column else "key"])
        page.set_column(0, 0, 24, self.key)
        page.set_column(1, 1, 110, self.text)
        self._cells(page, self.rows[names.GUIDE], [self.key, self.text])
        page.freeze_panes(1, 1)
        self._print(page)

    def _values(self, page: Worksheet) -> None:
        for number, (words, (title, values)) in enumerate(self.lists.items()):
            page.merge_range(0, 2 * number, 0, 2 * number + 1, title, self.head["optional"])
            page.write_string(1, 2 * number, "填写", self.head["required"])
            page.write_string(1, 2 * number + 1, "配置包里的值", self.head["optional"])
            for line, (word, value) in enumerate(zip(words, values, strict=True), 2):
                page.write_string(line, 2 * number, word, self.text)
                page.write_string(line, 2 * number + 1, value, self.text)
            page.set_column(2 * number, 2 * number, max(12, longest(words) + 2))
            page.set_column(2 * number + 1, 2 * number + 1, max(16, longest(values) + 2))
        page.freeze_panes(2, 0)

    @staticmethod
    def _print(page: Worksheet) -> None:
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        page.set_footer("&C&A　&P / &N")
