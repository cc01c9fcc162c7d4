"""Extensions: past the window one unit may, until a day, for a reason; by whose right, and how it ends."""

from datetime import date

import pytest

from tests.factory import (
    CITY,
    ELSEWHERE,
    NATION,
    OTHER_CITY,
    PROVINCE,
    audited,
    filled,
    filler,
    fresh,
    leader,
    officer,
    on,
    refusal,
    round_of,
    task,
    unit,
)
from tongchou.applications import extensions, shelving
from tongchou.applications.actions import begin
from tongchou.core import clock
from tongchou.designations.actions import submit
from tongchou.orgs.scopes import actor
from tongchou.outbox.models import Message

UNTIL = date(2023, 12, 31)


@pytest.fixture
def late(world):
    """A complete draft, and a day on which its window has closed for everybody."""
    case = filled(unit())
    window = extensions.deciding_place(case.unit, case.task, case.round)
    return case, window


def grant(case, by, **given):
    words = {"until": UNTIL, "reason": "当地停电。"} | given
    return extensions.grant_extension(case.unit, task=case.task, round=case.round, by=by, **words)


def decider(window):
    return officer(window.place_id)


def after(window):
    return clock.at(window.closes_at)


def test_late_is_refused_with_the_day_the_clause_and_how_to_ask(late):
    case, window = late
    with after(window):
        refused = refusal(submit, case, by=leader(case.unit))
    assert refused.code == "window"
    assert "已截止" in refused.denied.reason
    assert refused.denied.clause
    assert "个别延期" in refused.denied.remedy


def test_under_an_extension_the_unit_begins_and_submits_and_nobody_else_does(late):
    case, window = late
    other = filled(unit())
    with after(window):
        extension = grant(case, decider(window))
        another = begin(
            case.unit, task=case.task, variant=case.variant, round=case.round, by=leader(case.unit)
        )
        submit(case, by=leader(case.unit))
        assert refusal(submit, other, by=leader(other.unit)).code == "window"
        shelving.abandon(another, by=leader(case.unit))
        shelving.take_up(another, by=leader(case.unit))
    assert fresh(case).state == "in_review"
    assert audited(extension) == ["grant_extension"]
    assert Message.objects.filter(to=leader(case.unit), subject__startswith="同意个别延期").exists()


def test_it_ends_by_itself_after_its_last_day(late):
    case, window = late
    with after(window):
        grant(case, decider(window))
    with on(2023, 12, 31):
        assert extensions.running(case.unit, case.task, case.round)
    with on(2024, 1, 1):
        assert extensions.running(case.unit, case.task, case.round) is None
        assert refusal(submit, case, by=leader(case.unit)).code == "window"


def test_revoked_it_no_longer_counts(late):
    case, window = late
    with after(window):
        extension = grant(case, decider(window))
        extensions.revoke_extension(extension, by=decider(window), reason="批错单位。")
        assert refusal(submit, case, by=leader(case.unit)).code == "window"
        refused = refusal(extensions.revoke_extension, extension, by=decider(window), reason="再次。")
        assert refused.code == "state"


def test_one_case_alone_is_extended(late):
    case, window = late
    other = filled(case.unit)
    with after(window):
        grant(case, decider(window), application=case)
        assert refusal(submit, other, by=leader(case.unit)).code == "window"
        submit(case, by=leader(case.unit))


def test_a_unit_asks_and_is_answered(late):
    case, window = late
    person, by = filler(case.unit), decider(window)
    asked = {"task": case.task, "round": case.round, "by": person}
    assert refusal(extensions.ask_extension, case.unit, reason=" ", **asked).fields.keys() == {"reason"}
    request = extensions.ask_extension(case.unit, reason="校区搬迁。", until=UNTIL, **asked)
    assert refusal(extensions.ask_extension, case.unit, reason="再次。", **asked).code == "state"
    assert Message.objects.filter(to=by, subject__contains="个别延期申请").exists()
    assert set(refusal(extensions.answer_extension, request, by=by, grant=True, reason="").fields) == {
        "reason",
        "until",
    }
    refused = extensions.answer_extension(request, by=by, grant=False, reason="理由不足。")
    assert (refused.state, extensions.running(case.unit, case.task, case.round)) == ("refused", None)
    assert refusal(extensions.answer_extension, request, by=by, grant=False, reason="再次。").code == "state"
    again = extensions.ask_extension(case.unit, reason="附停电证明。", until=UNTIL, **asked)
    extensions.answer_extension(again, by=by, grant=True, reason="属实。", until=UNTIL)
    assert extensions.running(case.unit, case.task, case.round) == again


def test_granting_unasked_answers_what_was_asked(late):
    case, window = late
    request = extensions.ask_extension(
        case.unit, task=case.task, round=case.round, by=leader(case.unit), reason="停电。"
    )
    assert grant(case, decider(window)).pk == request.pk


def test_who_set_the_window_or_stands_above_extends_it(late):
    case, window = late
    levels = [NATION, PROVINCE, CITY]
    place = window.place_id
    for code in levels[: levels.index(place) + 1]:
        assert grant(case, officer(code)).state == "granted"
    for code in levels[levels.index(place) + 1 :]:
        assert refusal(grant, case, officer(code)).code == "step"
    for code in (OTHER_CITY, ELSEWHERE):
        assert refusal(grant, case, officer(code)).code == "scope"
    assert refusal(grant, case, leader(case.unit)).code == "role"


def test_a_day_in_the_past_and_a_missing_reason_are_refused(late):
    case, window = late
    refused = refusal(grant, case, decider(window), until=date(2023, 8, 1), reason="")
    assert set(refused.fields) == {"until", "reason"}


def test_an_officer_lists_the_extensions_of_units_below(late, django_assert_num_queries):
    case, _window = late
    grant(case, officer(NATION))
    extensions.ask_extension(
        case.unit, task=case.task, round=case.round, by=leader(case.unit), reason="停电。"
    )
    city = actor(officer(CITY))
    with django_assert_num_queries(1):
        found = [(e.unit.name, e.task.name, e.round.name, e.state) for e in extensions.extensions(city)]
    assert [state for *_, state in found] == ["requested", "granted"]
    assert not extensions.extensions(actor(officer(ELSEWHERE)))


def test_where_no_end_is_set_there_is_nothing_to_extend(world):
    from tongchou.programmes.models import Window

    school = unit()
    Window.objects.filter(purpose="declare").delete()
    refused = refusal(
        extensions.ask_extension, school, task=task(), round=round_of(), by=leader(school), reason="停电。"
    )
    assert (refused.code, "没有规定" in refused.denied.reason) == ("window", True)
