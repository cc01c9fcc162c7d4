import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factory as f
from tests.scene import answers_for
from tongchou.insight.models import Bulletin
from tongchou.monitoring import actions, evidence
from tongchou.monitoring.models import PerformanceReport, Period, PeriodicReport
from tongchou.programmes.models import Programme
from tongchou.web.insight import figure

MONITORING = "/authority/monitoring/"


def body(response):
    return response.content.decode()


@pytest.fixture
def year(seen):
    """November 2024: the province has opened the period of task 4 on its screen; one project owes a report."""
    case = f.designated(f.unit())
    with f.on(2024, 11, 10):
        seen(f.officer(f.PROVINCE), MONITORING, task=case.task_id, year=2024)
        yield case


def report():
    return PerformanceReport.objects.select_related("period__task", "edition", "unit", "application").get()


def send_in():
    one = report()
    leader = f.leader(one.unit)
    proof = evidence.attach(one, by=leader, upload=f.pdf(), name="台账.pdf")
    changes = {code: answer | {"evidence": proof.pk, "page": 2} for code, answer in answers_for(one).items()}
    saved = actions.save_report(one, by=leader, changes=changes, base_version=one.version)
    assert not saved.errors, saved.errors
    with f.on(2024, 11, 20):
        actions.submit_report(one, by=leader)
    return report()


def at(one):
    return reverse("authority:report", args=[one.pk])


def test_a_province_opens_a_period_once(seen, year):
    assert Period.objects.get().place_id == f.PROVINCE
    again = seen(f.officer(f.PROVINCE), MONITORING, task=year.task_id, year=2024)
    assert again.status_code == 409
    assert "已于" in body(again)
    assert seen(f.officer(), MONITORING, task=year.task_id, year=2024).status_code == 403
    assert seen(f.officer(f.PROVINCE), MONITORING, task="x", year=2024).status_code == 404


def test_a_duty_of_several_clauses_names_each_by_its_document(seen, year):
    page = body(seen(f.leader(year.unit), reverse("unit:workbench")))
    assert "</span>吉教职成〔2023〕7号 四(二) 第2段" in page
    assert "；jilin-2023-7" not in page


def test_completeness_leads_to_the_reports(seen, year):
    page = body(seen(f.officer(f.PROVINCE), f"{MONITORING}?year=2024"))
    assert "长春市" in page
    address = reverse("authority:reports") + f"?year=2024&place={f.CITY}"
    assert address.replace("&", "&amp;") in page
    assert year.project_name in body(seen(f.officer(f.PROVINCE), address))
    assert year.project_name not in body(seen(f.officer(f.PROVINCE), address.replace(f.CITY, f.OTHER_CITY)))
    for query in ("state=overdue", "state=due", "q=项目", f"task={year.task_id}"):
        assert seen(f.officer(), reverse("authority:reports") + f"?{query}").status_code == 200


def test_confirm_a_report(seen, year):
    one = send_in()
    page = body(seen(f.officer(f.PROVINCE), at(one)))
    assert "台账.pdf" in page
    assert "#page=2" in page
    assert seen(f.officer(), at(one), do="confirm").status_code == 403
    seen(f.officer(f.PROVINCE), at(one), do="confirm")
    assert report().state == "confirmed"


def test_return_a_report_with_remarks(seen, year):
    one = send_in()
    code = one.edition.pack.indicators[0].code
    assert seen(f.officer(f.PROVINCE), at(one), do="return").status_code == 422
    faulty = seen(f.officer(f.PROVINCE), at(one), do="return", reason="改", due="明天")
    assert "不是日期" in body(faulty)
    seen(
        f.officer(f.PROVINCE), at(one), do="return", reason="请核对", due="2024-12-20",
        **{f"remark-{code}": "口径有误"},
    )  # fmt: skip
    assert report().remarks == {code: "口径有误"}
    assert "口径有误" in body(seen(f.officer(f.PROVINCE), at(one)))


def test_extend_one_project(seen, year):
    one = report()
    assert seen(f.officer(f.PROVINCE), at(one), do="extend", reason="受灾").status_code == 422
    seen(f.officer(f.PROVINCE), at(one), do="extend", reason="受灾", until="2025-01-10")
    assert report().extended_reason == "受灾"
    assert seen(f.officer(f.PROVINCE), at(one), do="dissolve").status_code == 404


def test_an_authority_submits_its_own_summary(seen, year, client):
    summary = PeriodicReport.objects.filter(authority=f.authority(f.PROVINCE)).first()
    address = reverse("authority:periodic_report", args=[summary.pk])
    assert summary.name in body(seen(f.officer(f.PROVINCE), reverse("authority:periodic")))
    assert summary.name in body(seen(f.officer(f.PROVINCE), reverse("authority:workbench")))
    refused = seen(f.officer(f.PROVINCE), address, text="只有正文")
    assert refused.status_code == (422 if summary.sealed else 302)
    if summary.sealed:
        assert "只有正文" in body(refused)
    upload = SimpleUploadedFile("总结.pdf", f.pdf(), "application/pdf")
    client.post(address, {"text": "总结正文", "upload": upload})
    summary.refresh_from_db()
    assert summary.state == "submitted"
    assert summary.file_name == "总结.pdf"
    page = body(seen(f.officer(f.PROVINCE), address))
    assert reverse("authority:periodic_file", args=[summary.pk]) in page


