"""Reminders of what is due: once a person, thing and threshold, in a constant number of queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factory import (
    CITY,
    PROVINCE,
    at,
    draft,
    filler,
    fresh,
    leader,
    officer,
    on,
    round_of,
    submitted,
    task,
    unit,
)
from tongchou.applications import extensions, shelving
from tongchou.core import clock
from tongchou.monitoring.reminders import remind_all
from tongchou.outbox.models import Message
from tongchou.programmes.deadlines import Deadlines, threshold
from tongchou.programmes.models import Window
from tongchou.reviews import actions as reviews

pytestmark = pytest.mark.usefixtures("world")


def last_day(case) -> date:
    closing = Deadlines.read("declare").closing(
        "declare", "units", case.task, case.scope_path, year=2023, variant=case.variant
    )
    return closing.last


def told(person, about: str) -> list[str]:
    """What ``person`` was told of a kind of thing (``draft``, ``returned`` …), oldest first."""
    rows = Message.objects.filter(to=person, once__startswith=f"{about}:").order_by("id")
    return [f"{m.kind}:{m.once.rsplit(':', 1)[1]}" for m in rows]


def days(first: date, last: date):
    while first <= last:
        yield first
        first += timedelta(days=1)


@pytest.mark.parametrize(
    "left, reached",
    [(31, None), (30, 30), (8, 30), (7, 7), (4, 7), (3, 3), (2, 3), (1, 1), (0, 1), (-1, None)],
)
def test_the_nearest_threshold_stands(left, reached):
    assert threshold(date(2023, 8, 31), date(2023, 8, 31) - timedelta(days=left)) == reached


def test_a_threshold_reached_before_the_thing_began_is_not_told():
    last = date(2023, 8, 31)
    assert threshold(last, last - timedelta(days=6), since=last - timedelta(days=6)) is None
    assert threshold(last, last - timedelta(days=3), since=last - timedelta(days=6)) == 3


def test_a_draft_is_reminded_of_at_30_7_3_and_1_days_everybody_once():
    school = unit()
    case = draft(school)
    last = last_day(case)
    with clock.at(last - timedelta(days=40)):
        case.begun_at = clock.now()
        case.save()
    helper = filler(school)
    for day in days(last - timedelta(days=35), last + timedelta(days=3)):
        with clock.at(day):
            remind_all()
            remind_all()
    wanted = ["due:30", "due:7", "due:3", "last_day:1"]
    assert told(leader(school), "draft") == told(helper, "draft") == wanted
    message = Message.objects.filter(to=helper, once__startswith="draft:").earliest("id")
    assert case.number in message.body
    assert f"最后一天：{last.year}年{last.month}月{last.day}日" in message.body
    assert "依据：" in message.body
    assert "jilin-2023-7" not in message.body  # the number people know, not the code of the pack
    assert message.link == f"/unit/applications/{case.pk}/fill/"


def test_after_days_without_a_worker_the_nearest_comes_late_and_not_four():
    school = unit()
    case = draft(school)
    last = last_day(case)
    with clock.at(last - timedelta(days=2)):
        remind_all()
    assert told(leader(school), "draft") == ["due:3"]


def test_what_is_submitted_or_given_up_is_not_reminded_of():
    school = unit()
    case, given_up = submitted(school), draft(school)
    shelving.abandon(given_up, by=leader(school))
    with clock.at(last_day(case) - timedelta(days=1)):
        remind_all()
    assert told(leader(school), "draft") == []


def test_an_extension_moves_the_last_day():
    school = unit()
    case = draft(school)
    last = last_day(case)
    until = last + timedelta(days=10)
    with clock.at(last):
        extensions.grant_extension(
            school, task=task(), round=round_of(), by=officer(PROVINCE), until=until, reason="停电。"
        )
    with clock.at(until - timedelta(days=1)):
        remind_all()
    (told_once,) = Message.objects.filter(to=leader(school), once__startswith="draft:")
    assert told_once.subject.startswith("申报明天截止")
    assert f"{until.month}月{until.day}日" in told_once.body


def test_a_returned_case_is_reminded_of_before_its_own_day():
    school = unit()
    case = submitted(school)
    due = clock.today() + timedelta(days=8)
    reviews.return_for_changes(case, by=officer(CITY), reason="请补充。", due=due)
    for day in days(clock.today(), due + timedelta(days=2)):
        with clock.at(day):
            remind_all()
    assert told(leader(school), "returned") == ["due:7", "due:3", "last_day:1"]


def test_units_that_have_not_begun_are_told_in_one_message_when_tasks_open_and_a_week_before():
    school, other = unit(), unit("enterprise")
    begun = draft(school)
    opened = date(2023, 8, 9)
    Window.objects.filter(purpose="declare", binds="units", year=2023, closes_at__isnull=False).update(
        opens_at=clock.start_of(opened)
    )
    with clock.at(opened + timedelta(days=1)):
        remind_all()
        remind_all()
    opening = Message.objects.filter(to=leader(school), once__startswith="opens:")
    assert opening.count() == len({m.once for m in opening}) == 1
    assert begun.task.name not in opening.get().body
    assert opening.get().body.count("\n· ") >= 2
    elsewhere = Message.objects.get(to=leader(other), once__startswith="opens:")
    assert elsewhere.body != opening.get().body
    last = last_day(begun)
    for day in days(last - timedelta(days=8), last + timedelta(days=1)):
        with clock.at(day):
            remind_all()
    weeks = Message.objects.filter(to=leader(school), once=f"unbegun:{school.pk}:{last:%Y%m%d}")
    assert weeks.count() == 1
    assert "还有 7 天截止" in weeks.get().subject


def test_an_authority_is_told_before_its_window_closes_what_still_waits():
    for _ in range(2):
        at(unit("vocational_college"), "province-designate")
    case = fresh(at(unit(), "city-recommend"))
    closing = Deadlines.read("recommend").closing(
        "recommend", "cities", case.task, case.scope_path, year=2023, variant=case.variant
    )
    with clock.at(closing.last - timedelta(days=3)):
        remind_all()
        remind_all()
    message = Message.objects.get(to=officer(CITY), once__startswith="decide:")
    assert message.subject == "审核推荐还有 3 天截止：1 件待办"
    assert case.task.name in message.body


def test_three_of_everything_ask_as_often_as_one():
    def one_more():
        school = unit()
        draft(school)
        reviews.return_for_changes(
            submitted(school), by=officer(CITY), reason="请补充。", due=clock.today() + timedelta(days=3)
        )
        submitted(unit())
        unit("enterprise")

    with on(2023, 8, 10):
        one_more()
        measured = []
        for more in (0, 2):
            for _ in range(more):
                one_more()
            with clock.at(date(2023, 8, 12)), CaptureQueriesContext(connection) as asked:
                written = remind_all()
            measured.append((len(asked), written))
            Message.objects.exclude(once="").delete()
    (queries_for_one, one), (queries_for_three, three) = measured
    assert three > one > 0
    assert queries_for_three <= queries_for_one
    assert queries_for_one < 40
