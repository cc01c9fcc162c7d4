"""Public notices: what is listed, how long it stands there, and what waits for its end."""

from contextlib import contextmanager
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factory import (
    CITY,
    NATION,
    PROVINCE,
    at,
    audited,
    authority,
    copies,
    fresh,
    leader,
    officer,
    on,
    pack_with,
    refusal,
    round_of,
    score,
    submitted,
    task,
    unit,
)
from tongchou.core import clock
from tongchou.designations import actions as designations
from tongchou.designations import notice_rules, noticing
from tongchou.designations.notice_models import Notice, NoticedCase
from tongchou.outbox.models import Message
from tongchou.programmes.working_days import is_rest_day
from tongchou.reviews import actions as reviews

STEP = "province-designate"
WORDS = {"title": "拟认定名单公示", "days": 5, "working": False, "office": "职业教育处", "how": "来函。"}


def ready(**given):
    """A case that its province may designate."""
    case = at(unit(**given), STEP)
    score(case)
    return case


@contextmanager
def asking(case, step=STEP, **said):
    """For a block the step asks for a notice."""
    said = said or {"notice_days": 5}
    steps = [s.model_copy(update=said) if s.code == step else s for s in case.edition.pack.steps]
    with pack_with(case, steps=steps):
        yield


def drafted(*cases, code=PROVINCE, **given) -> Notice:
    return noticing.draft_notice(
        authority(code),
        **{"task": cases[0].task, "round": round_of(), "step": cases[0].step, "by": officer(code)} | given,
        cases=cases,
    )


def noticed(*cases, code=PROVINCE, **given) -> Notice:
    return noticing.put_on_notice(drafted(*cases, code=code), by=officer(code), **WORDS | given)


def test_a_case_is_designated_only_after_its_notice(world):
    case = ready()
    with asking(case):
        refused = refusal(designations.designate, case, by=officer(PROVINCE))
        assert (refused.code, bool(refused.denied.clause)) == ("notice", True)
        draft = drafted(case)
        assert refusal(designations.designate, case, by=officer(PROVINCE)).code == "notice"
        assert (draft.state, draft.days, draft.level) == ("draft", 5, "province")
        assert (
            refusal(noticing.put_on_notice, draft, by=officer(PROVINCE), **WORDS | {"days": 4}).code
            == "notice"
        )
        notice = noticing.put_on_notice(draft, by=officer(PROVINCE), **WORDS)
        assert (notice.state, clock.last_day(notice.closes_at)) == ("open", date(2023, 8, 15))
        last_second = datetime(2023, 8, 15, 23, 59, 59, tzinfo=clock.SHANGHAI)
        with clock.at(last_second):
            assert refusal(designations.designate, case, by=officer(PROVINCE)).code == "notice"
        assert not fresh(case).designations.filter(level="province").exists()
        with clock.at(clock.start_of(date(2023, 8, 16))):
            assert notice.state == "ended"
            designations.designate(case, by=officer(PROVINCE))
            words = {"by": officer(PROVINCE), "reason": "名单有误。"}
            assert (
                "已经认定" in refusal(noticing.remove_from_notice, notice.cases.get(), **words).denied.reason
            )
            assert "已有 1 项认定" in refusal(noticing.withdraw_notice, notice, **words).denied.reason
    assert fresh(case).designations.filter(level="province").exists()
    assert audited(notice) == ["draft_notice", "put_on_notice"]
    assert Message.objects.filter(to=leader(case.unit), subject__contains="公示").count() == 1


def test_a_step_that_asks_for_no_notice_designates_as_before_but_waits_for_one_put_up(world):
    free, listed = ready(), ready()
    drafted(listed)
    designations.designate(free, by=officer(PROVINCE))
    notice = noticing.put_on_notice(Notice.objects.get(), by=officer(PROVINCE), **WORDS)
    assert refusal(designations.designate, listed, by=officer(PROVINCE)).code == "notice"
    entry = notice.cases.get()
    assert "reason" in refusal(noticing.remove_from_notice, entry, by=officer(PROVINCE)).fields
    noticing.remove_from_notice(entry, by=officer(PROVINCE), reason="材料待核。")
    designations.designate(listed, by=officer(PROVINCE))
    assert Message.objects.filter(to=leader(listed.unit), subject__contains="撤出公示").exists()


