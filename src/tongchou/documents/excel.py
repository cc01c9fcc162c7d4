"""Workbooks of lists by XlsxWriter, in memory, with a fixed date of creation: the same data gives the same bytes.

Text is written as text: nothing a user wrote can become a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

_WIDEST = 48


class Book:
    """A workbook with the house's formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        base = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
        self.title = book.add_format(base | {"font_size": 14, "bold": True})
        self.quiet = book.add_format(base | {"font_color": "#555555"})
        self.head = book.add_format(
            base | {"bold": True, "border": 1, "bg_color": "#EEF2F7", "align": "center", "text_wrap": True}
        )
        self.text = book.add_format(base | {"border": 1, "text_wrap": True})
        self.whole = book.add_format(base | {"border": 1, "num_format": "#,##0"})
        self.exact = book.add_format(base | {"border": 1, "num_format": "#,##0.######"})
        self.day = book.add_format(base | {"border": 1, "num_format": "yyyy-mm-dd", "align": "center"})

    def sheet(
        self, name: str, title: str, note: str, head: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> None:
        """One sheet: title, a line on what the figures mean, the head (frozen, filtered) and the rows."""
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, title, self.title)
        sheet.write_string(1, 0, note, self.quiet)
        for column, words in enumerate(head):
            sheet.write_string(2, column, words, self.head)
        for number, row in enumerate(rows, 3):
            for column, value in enumerate(row):
                self._cell(sheet, number, column, value)
        sheet.freeze_panes(3, 1)
        if rows:
            sheet.autofilter(2, 0, 2 + len(rows), len(head) - 1)
        for column, words in enumerate(head):
            longest = max([_width(words), *(_width(row[column]) for row in rows)])
            sheet.set_column(column, column, min(longest + 3, _WIDEST))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
        sheet.set_footer("&C&P / &N")

    def bars(self, name: str, title: str, rows: int, columns: Sequence[int], *, at: str) -> None:
        """Bars beside the rows of sheet ``name``, one series for each of ``columns``, named by its head."""
        chart = self.book.add_chart({"type": "bar"})
        for column in columns:
            chart.add_series(
                {
                    "name": [name, 2, column],
                    "categories": [name, 3, 0, 2 + rows, 0],
                    "values": [name, 3, column, 2 + rows, column],
                }
            )
        chart.set_title({"name": title, "name_font": {"size": 12}})
        chart.set_y_axis({"reverse": True})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 640, "height": 120 + 26 * rows * len(columns)})
        self.book.get_worksheet_by_name(name).insert_chart(at, chart)

    def _cell(self, sheet: Worksheet, row: int, column: int, value: Any) -> None:
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.text)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.whole)
        elif isinstance(value, Decimal):
            sheet.write_number(row, column, float(value), self._number(value))
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.day)
        else:
            sheet.write_string(row, column, str(value), self.text)

    def _number(self, value: Decimal) -> Format:
        return self.whole if value == value.to_integral_value() else self.exact


def _width(value: Any) -> int:
    """Columns a value needs: a Chinese character takes two."""
    text = f"{value:,}" if isinstance(value, int | Decimal) else str(value or "")
    return max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.split("\n"))


@contextmanager
def workbook(title: str, author: str, on: date) -> Iterator[tuple[Book, io.BytesIO]]:
    """A workbook dated ``on``; its bytes are whole once the block is left."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.set_properties({"title": title, "author": author, "created": datetime(on.year, on.month, on.day)})  # noqa: DTZ001 - the format has no zone
    yield Book(book), out
    book.close()


def designation_list(listed: Mapping[str, Any]) -> bytes:
    """A designation list (``documents.lists.designation_list``) as one sheet, the summary 汇总表."""
    with workbook(listed["title"], listed["authority"], date.fromisoformat(listed["date"])) as (book, out):
        book.sheet(
            "名单",
            listed["title"],
            f"{listed['document_number']}　{listed['authority']}　共{listed['count']}项",
            ("序号", "类别", "项目名称", "建设单位", "统一社会信用代码", "所在地区", "申报编号", "证书编号"),
            [
                (
                    number,
                    group,
                    row["project"],
                    row["unit"],
                    row["uscc"],
                    row["place"],
                    row["number"],
                    row["certificate"],
                )
                for number, (group, row) in enumerate(
                    ((group["name"], row) for group in listed["groups"] for row in group["rows"]), 1
                )
            ],
        )
    return out.getvalue()
