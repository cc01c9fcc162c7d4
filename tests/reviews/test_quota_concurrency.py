"""Places of a quota under parallel decisions, each in its own connection on a real PostgreSQL."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

import pytest
from django.db import connection

from tests.factory import (
    CENTRE,
    LIBRARY,
    OTHER_CITY,
    at,
    audited,
    copies,
    filled,
    fresh,
    leader,
    officer,
    refusal,
    submitted,
    unit,
)
from tongchou.applications.models import Application
from tongchou.core.access import Refused
from tongchou.designations import actions as designations
from tongchou.reviews.models import Decision, QuotaAccount, QuotaPlace

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 25


def in_parallel(calls):
    """Make all ``calls`` at once; the code of each one's refusal, or "done"."""
    start = Barrier(THREADS)
    workers = []

    def work(number: int) -> list[str]:
        outcomes = []
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            for call in calls[number::THREADS]:
                try:
                    call()
                    outcomes.append("done")
                except Refused as refused:
                    outcomes.append(refused.code)
        finally:
            connection.close()
        return outcomes

    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(THREADS):
            context = copy_context()  # the set clock goes along
            workers.append(pool.submit(context.run, work, number))
        return Counter(outcome for worker in workers for outcome in worker.result())


def account(code: str) -> QuotaAccount:
    return QuotaAccount.objects.get(quota__code=code)


def test_fifty_parallel_recommendations_on_a_quota_of_ten_give_exactly_ten(world):
    schools = [unit("secondary_school", OTHER_CITY) for _ in range(2)]
    firsts = [submitted(school, code=CENTRE, variant="school") for school in schools]
    cases = [case for first in firsts for case in (first, *copies(first, 24))]
    city = officer(OTHER_CITY)

    outcomes = in_parallel([lambda case=case: designations.recommend(case, by=city) for case in cases])

    assert outcomes == {"done": 10, "quota": 40}
    assert account("school-by-city").taken == 10
    assert QuotaPlace.objects.count() == 10
    assert Application.objects.filter(step="province-designate").count() == 10
    assert Application.objects.filter(step="city-recommend", state="in_review").count() == 40
    assert Decision.objects.filter(kind="recommend").count() == 10
    assert Application.objects.filter(designations__level="city").count() == 10

    waiting = Application.objects.filter(step="city-recommend").first()
    refused = refusal(designations.recommend, waiting, by=city)
    assert refused.code == "quota"
    assert "限额 10 项，已用 10 项" in refused.denied.reason
    holders = Application.objects.filter(step="province-designate").values_list("project_name", flat=True)
    assert all(f"《{name}》" in refused.denied.reason for name in holders)
    assert "jilin-2023-7 三(三)" in refused.denied.clause
    assert refused.denied.remedy
    assert audited(waiting, "recommend") == []


def test_exempt_cases_pass_beside_a_full_quota_however_many_come_at_once(world):
    school = unit("secondary_school", OTHER_CITY)
    counted = copies(submitted(school, existing_national=False), 16)
    exempt = copies(submitted(school, existing_national=True), 16)
    city = officer(OTHER_CITY)

    outcomes = in_parallel(
        [lambda case=case: designations.recommend(case, by=city) for case in [*counted, *exempt]]
    )

    assert outcomes == {"done": 3 + 16, "quota": 13}
    assert account("by-city").taken == 3
    assert QuotaPlace.objects.filter(exemption="").count() == 3
    assert QuotaPlace.objects.filter(exemption="former-national-203").count() == 16


def test_a_college_that_submits_all_its_drafts_at_once_gets_its_own_quota_and_no_more(world):
    college = unit("vocational_college", tags=["provincial-double-high"])
    drafts = [filled(college) for _ in range(8)]
    person = leader(college)

    outcomes = in_parallel([lambda case=case: designations.submit(case, by=person) for case in drafts])

    assert outcomes == {"done": 3, "quota": 5}
    assert Application.objects.filter(state="in_review").count() == 3
    assert Application.objects.filter(state="draft").count() == 5
    assert sum(case.revisions.count() for case in drafts) == 3


def test_one_case_decided_by_many_officers_at_once_is_decided_once(world):
    case = submitted(unit("secondary_school", OTHER_CITY), code=LIBRARY)
    city = officer(OTHER_CITY)

    outcomes = in_parallel([lambda: designations.recommend(case, by=city) for _ in range(THREADS)])

    assert outcomes["done"] == 1
    assert set(outcomes) == {"done", "step"}
    assert account("by-city").taken == 1
    assert fresh(case).decisions.count() == 1


def test_recommending_and_taking_back_at_once_leaves_ledger_and_cases_agreed(world):
    school = unit("secondary_school", OTHER_CITY)
    held = [at(school, "province-designate") for _ in range(3)]
    waiting = [submitted(school) for _ in range(6)]
    city = officer(OTHER_CITY)

    outcomes = in_parallel(
        [lambda case=case: designations.take_back(case, by=city) for case in held]
        + [lambda case=case: designations.recommend(case, by=city) for case in waiting]
    )

    onward = Application.objects.filter(step="province-designate").count()
    assert outcomes["done"] == 3 + onward
    assert account("by-city").taken == onward <= 3
    assert QuotaPlace.objects.count() == onward