def test_a_case_mended_meanwhile_goes_on_notice_anew(world):
    case = ready()
    with asking(case):
        notice = noticed(case)
        reviews.return_for_changes(case, by=officer(PROVINCE), reason="请补充。", due=date(2023, 8, 20))
        designations.submit(fresh(case), by=leader(case.unit))
        with on(2023, 8, 16):
            score(fresh(case))
            assert refusal(designations.designate, fresh(case), by=officer(PROVINCE)).code == "notice"
            again = noticed(fresh(case))
            assert notice.cases.get().removed_at is not None
        with on(2023, 8, 22):
            designations.designate(fresh(case), by=officer(PROVINCE))
    assert [again.cases.get().revision.number, fresh(case).state] == [2, "in_review"]


def test_what_may_stand_on_a_notice_and_who_puts_it_there(world):
    case, behind, unscored = ready(), submitted(unit()), at(unit(), STEP)
    for wrong, code in (
        ({"cases": [case, behind]}, "scope"),
        ({"cases": [case], "variant": "other"}, "scope"),
        ({"cases": []}, "empty"),
        ({"cases": [case], "by": officer(CITY)}, "scope"),
        ({"cases": [case], "by": leader(case.unit)}, "role"),
    ):
        call = {"task": task(), "round": round_of(), "step": STEP, "by": officer(PROVINCE)} | wrong
        assert refusal(noticing.draft_notice, authority(PROVINCE), **call).code == code
    draft = drafted(case, unscored)
    assert refusal(noticing.put_on_notice, draft, by=officer(PROVINCE), **WORDS).code == "scoring"
    noticing.remove_from_notice(draft.cases.get(application=unscored), by=officer(PROVINCE))
    for field, value in (
        ("title", " "),
        ("office", ""),
        ("days", 0),
        ("days", None),
        ("days", 61),
        ("how", "字" * 1001),
    ):
        assert (
            field
            in refusal(noticing.put_on_notice, draft, by=officer(PROVINCE), **WORDS | {field: value}).fields
        )
    reviews.return_for_changes(case, by=officer(PROVINCE), reason="请补充。", due=date(2023, 8, 20))
    assert refusal(noticing.put_on_notice, draft, by=officer(PROVINCE), **WORDS).code == "state"
    noticing.remove_from_notice(draft.cases.get(), by=officer(PROVINCE))
    assert refusal(noticing.put_on_notice, draft, by=officer(PROVINCE), **WORDS).code == "empty"
    assert refusal(noticing.withdraw_notice, draft, by=officer(NATION), reason="误建。").code == "scope"
    assert "reason" in refusal(noticing.withdraw_notice, draft, by=officer(PROVINCE), reason=" ").fields
    noticing.withdraw_notice(draft, by=officer(PROVINCE), reason="误建。")
    assert refusal(noticing.withdraw_notice, draft, by=officer(PROVINCE), reason="再次。").code == "state"


def test_a_case_stands_on_one_notice_of_a_step_at_a_time(world):
    first, *others = copies(ready(), 3)
    for case in (first, *others):
        score(case)
    notice = noticed(first, others[0])
    assert refusal(drafted, first).code == "state"
    second = drafted(others[1])
    assert drafted(others[1]).pk == second.pk != notice.pk
    noticing.withdraw_notice(notice, by=officer(PROVINCE), reason="名单有误。")
    assert set(drafted(first, others[0]).cases.values_list("application", flat=True)) == {
        case.pk for case in (first, *others)
    }
    assert NoticedCase.objects.filter(removed_at=None).count() == 3


@pytest.mark.parametrize(
    "days, working, last", [(5, False, (2023, 10, 2)), (5, True, (2023, 10, 10)), (1, True, (2023, 9, 28))]
)
def test_working_days_skip_the_holidays(days, working, last):
    assert notice_rules.last_day_of(date(2023, 9, 27), days, working=working) == date(*last)


@given(st.dates(date(2022, 1, 1), date(2026, 12, 1)), st.integers(1, 60), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_notice_has_so_many_full_days(first, days, working):
    last = notice_rules.last_day_of(first, days, working=working)
    counted = [date.fromordinal(n) for n in range(first.toordinal() + 1, last.toordinal() + 1)]
    assert len([day for day in counted if not (working and is_rest_day(day))]) == days
    assert not (working and is_rest_day(last))
