"""Opening a workbook that somebody sent: is it one, is it small enough to read, is it of this very draft?"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from tongchou.core.access import Refused, refuse
from tongchou.documents.form_workbook.layout import FORMAT, MARKS, Template

MOST_UNPACKED = 100 * 2**20
MOST_CELLS = 2_000_000
"""Of one sheet, from its first row and column to the last that hold anything: all of them are held in memory."""
_FAR = re.compile(rb"""r=["'](?:[A-Z]{2,3}\d|[A-Z]?\d{4,7}["'])""")
_FAR_DOWN = re.compile(rb"""r=["'][A-Z]{0,3}(\d{4,7})["']""")
_FAR_RIGHT = re.compile(rb"""r=["']([A-Z]{2,3})\d""")

Sheet = list[list[Any]]


def open_workbook(path: Path, template: Template) -> tuple[dict[str, Sheet], int]:
    """Every sheet by title, its cells as rows from A1 on; and the version of the draft the template was made at.

    Refused (``file``) when it can't be opened, would fill the memory, or isn't the template of this draft.
    """
    try:
        _require_small(path)
        book = CalamineWorkbook.from_path(str(path))
        sheets = {name: _cells(book, name) for name in book.sheet_names}
    except (CalamineError, OSError, zipfile.BadZipFile, ValueError, KeyError):
        raise refuse(
            "file",
            _("文件不是可以打开的 Excel 工作簿（xlsx）。"),
            remedy=_("请重新下载模板，填写后保存为 xlsx 再上传。"),
        ) from None
    return sheets, _version(sheets.pop(MARKS, []), template)


def _cells(book: CalamineWorkbook, name: str) -> Sheet:
    return book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def _require_small(path: Path) -> None:
    """Measured before it is read: what it unpacks to, and how far its cells reach."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise _too_large()
        for part in parts:
            if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                _require_near(archive.read(part))


def _require_near(xml: bytes) -> None:
    """Few cells lie below row 999 or right of column Z, so only those are counted out, and in most sheets there is none."""
    if not _FAR.search(xml):
        return
    rows = max(map(int, _FAR_DOWN.findall(xml)), default=999)
    width = max(map(_number_of, _FAR_RIGHT.findall(xml)), default=26)
    if rows * width > MOST_CELLS:
        raise _too_large()


def _number_of(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large() -> Refused:
    return refuse(
        "file",
        _("工作簿的内容过大，或有单元格远在表格之外。"),
        remedy=_("请重新下载模板，只在给出的范围内填写；大量数据请作为佐证材料上传。"),
    )


def _version(marks: Sheet, template: Template) -> int:
    known = {str(row[0]): str(row[1]) for row in marks if len(row) > 1}
    wanted = template.marks
    again = _("请从本申报的“Excel 填报”重新下载模板。")
    if "format" not in known or "case" not in known:
        raise refuse("file", _("文件不是平台生成的填报模板。"), remedy=again)
    if known["case"] != wanted["case"]:
        raise refuse(
            "file",
            _("这是另一份申报（%(other)s）的模板，本申报是 %(number)s。")
            % {"other": known.get("number", ""), "number": template.number},
            remedy=again,
        )
    if (known["format"], known.get("edition"), known.get("variant")) != (
        FORMAT,
        wanted["edition"],
        wanted["variant"],
    ):
        raise refuse("file", _("这是旧版的模板，与现在的申报表不一致。"), remedy=again)
    text = known.get("version", "").removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() else 0
