"""Signatures, colleagues and changed limits among the other moves, in any order and at once: everything stays agreed."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, F, Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factory as f
from tests.reviews.test_quota_concurrency import in_parallel
from tests.reviews.test_sequences import attempt, row
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.models import AuditRecord
from tongchou.designations import actions as designations
from tongchou.designations.models import Designation
from tongchou.programmes.models import Quota
from tongchou.reviews import actions as reviews
from tongchou.reviews import handling, signing
from tongchou.reviews.models import Decision, QuotaAccount, QuotaPlace
from tongchou.reviews.step_models import Signature

MORNING = datetime(2023, 8, 10, 9, tzinfo=clock.SHANGHAI)
DUE = date(2023, 8, 20)
HOME = "220300"


def limit_to(number):
    def change(case, who):
        quota = Quota.objects.select_related("place").get(code="by-city", task=case.task_id)
        held = QuotaPlace.objects.filter(account__quota=quota, exemption="").order_by("-taken_at", "-pk")
        over = max(held.count() - number, 0)
        designations.change_limit(
            quota,
            f.authority(HOME),
            limit=number,
            reason="调整。",
            document="1号",
            by=who,
            falling_out=[place.application for place in held[:over]],
        )

    return change


MOVES = {
    "submit": (lambda case, who: designations.submit(case, by=who), "unit"),
    "propose": (lambda case, who: designations.recommend(case, by=who), "city"),
    "sign": (lambda case, who: designations.countersign(case, by=who, agree=True), "finance"),
    "disagree": (
        lambda case, who: designations.countersign(case, by=who, agree=False, reason="不妥。"),
        "finance",
    ),
    "return": (lambda case, who: reviews.return_for_changes(case, by=who, reason="改。", due=DUE), "city"),
    "decline": (lambda case, who: reviews.decline(case, by=who, reason="不足。"), "city"),
    "take_back": (lambda case, who: designations.take_back(case, by=who), "city"),
    "undo": (lambda case, who: designations.take_back(case, by=who), "finance"),
    "hand_over": (lambda case, who: handling.hand_over(case, to=who, by=who), "city"),
    "limit 1": (limit_to(1), "province"),
    "limit 3": (limit_to(3), "province"),
}
ONE = st.tuples(st.sampled_from([*MOVES, "propose", "propose", "sign", "sign"]), st.integers(0, 2))


def check(cases) -> None:
    accounts = QuotaAccount.objects.annotate(counted=Count("places", filter=Q(places__exemption="")))
    assert not accounts.exclude(taken=F("counted")).exists()
    assert not accounts.filter(taken__gt=F("limit")).exists()
    for case in cases:
        last = case.decisions.order_by("at", "id").last()
        proposed = last is not None and last.kind == "propose"
        assert signing.waiting(case).exists() == proposed
        passed = "province-designate" in {case.step, case.resume_step}
        assert case.quota_places.exists() == (proposed or passed)
        assert Designation.objects.filter(application=case).exists() == passed
        assert case.state in {"in_review", "returned", "declined"}
        assert (case.step == "declare") == (case.state == "returned")


@pytest.fixture
def scene(world):
    with clock.at(MORNING):
        school = f.unit("secondary_school", HOME)
        cases = [f.submitted(school) for _ in range(3)]
        people = {
            "unit": f.leader(school),
            "city": f.officer(HOME),
            "finance": f.department("finance", HOME),
            "province": f.officer(f.PROVINCE),
        }
    with f.steps_with(cases[0], "city-recommend", countersign=["finance"]):
        yield cases, people


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=st.lists(ONE, min_size=6, max_size=14))
def test_any_sequence_with_signatures_and_changed_limits_stays_agreed(scene, moves):
    cases, people = scene
    with transaction.atomic():
        for minute, (move, number) in enumerate(moves, 1):
            case, (do, who) = cases[number], MOVES[move]
            before, records = row(case), AuditRecord.objects.count()
            with clock.at(MORNING + timedelta(minutes=minute)):
                refused = attempt(do, case, people[who])
            written = AuditRecord.objects.count() - records
            if refused:
                assert refused.denied.reason
                assert (row(case), written) == (before, 0)
            elif move.startswith("limit"):
                change = QuotaAccount.objects.get(quota__code="by-city").changes.first()
                assert written == 1 + len(change.fallen_out)
            else:
                assert written == 1
            check([f.fresh(each) for each in cases])
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_signing_taking_back_and_changing_a_limit_at_once_leave_one_truth(world):
    school, city = f.unit("secondary_school", HOME), f.officer(HOME)
    finance, province = f.department("finance", HOME), f.officer(f.PROVINCE)
    cases = [f.submitted(school) for _ in range(2)]
    with f.steps_with(cases[0], "city-recommend", countersign=["finance"]):
        for case in cases:
            designations.recommend(case, by=city)
        outcomes = in_parallel(
            [lambda case=case: designations.countersign(case, by=finance, agree=True) for case in cases * 4]
            + [lambda case=case: designations.take_back(case, by=city) for case in cases * 4]
            + [lambda: limit_to(1)(cases[0], province) for _ in range(4)]
            + [
                lambda case=case: designations.countersign(case, by=finance, agree=False, reason="不。")
                for case in cases * 2
            ]
        )
        check([f.fresh(case) for case in cases])
    assert set(outcomes) <= {"done", "state", "step", "quota", "form", "scope"}
    effects = Counter(Decision.objects.filter(kind="recommend").values_list("application", flat=True))
    signed = Signature.objects.filter(state="agreed", effect__isnull=False)
    assert set(effects) == set(signed.values_list("application", flat=True))
    assert all(count == signed.filter(application=pk).count() for pk, count in effects.items())
    assert Application.objects.filter(pk__in=[c.pk for c in cases], state="in_review").count() == 2
