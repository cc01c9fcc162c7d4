"""One unit is merged into another: what goes on, what stays as it was, and what stands in the way."""

from datetime import date

import pytest
from django.urls import reverse

from tests import factory as f
from tests.factory import CITY, ELSEWHERE, NATION, OTHER_CITY, PROVINCE, refusal
from tongchou.applications import leading
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.models import AuditRecord
from tongchou.designations.actions import publish_list
from tongchou.designations.models import Designation
from tongchou.documents import forms, lists
from tongchou.monitoring import actions as monitoring
from tongchou.monitoring import evidence
from tongchou.monitoring.merging import merge_unit
from tongchou.monitoring.models import IndicatorValue, PerformanceReport, PeriodicReport
from tongchou.orgs import actions as orgs
from tongchou.orgs import queries
from tongchou.orgs.models import Unit
from tongchou.outbox.models import Message
from tongchou.rehearsal import reporting

pytestmark = pytest.mark.django_db
ON = date(2023, 8, 10)


def merged(unit, into, **given):
    given = {"on": ON, "by": f.officer(PROVINCE), "reason": "省政府批复。"} | given
    return merge_unit(unit, into=into, **given)


@pytest.fixture
def pair(world):
    return f.unit(name="长春甲校"), f.unit(code=OTHER_CITY, name="吉林乙校")


def test_the_unit_closes_and_its_chosen_people_go_on(pair):
    gone, stays = pair
    first, second, third = f.leader(gone), f.reviewer(gone), f.filler(gone)
    orgs.invite(gone, by=first, role="filler", name="某人", email="", page=str)
    merged(gone, stays, people=[first, second])
    gone.refresh_from_db()
    assert (gone.state, gone.merged_into, gone.merged_on) == ("merged", stays, ON)
    assert not queries.people_of(gone).exists()
    roles = {
        (m.person, m.role) for m in stays.memberships.filter(active=True, person__in=[first, second, third])
    }
    assert roles == {(first, "filler"), (second, "reviewer")}
    assert not queries.open_invitations(gone).exists()
    assert f.audited(gone, "merge_unit") == ["merge_unit"]
    assert Message.objects.filter(to=third, subject="长春甲校已并入吉林乙校").count() == 1


def test_its_code_never_registers_again_and_whoever_tries_is_told_into_whom(pair):
    gone, stays = pair
    merged(gone, stays)
    said = refusal(orgs.register_unit, **f.registration(uscc=gone.uscc)).fields["uscc"]
    assert "已并入吉林乙校" in said


def test_declarations_pass_on_and_the_other_unit_fills_and_submits_them(pair):
    gone, stays = pair
    case = f.filled(gone)
    merged(gone, stays)
    case = f.fresh(case)
    assert (case.unit, case.scope_path, case.place_path) == (stays, stays.scope_path, stays.place_path)
    assert refusal(f.designations.submit, case, by=f.leader(pair[1]) and f.nobody()).code == "scope"
    f.designations.submit(case, by=f.leader(stays))
    assert f.fresh(case).state == "in_review"


@pytest.mark.parametrize("step", ["city-recommend", "province-designate"])
def test_a_case_that_an_authority_is_deciding_stands_in_the_way(pair, step):
    gone, stays = pair
    case = f.at(gone, step)
    refused = refusal(merged, gone, stays)
    assert refused.code == "open_cases"
    assert case.number in refused.denied.reason
    gone.refresh_from_db()
    assert gone.state == "verified"
    assert f.fresh(case).unit == gone


def test_what_was_submitted_and_published_bears_the_name_of_then(pair):
    gone, stays = pair
    case = f.designated(gone)
    revision = case.revisions.get()
    published = publish_list(
        authority=f.authority(NATION),
        task=f.task(),
        round=case.round,
        level="nation",
        title="名单",
        document_number="1号",
        by=f.officer(NATION),
    )
    with clock.at(date(2024, 3, 1)):
        merged(gone, stays, on=date(2024, 3, 1))
        case = f.fresh(case)
        assert case.unit == stays
        assert leading.unit_then(case, date(2024, 2, 29)).name == "长春甲校"
        assert leading.unit_then(case, date(2024, 3, 1)).name == "吉林乙校"
        assert dict(forms.application_form(revision)["cover"])["申报单位"] == "长春甲校"
        assert lists.designation_list(published)["groups"][0]["rows"][0]["unit"] == "长春甲校"
        held = Designation.objects.get(application=case, level="nation")
        assert (held.unit, held.scope_path) == (gone, stays.scope_path)


def _reported(unit, year=2024):
    """A designated project of the unit whose report for the year is submitted."""
    case = f.designated(unit)
    with clock.at(date(year, 11, 20)):
        period = monitoring.open_period(
            task=f.task(), place=f.place(PROVINCE), year=year, by=f.officer(PROVINCE)
        )
        report = period.reports.get(application=case)
        proof = evidence.attach(report, by=f.leader(unit), upload=f.pdf(), name="佐证.pdf")
        from random import Random

        from tongchou.monitoring.queries import targets_of

        answers = reporting.answers(report, targets_of(report), proof.pk, Random(7))
        assert not monitoring.save_report(report, by=f.leader(unit), changes=answers, base_version=99).errors
        monitoring.submit_report(report, by=f.leader(unit))
    return case, report


