"""The same file with its faulty cells marked: coloured, with the reason as a note. Everything else stays as it came."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from tongchou.documents.form_workbook.reading import Spot

FAULT = PatternFill("solid", start_color="FFF4B6B0", end_color="FFF4B6B0")
WARNING = PatternFill("solid", start_color="FFFCE3B0", end_color="FFFCE3B0")


def marked(path: Path, marks: Iterable[tuple[Spot, str, bool]]) -> bytes:
    """The workbook with each cell of ``marks`` red where it is a fault, yellow where it is a warning."""
    with path.open("rb") as file:  # stored files have no name that tells their kind
        book = load_workbook(file)
    told: dict[Spot, list[str]] = {}
    for spot, message, fault in marks:
        page = book[spot.sheet]
        cell = _cell(page, spot)
        first = spot not in told
        told.setdefault(spot, []).append(message)
        if fault or first:
            cell.fill = FAULT if fault else WARNING
        text = "\n".join(told[spot])
        cell.comment = Comment(text, "平台", width=300, height=60 + 18 * (len(text) // 20 + text.count("\n")))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(page: Worksheet, spot: Spot) -> Cell:
    """The cell, or the first of those it was merged with: only that one can be coloured."""
    row, column = spot.row + 1, spot.column + 1
    for merged in page.merged_cells.ranges:
        if merged.min_row <= row <= merged.max_row and merged.min_col <= column <= merged.max_col:
            row, column = merged.min_row, merged.min_col
    found: Cell = page.cell(row, column)
    return found
