"""The page between a filled form and a submitted one: desks, scan, window, more time, what has changed."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from tests.applications.scans import as_pdf, pictures
from tests.factory import (
    CITY,
    filled,
    filler,
    fresh,
    leader,
    officer,
    on,
    pack_with,
    reviewer,
    scanned,
    submitted,
)
from tongchou.applications import extensions, internal
from tongchou.applications.actions import save_draft
from tongchou.applications.evidence import detach
from tongchou.applications.extension_models import Extension
from tongchou.applications.queries import evidence
from tongchou.core import clock
from tongchou.documents import forms, pdf
from tongchou.reviews.actions import return_for_changes


@pytest.fixture
def case(school):
    return filled(school)


def at(case, page: str = "submit/") -> str:
    return f"/unit/applications/{case.pk}/{page}"


def test_a_filler_hands_on_and_the_leader_sends_back_with_remarks_at_fields(client, case):
    person = filler(case.unit)
    client.force_login(person)
    assert "送单位审核" in client.get(at(case)).content.decode()
    assert client.post(at(case), {"do": "hand_on"}).status_code == 302
    assert client.get(at(case, "fill/")).headers["Location"] == at(case)
    assert "收回" in client.get(at(case)).content.decode()
    client.force_login(leader(case.unit))
    page = client.get(at(case)).content.decode()
    assert "退回填报" in page
    refused = client.post(at(case), {"do": "send_back", "reason": ""})
    assert (refused.status_code, "退回意见不完整" in refused.content.decode()) == (422, True)
    sent = {"do": "send_back", "reason": "数据不实。", "remark_on": ["intro", ""], "remark": ["请核对。", ""]}
    assert client.post(at(case), sent).status_code == 302
    client.force_login(person)
    code = next(s.code for s in case.edition.pack.form for f in s.fields if f.code == "intro")
    page = client.get(at(case, f"fill/?section={code}")).content.decode()
    assert "数据不实。" in page
    assert "请核对。" in page


def test_the_leader_sees_what_changed_since_the_last_look(client, case):
    person = filler(case.unit)
    internal.hand_on(case, by=person)
    internal.send_back(case, by=leader(case.unit), reason="请补充。")
    save_draft(case, by=person, changes={"intro": "补充以后的基础。"}, base_version=10**6)
    internal.hand_on(case, by=person)
    client.force_login(leader(case.unit))
    page = client.get(at(case)).content.decode()
    assert "您上次退回以后的修改" in page
    assert "补充以后的基础。" in page


def test_with_a_reviewer_three_desks_are_shown_and_the_leader_waits(client, case):
    with pack_with(case, internal=["reviewer", "leader"]):
        client.force_login(leader(case.unit))
        page = client.get(at(case)).content.decode()
        assert "单位校核" in page
        assert "还没有经过单位内部校核" in page
        client.force_login(reviewer(case.unit))
        internal.hand_on(case, by=leader(case.unit))
        assert "校核无误" in client.get(at(case)).content.decode()


def test_late_says_the_day_and_clause_and_takes_a_request(client, case):
    window = extensions.deciding_place(case.unit, case.task, case.round)
    client.force_login(leader(case.unit))
    with clock.at(window.closes_at):
        page = client.get(at(case)).content.decode()
        assert "已逾期" in page
        assert "已截止" in page
        client.post(at(case), {"do": "ask_extension", "reason": "校区停电。", "until": "2024-01-20"})
        assert "正在等待批复" in client.get(at(case)).content.decode()
        request = Extension.objects.get()
        assert (request.application, request.until) == (case, date(2024, 1, 20))
        extensions.answer_extension(
            request, by=officer(window.place_id), grant=True, reason="属实。", until=date(2024, 1, 20)
        )
        assert "个别延期至" in client.get(at(case)).content.decode()
        assert client.post(at(case)).status_code == 302
    assert fresh(case).state == "in_review"


def test_a_returned_case_shows_reason_remarks_due_day_and_what_has_changed(client, school):
    case = submitted(school)
    return_for_changes(
        case, by=officer(CITY), reason="材料不清。", due=date(2023, 8, 20), remarks={"intro": "请说明。"}
    )
    save_draft(case, by=leader(school), changes={"intro": "说明如下。"}, base_version=10**6)
    client.force_login(leader(school))
    page = client.get(at(case, "?part=since")).content.decode()
    for words in ("材料不清。", "请说明。", "8月20日", "说明如下。", "提交以来的修改"):
        assert words in page, words
    page = client.get(at(case)).content.decode()
    assert "与已提交的第 1 版相比的修改" in page
    assert "说明如下。" in page
    assert client.post(at(case)).status_code == 302


def test_a_draft_is_put_away_and_taken_up_in_an_open_window_only(client, case):
    client.force_login(filler(case.unit))
    page = at(case, "")
    assert "放弃这份草稿" in client.get(page).content.decode()
    client.post(page, {"do": "abandon"})
    assert fresh(case).state == "abandoned"
    assert case.number not in client.get("/unit/").content.decode()
    assert case.number in client.get("/unit/applications/?state=abandoned").content.decode()
    with on(2030, 8, 1):
        assert client.post(page, {"do": "take_up"}).status_code == 422
    client.post(page, {"do": "take_up"})
    assert fresh(case).state == "draft"


def test_the_draft_prints_as_pdf_and_word(client, case):
    client.force_login(filler(case.unit))
    printed = client.get(at(case, "print/"))
    assert (printed.headers["Content-Type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
    word = client.get(at(case, "word/"))
    assert word.content[:2] == b"PK"
    assert forms.draft_form(case)["version_code"] in word.headers["Content-Disposition"]


def test_a_scan_is_uploaded_checked_and_shown_page_by_page(client, case):
    person = leader(case.unit)
    client.force_login(person)
    with scanned(case):
        detach(evidence(case).filter(field="plan_file").first(), by=person)
        pages = pictures(pdf.application_form(forms.draft_form(case)))
        for scan, said in ((as_pdf(pages[:-1]), "没有打印件的末页"), (as_pdf(pages), "逐页一致")):
            client.post(at(case), {"attach": "plan_file", "upload-plan_file": _file(scan)})
            client.post(at(case), {"do": "check_scan", "field": "plan_file"})
            assert said in client.get(at(case)).content.decode()
            if said != "逐页一致":
                refused = client.post(at(case))
                assert refused.status_code == 422
                assert escape(said) in refused.content.decode()
                client.post(at(case), {"detach": evidence(case).get(field="plan_file").pk})
        assert client.post(at(case)).status_code == 302


def _file(content: bytes):
    return SimpleUploadedFile("盖章.pdf", content, content_type="application/pdf")


def test_an_unknown_button_is_not_found(client, case):
    client.force_login(leader(case.unit))
    assert client.post(at(case), {"do": "nothing"}).status_code == 404
    assert client.post(at(case, ""), {"do": "nothing"}).status_code == 404
