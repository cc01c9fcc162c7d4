"""The page and the styles of an official document in Word (GB/T 9704-2012 5 to 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

TITLE, BODY, KAI, HEI, SONG = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"
_LATIN = "Times New Roman"
_INSTEAD = {
    TITLE: "小标宋体;华文中宋;宋体;Noto Serif CJK SC",
    BODY: "仿宋;FangSong;华文仿宋;Noto Serif CJK SC",
    KAI: "楷体;KaiTi;华文楷体;Noto Serif CJK SC",
    HEI: "SimHei;Noto Sans CJK SC",
    SONG: "SimSun;Noto Serif CJK SC",
}
"""By what a font is replaced where it is not installed; the first that is there is taken."""

_SIDES = {side.name: side for side in WD_ALIGN_PARAGRAPH}
_BODY_SIZE = 16
_LINE = 579
"""Twips from line to line: 225 mm are 22 lines of 三号."""
_CLOSER = {16: -5, 22: -10}
"""Twips by which a character is set closer, so that 156 mm hold 28 of the text and 20 of the title."""


@dataclass(frozen=True, slots=True)
class _Style:
    font: str = BODY
    size: float = 16
    indent: int = 0
    side: Literal["LEFT", "CENTER", "JUSTIFY"] = "JUSTIFY"
    exact: float | None = None
    before: float = 0
    after: float = 0
    keep: bool = False
    grey: bool = False


_STYLES = {
    "Normal": _Style(indent=2, exact=_LINE / 20),
    "Flush": _Style(exact=_LINE / 20),
    "Fill": _Style(indent=2, exact=_LINE / 20, grey=True),
    "Heading 1": _Style(HEI, indent=2, exact=_LINE / 20, keep=True),
    "Heading 2": _Style(KAI, indent=2, exact=_LINE / 20, keep=True),
    "Heading 3": _Style(indent=2, exact=_LINE / 20, keep=True),
    "Heading 4": _Style(indent=2, exact=_LINE / 20, keep=True),
    "Title": _Style(TITLE, 22, side="CENTER", exact=35, before=14, after=14, keep=True),
    "Mark": _Style(HEI, side="LEFT", exact=_LINE / 20, keep=True),
    "Centered": _Style(side="CENTER", exact=_LINE / 20),
    "Annexes": _Style(indent=2, side="LEFT", exact=_LINE / 20),
    "Caption": _Style(HEI, 12, side="CENTER", exact=22, before=6, after=4, keep=True),
    "Picture": _Style(size=12, side="CENTER", before=8, keep=True),
    "Cell": _Style(SONG, 10.5, side="LEFT", exact=14),
    "Head Cell": _Style(HEI, 10.5, side="CENTER", exact=14, keep=True),
    "Small Print": _Style(SONG, 10.5, side="LEFT", exact=16),
}


def lay_out(document: WordDocument) -> None:
    """Page, grid, page numbers, styles and the table of fonts."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(22)
    _grid(document.element.body.sectPr)
    document.settings.odd_and_even_pages_header_footer = True
    for name, style in _STYLES.items():
        _style(document, name, style)
    _page_number(section.footer.paragraphs[0], "RIGHT")
    _page_number(section.even_page_footer.paragraphs[0], "LEFT")
    _fonts(document)


def _grid(properties: BaseOxmlElement) -> None:
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    grid = OxmlElement("w:docGrid")
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(_LINE))
    properties.append(grid)


def _style(document: WordDocument, name: str, asked: _Style) -> None:
    known = {style.name for style in document.styles}
    style = (
        document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    )
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{name} is no style of paragraphs")
    if name != "Normal":
        style.base_style = document.styles["Normal"]
    properties = style.element.get_or_add_rPr()
    for old in list(properties):
        properties.remove(old)
    style.font.name, style.font.size = _LATIN, Pt(asked.size)
    style.font.bold, style.font.italic = False, False
    style.font.color.rgb = RGBColor(0x55, 0x55, 0x55) if asked.grey else RGBColor(0, 0, 0)
    fonts = properties.rFonts
    fonts.set(qn("w:eastAsia"), asked.font)
    fonts.set(qn("w:cs"), _LATIN)
    closer = OxmlElement("w:spacing")
    closer.set(qn("w:val"), str(_CLOSER.get(int(asked.size), 0)))
    properties.insert_element_before(closer, "w:w", "w:kern", "w:position", "w:sz", "w:szCs")
    for border in style.element.pPr.findall(qn("w:pBdr")) if style.element.pPr is not None else []:
        style.element.pPr.remove(border)
    shape = style.paragraph_format
    shape.alignment = _SIDES[asked.side]
    shape.space_before, shape.space_after = Pt(asked.before), Pt(asked.after)
    if asked.exact is None:
        shape.line_spacing_rule = WD_LINE_SPACING.SINGLE
    else:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(asked.exact)
    shape.keep_with_next = asked.keep
    shape.widow_control = False
    shape.first_line_indent = Pt(asked.indent * asked.size)
    _by_characters(style, asked)


def _by_characters(style: ParagraphStyle, asked: _Style) -> None:
    """Indents are in characters, so that they stay two whatever the size; no space between Chinese and digits.

    What is not set in 三号 keeps to its own lines and not to those of the grid.
    """
    properties = style.element.get_or_add_pPr()
    properties.get_or_add_ind().set(qn("w:firstLineChars"), str(100 * asked.indent))
    off_grid = () if asked.size == _BODY_SIZE else ("w:snapToGrid",)
    for tag in ("w:autoSpaceDE", "w:autoSpaceDN", *off_grid):
        off = OxmlElement(tag)
        off.set(qn("w:val"), "0")
        properties.insert_element_before(
            off, "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:jc", "w:outlineLvl"
        )


def _page_number(paragraph: Paragraph, side: str) -> None:
    """— 1 —, 四号, outside, one character from the edge (7.5)."""
    paragraph.style = "Footer"
    paragraph.alignment = _SIDES[side]
    shape = paragraph.paragraph_format
    shape.first_line_indent = Pt(0)
    setattr(shape, f"{side.lower()}_indent", Pt(14))
    for text, kind in (("— ", ""), ("", "begin"), ("PAGE", "code"), ("", "end"), (" —", "")):
        run = paragraph.add_run(text if kind == "" else "")
        run.font.size, run.font.name = Pt(14), SONG
        run.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), SONG)
        if kind == "code":
            code = OxmlElement("w:instrText")
            code.text = text
            run.element.append(code)
        elif kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run.element.append(mark)


def _fonts(document: WordDocument) -> None:
    rows = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{instead}"/><w:charset w:val="86"/></w:font>'
        for name, instead in _INSTEAD.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{rows}</w:fonts>'
    )
    parse_xml(content.encode())  # a font's name that is no XML would make a file that does not open
    main = document.part
    for key in [key for key, found in main.rels.items() if found.reltype == RELATIONSHIP_TYPE.FONT_TABLE]:
        del main.rels[key]
    table = Part(PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, content.encode(), main.package)
    main.relate_to(table, RELATIONSHIP_TYPE.FONT_TABLE)
