"""Make src/tongchou/documents/templates/application.docx, the Word template of a declaration, from nothing.

An operator may change the file in Word afterwards: what stands between braces is filled in (docxtpl).
"""

from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

OUT = Path(__file__).parents[1] / "src/tongchou/documents/templates/application.docx"
BODY, HEAD = "宋体", "黑体"


def write(paragraph: Paragraph, text: str, *, size: float = 12, font: str = BODY, bold: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Times New Roman"
    run.element.rPr.rFonts.set(qn("w:eastAsia"), font)


def number(paragraph: Paragraph, name: str, size: float = 9) -> None:
    """A field that Word counts itself: PAGE, NUMPAGES."""
    for kind, text in (("begin", ""), ("", name), ("separate", ""), ("text", "1"), ("end", "")):
        run = paragraph.add_run("1" if kind == "text" else "")
        run.font.size = Pt(size)
        if kind in {"begin", "separate", "end"}:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run.element.append(mark)
        elif not kind:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {text} "
            run.element.append(code)


def paragraph(
    document: Doc, text: str, *, centre: bool = False, before: float = 0, **look: object
) -> Paragraph:
    made = document.add_paragraph()
    made.paragraph_format.space_before, made.paragraph_format.space_after = Pt(before), Pt(4)
    if centre:
        made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    write(made, text, **look)  # type: ignore[arg-type]
    return made


def tag(document: Doc, text: str) -> None:
    """A line that only steers the filling; it disappears with its paragraph."""
    document.add_paragraph(f"{{%p {text} %}}")


def cell(into: _Cell, text: str, **look: object) -> None:
    line = into.paragraphs[0]
    line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2)
    write(line, text, **({"size": 10.5} | look))  # type: ignore[arg-type]


def repeat_head(table: Table) -> None:
    """Repeat the first row on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table._tbl.tr_lst[0].get_or_add_trPr().append(mark)  # noqa: SLF001 - there is no other way to the row's marks


def loop(table: Table, what: str, columns: list[str]) -> None:
    """Rows repeated for each of ``what``: a row that begins, one that is filled, one that ends."""
    begin, row, end = table.add_row(), table.add_row(), table.add_row()
    begin.cells[0].text, end.cells[0].text = f"{{%tr for {what} %}}", "{%tr endfor %}"
    for at, text in enumerate(columns):
        cell(row.cells[at], text)


def widths(table: Table, *millimetres: float) -> None:
    table.autofit = False
    for at, width in enumerate(millimetres):
        table.columns[at].width = Mm(width)
        for one in table.columns[at].cells:
            one.width = Mm(width)


def furniture(document: Doc) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(30)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance = Mm(10)
    head = section.header.add_table(1, 2, Mm(156))
    head.alignment = WD_TABLE_ALIGNMENT.CENTER
    widths(head, 132, 24)
    line = head.rows[0].cells[0].paragraphs[0]
    write(line, "{{ title }}　第 ", size=9)
    number(line, "PAGE")
    write(line, " 页，共 ", size=9)
    number(line, "NUMPAGES")
    write(line, " 页", size=9)
    mark = head.rows[0].cells[1].paragraphs[0]
    mark.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    write(mark, "{{ mark }}", size=9)
    foot = section.footer.paragraphs[0]
    write(foot, "版本码 {{ version_code }}　（Word 件供内部传阅，盖章上传请用 PDF 打印件）　— ", size=8)
    number(foot, "PAGE", 9)
    write(foot, " —", size=8)


def cover(document: Doc) -> None:
    paragraph(document, "{{ programme }}", centre=True, before=60, size=16)
    paragraph(document, "{{ title }}", centre=True, before=10, size=22, font=HEAD)
    paragraph(document, "", before=60)
    table = document.add_table(0, 2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    loop(table, "row in cover", ["", ""])
    for at, text in enumerate(("{{ row[0] }}：", "{{ row[1] }}")):
        table.rows[1].cells[at].paragraphs[0].clear()
        cell(table.rows[1].cells[at], text, size=15)
    widths(table, 36, 110)
    paragraph(document, "第 {{ revision }} 版　{{ said }}", centre=True, before=120, size=12)
    document.add_section(WD_SECTION.NEW_PAGE)


def sections(document: Doc) -> None:
    tag(document, "for section in sections")
    paragraph(document, "{{ section.ordinal }}、{{ section.title }}", before=12, size=15, font=HEAD)
    tag(document, "for b in section.blocks")
    tag(document, "if b.kind == 'rows'")
    plain = document.add_table(0, 2, style="Table Grid")
    loop(plain, "f in b.fields", ["{{ f.label }}", "{{ f.value }}"])
    widths(plain, 46, 110)
    tag(document, "elif b.kind == 'long'")
    paragraph(document, "{{ b.label }}", before=8, size=12, font=HEAD)
    tag(document, "for line in b.lines")
    text = paragraph(document, "{{ line }}", size=12)
    text.paragraph_format.first_line_indent = Pt(24)
    tag(document, "endfor")
    tag(document, "else")
    paragraph(document, "{{ b.label }}", before=8, size=12, font=HEAD)
    grid = document.add_table(1, 3, style="Table Grid")
    begin, row, end = grid.add_row(), grid.add_row(), grid.add_row()
    begin.cells[0].text, end.cells[0].text = "{%tr for r in b.rows %}", "{%tr endfor %}"
    for cells, what, shown, look in (
        (grid.rows[0].cells, "c in b.columns", "{{ c.label }}", {"font": HEAD}),
        (row.cells, "v in r", "{{ v }}", {}),
    ):
        cells[0].text, cells[2].text = f"{{%tc for {what} %}}", "{%tc endfor %}"
        cell(cells[1], shown, **look)
    repeat_head(grid)
    tag(document, "endif")
    paragraph(document, "", size=4)
    tag(document, "endfor")
    tag(document, "endfor")


def close(document: Doc) -> None:
    tag(document, "if evidence")
    paragraph(document, "{{ evidence_ordinal }}、佐证材料清单", before=12, size=15, font=HEAD)
    table = document.add_table(1, 4, style="Table Grid")
    for at, text in enumerate(("材料", "文件名", "页码", "校验码")):
        cell(table.rows[0].cells[at], text, font=HEAD)
    repeat_head(table)
    loop(table, "e in evidence", ["{{ e.field }}", "{{ e.name }}", "{{ e.pages }}", "{{ e.sha256 }}"])
    widths(table, 52, 52, 20, 32)
    tag(document, "endif")
    paragraph(document, "{{ sign_ordinal }}、申报单位意见", before=12, size=15, font=HEAD)
    promise = "本单位承诺：所填内容和所附材料真实、准确、完整，已按规定完成内部审核，同意申报。"
    paragraph(document, promise, size=12).paragraph_format.first_line_indent = Pt(24)
    paragraph(document, "负责人（签字）：　　　　　　　　　　单位（盖章）：", before=40, size=12)
    paragraph(document, "年　　月　　日", before=14, size=12).alignment = WD_ALIGN_PARAGRAPH.RIGHT


def make() -> Doc:
    document = Document()
    furniture(document)
    cover(document)
    sections(document)
    close(document)
    return document


if __name__ == "__main__":
    make().save(str(OUT))
    print(f"Wrote {OUT.name}")
