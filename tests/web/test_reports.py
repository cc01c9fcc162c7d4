"""The unit's yearly reports: performance against targets, and periodic reports."""

import json
from base64 import b64encode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factory import NATION, PROVINCE, designated, filler, leader, officer, on, pdf, place, task, unit
from tongchou.core import clock
from tongchou.monitoring import actions, indicators
from tongchou.monitoring.change_models import TargetChange
from tongchou.monitoring.models import AnnualTarget, PerformanceReport, PeriodicReport


@pytest.fixture
def report(world, client):
    """The report a designated college owes for 2024, its period open, its leader logged in on 10 November 2024."""
    college = unit("vocational_college")
    designated(college)
    with on(2024, 11, 10):
        actions.open_period(task=task(), place=place(PROVINCE), year=2024, by=officer(PROVINCE))
        client.force_login(leader(college))
        yield PerformanceReport.objects.get(unit=college)


def first_counted(report):
    return next(
        i
        for i in indicators.asked(report.edition.pack.indicators, report.variant)
        if i.kind == "integer" and i.targeted
    )


def test_the_list_shows_what_is_owed(client, report):
    page = client.get(reverse("unit:reports")).content.decode()
    assert reverse("unit:performance", args=[report.pk]) in page
    assert "还剩" in page
    assert "绩效填报" in client.get("/unit/").content.decode()


def test_targets_stand_beside_the_actuals(client, report):
    page = client.get(reverse("unit:performance", args=[report.pk])).content.decode()
    assert "年度目标" in page
    assert first_counted(report).name in page
    assert "style=" not in page


def test_nobody_is_offered_to_submit_what_would_be_refused(client, report):
    """Neither to whoever only fills, nor after the last day; a duty that counts as late is still offered."""
    owed = PeriodicReport.objects.filter(unit=report.unit).first()
    figures = reverse("unit:performance", args=[report.pk])
    text = reverse("unit:periodic", args=[owed.pk])

    def offered(who, address):
        client.force_login(who)
        page = client.get(address).content.decode()
        return "以本单位名义报送" in page, page

    assert offered(leader(report.unit), figures)[0]
    assert offered(leader(report.unit), text)[0]
    for address in (figures, text):
        there, page = offered(filler(report.unit), address)
        assert not there
        assert "报送由单位审核人办理。" in page
    with on(2025, 3, 1):
        there, page = offered(leader(report.unit), figures)
        assert not there
        assert "已经过期" in page
        assert offered(leader(report.unit), text)[0]
        owed.state, owed.text, owed.submitted_at = "submitted", "全年总结", clock.now()
        owed.save()
        there, page = offered(leader(report.unit), text)
        assert not there
        assert "全年总结" in page


def test_autosave_computes_and_checks(client, report):
    code = first_counted(report).code
    answer = client.post(
        reverse("unit:performance_save", args=[report.pk]),
        json.dumps({"version": 0, "changes": {f"{code}-value": ["1,234"], f"{code}-page": ["x"]}}),
        content_type="application/json",
        headers={"accept": "application/json"},
    )
    body = answer.json()
    assert answer.status_code == 200, body
    assert "1,234" in body["computed"][code]
    assert f"{code}-page" in body["errors"]
    report.refresh_from_db()
    assert report.answers[code]["value"] == 1234


def test_evidence_is_uploaded_named_and_removed(client, report):
    address = reverse("unit:performance", args=[report.pk])
    client.post(
        address,
        {"attach": "evidence", "upload-evidence": SimpleUploadedFile("台账.pdf", pdf(), "application/pdf")},
    )
    proof = report.evidence.get()
    code = first_counted(report).code
    client.post(
        address,
        {"do": "save", "version": 0, f"{code}-value": "3", f"{code}-evidence": proof.pk, f"{code}-page": "2"},
    )
    report.refresh_from_db()
    assert report.answers[code] == {"value": 3, "evidence": proof.pk, "page": 2}
    assert client.get(reverse("report_evidence", args=[proof.pk])).status_code == 200
    client.post(address, {"detach": proof.pk})
    assert report.evidence.get().removed_at is not None


def test_a_large_file_comes_in_pieces_and_the_list_is_drawn_anew(client, report):
    content, head = pdf(), {"tus-resumable": "1.0.0"}
    name = b64encode("名单.pdf".encode()).decode()
    begun = client.post(
        reverse("begin_report_upload", args=[report.pk]),
        headers=head | {"upload-length": str(len(content)), "upload-metadata": f"filename {name}"},
    )
    files = reverse("unit:performance_files", args=[report.pk])
    assert "名单.pdf" in client.get(files).json()["files"]
    for at in range(0, len(content), 400):
        sent = client.patch(
            begun["Location"],
            content[at : at + 400],
            content_type="application/offset+octet-stream",
            headers=head | {"upload-offset": str(at)},
        )
        assert sent.status_code == 204
    proof = report.evidence.get()
    assert (proof.name, proof.file.pages) == ("名单.pdf", 2)
    body = client.get(files).json()
    assert f'data-evidence="{proof.pk}"' in body["files"]
    assert "检查" not in body["files"]
    client.force_login(leader(unit()))
    assert client.get(files).status_code == 404
    assert client.post(reverse("begin_report_upload", args=[report.pk]), headers=head).status_code == 404


