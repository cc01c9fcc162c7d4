"""A list of any length as one sheet, in memory that does not grow with it: rows are written to disk as they come.

Text is written as text: nothing a user wrote can become a formula or a link.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

MOST_ROWS = 1_000_000
LONGEST = 32_000  # characters a cell can hold
_NARROW, _WIDE = 10, 42


def write(title: str, notes: Sequence[str], head: Sequence[str], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """The sheet as an open temporary file, at its beginning; whoever closes it removes it. Cells are texts, numbers, days."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the caller's
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": title})
    base = {"font_name": "宋体", "font_size": 10.5}
    bold = book.add_format(base | {"bold": True, "bg_color": "#EEF2F7", "text_wrap": True})
    plain = book.add_format(base)
    number = book.add_format(base | {"num_format": "#,##0.######"})
    whole = book.add_format(base | {"num_format": "#,##0"})
    day = book.add_format(base | {"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(title[:31])
    for column, words in enumerate(head):
        sheet.set_column(column, column, min(max(_NARROW, len(words) * 2 + 2), _WIDE))
    at = 0
    for text in (title, *notes):
        sheet.write_string(at, 0, text, plain)
        at += 1
    for column, words in enumerate(head):
        sheet.write_string(at, column, words, bold)
    sheet.freeze_panes(at + 1, 1)
    for row in rows:
        at += 1
        for column, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(at, column, value[:LONGEST], plain)
            elif isinstance(value, date):
                sheet.write_datetime(at, column, value, day)
            else:
                exact = isinstance(value, Decimal | float) and value != int(value)
                sheet.write_number(at, column, float(value), number if exact else whole)
    book.close()
    out.seek(0)
    return out
