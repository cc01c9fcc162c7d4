"""Stored files: known by their content, cleaned of what runs, kept once, and never under the name they came with."""

import io
import zipfile

import docx
import pikepdf
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name
from PIL import Image

from tests.factory import pdf, refusal
from tongchou.core import files
from tongchou.core.models import StoredFile


def picture(width: int = 1, height: int = 1) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


PNG = picture()
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\0" * 200
ELF = b"\x7fELF\x02\x01\x01" + b"\0" * 200
SCRIPT = b"#!/bin/sh\nrm -rf /\n"
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _folder(db, settings, tmp_path):
    settings.FILES = tmp_path


def saved(document: pikepdf.Pdf, **options) -> bytes:
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def blank() -> pikepdf.Pdf:
    document = pikepdf.new()
    document.add_blank_page()
    return document


def stored(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(files.path_of(files.store(content)))


# ---------------------------------------------------------------- what it really is


@pytest.mark.parametrize("content", [EXE, ELF, SCRIPT, HTML, b"text", b"\0", PNG])
def test_what_is_no_pdf_is_refused_whatever_it_is_called(content):
    refused = refusal(files.store, content)
    assert refused.code == "file"
    assert "不是PDF" in refused.denied.reason
    assert refused.denied.remedy
    assert not StoredFile.objects.exists()


def test_a_pdf_is_no_picture_and_a_picture_is_one():
    assert refusal(files.store, pdf(), allowed=["image"]).code == "file"
    assert files.store(PNG, allowed=["pdf", "image"]).media_type == "image/png"


def test_an_empty_file_is_refused():
    assert "0 字节" in refusal(files.store, b"").denied.reason
    assert "0 字节" in refusal(files.store, io.BytesIO(b"")).denied.reason


def test_too_large_a_file_is_refused_with_the_limit():
    refused = refusal(files.store, io.BytesIO(pdf() + b"\0" * 1024 * 1024), max_mb=1)
    assert "1 MB" in refused.denied.reason


@pytest.mark.parametrize("part", [0.05, 0.3, 0.9, 0.99])
def test_a_truncated_pdf_is_refused_as_damaged_even_where_a_reader_would_mend_it(part):
    whole = pdf(40)
    assert "损坏" in refusal(files.store, whole[: int(len(whole) * part)]).denied.reason


def test_a_pdf_in_name_only_is_refused_as_damaged():
    assert "损坏" in refusal(files.store, b"%PDF-1.7\nnothing more").denied.reason


def test_an_encrypted_pdf_is_refused_with_what_to_do():
    locked = saved(blank(), encryption=pikepdf.Encryption(owner="o", user="u"))
    refused = refusal(files.store, locked)
    assert "密码" in refused.denied.reason
    assert "去掉密码" in refused.denied.remedy


def test_a_pdf_without_pages_is_refused():
    assert "0 页" in refusal(files.store, saved(pikepdf.new())).denied.reason


def archive(*parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for part in parts:
            written.writestr(part, EXE)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        archive("virus.exe"),
        archive("word/document.xml"),
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        archive("[Content_Types].xml", "word/document.xml")[:40],
        b"PK\x03\x04",
    ],
    ids=["executable", "bare", "macros", "cut", "signature"],
)
def test_an_archive_is_no_office_document_nor_is_one_with_macros(content):
    assert "不是Office 文档" in refusal(files.store, content, allowed=["office"]).denied.reason


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, "一")
    return out.getvalue()


def letter() -> bytes:
    out = io.BytesIO()
    docx.Document().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content, kind", [(workbook(), "sheet"), (letter(), "document")], ids=["sheet", "document"]
)
def test_office_documents_are_known_by_their_parts(content, kind):
    assert files.store(content, allowed=["office"]).media_type.endswith(kind)
    assert refusal(files.store, content, allowed=["pdf", "image"]).code == "file"


def test_a_video_is_known_by_its_content():
    film = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\0" * 200
    assert files.store(film, allowed=["video"]).media_type == "video/mp4"


