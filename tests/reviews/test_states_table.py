"""Every move of a case × every state it may be in: done, or refused for the state (or the step) in words."""

from datetime import date

import pytest
from django.db import transaction

from tests import denials
from tests import factory as f
from tongchou.applications import internal, shelving
from tongchou.applications.models import Application
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.designations import actions as designations
from tongchou.orgs.queries import experts
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


def assign(case, who):
    duties.assign(case, expert=experts(f.authority(f.PROVINCE)).first(), by=who)


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
    "designate": (lambda c, by: designations.designate(c, by=by), NATION, "in_review"),
    "return": (lambda c, by: reviews.return_for_changes(c, by=by, reason="改。", due=DUE), CITY, "in_review"),
    "decline": (lambda c, by: reviews.decline(c, by=by, reason="不足。"), CITY, "in_review"),
    "take_back": (lambda c, by: designations.take_back(c, by=by), CITY, "in_review returned declined"),
    "take_back of a designation": (lambda c, by: designations.take_back(c, by=by), NATION, "concluded"),
    "assign": (assign, PROVINCE, "in_review"),
    "countersign": (
        lambda c, by: designations.countersign(c, by=by, agree=True),
        "finance",
        "in_review",
    ),
    "check_formally": (check, CITY, "in_review"),
    "hand_over": (lambda c, by: handling.hand_over(c, to=by, by=by), CITY, "in_review"),
}


@pytest.fixture
def scene(world):
    """Cases in each state: those in review wait at the city, for the finance office, at the province and at the nation."""
    school, city = f.unit(code=f.CITY), f.officer(f.CITY)
    f.expert()
    cases = {name: f.submitted(school) for name in ("city", "finance", "returned", "declined")}
    cases |= {"draft": f.filled(school), "abandoned": f.filled(school)}
    cases |= {level: f.at(school, f"{level}-designate") for level in ("province", "nation")}
    cases["concluded"] = f.designated(school)
    shelving.abandon(cases["abandoned"], by=f.leader(school))
    reviews.return_for_changes(cases["returned"], by=city, reason="改。", due=DUE)
    reviews.decline(cases["declined"], by=city, reason="不足。")
    people = {
        UNIT: f.leader(school),
        CITY: city,
        PROVINCE: f.officer(f.PROVINCE),
        NATION: f.officer(f.NATION),
        "finance": f.department("finance"),
    }
    with f.steps_with(cases["finance"], "city-recommend", countersign=["finance"]):
        designations.recommend(cases["finance"], by=city)
    return [f.fresh(case) for case in cases.values()], people


def _attempt(move, case, who) -> Refused | None:
    try:
        with transaction.atomic():
            move(case, who)
    except Refused as refused:
        return refused
    return None


def test_a_move_is_made_only_from_the_states_it_belongs_to(scene):
    cases, people = scene
    assert {case.state for case in cases} == set(S.values)
    found = {}
    for name, (move, who, _states) in MOVES.items():
        allowed = set()
        for case in cases:
            with transaction.atomic():
                records = AuditRecord.objects.count()
                refused = _attempt(move, case, people[who])
                written = AuditRecord.objects.count() - records
                transaction.set_rollback(True)
            if refused is None:
                allowed.add(case.state)
                assert written == 1
            else:
                assert refused.code in {"state", "step", "role", "scope"}, (name, case.state, str(refused))
                assert len(refused.denied.reason) > 4
                assert denials.expected("moves", name, case.state, refused.code), (
                    name,
                    case.state,
                    refused.code,
                )
                assert written == 0
        found[name] = allowed
    assert found == {name: set(states.split()) for name, (_move, _who, states) in MOVES.items()}
