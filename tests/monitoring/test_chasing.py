"""Chasing: once a day each, one or many, told to those who owe it, seen afterwards."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from tests.factory import (
    CITY,
    OTHER_CITY,
    PROVINCE,
    audited,
    authority,
    department,
    designated,
    draft,
    filler,
    fresh,
    leader,
    officer,
    on,
    place,
    refusal,
    reviewer,
    round_of,
    steps_with,
    submitted,
    task,
    unit,
)
from tongchou.core import clock
from tongchou.designations import actions as designations
from tongchou.monitoring import actions as monitoring
from tongchou.monitoring import chasing
from tongchou.monitoring.chase_models import Chase
from tongchou.monitoring.chaseable import Unbegun, key_of
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.outbox import delivery
from tongchou.outbox.models import Message
from tongchou.reviews import actions as reviews

pytestmark = pytest.mark.usefixtures("world")


def chased(person) -> list[Message]:
    return list(Message.objects.filter(to=person, kind="chased").order_by("id"))


def returned(school):
    case = submitted(school)
    reviews.return_for_changes(
        case, by=officer(CITY), reason="请补充。", due=clock.today() + timedelta(days=3)
    )
    return fresh(case)


def test_a_draft_is_chased_and_everybody_of_the_unit_told_at_once():
    school = unit()
    helper, checker = filler(school), reviewer(school)
    case = draft(school)
    done = chasing.chase([case], by=officer(CITY), text="请抓紧。")
    assert (done.count, done.left_out) == (1, [])
    for person in (leader(school), helper, checker):
        (message,) = chased(person)
        assert message.subject == f"催办：{case.number}（{case.task.name}）"
        assert "还没有提交。\n最后一天：" in message.body
        assert message.body.endswith("附言：请抓紧。")
        assert message.link == f"/unit/applications/{case.pk}/"
    assert audited(case)[-1] == "chase"
    while delivery.deliver():
        pass
    assert sum(m.subject.startswith("催办") for m in mail.outbox) == 3


def test_once_a_day_a_thing_and_the_standing_counts():
    school = unit()
    case = draft(school)
    chasing.chase([case], by=officer(CITY))
    refused = refusal(chasing.chase, [case], by=officer(PROVINCE))
    assert refused.code == "again"
    assert Chase.objects.count() == 1
    with clock.at(clock.today() + timedelta(days=2)):
        chasing.chase([case], by=officer(PROVINCE))
    assert str(chasing.standings([case])[key_of(case)]) == "已催办 2 次，最近 8月12日"
    assert chasing.of_unit(school) == chasing.standings([case])
    assert len(chased(leader(school))) == 2
    one = Chase.objects.first()
    one.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save(force_insert=True)


def test_of_many_what_is_not_due_is_left_out_and_named():
    school = unit()
    late, done = draft(school), submitted(school)
    came_back = returned(school)
    found = chasing.chase([late, done, came_back], by=officer(CITY))
    assert found.count == 2
    ((name, denied),) = found.left_out
    assert (name.startswith(done.number), denied.code) == (True, "state")
    assert refusal(chasing.chase, [done], by=officer(CITY)).code == "state"
    assert refusal(chasing.chase, [], by=officer(CITY)).code == "form"
    assert refusal(chasing.chase, [late], by=officer(CITY), text="长" * 501).fields


def test_one_that_is_somebody_else_s_refuses_all():
    own, strange = draft(unit()), draft(unit(code=OTHER_CITY))
    assert refusal(chasing.chase, [own, strange], by=officer(CITY)).code == "scope"
    assert not Chase.objects.exists()
    assert chasing.chase([own, strange], by=officer(PROVINCE)).count == 2


def test_a_task_not_begun_is_chased_until_it_is_begun():
    school, firm = unit(), unit("enterprise")
    thing = Unbegun(school, task(), round_of())
    chasing.chase([thing], by=officer(CITY))
    (message,) = chased(leader(school))
    assert f"还没有开始“{task().name}”" in message.body
    assert refusal(chasing.chase, [Unbegun(firm, task(), round_of())], by=officer(CITY)).code == "state"
    draft(school)
    with on(2023, 8, 11):
        assert refusal(chasing.chase, [thing], by=officer(CITY)).code == "state"
    with on(2024, 5, 5):
        assert (
            refusal(chasing.chase, [Unbegun(unit(), task(), round_of())], by=officer(CITY)).code == "window"
        )


def test_a_draft_past_its_day_is_not_chased():
    case = draft(unit())
    with on(2023, 12, 1):
        refused = refusal(chasing.chase, [case], by=officer(CITY))
    assert (refused.code, bool(refused.denied.clause)) == ("window", True)


def test_reports_are_chased_and_an_authority_s_from_above_it_only():
    school = unit("vocational_college")
    designated(school)
    with on(2024, 11, 20):
        monitoring.open_period(task=task(), place=place(PROVINCE), year=2024, by=officer(PROVINCE))
        report = PerformanceReport.objects.get()
        assert chasing.chase([report], by=officer(PROVINCE)).count == 1
        assert report.unit.name in chased(leader(school))[0].body
        owed = PeriodicReport.objects.filter(authority=authority(PROVINCE)).first()
        assert owed is not None
        assert refusal(chasing.chase, [owed], by=officer(PROVINCE)).code == "scope"
        assert chasing.chase([owed], by=officer("000000")).count == 1
        assert chased(officer(PROVINCE))[0].link == f"/authority/monitoring/periodic/{owed.pk}/"


def test_many_ask_as_often_as_one_but_for_their_audit_records():
    cases = [draft(unit()) for _ in range(4)]
    chasing.standings(cases)

    def asked(things):
        with CaptureQueriesContext(connection) as queries:
            chasing.chase(things, by=officer(CITY))
        return sum("core_auditrecord" not in q["sql"] for q in queries)

    assert asked(cases[:1]) == asked(cases[1:]) <= 20


def test_who_has_to_decide_or_sign_is_pressed_from_above():
    case = submitted(unit())
    city, finance = officer(CITY), department("finance")
    assert refusal(chasing.chase, [case], by=officer(OTHER_CITY)).code == "scope"
    chasing.chase([case], by=officer(PROVINCE))
    (message,) = chased(city)
    assert message.link == f"/authority/cases/{case.pk}/"
    assert "等待" in message.body
    with steps_with(case, "city-recommend", countersign=["finance"]):
        designations.recommend(case, by=city)
        with clock.at(clock.today() + timedelta(days=1)):
            assert refusal(chasing.chase, [case], by=finance).code in {"scope", "role", "state"}
            chasing.chase([case], by=city)
    assert len(chased(finance)) == 1
    assert len(chased(city)) == 1