def test_what_is_no_pdf_is_refused(seen, year, client):
    summary = PeriodicReport.objects.filter(authority=f.authority(f.PROVINCE)).first()
    client.force_login(f.officer(f.PROVINCE))
    upload = SimpleUploadedFile("总结.pdf", b"MZ not a pdf", "application/pdf")
    response = client.post(reverse("authority:periodic_report", args=[summary.pk]), {"upload": upload})
    assert response.status_code == 422


def test_all_periodic_reports_of_the_subtree(seen, year):
    page = body(seen(f.officer(f.PROVINCE), reverse("authority:periodic") + "?of=all"))
    assert year.unit.name in page
    assert year.unit.name not in body(
        seen(f.officer(f.OTHER_CITY), reverse("authority:periodic") + "?of=all")
    )


def test_publish_a_bulletin_and_a_correction(seen, year):
    send_in()
    address = reverse("authority:bulletins")
    words = {"programme": Programme.objects.get().pk, "year": "2024"}
    province = f.officer(f.PROVINCE)
    assert seen(province, address, **words, document_number="").status_code == 422
    assert seen(province, address, **words | {"year": "1999"}, document_number="x").status_code == 404
    assert seen(f.officer(), address, **words, document_number="长教〔2025〕1号").status_code in {403, 422}
    response = seen(province, address, **words, document_number="吉教〔2025〕1号", remarks="抓紧整改。")
    made = Bulletin.objects.get()
    assert response.url == reverse("authority:bulletin", args=[made.pk])
    page = body(seen(province, response.url))
    assert "抓紧整改。" in page
    pdf = seen(province, f"{response.url}?file=pdf")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert seen(province, f"{response.url}?file=xlsx")["Content-Disposition"].startswith("attachment")
    assert seen(province, f"{response.url}?file=exe").status_code == 404
    assert seen(province, address, **words, document_number="吉教〔2025〕2号").status_code == 422
    seen(province, address, **words, document_number="吉教〔2025〕2号", reason="补报一项")
    assert "补报一项" in body(seen(province, address))


# ---------------------------------------------------------------- insight


def test_a_figure_leads_down_to_the_page_of_evidence(seen, year):
    one = send_in()
    indicator = one.edition.pack.indicators[0].code
    nation = f.officer(f.NATION)
    page = body(seen(nation, reverse("insight:figures") + "?year=2024"))
    link = f"indicator={indicator}"
    assert link in page
    address = f"{reverse('insight:figures')}?year=2024&task={f.LIBRARY}&{link}"
    assert "吉林" in body(seen(nation, address))
    assert "长春市" in body(seen(nation, f"{address}&place={f.PROVINCE}"))
    page = body(seen(nation, f"{address}&place={f.CITY}"))
    assert year.unit.name in page
    for way in ("place", "unit", "unit_kind", "level"):
        assert seen(nation, f"{address}&by={way}").status_code == 200
    rows = f"{reverse('insight:rows')}?year=2024&task={f.LIBRARY}&{link}&by=unit&key={year.unit_id}"
    page = body(seen(nation, rows))
    assert at(one) in page
    assert "#page=2" in page
    assert seen(nation, rows + "x").status_code == 404
    assert seen(nation, f"{address}x").status_code == 404
    assert one.application.project_name not in body(seen(f.officer(f.ELSEWHERE), rows))


def test_those_without_a_figure_yet_are_counted_where_they_are_not_all_named(seen, monkeypatch):
    cases = [f.designated(f.unit()) for _ in range(2)]
    province = f.officer(f.PROVINCE)
    with f.on(2024, 11, 20):
        seen(province, MONITORING, task=cases[0].task_id, year=2024)
        for one in PerformanceReport.objects.select_related("edition", "unit"):
            leader = f.leader(one.unit)
            actions.save_report(one, by=leader, changes=answers_for(one), base_version=one.version)
            actions.submit_report(one, by=leader)
    indicator = one.edition.pack.indicators[0].code
    address = f"{reverse('insight:figures')}?year=2025&place={f.CITY}&task={f.LIBRARY}&indicator={indicator}&by=unit"
    with f.on(2025, 11, 10):
        page = body(seen(province, address))
        assert all(case.unit.name in page for case in cases)
        assert "等 2 个" not in page
        monkeypatch.setattr(figure, "MOST_BARS", 1)
        assert "等 2 个" in body(seen(province, address))


def test_the_national_view_draws_every_province_that_takes_part(seen, year):
    page = body(seen(f.officer(f.NATION), reverse("insight:overview") + "?year=2024"))
    assert page.count('class="tc-tile ') == 32
    assert "tc-tile-4" in page
    jilin = body(seen(f.officer(f.NATION), reverse("insight:overview") + f"?place={f.PROVINCE}"))
    assert 'class="tc-tile ' not in jilin
    assert "长春市" in jilin
    assert (
        seen(f.officer(f.PROVINCE), reverse("insight:overview") + f"?place={f.ELSEWHERE}").status_code == 404
    )
