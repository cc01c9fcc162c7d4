"""Paragraphs, tables and the line of issuer and date of an official document in Word."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Length, Pt
from docx.text.paragraph import Paragraph

from tongchou.documents.official.paper import Column, Sheet, merges

_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def plain(text: str) -> str:
    """Without the control characters that a Word file may not hold."""
    return "".join(c for c in text if c >= " " or c in "\n\t")


def line(document: WordDocument, text: str, style: str, *, new_page: bool = False) -> Paragraph:
    """One paragraph."""
    made = document.add_paragraph(plain(text), style=style)
    if new_page:
        made.paragraph_format.page_break_before = True
    return made


def lines(document: WordDocument, texts: Sequence[str], style: str) -> Paragraph:
    """One paragraph broken where it is said."""
    made = document.add_paragraph(style=style)
    for n, text in enumerate(texts):
        run = made.add_run(plain(text))
        if n + 1 < len(texts):
            run.add_break(WD_BREAK.LINE)
    return made


def signature(document: WordDocument, issuer: str, day: str) -> None:
    """Issuer and date: the date four characters from the right edge, the issuer centred over it (7.3.5.1)."""
    line(document, "", "Flush").paragraph_format.keep_with_next = True
    line(document, "", "Flush").paragraph_format.keep_with_next = True
    wide = max(_width(issuer), _width(day))
    for text in (issuer, day):
        made = line(document, text, "Flush")
        made.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        made.paragraph_format.right_indent = Pt(16 * (4 + (wide - _width(text)) / 2))
        made.paragraph_format.keep_with_next = text == issuer


def notes(document: WordDocument, texts: Sequence[str]) -> None:
    """Small print, numbered where there are several."""
    if len(texts) == 1:
        line(document, f"注：{texts[0]}", "Small Print")
        return
    line(document, "注：", "Small Print").paragraph_format.keep_with_next = True
    for n, text in enumerate(texts, 1):
        line(document, f"{n}. {text}", "Small Print")


def sheet(document: WordDocument, asked: Sheet, width: Length) -> None:
    """A table over the whole width; its head stands again on every page, and no row is broken.

    Written as XML at once: the library's own tables take seconds for a few hundred rows.
    """
    if asked.caption:
        line(document, asked.caption, "Caption")
    whole = sum(column.share for column in asked.columns)
    widths = [round(width.twips * column.share / whole) for column in asked.columns]
    grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
    spans = merges(asked.rows) if asked.merged else [1] * len(asked.rows)
    head = "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" + "".join(
        _cell(column.head, w, "HeadCell", "center") for column, w in zip(asked.columns, widths, strict=True)
    )
    rows = "".join(
        _row(row, widths, asked.columns, span) for row, span in zip(asked.rows, spans, strict=True)
    )
    made = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
        '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{head}</w:tr>{rows}</w:tbl>"
    )
    document.element.body.insert_element_before(made, "w:sectPr")
    line(document, "", "Small Print")


def _row(row: Sequence[str], widths: Sequence[int], columns: Sequence[Column], span: int) -> str:
    cells = []
    for n, (text, column, width) in enumerate(zip(row, columns, widths, strict=True)):
        merge = "" if n or span == 1 else f'<w:vMerge w:val="{"restart" if span else "continue"}"/>'
        cells.append(_cell("" if n == 0 and span == 0 else text, width, "Cell", column.side, merge))
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _cell(text: str, width: int, style: str, side: str, merge: str = "") -> str:
    parts = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in plain(text).split("\n")
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:jc w:val="{side}"/></w:pPr><w:r>{parts}</w:r></w:p></w:tc>'
    )


def _width(text: str) -> float:
    """How many Chinese characters wide a text is."""
    return sum(1 if ord(c) > 0x2E7F else 0.5 for c in text)
