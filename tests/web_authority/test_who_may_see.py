"""Every address of officers, experts, administrators and insight: who is sent away, and how."""

import pytest
from django.urls import reverse

from tests import factory as f
from tongchou.core.models import AuditRecord
from tongchou.designations.models import Designation
from tongchou.insight import actions as insight
from tongchou.monitoring import actions as monitoring
from tongchou.monitoring import periodic
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.orgs import actions as orgs
from tongchou.programmes.models import Programme
from tongchou.reviews import solving
from tongchou.reviews.models import Assignment

OFFICER_PAGES = [
    "authority:workbench", "authority:queue", "authority:all", "authority:units", "authority:ranking",
    "authority:quotas", "authority:experts", "authority:pool", "authority:results", "authority:lists", "authority:designations",
    "authority:monitoring", "authority:board", "authority:reports", "authority:periodic", "authority:bulletins",
    "authority:extensions", "authority:late", "authority:notices", "authority:objections", "authority:changes",
    "authority:cultivated", "insight:overview", "insight:figures",
    "authority:evaluations", "authority:warned", "authority:target_changes", "insight:pivot",
]  # fmt: skip
THINGS = [
    "authority:unit", "authority:case", "authority:beside", "authority:case_pdf", "authority:designation", "authority:report",
    "authority:periodic_report",
]  # fmt: skip
PAPERS = ["authority:unit_scan", "authority:unit_scan_page", "authority:rename_proof", "authority:merge"]
ADMIN_PAGES = {
    "admin:accounts": "system_admin", "admin:create": "system_admin", "admin:account": "system_admin",
    "admin:roles": "security_admin", "admin:person": "security_admin",
    "admin:audit": "audit_admin", "admin:record": "audit_admin", "admin:chain": "audit_admin",
}  # fmt: skip


@pytest.fixture
def reported(world):
    """A designated project in Jilin with an open period, and the things its addresses lead to."""
    case = f.designated(f.unit())
    with f.on(2024, 11, 10):
        monitoring.open_period(task=case.task, place=f.place(f.PROVINCE), year=2024, by=f.officer(f.PROVINCE))
    return {
        "authority:unit": case.unit_id,
        "authority:case": case.pk,
        "authority:beside": case.pk,
        "authority:case_pdf": case.pk,
        "authority:designation": Designation.objects.filter(application=case, level="province").get().pk,
        "authority:report": PerformanceReport.objects.get().pk,
        "authority:periodic_report": PeriodicReport.objects.filter(application=case).first().pk,
    }


def url(name, pk=None):
    return reverse(name, args=[pk] if pk else [])


def says(response, status, words):
    assert response.status_code == status
    assert words in response.content.decode()


@pytest.mark.parametrize("name", OFFICER_PAGES)
def test_a_page_of_officers(seen, name):
    assert "/account/login/" in seen(None, url(name)).url
    says(seen(f.nobody(), url(name)), 403, "经办人")
    says(seen(f.expert(), url(name)), 403, "经办人")
    for code in (f.CITY, f.PROVINCE, f.NATION):
        assert seen(f.officer(code), url(name)).status_code == 200


def test_a_province_alone_imports_figures(seen):
    address = url("authority:figures")
    assert "/account/login/" in seen(None, address).url
    says(seen(f.nobody(), address), 403, "经办人")
    for code in (f.CITY, f.NATION):
        says(seen(f.officer(code), address), 403, "省级主管部门")
    assert seen(f.officer(f.PROVINCE), address).status_code == 200


@pytest.mark.parametrize("name", THINGS)
def test_one_thing_inside_and_outside_the_subtree(seen, reported, name):
    address = url(name, reported[name])
    assert "/account/login/" in seen(None, address).url
    says(seen(f.nobody(), address), 403, "经办人")
    for code in (f.ELSEWHERE, f.ELSEWHERE_CITY, f.OTHER_CITY):
        assert seen(f.officer(code), address).status_code == 404
    for code in (f.CITY, f.PROVINCE, f.NATION):
        assert seen(f.officer(code), address).status_code == 200


@pytest.mark.parametrize("name", PAPERS)
def test_a_unit_s_papers_go_to_whoever_verifies_it(seen, world, name):
    school = f.unit()
    orgs.ask_rename(
        school, by=f.leader(school), name="改名后的学校", reason="更名", proof=f.pdf(), proof_name="批复.pdf"
    )
    address = reverse(name, args=[school.pk, 1] if name == "authority:unit_scan_page" else [school.pk])
    assert "/account/login/" in seen(None, address).url
    assert seen(f.nobody(), address).status_code in {403, 404}
    for code in (f.ELSEWHERE, f.ELSEWHERE_CITY, f.OTHER_CITY):
        assert seen(f.officer(code), address).status_code == 404
    assert seen(f.officer(f.CITY), address).status_code == 200
    above = 200 if name == "authority:merge" else 403  # personal data: only of whoever verifies the unit
    assert seen(f.officer(f.NATION), address).status_code == above


def test_a_unit_finds_no_page_of_officers(seen):
    case = f.submitted(f.unit())
    says(seen(f.leader(case.unit), url("authority:case", case.pk)), 403, "经办人")


