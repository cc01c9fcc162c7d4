"""Reading the sheet row by row: which project, year and indicator, and what each filled cell says. Bounded in memory.

Columns are found by their titles, wherever they stand. What can't be read becomes a fault at its cell.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from tongchou.core.access import refuse
from tongchou.documents.report_workbook import layout

MOST_UNPACKED = 600 * 2**20
_SEARCHED = 10
"""Rows in which the titles are looked for: somebody may have put lines above them."""


@dataclass(slots=True)
class Block:
    """Rows that stand one below another and name one project and year, each with its line, counted from 0."""

    number: str
    year: int | None
    version: int | None
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet that holds figures: where its columns stand from its first filled one (``left``) on, and its rows."""

    title: str
    columns: dict[str, int]
    left: int
    blocks: Iterator[Block]

    def column(self, title: str) -> int:
        """Where a column stands on the sheet, counted from 0; the first where it is left out."""
        return self.left + self.columns.get(title, 0)


def open_sheet(path: Path, *, most_rows: int) -> Sheet:
    """The first sheet with the titles that are needed. Refused (``file``) when there is none, or it is too large."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
                raise refuse("file", _("工作簿的内容过大。"), remedy=_("请分成几个文件上传。"))
        book = CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height == 0:
                continue
            found = _titles(sheet.iter_rows())
            if found is None:
                continue
            at, columns = found
            if sheet.height > most_rows + at + 1:
                raise refuse(
                    "file",
                    _("工作表有 %(rows)s 行，一次最多 %(most)s 行。")
                    % {"rows": f"{sheet.height:,}", "most": f"{most_rows:,}"},
                    remedy=_("请分成几个文件上传。"),
                )
            left = sheet.start[1] if sheet.start else 0
            return Sheet(name, columns, left, _blocks(sheet.iter_rows(), at, columns))
    except (CalamineError, OSError, zipfile.BadZipFile, ValueError, KeyError):
        raise refuse(
            "file", _("文件不是可以打开的 Excel 工作簿（xlsx）。"), remedy=_("请保存为 xlsx 再上传。")
        ) from None
    raise refuse(
        "file",
        _("没有找到带有“%(titles)s”各列的工作表。") % {"titles": _("、").join(layout.NEEDED)},
        remedy=_("请下载模板，按模板的列填写。"),
    )


def _titles(rows: Iterator[list[Any]]) -> tuple[int, dict[str, int]] | None:
    """Which row holds the titles, and where each column stands."""
    for number, row in zip(range(_SEARCHED), rows, strict=False):
        columns = {str(cell).strip(): at for at, cell in enumerate(row) if cell not in (None, "")}
        if all(title in columns for title in layout.NEEDED):
            return number, columns
    return None


def _blocks(rows: Iterator[list[Any]], at: int, columns: dict[str, int]) -> Iterator[Block]:
    number_at, year_at, code_at = (columns[title] for title in layout.NEEDED)
    version_at = columns.get(layout.VERSION)
    block, number, year = None, None, None
    for line, row in enumerate(islice(rows, at + 1, None), at + 1):
        if block is None or row[number_at] in ("", None) or row[number_at] != number or row[year_at] != year:
            if row[number_at] in ("", None) and row[code_at] in ("", None):
                continue
            if block is not None:
                yield block
            number, year = row[number_at], row[year_at]
            version = None if version_at is None else _whole(row[version_at])
            block = Block(text(number), _whole(year), version)
        block.rows.append((line, row))
    if block is not None:
        yield block


def _whole(cell: Any) -> int | None:
    try:
        return int(float(cell)) if cell not in (None, "") else None
    except (TypeError, ValueError, OverflowError):
        return None


def text(cell: Any) -> str:
    """A code or number as text, however the cell holds it."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell or "").strip()
