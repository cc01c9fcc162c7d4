"""An official document as Word: the same blocks, with real headings, tables whose head repeats, and a grid of 22 × 28.

Fonts are named as the standard and offices name them (方正小标宋简体, 仿宋_GB2312, 楷体_GB2312, 黑体); the file's table of
fonts names what to take where they are missing. The same document gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from tongchou.documents.official import word_parts, word_styles
from tongchou.documents.official.paper import (
    Block,
    Chart,
    Fill,
    Heading,
    Notes,
    Paper,
    Sheet,
    Text,
    Tiles,
    annex_list,
    annex_marks,
    broken,
    numbered,
    title_lines,
)
from tongchou.documents.official.pdf import picture
from tongchou.documents.zips import fixed

_WIDTH = Mm(156)


def made(paper: Paper) -> bytes:
    """The document as .docx."""
    document = Document()
    word_styles.lay_out(document)
    _properties(document, paper)
    if paper.mark:
        word_parts.line(document, paper.mark, "Mark")
    if paper.number:
        word_parts.line(document, paper.number, "Centered")
    word_parts.lines(document, title_lines(paper), "Title")
    if paper.edition:
        word_parts.line(document, paper.edition, "Centered")
    if paper.addressee:
        word_parts.line(document, "", "Flush")
        word_parts.line(document, paper.addressee, "Flush")
    _blocks(document, paper.blocks)
    if paper.annexes:
        word_parts.line(document, "", "Flush")
        for n, named in enumerate(annex_list(paper)):
            word_parts.line(document, ("附件：" if n == 0 else "　　　") + named, "Annexes")
    if paper.signed:
        word_parts.signature(document, paper.issuer, paper.day)
    if paper.notes:
        word_parts.notes(document, paper.notes)
    for mark, annex in zip(annex_marks(paper), paper.annexes, strict=True):
        word_parts.line(document, mark, "Mark", new_page=True)
        word_parts.lines(document, broken(annex.title), "Title")
        _blocks(document, annex.blocks)
    out = io.BytesIO()
    document.save(out)
    return fixed(out.getvalue())


def _blocks(document: WordDocument, blocks: Iterable[Block]) -> None:
    for block in numbered(blocks):
        match block:
            case Heading():
                word_parts.line(document, block.text, f"Heading {block.rank}")
            case Text():
                word_parts.line(document, block.text, "Flush" if block.flush else "Normal")
            case Fill():
                word_parts.line(document, f"［{block.text}］", "Fill")
            case Sheet():
                word_parts.sheet(document, block, _WIDTH)
            case Chart() | Tiles():
                _picture(document, block)
            case Notes():
                word_parts.notes(document, block.lines)


def _picture(document: WordDocument, chart: Chart | Tiles) -> None:
    run = document.add_paragraph(style="Picture").add_run()
    run.add_picture(io.BytesIO(picture(chart)), width=_WIDTH)
    for described in run.element.xpath(".//wp:docPr"):
        described.set("descr", f"{chart.caption}：{_said(chart)}")  # read aloud in place of the picture
    word_parts.line(document, chart.caption, "Caption")


def _said(chart: Chart | Tiles) -> str:
    if isinstance(chart, Chart):
        return "；".join(f"{bar.name} {'、'.join(bar.texts)}" for bar in chart.bars)
    return "；".join(f"{tile.name} {tile.text}" for tile in chart.tiles)


def _properties(document: WordDocument, paper: Paper) -> None:
    """The document's date is the data's own, never the day on which the file is made."""
    about = document.core_properties
    on = datetime(paper.on.year, paper.on.month, paper.on.day)  # noqa: DTZ001 - the format has no zone
    about.title, about.author, about.last_modified_by = paper.title, paper.issuer, paper.issuer
    about.comments, about.language = "", "zh-CN"
    about.created = about.modified = on
    about.revision = 1
    language = OxmlElement("w:themeFontLang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    document.settings.element.append(language)