def test_a_periodic_file_goes_to_whoever_may_see_the_report(seen, reported, settings, tmp_path):
    report = PeriodicReport.objects.get(pk=reported["authority:periodic_report"])
    address = url("authority:periodic_file", report.pk)
    assert seen(f.officer(f.CITY), address).status_code == 404  # nothing handed in yet
    with f.on(2024, 11, 20):
        periodic.submit_periodic(report, by=f.leader(report.unit), upload=f.pdf(), name="总结.pdf")
    assert "/account/login/" in seen(None, address).url
    says(seen(f.nobody(), address), 403, "职责范围")
    says(seen(f.officer(f.OTHER_CITY), address), 403, "职责范围")
    response = seen(f.officer(f.CITY), address)
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("inline")


def test_a_bulletin(seen, reported):
    published = insight.publish_bulletin(
        authority=f.authority(f.PROVINCE), programme=Programme.objects.get(), year=2024, document_number="吉教〔2025〕1号",
        by=f.officer(f.PROVINCE),
    )  # fmt: skip
    address = url("authority:bulletin", published.pk)
    assert "/account/login/" in seen(None, address).url
    says(seen(f.nobody(), address), 403, "经办人")
    says(seen(f.officer(), address), 200, "吉教〔2025〕1号")
    assert seen(f.officer(), f"{address}?file=pdf").status_code == 404  # its files are made by documents


@pytest.mark.parametrize("name", ADMIN_PAGES)
def test_an_administrator_has_his_own_part_only(seen, name):
    person = f.nobody().pk
    things = {"admin:account": person, "admin:person": person, "admin:record": AuditRecord.objects.first().pk}
    address = url(name, things.get(name))
    assert "/account/login/" in seen(None, address).url
    for role in ("system_admin", "security_admin", "audit_admin"):
        response = seen(f.admin(role), address)
        assert response.status_code == (200 if role == ADMIN_PAGES[name] else 403), role
    for other in (f.nobody(), f.officer(f.NATION), f.expert()):
        says(seen(other, address), 403, "管理员")


def test_an_expert_sees_only_his_own_duty(seen):
    case = f.at(f.unit("vocational_college"), "province-designate", code=f.INTERNATIONAL)
    with f.on(2023, 9, 20):
        f.score(case, 8, 9)
        mine, other = Assignment.objects.order_by("pk")
        for address in (
            url("expert:duties"),
            url("expert:sheet", mine.pk),
            url("expert:form_pdf", mine.pk),
            url("expert:me"),
        ):
            assert "/account/login/" in seen(None, address).url
            says(seen(f.nobody(), address), 403, "专家")
            says(seen(f.officer(f.PROVINCE), address), 403, "专家")
            assert seen(mine.expert, address).status_code == 200
        for name in ("expert:sheet", "expert:form_pdf"):
            assert seen(mine.expert, url(name, other.pk)).status_code == 404


def test_a_pool_and_its_runs_are_of_who_organises_them(seen):
    case, judge = f.at(f.unit(), "province-designate"), f.expert()
    run = solving.propose(
        f.authority(f.PROVINCE), task=case.task, step="province-score", by=f.officer(f.PROVINCE),
        per_case=1, cap=9, seed=1,
    )  # fmt: skip
    for address in (url("authority:expert", judge.pk), url("authority:expert_run", run.pk)):
        assert "/account/login/" in seen(None, address).url
        says(seen(f.nobody(), address), 403, "经办人")
        for code in (f.CITY, f.ELSEWHERE, f.NATION):
            assert seen(f.officer(code), address).status_code == 404
        assert seen(f.officer(f.PROVINCE), address).status_code == 200


def test_rows_behind_a_figure(seen, reported):
    indicator = PerformanceReport.objects.get().edition.pack.indicators[0].code
    address = f"{reverse('insight:rows')}?task={f.LIBRARY}&indicator={indicator}"
    assert "/account/login/" in seen(None, address).url
    says(seen(f.nobody(), address), 403, "经办人")
    assert seen(f.officer(), address).status_code == 200
    assert seen(f.officer(), f"{address}&place={f.OTHER_CITY}").status_code == 404  # outside the subtree
    assert seen(f.officer(), f"{reverse('insight:rows')}?task=x&indicator=y").status_code == 404


def test_every_address_is_in_this_file():
    from tongchou.web.admin import urls as admin
    from tongchou.web.authority import urls as authority
    from tongchou.web.expert import urls as expert
    from tongchou.web.insight import urls as insights

    tried = {*OFFICER_PAGES, *THINGS, *PAPERS, *ADMIN_PAGES, "authority:bulletin", "authority:periodic_file",
             "authority:quota_holder",  # tried in test_screen_steps
             "authority:bulk",  # tried in test_screen_desk
             "authority:figures",
             "authority:evaluation", "authority:assessment",  # tried in test_screen_evaluations
             "expert:duties", "expert:sheet", "expert:form_pdf", "expert:me", "authority:expert", "authority:expert_run",
             "authority:notice", "authority:objection", "authority:objection_file",  # tried in test_screen_notices
             "authority:change", "authority:change_proof", "insight:rows"}  # fmt: skip
    ours = {f"{u.app_name}:{p.name}" for u in (authority, expert, insights, admin) for p in u.urlpatterns}
    assert ours == tried
