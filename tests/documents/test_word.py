"""The declaration as Word: all of it, as text and not as markup, with its version on every page."""

import io
import zipfile

import pytest
from docx import Document
from PIL import Image

from tests import factory
from tongchou.applications import paper
from tongchou.documents import forms, marks, word
from tongchou.documents.word import _ordinal

HOSTILE = '<w:p/>&amp; {{ 1 + 1 }} {% raw %} "引" \x0b 末'


def text_of(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [c.text for table in document.tables for row in table.rows for c in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def part(content: bytes, beginning: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "".join(
            archive.read(name).decode() for name in archive.namelist() if name.startswith(f"word/{beginning}")
        )


@pytest.mark.parametrize("code", [factory.LIBRARY, factory.CENTRE, factory.INTERNATIONAL])
def test_the_word_form_says_what_the_pdf_says(world, code):
    case = factory.filled(factory.unit("vocational_college"), code=code, project_name=HOSTILE)
    form = forms.draft_form(case)
    content = word.application_form(form)
    text = text_of(content)
    assert HOSTILE.replace("\x0b", "") in text
    for section in form["sections"]:
        assert section["title"] in text
        for field in section["fields"]:
            assert field["label"] in text
            shown = (
                field["value"].split("\n") if "value" in field else [c for row in field["rows"] for c in row]
            )
            assert all("".join(line.split()) in "".join(text.split()) for line in shown if "{" not in line)
    assert all(e["name"] in text for e in form["evidence"])
    assert "{%" not in text.replace(HOSTILE.replace("\x0b", ""), "")


def test_every_page_names_version_and_page(world):
    form = forms.draft_form(factory.filled(factory.unit()))
    content = word.application_form(form)
    assert form["version_code"] in part(content, "footer")
    assert "NUMPAGES" in part(content, "header")
    assert " PAGE " in part(content, "footer")


def test_its_mark_names_the_version_and_no_page():
    code = "2023-04-220100-000001-V1-0123456789AB"
    import zxingcpp

    picture = Image.open(io.BytesIO(marks.word_mark(code)))
    mark = paper.read_mark(zxingcpp.read_barcode(picture).text)
    assert (mark.code, mark.page) == (code, "WORD")


@pytest.mark.parametrize("number, word_", [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (23, "二十三")])
def test_sections_are_counted_in_chinese(number, word_):
    assert _ordinal(number) == word_
