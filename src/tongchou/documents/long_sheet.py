"""A list of any length as one sheet of a workbook, in memory that does not grow with it: rows go to disk as they come.

Written as the few parts of Office Open XML (ISO/IEC 29500) that a plain table needs: a library that can everything took six
times as long for ten thousand rows. Text is written as text: nothing a user wrote can become a formula or a link.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

MOST_ROWS = 1_000_000
LONGEST = 32_000  # characters a cell can hold
_NARROW, _WIDE = 10, 42
_FAST = 1  # level of compression: the next ones take much longer for little
_AT_ONCE = 500
_DAY_NOUGHT = date(1899, 12, 30)
_TEXT, _HEAD, _WHOLE, _EXACT, _DAY = range(5)

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SPREADSHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SPREADSHEET}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SPREADSHEET}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_DOCUMENT}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="#,##0.######"/>'
    '<numFmt numFmtId="165" formatCode="yyyy-mm-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="10.5"/><name val="宋体"/></font>'
    '<font><b/><sz val="10.5"/><name val="宋体"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEEF2F7"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/>'
    '<xf fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1"><alignment wrapText="1"/></xf>'
    '<xf numFmtId="3" applyNumberFormat="1"/><xf numFmtId="164" applyNumberFormat="1"/>'
    '<xf numFmtId="165" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
# What XML can't hold, what it must escape, and what Excel would read as an escaped character.
_SPECIAL = re.compile("[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def write(title: str, notes: Sequence[str], head: Sequence[str], rows: Iterable[Sequence[Any]]) -> IO[bytes]:
    """The workbook as an open temporary file, at its beginning; closing it removes it. Cells are texts, numbers and days."""
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the caller's
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_FAST) as book:
        for name, text in _PARTS.items():
            book.writestr(name, _XML + text)
        book.writestr(
            "xl/workbook.xml",
            f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_DOCUMENT}"><sheets>'
            f'<sheet name={quoteattr(title[:31])} sheetId="1" r:id="rId1"/></sheets></workbook>',
        )
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            for piece in _sheet([title, *notes], head, rows):
                sheet.write(piece.encode())
    out.seek(0)
    return out


def _sheet(above: Sequence[str], head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{min(max(_NARROW, len(words) * 2 + 2), _WIDE)}" customWidth="1"/>'
        for n, words in enumerate(head, 1)
    )
    frozen = len(above) + 1
    yield (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="{frozen}" '
        f'topLeftCell="B{frozen + 1}" state="frozen"/></sheetView></sheetViews><cols>{widths}</cols><sheetData>'
    )
    names = [_name(n) for n in range(max(len(head), 1))]
    at = 0
    for line in above:
        at += 1
        yield f'<row r="{at}">{_text(line, f"A{at}", _TEXT)}</row>'
    at += 1
    yield (
        f'<row r="{at}">'
        + "".join(_text(w, f"{n}{at}", _HEAD) for n, w in zip(names, head, strict=True))
        + "</row>"
    )
    lines: list[str] = []
    for row in rows:
        at += 1
        cells = [
            _cell(value, f"{name}{at}") for name, value in zip(names, row, strict=True) if value not in _EMPTY
        ]
        lines.append(f'<row r="{at}">{"".join(cells)}</row>')
        if len(lines) == _AT_ONCE:
            yield "".join(lines)
            lines.clear()
    yield "".join(chain(lines, ["</sheetData></worksheet>"]))


_EMPTY = (None, "")


def _name(number: int) -> str:
    """0 → A, 26 → AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _text(value: str, at: str, style: int) -> str:
    if len(value) > LONGEST:
        value = value[:LONGEST]
    if _SPECIAL.search(value):
        value = escape(_ESCAPED.sub("_x005F_", _FORBIDDEN.sub("", value)))
    return f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def _number(value: Any, at: str) -> str:
    whole = value == int(value)
    return f'<c r="{at}" s="{_WHOLE if whole else _EXACT}"><v>{int(value) if whole else value}</v></c>'


def _day(value: date, at: str) -> str:
    return f'<c r="{at}" s="{_DAY}"><v>{(value - _DAY_NOUGHT).days}</v></c>'


_KINDS: dict[type, Callable[[Any, str], str]] = {
    int: _number,
    float: _number,
    Decimal: _number,
    date: _day,
}


def _cell(value: Any, at: str) -> str:
    kind = _KINDS.get(type(value))
    return kind(value, at) if kind else _text(str(value), at, _TEXT)
