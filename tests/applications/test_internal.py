"""The unit's own steps: who has the declaration, who may type, and what comes back with which remarks."""

import pytest

from tests.factory import (
    audited,
    draft,
    filled,
    filler,
    fresh,
    leader,
    nobody,
    pack_with,
    refusal,
    reviewer,
    unit,
)
from tongchou.applications import internal, shelving
from tongchou.applications.actions import save_draft
from tongchou.applications.evidence import detach
from tongchou.applications.queries import evidence
from tongchou.designations.actions import submit
from tongchou.outbox.models import Message
from tongchou.reviews.actions import withdraw


@pytest.fixture
def checked_twice(world):
    """A case whose pack asks for a reviewer before the leader."""
    case = filled(unit())
    with pack_with(case, internal=["reviewer", "leader"]):
        yield case


def typed(case, by, **changes):
    return save_draft(case, by=by, changes=changes or {"intro": "改"}, base_version=10**6)


def test_the_leader_submits_straight_where_nobody_else_checks(world):
    case = filled(unit())
    assert submit(case, by=leader(case.unit)).number == 1


def test_a_filler_hands_on_and_nobody_types_until_it_comes_back(world):
    case = filled(unit())
    person = filler(case.unit)
    internal.hand_on(case, by=person)
    assert fresh(case).desk == "leader"
    for somebody in (person, leader(case.unit)):
        refused = refusal(typed, case, somebody)
        assert (refused.code, "内部审核" in refused.denied.reason) == ("state", True)
        assert "收回" in refused.denied.remedy
    assert refusal(detach, evidence(case).first(), by=person).code == "state"
    internal.send_back(case, by=leader(case.unit), reason="数据不实。", remarks={"intro": "请核对。"})
    case = fresh(case)
    back = internal.sent_back(case)
    assert (case.desk, back.reason, back.remarks) == ("filler", "数据不实。", {"intro": "请核对。"})
    assert Message.objects.filter(to=person, subject__startswith="退回填报").exists()
    assert not typed(case, person).errors


def test_an_incomplete_declaration_is_not_handed_on_and_says_what_is_missing(world):
    case = draft(unit())
    refused = refusal(internal.hand_on, case, by=filler(case.unit))
    assert refused.code == "incomplete"
    assert "project_name" in refused.fields
    assert fresh(case).desk == "filler"


def test_who_handed_on_takes_it_back_until_the_next_one_acts(checked_twice):
    case, person = checked_twice, filler(checked_twice.unit)
    checker = reviewer(case.unit)
    assert refusal(internal.take_back, case, by=person).code == "state"
    internal.hand_on(case, by=person)
    internal.take_back(case, by=person)
    assert fresh(case).desk == "filler"
    internal.hand_on(case, by=person)
    internal.hand_on(case, by=checker)
    assert refusal(internal.take_back, case, by=person).code == "role"
    internal.take_back(case, by=checker)
    assert fresh(case).desk == "reviewer"


def test_where_a_reviewer_checks_the_leader_submits_only_what_was_checked(checked_twice):
    case, checker = checked_twice, reviewer(checked_twice.unit)
    refused = refusal(submit, case, by=leader(case.unit))
    assert (refused.code, "校核" in refused.denied.reason) == ("state", True)
    internal.hand_on(case, by=filler(case.unit))
    assert fresh(case).desk == "reviewer"
    assert refusal(submit, case, by=leader(case.unit)).code == "state"
    assert refusal(internal.hand_on, case, by=leader(case.unit)).code == "role"
    internal.hand_on(case, by=checker)
    submit(case, by=leader(case.unit))
    case = fresh(case)
    assert (case.desk, case.state) == ("filler", "in_review")
    withdraw(case, by=leader(case.unit))
    assert refusal(submit, case, by=leader(case.unit)).code == "state", "a withdrawn one is checked anew"


def test_a_reviewer_does_not_type(checked_twice):
    refused = refusal(typed, checked_twice, reviewer(checked_twice.unit))
    assert (refused.code, "校核人" in refused.denied.reason) == ("role", True)


def test_handing_on_to_nobody_is_refused_with_the_remedy(checked_twice):
    refused = refusal(internal.hand_on, checked_twice, by=filler(checked_twice.unit))
    assert (refused.code, "邀请" in refused.denied.remedy) == ("role", True)


def test_sending_back_needs_a_reason_known_fields_and_something_that_was_sent(world):
    case = filled(unit())
    assert refusal(internal.send_back, case, by=leader(case.unit), reason="再看。").code == "state"
    internal.hand_on(case, by=filler(case.unit))
    assert refusal(internal.send_back, case, by=leader(case.unit), reason=" ").fields.keys() == {"reason"}
    refused = refusal(internal.send_back, case, by=leader(case.unit), reason="改", remarks={"nowhere": "？"})
    assert "nowhere" in refused.fields["remarks"]
    assert refusal(internal.hand_on, case, by=leader(case.unit)).code == "state"


def test_a_stranger_takes_no_part(world):
    case = filled(unit())
    for act in (internal.hand_on, internal.take_back):
        assert refusal(act, case, by=nobody()).code == "scope"
    assert refusal(internal.send_back, case, by=leader(unit()), reason="改").code == "scope"


def test_a_desk_compares_with_what_it_last_gave_out_of_hand(world):
    case = filled(unit())
    person, head = filler(case.unit), leader(case.unit)
    internal.hand_on(case, by=person)
    assert internal.last_seen(case, "leader") is None
    internal.send_back(case, by=head, reason="请补充。")
    before = fresh(case).draft.answers["intro"]
    typed(case, person, intro=f"{before}（已补充）")
    internal.hand_on(case, by=person)
    assert internal.last_seen(case, "leader").answers["intro"] == before
    assert audited(case)[-4:] == ["hand_on", "send_back", "save_draft", "hand_on"]


def test_an_abandoned_draft_is_kept_and_taken_up_again(world):
    case = filled(unit())
    person = filler(case.unit)
    shelving.abandon(case, by=person)
    assert fresh(case).state == "abandoned"
    assert refusal(typed, case, person).code == "state"
    assert refusal(submit, case, by=leader(case.unit)).code == "state"
    assert refusal(shelving.abandon, case, by=person).code == "state"
    shelving.take_up(case, by=person)
    submit(case, by=leader(case.unit))
    assert audited(case)[-3:] == ["abandon", "take_up", "submit"]
    assert refusal(shelving.abandon, case, by=leader(case.unit)).code == "state"


def test_what_is_being_checked_is_not_put_away(world):
    case = filled(unit())
    internal.hand_on(case, by=filler(case.unit))
    assert refusal(shelving.abandon, case, by=leader(case.unit)).code == "state"
