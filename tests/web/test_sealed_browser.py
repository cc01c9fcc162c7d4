"""The sealed paper loop in a browser: a wrong version's scan is refused, the right one accepted, and the case submitted."""

from datetime import date

import pytest

from tests.applications.scans import as_pdf, pictures, worn
from tests.factory import NATION, filled, fresh, leader, officer, scanned, unit
from tests.web.test_autosave_browser import let_in
from tongchou.applications import extensions
from tongchou.applications.actions import save_draft
from tongchou.applications.evidence import detach
from tongchou.applications.queries import evidence
from tongchou.documents import forms, pdf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def printed(case) -> bytes:
    """A scan of what stands there now."""
    pages = pictures(pdf.application_form(forms.draft_form(fresh(case))))
    return as_pdf([worn(page) for page in pages])


def send(page, scan: bytes) -> None:
    page.set_input_files(
        "input[name=upload-plan_file]", {"name": "盖章.pdf", "mimeType": "application/pdf", "buffer": scan}
    )
    page.get_by_role("button", name="上传扫描件").click()
    page.get_by_role("button", name="立即核对").click()


def test_a_wrong_scan_is_refused_and_the_right_one_accepted(
    world, client, page, live_server, settings, serious_faults
):
    case = filled(unit(name="长春丙职业技术学校"))
    person = leader(case.unit)
    client.force_login(person)
    let_in(page, client, live_server, settings)
    extensions.grant_extension(  # the server's thread has the real clock
        case.unit,
        task=case.task,
        round=case.round,
        by=officer(NATION),
        until=date(2099, 12, 31),
        reason="演示。",
        application=case,
    )
    with scanned(case):
        detach(evidence(case).filter(field="plan_file").first(), by=person)
        old = printed(case)
        save_draft(case, by=person, changes={"intro": "盖章以后又改的内容。"}, base_version=10**6)
        page.goto(f"{live_server.url}/unit/applications/{case.pk}/submit/")
        send(page, old)
        page.get_by_text("第 1 页是内容修改以前的打印件").first.wait_for()
        assert serious_faults(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.set_viewport_size({"width": 1440, "height": 900})
        page.get_by_role("button", name="移除").click()
        page.locator("#confirm button[value=yes]").click()
        page.get_by_role("button", name="移除").wait_for(state="detached")
        send(page, printed(case))
        page.get_by_text("逐页一致").wait_for()
        page.get_by_role("button", name="提交", exact=True).click()
        page.locator("#confirm button[value=yes]").click()
        page.get_by_text("已提交第 1 版").wait_for()
    assert fresh(case).state == "in_review"