# ---------------------------------------------------------------- what runs is taken out


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def armed_open(document):
    document.Root.OpenAction = script()


def armed_names(document):
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", script()])))


def armed_document(document):
    document.Root.AA = Dictionary(WC=script())


def armed_page(document):
    document.pages[0].AA = Dictionary(O=script())


def armed_note(document):
    document.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=script())]
    )


def armed_launch(document):
    launch = Dictionary(S=Name.Launch, F="cmd.exe")
    document.pages[0].Annots = document.make_indirect(
        Array([document.make_indirect(Dictionary(Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=launch))])
    )


def armed_field(document):
    field = Dictionary(FT=Name.Tx, T="x", AA=Dictionary(K=document.make_indirect(script())))
    document.Root.AcroForm = Dictionary(Fields=Array([document.make_indirect(field)]))


def armed_form(document):
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=document.make_stream(b"<script/>"))


def armed_outline(document):
    item = document.make_indirect(Dictionary(Title="x", A=script()))
    document.Root.Outlines = document.make_indirect(Dictionary(First=item, Last=item, Count=1))


def armed_chain(document):
    document.pages[0].Annots = Array(
        [Dictionary(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="x", Next=Array([script()])))]
    )


def with_embedded_file(document):
    document.attachments["virus.exe"] = EXE


def with_attached_note(document):
    spec = pikepdf.AttachedFileSpec(document, EXE, filename="virus.exe")
    document.pages[0].Annots = Array([Dictionary(Subtype=Name.FileAttachment, FS=spec.obj)])


@pytest.mark.parametrize(
    "arm",
    [
        armed_open,
        armed_names,
        armed_document,
        armed_page,
        armed_note,
        armed_launch,
        armed_field,
        armed_form,
        armed_outline,
        armed_chain,
        with_embedded_file,
        with_attached_note,
    ],
)
def test_scripts_and_embedded_files_are_taken_out_wherever_they_stand(arm):
    document = blank()
    arm(document)
    kept = stored(saved(document))
    assert len(kept.pages) == 1
    plain = saved(kept, static_id=True, qdf=True)
    for trace in (
        b"app.alert",
        b"/JavaScript",
        b"/Launch",
        b"<script",
        b"MZ\x90",
        b"/XFA",
        b"/EmbeddedFile ",
    ):
        assert trace not in plain


def test_a_font_that_happens_to_be_called_like_an_action_stays():
    document = blank()
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    document.pages[0].Resources = Dictionary(Font=Dictionary(AA=font, EF=font, JS=font))
    document.Root.OpenAction = script()
    kept = stored(saved(document))
    assert set(kept.pages[0].Resources.Font.keys()) == {"/AA", "/EF", "/JS"}


def test_a_harmless_pdf_is_kept_byte_for_byte_under_its_digest(settings):
    kept = files.store(pdf(3))
    assert files.path_of(kept) == settings.FILES / kept.sha256[:2] / kept.sha256[2:4] / kept.sha256
    assert files.path_of(kept).read_bytes() == pdf(3)
    assert (kept.pages, kept.size, kept.media_type) == (3, len(pdf(3)), "application/pdf")


def test_the_same_content_is_kept_once():
    assert files.store(pdf()) == files.store(io.BytesIO(pdf()))
    assert StoredFile.objects.count() == 1


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    "name, shown",
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\张三\\建设方案.pdf", "建设方案.pdf"),
        ("/", "未命名"),
        ("", "未命名"),
        ("..", ".."),
        ("方案\n\x00\u202e.pdf", "方案.pdf"),
        ("a" * 300, "a" * 200),
    ],
)
def test_of_a_name_only_the_last_part_is_shown(name, shown):
    assert files.safe_name(name) == shown


@given(st.text(max_size=300))
def test_any_name_is_short_printable_and_no_path(name):
    shown = files.safe_name(name)
    assert 0 < len(shown) <= 200
    assert shown.isprintable()
    assert "/" not in shown
    assert "\\" not in shown
