"""A large file in a real browser: cut on the way, gone on with after the reload, checked by the worker, attached, looked at."""

import os
from pathlib import Path

import pikepdf
import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser import picture
from tests.factory import draft, fresh, leader, pdf, unit
from tongchou.applications.tasks import finish_uploads
from tongchou.core import files
from tongchou.core.models import Upload

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SLOT = "other_files"
MB = 2**20
PHONE = {"width": 390, "height": 844}
# Through Chromium's own tools: 6 MB a second, so that there is time to cut it.
SLOW = {"offline": False, "latency": 5, "downloadThroughput": 40 * MB, "uploadThroughput": 24 * MB}


@pytest.fixture
def page_of(page, live_server, world, client, settings, tmp_path):
    """A draft opened by its school's leader at the section with the slot."""
    settings.FILES = tmp_path / "files"
    case = draft(unit())
    client.force_login(leader(case.unit))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    sections = case.edition.pack.form
    section = next(s.code for s in sections if any(f.code == SLOT for f in s.fields))
    page.goto(live_server.url + reverse("unit:fill", args=[case.pk]) + f"?section={section}")
    return case


@pytest.fixture
def shot(page):
    """Pictures of the page at both widths, where TONGCHOU_SHOTS names a folder; nothing may stick out of the phone."""

    def take(name: str) -> None:
        desk = page.viewport_size
        page.locator(f"#f-{SLOT}").scroll_into_view_if_needed()
        picture(page, name)
        page.set_viewport_size(PHONE)
        page.locator(f"#f-{SLOT}").scroll_into_view_if_needed()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        picture(page, f"{name}-390")
        page.set_viewport_size(desk)

    return take


def large_pdf(path: Path, size: int) -> Path:
    """A valid PDF of about ``size`` random bytes, written without holding them twice."""
    document = pikepdf.new()
    for _ in range(3):
        document.add_blank_page(page_size=(595, 842))
    document.pages[1].Extra = document.make_stream(os.urandom(size))
    document.save(path, compress_streams=False)
    return path


def until(page, holds, seconds: float = 20) -> None:
    """Wait in the page's own time; the page's policy forbids what playwright would evaluate there."""
    for _ in range(int(seconds * 20)):
        if holds():
            return
        page.wait_for_timeout(50)
    pytest.fail(page.locator(f"[data-slot={SLOT}]").inner_text())


def test_200_mb_are_resumed_after_a_cut_and_a_reload_and_attached(page, page_of, shot, tmp_path):
    whole = large_pdf(tmp_path / "建设方案 终稿.pdf", 199 * MB)
    chooser, row = page.locator(f"#u-{SLOT}"), page.locator("[data-coming] > li")
    tools = page.context.new_cdp_session(page)
    tools.send("Network.emulateNetworkConditions", SLOW)
    chooser.set_input_files(whole)
    expect(row).to_contain_text("正在上传")
    until(page, lambda: page.locator("[data-coming] progress").evaluate("bar => bar.value") > 0.12)
    shot("uploading")
    page.context.set_offline(True)
    tools.detach()
    expect(row).to_contain_text("网络中断，恢复后自动续传", timeout=20_000)
    came = Upload.objects.get().offset
    assert 0 < came < whole.stat().st_size

    page.context.set_offline(False)
    page.reload()
    expect(row).to_contain_text("再次选择同一文件即从这里续传")
    shot("resumable")
    sent = []
    page.on("request", lambda asked: sent.append(asked.method) if "/uploads/" in asked.url else None)
    chooser = page.locator(f"#u-{SLOT}")
    chooser.set_input_files(whole)
    expect(page.locator(f"[data-slot={SLOT}]")).to_contain_text("检查中", timeout=30_000)
    assert sent[0] == "HEAD"  # asked how far it came, and did not begin anew
    assert "POST" not in sent
    upload = Upload.objects.get()
    assert (upload.state, upload.offset) == (Upload.State.FINISHING, whole.stat().st_size)

    finish_uploads(timestamp=0)  # the worker's part
    link = page.get_by_role("link", name=whole.name)
    expect(link).to_be_visible(timeout=10_000)
    proof = fresh(page_of).evidence.get()
    assert (proof.name, proof.file.pages, proof.field) == (whole.name, 3, SLOT)
    assert files.path_of(proof.file).read_bytes() == whole.read_bytes()
    assert not list((tmp_path / "files" / "partial").iterdir())


def test_several_at_once_a_bad_one_is_told_and_pages_are_looked_at_beside_the_form(
    page, page_of, shot, serious_faults, tmp_path
):
    names = ["方案.pdf", "附件一.pdf", "附件二.pdf", "报价.pdf"]
    for number, name in enumerate(names[:3], start=1):
        (tmp_path / name).write_bytes(pdf(number + 2))
    (tmp_path / names[3]).write_bytes(b"MZ\x90\x00" + b"\0" * 500)
    page.locator(f"#u-{SLOT}").set_input_files([tmp_path / name for name in names])
    slot = page.locator(f"[data-slot={SLOT}]")
    for name in names[:3]:
        expect(slot.get_by_role("link", name=name)).to_be_visible()
    expect(slot).to_contain_text("文件的实际内容不是PDF")
    shot("several")
    assert serious_faults(page) == []

    slot.get_by_role("link", name="附件二.pdf").click()
    picture = page.locator("#preview img")
    expect(picture).to_have_js_property("naturalWidth", 1100)
    page.get_by_role("button", name="下一页").click()
    expect(page.locator("#preview-page")).to_have_value("2")
    expect(picture).to_have_js_property("complete", True)
    shot("preview")
    assert serious_faults(page) == []
    page.get_by_role("button", name="关闭").click()

    proof = fresh(page_of).evidence.get(name="附件二.pdf")
    page.fill(f"#pf-{proof.pk}", "2-9")
    with page.expect_navigation():
        page.click(f"button[name=set_pages][value='{proof.pk}']")
    expect(page.locator("main")).to_contain_text("文件共 5 页，没有第 9 页。")
    page.fill(f"#pf-{proof.pk}", "2-4")
    with page.expect_navigation():
        page.click(f"button[name=set_pages][value='{proof.pk}']")
    expect(slot).to_contain_text("佐证页 2-4")
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        slot.get_by_role("button", name="知道了").click()
    expect(slot).not_to_contain_text("报价.pdf")