def test_figures_keep_their_unit_and_place_and_the_next_ones_are_the_other_unit_s(pair):
    gone, stays = pair
    case, report = _reported(gone)
    before = list(IndicatorValue.objects.order_by("pk").values_list("unit_id", "place_path", "value"))
    assert before
    with clock.at(date(2025, 3, 1)):
        merged(gone, stays, on=date(2025, 3, 1))
    assert list(IndicatorValue.objects.order_by("pk").values_list("unit_id", "place_path", "value")) == before
    report.refresh_from_db()
    assert (report.unit, report.place_path) == (stays, gone.place_path)
    with clock.at(date(2025, 11, 20)):
        monitoring.return_report(report, by=f.officer(PROVINCE), reason="请核对。")
        period = monitoring.open_period(
            task=f.task(), place=f.place(PROVINCE), year=2025, by=f.officer(PROVINCE)
        )
        following = period.reports.get(application=case)
        assert (following.unit, following.place_path) == (stays, stays.place_path)
        assert not PeriodicReport.objects.filter(unit=gone, year=2025).exists()


def test_what_both_owe_is_owed_once(world):
    gone, stays = f.unit("vocational_college"), f.unit("vocational_college")
    _reported(gone)
    owed = PeriodicReport.objects.filter(year=2024, application=None, state="due")
    kinds = set(owed.filter(unit=stays).values_list("kind", flat=True))
    assert kinds
    assert set(owed.filter(unit=gone).values_list("kind", flat=True)) == kinds
    with clock.at(date(2024, 11, 21)):
        merged(gone, stays, on=date(2024, 11, 21))
    assert not owed.filter(unit=gone).exists()
    assert owed.filter(unit=stays).count() == len(kinds)
    assert PerformanceReport.objects.get().unit == stays


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(
    "who, code",
    [(CITY, "scope"), (OTHER_CITY, "scope"), (ELSEWHERE, "scope")],
)
def test_only_who_stands_above_both_merges(pair, who, code):
    assert refusal(merged, *pair, by=f.officer(who)).code == code
    assert refusal(merged, *pair, by=f.leader(pair[0])).code == "role"


def test_a_city_merges_two_of_its_own_and_the_nation_any(world):
    assert merged(f.unit(), f.unit(), by=f.officer(CITY)).state == "merged"
    assert merged(f.unit(), f.unit(code=OTHER_CITY), by=f.officer(NATION)).state == "merged"


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"on": date(2023, 8, 11)}, "on"),
        ({"on": date(2023, 8, 9)}, "on"),
        ({"reason": " "}, "reason"),
        ({"reason": "因" * 501}, "reason"),
    ],
)
def test_a_faulty_merger_names_the_field(pair, wrong, field):
    refused = refusal(merged, *pair, **wrong)
    assert (refused.code, list(refused.fields)) == ("form", [field])
    assert not AuditRecord.objects.filter(action="merge_unit").exists()


def test_a_unit_is_not_merged_into_itself_nor_into_one_that_waits_or_is_gone(pair):
    gone, stays = pair
    assert "into" in refusal(merged, gone, gone).fields
    assert refusal(merged, gone, f.unit(verified=False)).code == "state"
    merged(gone, stays)
    assert refusal(merged, gone, stays).code == "state"
    assert refusal(merged, f.unit(), gone).code == "state"


def test_only_its_own_people_go_on(pair):
    refused = refusal(merged, *pair, people=[f.nobody()])
    assert "people" in refused.fields


def test_a_closed_unit_is_not_renamed_invited_into_or_begun_for(pair):
    gone, stays = pair
    first = f.leader(gone)
    merged(gone, stays, people=[first])
    gone = Unit.objects.get(pk=gone.pk)
    assert refusal(f.applications.begin, gone, task=f.task(), variant="main", round=f.round_of(), by=first)
    assert refusal(orgs.invite, gone, by=first, role="filler", name="人", email="", page=str).code == "scope"
    assert not Application.objects.exists()


def test_the_screen_says_what_passes_on_and_merges(client, pair):
    gone, stays = pair
    f.draft(gone)
    client.force_login(f.officer(PROVINCE))
    address = reverse("authority:merge", args=[gone.pk])
    assert "将转给接收单位" in client.get(address).content.decode()
    wrong = client.post(address, {"into": "1", "on": "2023-08-10", "reason": "批复"})
    assert (wrong.status_code, "没有这个统一社会信用代码" in wrong.content.decode()) == (422, True)
    assert client.post(address, {"into": stays.uscc, "on": "x", "reason": "批复"}).status_code == 422
    given = {"into": stays.uscc, "on": "2023-08-10", "reason": "批复", "people": [f.leader(gone).pk]}
    assert client.post(address, given).status_code == 302
    page = client.get(reverse("authority:unit", args=[gone.pk])).content.decode()
    assert "已并入其他单位" in page
    assert stays.name in page
    assert gone.name in client.get(reverse("authority:unit", args=[stays.pk])).content.decode()


def test_the_screen_is_for_who_stands_above(client, pair):
    client.force_login(f.officer(CITY))
    assert client.get(reverse("authority:merge", args=[pair[1].pk])).status_code == 404
    client.force_login(f.leader(pair[0]))
    assert client.get(reverse("authority:merge", args=[pair[0].pk])).status_code in {403, 404}
