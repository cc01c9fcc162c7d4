"""Whatever several people do to several cases, in whatever order: ledger, states and audit always agree."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, F, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factory import audited, fresh, leader, officer, submitted, unit
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.designations import actions as designations
from tongchou.designations.models import Designation
from tongchou.reviews import actions as reviews
from tongchou.reviews.models import QuotaAccount

MORNING = datetime(2023, 8, 10, 9, tzinfo=clock.SHANGHAI)
DUE = date(2023, 8, 20)
MOVES = {
    "submit": lambda case, who: designations.submit(case, by=who),
    "withdraw": lambda case, who: reviews.withdraw(case, by=who),
    "recommend": lambda case, who: designations.recommend(case, by=who),
    "return": lambda case, who: reviews.return_for_changes(case, by=who, reason="请补充。", due=DUE),
    "decline": lambda case, who: reviews.decline(case, by=who, reason="条件不足。"),
    "take_back": lambda case, who: designations.take_back(case, by=who),
}
PEOPLE = ["unit", "stranger", "city", "other city", "province"]
ONE = st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 4), st.sampled_from(PEOPLE))
# Mostly what may succeed, or nearly every step would be a refusal.
LIKELY = st.tuples(
    st.sampled_from(
        [
            *(("recommend", "city"), ("recommend", "city"), ("take_back", "city"), ("return", "city")),
            *(("return", "province"), ("submit", "unit"), ("withdraw", "unit"), ("decline", "city")),
            *(("take_back", "province"), ("decline", "province")),
        ]
    ),
    st.integers(0, 4),
).map(lambda drawn: (drawn[0][0], drawn[1], drawn[0][1]))


def row(case: Application) -> dict:
    return Application.objects.filter(pk=case.pk).values().get()


def attempt(move, case: Application, who) -> Refused | None:
    try:
        move(case, who)
    except Refused as refused:
        return refused
    return None


def passed_the_city(case: Application) -> bool:
    """The city's recommendation stands: the case is, or ended, or will be again, at the province's step."""
    return "province-designate" in {case.step, case.resume_step}


def check_ledger(cases: list[Application]) -> None:
    accounts = QuotaAccount.objects.annotate(counted=Count("places", filter=Q(places__exemption="")))
    assert not accounts.exclude(taken=F("counted")).exists()
    assert not accounts.filter(taken__gt=F("limit")).exists()
    assert accounts.get().limit == 2
    holding = {case.pk for case in cases if case.quota_places.exists()}
    assert holding == {case.pk for case in cases if passed_the_city(case)}
    held = set(Designation.objects.filter(level="city").values_list("application_id", flat=True))
    assert held == holding


def check_case(case: Application) -> None:
    with_unit = case.state in {"draft", "returned"}
    assert case.state in {"draft", "in_review", "returned", "declined"}
    assert (case.step == "declare") == with_unit
    assert bool(case.resume_step) == (case.state == "returned") == bool(case.returned_due)


@pytest.fixture
def scene(world):
    """Five cases at a city that may recommend two; the first is recommended, the last is exempt."""
    with clock.at(MORNING):
        school = unit("secondary_school", "220300")
        cases = [submitted(school, existing_national=number == 4) for number in range(5)]
        people = {
            "unit": leader(school),
            "stranger": leader(unit("secondary_school", "220300")),
            "city": officer("220300"),
            "other city": officer("220400"),
            "province": officer("220000"),
        }
        designations.recommend(cases[0], by=people["city"])
    return cases, people


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=st.lists(st.one_of(LIKELY, LIKELY, ONE), min_size=6, max_size=14))
def test_any_sequence_of_moves_keeps_ledger_states_and_audit_agreed(scene, moves):
    cases, people = scene
    with transaction.atomic():
        for minute, (move, number, who) in enumerate(moves, 1):
            case = cases[number]
            before, records = row(case), AuditRecord.objects.count()
            with clock.at(MORNING + timedelta(minutes=minute)):
                refused = attempt(MOVES[move], case, people[who])
            if refused:
                assert refused.denied.reason
                assert row(case) == before
                assert AuditRecord.objects.count() == records
            else:
                assert AuditRecord.objects.count() == records + 1
                assert audited(case)[-1] == move
                assert row(case) != before
                assert who not in {"stranger", "other city"}
            now = [fresh(each) for each in cases]
            check_ledger(now)
            check_case(now[number])
        transaction.set_rollback(True)
