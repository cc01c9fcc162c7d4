"""公文 layout: the same blocks as PDF and as Word, on the page that GB/T 9704 asks for."""

import io
import time
import zipfile
from datetime import date

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from tongchou.documents.official import pdf, word
from tongchou.documents.official.paper import (
    Annex,
    Bar,
    Chart,
    Column,
    Fill,
    Heading,
    Notes,
    Paper,
    Sheet,
    Text,
    Tile,
    Tiles,
    broken,
    numbered,
)

HOSTILE = "=1+1 #set page(width:1pt) <w:p/> & \x07 {{ x }}"
LINE = "数" * 26
PAPER = Paper(
    title="示例部关于示例计划2025年度建设情况的通报",
    issuer="示例部",
    on=date(2026, 3, 5),
    number="示函〔2026〕5号",
    addressee="各有关单位：",
    blocks=[
        Heading(1, "总体进展"),
        Text(LINE + "行" * 28 * 2),
        Heading(2, "申报"),
        Heading(2, "认定"),
        Heading(3, "其一"),
        Heading(4, "细目"),
        Heading(1, "绩效"),
        Heading(2, "任务"),
        Chart("完成率", ("完成率",), [Bar("甲", [50], ["50%"]), Bar("乙", [None], ["—"])], 100),
        Tiles("各地", [Tile("甲", "50%", 0, 0, 0.5), Tile("乙", "—", 1, 1, None)]),
        Fill("请填写"),
    ],
    annexes=[
        Annex(
            "进展表",
            [
                Sheet(
                    "名单", [Column("单位", 2), Column("数", 1, "right")], [["甲", HOSTILE]] * 60, merged=True
                )
            ],
        ),
        Annex("说明", [Notes(["其一", "其二"])]),
    ],
)


def test_headings_are_numbered_anew_below_each_heading_above():
    assert [b.text for b in numbered(PAPER.blocks) if isinstance(b, Heading)] == [
        "一、总体进展",
        "（一）申报",
        "（二）认定",
        "1.其一",
        "（1）细目",
        "二、绩效",
        "（一）任务",
    ]


@pytest.mark.parametrize(
    "title, lines",
    [
        (
            "2023年度省级总结报告（建设开放型区域产教融合实践中心）",
            ["2023年度省级总结报告", "（建设开放型区域产教融合实践中心）"],
        ),
        (
            "吉林省教育厅关于公布第一批省级职业教育专业教学资源库名单的通知",
            ["吉林省教育厅关于公布第一批省级", "职业教育专业教学资源库名单的通知"],
        ),
        ("某省教育厅关于公布名单的通知", ["某省教育厅关于公布名单的通知"]),
    ],
)
def test_a_title_is_broken_between_words_and_never_inside_brackets(title, lines):
    assert broken(title) == lines


def test_the_pdf_holds_28_characters_a_line_and_numbers_its_pages():
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf.made(PAPER))]
    lines = pages[0].split("\r\n")
    assert LINE in lines
    assert "行" * 28 in lines
    assert all(f"— {number} —" in page for number, page in enumerate(pages, 1))
    assert (
        sum("单位" in page and "数" in page for page in pages) >= 2
    )  # the head of a long table stands again
    assert "附件1" in "".join(pages)
    assert "附件：" in "".join(pages)


def test_word_has_the_page_the_fonts_and_tables_whose_head_repeats():
    document = docx.Document(io.BytesIO(word.made(PAPER)))
    section = document.sections[0]
    assert [round(side.mm) for side in (section.page_width, section.page_height)] == [210, 297]
    assert [
        round(side.mm)
        for side in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    ] == [37, 35, 28, 26]
    fonts = {
        name: document.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Normal")
    }
    assert list(fonts.values()) == ["方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "仿宋_GB2312"]
    table = document.tables[0]
    assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
    assert table.rows[1].cells[1].text == HOSTILE.replace("\x07", "")
    assert table.rows[1]._tr.xpath("./w:tc/w:tcPr/w:vMerge[@w:val='restart']")
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    assert headings[:2] == ["一、总体进展", "（一）申报"]
    assert len(document.inline_shapes) == 2
    described = document.inline_shapes[0]._inline.docPr.get("descr")
    assert described == "图1　完成率：甲 50%；乙 —"
    fields = section.footer._element.xpath(".//w:instrText") + section.even_page_footer._element.xpath(
        ".//w:instrText"
    )
    assert [field.text for field in fields] == ["PAGE", "PAGE"]


def test_both_are_the_same_bytes_whenever_they_are_made():
    first = word.made(PAPER), pdf.made(PAPER)
    time.sleep(2.1)  # a ZIP counts in steps of two seconds
    assert (word.made(PAPER), pdf.made(PAPER)) == first
    entries = zipfile.ZipFile(io.BytesIO(first[0])).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
