"""Uploads in pieces: in order, on disk before they are counted, finished once; bad files each get a clear message."""

import io
import zipfile
from datetime import timedelta

import pikepdf
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.core.test_files import picture
from tests.factory import nobody, pdf, refusal
from tongchou.core import clock, files
from tongchou.core.files import kinds, uploads
from tongchou.core.models import StoredFile, Upload

S = Upload.State


@pytest.fixture(autouse=True)
def _folder(db, settings, tmp_path):
    settings.FILES = tmp_path


@pytest.fixture
def person(world):
    return nobody()


def begun(person, content: bytes, name: str = "方案.pdf") -> Upload:
    return uploads.begin(by=person, name=name, size=len(content), max_mb=50)


def sent(upload: Upload, content: bytes, *, step: int = 700) -> Upload:
    for at in range(0, len(content), step):
        upload = uploads.append(upload, io.BytesIO(content[at : at + step]), at=at)
    return upload


def finished(upload: Upload, taken: list | None = None) -> Upload:
    return uploads.finish(
        upload, allowed=["pdf"], max_mb=50, take=[].append if taken is None else taken.append
    )


def test_pieces_become_the_file_and_it_is_handed_on_once(person):
    upload = sent(begun(person, pdf(9)), pdf(9))
    assert (upload.state, upload.offset) == (S.FINISHING, len(pdf(9)))
    taken: list[StoredFile] = []
    done = finished(upload, taken)
    assert done.state == S.DONE
    assert taken == [done.file]
    assert files.path_of(taken[0]).read_bytes() == pdf(9)
    assert not uploads.partial_path(upload).exists()
    finished(upload, taken)
    assert len(taken) == 1


def test_a_piece_at_another_place_is_refused_and_changes_nothing(person):
    upload = uploads.append(begun(person, pdf()), io.BytesIO(pdf()[:100]), at=0)
    for at in (0, 99, 101):
        refused = refusal(uploads.append, upload, io.BytesIO(b"x"), at=at)
        assert refused.code == "conflict"
        assert "100 字节" in refused.denied.reason
    assert uploads.partial_path(upload).read_bytes() == pdf()[:100]


def test_what_was_written_but_not_counted_is_written_over(person):
    """As after a kill -9 between the disk and the commit."""
    upload = uploads.append(begun(person, pdf()), io.BytesIO(pdf()[:100]), at=0)
    with uploads.partial_path(upload).open("ab") as file:
        file.write(b"lost" * 50)
    upload = uploads.append(upload, io.BytesIO(pdf()[100:]), at=100)
    assert finished(upload).file.sha256 == files.store(pdf()).sha256


def test_bytes_beyond_the_declared_size_are_not_taken(person):
    upload = uploads.append(begun(person, pdf()), io.BytesIO(pdf() + b"more"), at=0)
    assert uploads.partial_path(upload).read_bytes() == pdf()


@hypothesis_settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cuts=st.lists(st.integers(1, 900), min_size=1, max_size=30))
def test_in_whatever_pieces_it_comes_the_file_is_the_same(person, cuts):
    content = pdf(6)
    upload, at = begun(person, content), 0
    while upload.state == S.RECEIVING:
        step = cuts[at % len(cuts)]
        upload = uploads.append(upload, io.BytesIO(content[at : at + step]), at=at)
        at = upload.offset
    assert uploads.partial_path(upload).read_bytes() == content
    assert finished(upload).state == S.DONE


def test_the_size_is_judged_before_the_first_byte(person):
    assert "50 MB" in refusal(uploads.begin, by=person, name="a", size=51 * 2**20, max_mb=50).denied.reason
    assert "0 字节" in refusal(uploads.begin, by=person, name="a", size=0, max_mb=50).denied.reason
    assert not Upload.objects.exists()


def test_a_person_has_so_many_open_and_no_more(person):
    for _ in range(uploads.MOST_OPEN):
        last = begun(person, pdf())
    assert "没有传完" in refusal(uploads.begin, by=person, name="a", size=9, max_mb=50).denied.reason
    uploads.cancel(last)
    begun(person, pdf())


def test_a_full_disk_is_told_before_the_first_byte(person, monkeypatch):
    monkeypatch.setattr(uploads.shutil, "disk_usage", lambda _: type("Usage", (), {"free": uploads.SPARE}))
    assert "存储空间不足" in refusal(uploads.begin, by=person, name="a", size=9, max_mb=50).denied.reason


def test_an_upload_nobody_goes_on_with_is_thrown_away(person):
    upload = uploads.append(begun(person, pdf()), io.BytesIO(b"%PDF"), at=0)
    assert uploads.clear_expired() == 0
    with clock.at(clock.now() + uploads.LIFE + timedelta(minutes=1)):
        assert uploads.clear_expired() == 1
    assert not uploads.partial_path(upload).exists()
    assert not Upload.objects.exists()


# ---------------------------------------------------------------- bad files


def bomb() -> bytes:
    """An Office document of a few hundred KB that unpacks to 300 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as part:
            for _ in range(300):
                part.write(b"\0" * 2**20)
    return out.getvalue()


def many_parts() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(kinds.MAX_PARTS + 1):
            archive.writestr(str(number), "")
    return out.getvalue()


def pages(number: int) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    for _ in range(number - 1):
        document.pages.append(document.pages[0])
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_pages_lost() -> bytes:
    """Cut in the middle, its end kept: a reader that mends finds some of the pages and says nothing."""
    whole = pdf(60)
    return whole[: len(whole) // 2] + whole[-40:]


BAD = {
    "a renamed program": (lambda: b"MZ\x90\x00" + b"\0" * 300, "实际内容不是"),
    "nothing": (lambda: b"", "0 字节"),
    "a zip bomb": (bomb, "疑为压缩炸弹"),
    "a bomb of many parts": (many_parts, "疑为压缩炸弹"),
    "a cut PDF": (lambda: pdf(40)[:-200], "已损坏或不完整"),
    "a PDF without its middle": (with_pages_lost, "不完整"),
    "a PDF of 10,000 pages": (lambda: pages(10_000), "PDF 有 10000 页"),
    "a cut picture": (lambda: picture(400, 400)[:60], "图片已损坏或不完整"),
    "a picture of 400 million dots": (lambda: picture(20_000, 20_000), "万像素"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_told_plainly_with_what_to_do(person, what):
    make, said = BAD[what]
    content = make()
    refused = refusal(files.store, content, allowed=["pdf", "office", "image"])
    assert said in refused.denied.reason
    assert refused.denied.remedy
    if content:  # and the same of one that comes in pieces
        upload = sent(begun(person, content), content, step=10**6)
        upload = uploads.finish(upload, allowed=["pdf", "office", "image"], max_mb=50, take=[].append)
        assert upload.state == S.REFUSED
        assert upload.reason == str(refused)
    assert not StoredFile.objects.exists()
