"""A bulletin on its screens: looked at, published, corrected with reasons; the public reads every edition."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factory as f
from tests.scene import answers_for
from tongchou.core.models import AuditRecord
from tongchou.insight import bulletin
from tongchou.insight.models import Bulletin
from tongchou.monitoring import actions
from tongchou.monitoring.models import PerformanceReport
from tongchou.programmes.models import Programme, Task


def body(response):
    return response.content.decode()


@pytest.fixture
def reported(world):
    """A project of Jilin whose report of 2024 is confirmed."""
    case = f.designated(f.unit())
    with f.on(2024, 11, 10):
        actions.open_period(
            task=Task.objects.get(pk=case.task_id),
            place=f.authority(f.PROVINCE).place,
            year=2024,
            by=f.officer(f.PROVINCE),
        )
    report = PerformanceReport.objects.select_related("unit").get()
    with f.on(2024, 11, 20):
        leader = f.leader(report.unit)
        actions.save_report(report, by=leader, changes=answers_for(report), base_version=0)
        actions.submit_report(report, by=leader)
    with f.on(2025, 2, 1):
        yield report


def test_a_bulletin_is_looked_at_published_and_corrected_for_all_to_read(seen, reported):
    address, province = reverse("authority:bulletins"), f.officer(f.PROVINCE)
    words = {"programme": Programme.objects.get().pk, "year": "2024", "document_number": "吉教〔2025〕1号"}
    page = body(seen(province, address, **words, do="preview"))
    assert "还没有发布" in page
    assert "应报送绩效数据的项目1个，已报送1个" in page
    assert not Bulletin.objects.exists()
    assert not AuditRecord.objects.filter(action="publish_bulletin").exists()
    assert seen(f.officer(), address, **words, do="preview").status_code == 422  # a city publishes none

    def asked(address):
        seen(None, address)
        with CaptureQueriesContext(connection) as queries:
            assert seen(None, address).status_code == 200
        return len(queries)

    first = Bulletin.objects.get(pk=int(seen(province, address, **words, do="publish").url.split("/")[-2]))
    shown, listed = reverse("public:bulletin", args=[first.pk]), reverse("public:bulletins")
    before = asked(shown), asked(listed)
    actions.confirm_report(PerformanceReport.objects.get(), by=province)
    words |= {"document_number": "吉教〔2025〕2号", "reason": "更正"}
    page = body(seen(province, address, **words, do="preview"))
    assert "绩效数据 · 已确认：0 → 1" in page
    why = {"what-1": "绩效数据 · 已确认", "why-1": "确认晚于第一版"}
    refused = seen(province, address, **words | why | {"reason": ""}, do="publish")
    assert refused.status_code == 422
    assert "还没有发布" in body(refused)  # what it would state stays on the page
    seen(province, address, **words | why, do="publish")
    second = Bulletin.objects.exclude(pk=first.pk).get()
    home = body(seen(None, reverse("public:home")))
    assert f'<a href="{reverse("public:bulletin", args=[second.pk])}">' in home
    assert shown not in home  # what was corrected is found with what corrects it
    reasons = {c["what"]: c["reason"] for c in second.snapshot["changes"]}
    assert reasons == {"文号": "更正", "绩效数据 · 已确认": "确认晚于第一版"}

    assert (asked(shown), asked(listed)) == before
    assert "现行的是第 2 版" in body(seen(None, shown))
    assert "确认晚于第一版" in body(seen(None, reverse("public:bulletin", args=[second.pk])))
    table = seen(None, reverse("public:bulletin_file", args=[second.pk, "csv"])).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    held = next(r for r in rows if r["figure"] == "held_province" and r["value"] != "0")
    assert (held["task"], held["edition"], held["place"]) == (f.LIBRARY, "2", f.PROVINCE)
    stated = seen(None, reverse("public:bulletin_file", args=[second.pk, "json"])).json()
    assert bulletin.digest(stated) == second.digest
    page = body(seen(None, reverse("public:data")))
    assert reverse("public:bulletin_file", args=[second.pk, "csv"]) in page
    assert reverse("public:bulletin_file", args=[first.pk, "csv"]) not in page  # the current edition alone
    for form, start in (("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")):
        file = seen(None, reverse("public:bulletin_file", args=[first.pk, form]))
        assert b"".join(file.streaming_content).startswith(start)
    assert seen(None, reverse("public:bulletin_file", args=[first.pk, "exe"])).status_code == 404
    assert body(seen(None, listed)).count("吉教〔2025〕") == 2
