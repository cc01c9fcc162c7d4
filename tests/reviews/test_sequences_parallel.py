"""Whatever several people decide in parallel, each in a connection of their own: no quota is exceeded, no case is in two
states, and what the audit says, told again in its order, is the state each case is in."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.factory import authority, fresh, leader, officer, submitted, unit
from tests.reviews.test_sequences import MORNING, MOVES, attempt, check_case, check_ledger
from tongchou.applications.models import Application
from tongchou.core import audit, clock
from tongchou.core.models import AuditRecord
from tongchou.designations import actions as designations
from tongchou.orgs import actions as orgs

pytestmark = pytest.mark.django_db(transaction=True)

HOME, CASES = "220300", 4
DECIDES = ["recommend", "recommend", "return", "decline", "take_back"]
DOES = {
    "unit": ["submit", "submit", "withdraw"],
    "city": DECIDES,
    "colleague": DECIDES,
    "province": ["return", "decline", "take_back"],
}
TOLD = ["submit", "withdraw", *DECIDES]
Told = tuple[str, str, str]


def steps_of(who: str):
    """What one person tries, one after the other."""
    one = st.tuples(st.sampled_from(DOES[who]), st.integers(0, CASES - 1))
    return st.lists(one, min_size=3, max_size=5)


def all_at_once(scripts, cases, people) -> int:
    """Play each person's script in a thread; how much was done."""
    start = Barrier(len(scripts))

    def play(who: str) -> int:
        done = 0
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            for move, number in scripts[who]:
                done += attempt(MOVES[move], cases[number], people[who]) is None
        finally:
            connection.close()
        return done

    with ThreadPoolExecutor(len(scripts)) as pool:
        workers = [pool.submit(copy_context().run, play, who) for who in scripts]
        return sum(worker.result() for worker in workers)


def told(case: Application) -> Told:
    """State, step and step to come back to, by the audit alone."""
    now: Told = ("draft", "declare", "")
    before: list[tuple[str, Told]] = []  # decisions that stand, each with what was before it
    for action in audit.records_of(case, *TOLD).values_list("action", flat=True):
        match action:
            case "submit":
                now = ("in_review", now[2] or "city-recommend", "")
            case "withdraw":
                back = before[-1][1][1] if before and before[-1][0] == "return" else ""
                now = ("returned" if back else "draft", "declare", back)
            case "take_back":
                now = before.pop()[1]
            case _:
                before.append((action, now))
                now = {
                    "recommend": ("in_review", "province-designate", ""),
                    "return": ("returned", "declare", now[1]),
                    "decline": ("declined", now[1], ""),
                }[action]
    return now


@pytest.fixture
def scene(world):
    """Four cases at a city that may recommend two; one is recommended."""
    with clock.at(MORNING):
        school = unit("secondary_school", HOME)
        cases = [submitted(school, existing_national=False) for _ in range(CASES)]
        people = {"unit": leader(school), "city": officer(HOME), "province": officer("220000")}
        people["colleague"] = orgs.install_person(
            username="colleague",
            name="同事",
            email="colleague@example.org",
            password=None,
            role="officer",
            authority=authority(HOME),
        )
        designations.recommend(cases[0], by=people["city"])
        yield cases, people


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # each example goes on from where the last left the cases
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(scripts=st.fixed_dictionaries({who: steps_of(who) for who in DOES}))
def test_whatever_people_decide_in_parallel_ledger_states_and_audit_agree(scene, scripts):
    cases, people = scene
    records = AuditRecord.objects.count()
    done = all_at_once(scripts, cases, people)
    assert AuditRecord.objects.count() == records + done
    now = [fresh(case) for case in cases]
    check_ledger(now)
    for case in now:
        check_case(case)
        assert told(case) == (case.state, case.step, case.resume_step)