def test_targets_and_corrections_are_asked_for_and_answered(client, report):
    person, above = leader(report.unit), officer(PROVINCE)
    target = AnnualTarget.objects.filter(application=report.application, year=2024, value__gt=0).first()
    address = reverse("unit:targets", args=[report.application_id])
    assert "申请变更目标" in client.get(address).content.decode()
    given = {
        "do": "request",
        "indicator": target.indicator,
        "year": "2024",
        "target": "不清楚",
        "reason": "停工",
    }
    assert client.post(address, given).status_code == 422
    assert client.post(address, given | {"target": "1"}).status_code == 302
    change = TargetChange.objects.get()
    client.force_login(officer(NATION))
    deciding = reverse("authority:target_changes")
    assert "停工" in client.get(deciding).content.decode()
    refusal = {"do": "refuse", "change": change.pk, "answer": ""}
    assert client.post(deciding, refusal).status_code == 422
    assert client.post(deciding, {"do": "approve", "change": change.pk}).status_code == 302
    target.refresh_from_db()
    assert target.value == change.value
    client.force_login(person)
    assert "已同意" in client.get(address).content.decode()
    asked = indicators.asked(report.edition.pack.indicators, report.variant)
    notes = {f"{indicator.code}-note": "本年度没有数据。" for indicator in asked}
    page, judged = (
        reverse("unit:performance", args=[report.pk]),
        reverse("authority:report", args=[report.pk]),
    )
    client.post(page, notes | {"do": "submit", "version": 0})
    client.force_login(above)
    client.post(judged, {"do": "confirm"})
    client.force_login(person)
    assert client.post(page, {"do": "correct", "reason": ""}).status_code == 422
    client.post(page, {"do": "correct", "reason": "漏报一项"})
    assert "正在审批" in client.get(page).content.decode()
    client.force_login(above)
    assert "漏报一项" in client.get(judged).content.decode()
    client.post(judged, {"do": "correct"})
    client.force_login(person)
    assert "更正期限" in client.get(page).content.decode()
    report.refresh_from_db()
    code = first_counted(report).code
    client.post(page, {"do": "submit", "version": report.version, f"{code}-value": "12"})
    client.force_login(above)
    shown = client.get(judged).content.decode()
    assert "改了 1 项" in shown
    client.post(judged, {"do": "confirm"})
    assert report.values.get(indicator=code).confirmed


def test_an_incomplete_report_is_refused_and_what_was_typed_stays(client, report):
    code = first_counted(report).code
    answer = client.post(
        reverse("unit:performance", args=[report.pk]), {"do": "submit", "version": 0, f"{code}-value": "7"}
    )
    assert answer.status_code == 422
    assert "还有" in answer.content.decode()
    report.refresh_from_db()
    assert (report.state, report.answers[code]["value"]) == ("due", 7)


def test_a_complete_report_is_submitted(client, report):
    given = {"do": "submit", "version": 0}
    for indicator in indicators.asked(report.edition.pack.indicators, report.variant):
        given[f"{indicator.code}-note"] = "本年度没有数据。"
    answer = client.post(reverse("unit:performance", args=[report.pk]), given)
    assert answer.status_code == 302, answer.content.decode()
    report.refresh_from_db()
    assert report.state == "submitted"
    page = client.get(reverse("unit:performance", args=[report.pk])).content.decode()
    assert "data-autosave" not in page


def test_somebody_elses_report_is_not_there(client, report):
    client.force_login(leader(unit()))
    assert client.get(reverse("unit:performance", args=[report.pk])).status_code == 404
    assert client.post(reverse("unit:performance_save", args=[report.pk])).status_code == 404


def test_a_periodic_report_wants_its_stamped_scan(client, report):
    owed = PeriodicReport.objects.filter(unit=report.unit, sealed=True).first()
    address = reverse("unit:periodic", args=[owed.pk])
    assert owed.name in client.get(address).content.decode()
    answer = client.post(address, {"text": "今年的工作……"})
    assert answer.status_code == 422
    assert "今年的工作" in answer.content.decode()
    upload = SimpleUploadedFile("报告.pdf", pdf(), "application/pdf")
    assert client.post(address, {"text": "今年的工作……", "upload": upload}).status_code == 302
    owed.refresh_from_db()
    assert owed.state == "submitted"
    assert client.get(reverse("unit:periodic_file", args=[owed.pk])).status_code == 200
