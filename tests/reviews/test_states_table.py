"""Every move of a case × every state it may be in: done, or refused for the state (or the step) in words."""

from datetime import date

import pytest
from django.db import transaction

from tests import factory as f
from tongchou.applications import internal, shelving
from tongchou.applications.models import Application
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.designations import actions as designations
from tongchou.programmes.step_format import FormalItem
from tongchou.reviews import actions as reviews
from tongchou.reviews import duties, formal, handling

S = Application.State
DUE = date(2023, 9, 30)
UNIT, CITY, PROVINCE, NATION = "unit", "city", "province", "nation"


def check(case, who):
    point = FormalItem(code="seal", text="印章一致", cite=["jilin-2023-7 三"])
    with f.steps_with(case, case.step, formal=[point]):
        formal.check_formally(case, by=who, met=["seal"])


MOVES = {  # what is done, by whom, and in which states it is
    "save": (
        lambda c, by: f.applications.save_draft(c, by=by, changes={"intro": "新"}, base_version=99),
        UNIT,
        "draft returned",
    ),
    "hand_on": (lambda c, by: internal.hand_on(c, by=by), UNIT, "draft returned"),
    "abandon": (lambda c, by: shelving.abandon(c, by=by), UNIT, "draft"),
    "take_up": (lambda c, by: shelving.take_up(c, by=by), UNIT, "abandoned"),
    "submit": (lambda c, by: designations.submit(c, by=by), UNIT, "draft returned"),
    "withdraw": (lambda c, by: reviews.withdraw(c, by=by), UNIT, "in_review"),
    "recommend": (lambda c, by: designations.recommend(c, by=by), CITY, "in_review"),
    "designate": (lambda c, by: designations.designate(c, by=by), NATION, ""),
    "return": (lambda c, by: reviews.return_for_changes(c, by=by, reason="改。", due=DUE), CITY, "in_review"),
    "decline": (lambda c, by: reviews.decline(c, by=by, reason="不足。"), CITY, "in_review"),
    "take_back": (lambda c, by: designations.take_back(c, by=by), CITY, "returned declined"),
    "take_back of a designation": (lambda c, by: designations.take_back(c, by=by), NATION, "concluded"),
    "assign": (lambda c, by: duties.assign(c, expert=f.expert(), by=by), PROVINCE, ""),
    "countersign": (lambda c, by: designations.countersign(c, by=by, agree=True), "finance", ""),
    "check_formally": (check, CITY, "in_review"),
    "hand_over": (lambda c, by: handling.hand_over(c, to=by, by=by), CITY, "in_review"),
}


@pytest.fixture
def scene(world):
    """One case in each state; the one in review waits at the city."""
    school, city = f.unit(code=f.CITY), f.officer(f.CITY)
    made = {S.DRAFT: f.filled(school), S.ABANDONED: f.filled(school), S.IN_REVIEW: f.submitted(school)}
    shelving.abandon(made[S.ABANDONED], by=f.leader(school))
    made[S.RETURNED], made[S.DECLINED] = f.submitted(school), f.submitted(school)
    reviews.return_for_changes(made[S.RETURNED], by=city, reason="改。", due=DUE)
    reviews.decline(made[S.DECLINED], by=city, reason="不足。")
    made[S.CONCLUDED] = f.designated(school)
    people = {
        UNIT: f.leader(school),
        CITY: city,
        PROVINCE: f.officer(f.PROVINCE),
        NATION: f.officer(f.NATION),
        "finance": f.department("finance"),
    }
    return {state: f.fresh(case) for state, case in made.items()}, people


def _attempt(move, case, who) -> Refused | None:
    try:
        with transaction.atomic():
            move(case, who)
    except Refused as refused:
        return refused
    return None


def test_a_move_is_made_only_from_the_states_it_belongs_to(scene):
    cases, people = scene
    assert {case.state for case in cases.values()} == set(S.values)
    found = {}
    for name, (move, who, _states) in MOVES.items():
        allowed = []
        for state, case in cases.items():
            with transaction.atomic():
                records = AuditRecord.objects.count()
                refused = _attempt(move, case, people[who])
                written = AuditRecord.objects.count() - records
                transaction.set_rollback(True)
            if refused is None:
                allowed.append(str(state))
                assert written == 1
            else:
                assert refused.code in {"state", "step", "role", "scope"}, (name, state, str(refused))
                assert len(refused.denied.reason) > 4
                assert written == 0
        found[name] = set(allowed)
    assert found == {name: set(states.split()) for name, (_move, _who, states) in MOVES.items()}
