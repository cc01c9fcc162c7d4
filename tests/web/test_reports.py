"""The unit's yearly reports: performance against targets, and periodic reports."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factory import PROVINCE, designated, leader, officer, on, pdf, place, task, unit
from tongchou.monitoring import actions, indicators
from tongchou.monitoring.models import PerformanceReport, PeriodicReport


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
    client.post(address, {"do": "attach", "upload": SimpleUploadedFile("台账.pdf", pdf(), "application/pdf")})
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
