"""Reports are reminded of before their last day, to whoever owes them, in a constant number of queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factory import PROVINCE, authority, designated, leader, officer, on, place, task, unit
from tongchou.core import clock
from tongchou.monitoring import actions as monitoring
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.monitoring.reminders import remind_all
from tongchou.outbox.models import Message

pytestmark = pytest.mark.usefixtures("world")


def told(person, about: str) -> list[str]:
    rows = Message.objects.filter(to=person, once__startswith=f"{about}:").order_by("id")
    return [f"{m.kind}:{m.once.rsplit(':', 1)[1]}" for m in rows]


@pytest.fixture
def schools():
    """A school with a designated project, whose reports of 2024 are due."""
    made = [unit("vocational_college")]
    for school in made:
        designated(school)
    with on(2024, 10, 1):
        monitoring.open_period(task=task(), place=place(PROVINCE), year=2024, by=officer(PROVINCE))
    return made


def test_a_performance_report_is_reminded_of_until_it_is_in(schools):
    report = PerformanceReport.objects.get()
    person = leader(schools[0])
    for left in (30, 7):
        with clock.at(report.due - timedelta(days=left)):
            remind_all()
            remind_all()
    assert told(person, "performance") == ["due:30", "due:7"]
    message = Message.objects.filter(to=person, once__startswith="performance:").last()
    assert message.link == f"/unit/reports/{report.pk}/"
    PerformanceReport.objects.update(
        state="submitted", submitted_at=clock.now(), first_submitted_at=clock.now()
    )
    with clock.at(report.due - timedelta(days=1)):
        remind_all()
    assert told(person, "performance") == ["due:30", "due:7"]


def test_more_time_moves_the_reminders(schools):
    report = PerformanceReport.objects.get()
    until = report.due + timedelta(days=10)
    with clock.at(report.due - timedelta(days=5)):
        monitoring.extend_report(report, by=officer(PROVINCE), until=until, reason="停电。")
    with clock.at(until - timedelta(days=1)):
        remind_all()
    assert told(leader(schools[0]), "performance") == ["last_day:1"]


def test_what_an_authority_owes_is_told_to_its_officers(schools):
    owed = PeriodicReport.objects.filter(authority=authority(PROVINCE)).first()
    with clock.at(owed.due - timedelta(days=3)):
        remind_all()
    message = Message.objects.get(to=officer(PROVINCE), once=f"periodic:{owed.pk}:{owed.due:%Y%m%d}:3")
    assert (message.kind, message.link) == ("due", f"/authority/monitoring/periodic/{owed.pk}/")
    assert owed.name in message.subject


def test_three_reports_ask_as_often_as_one():
    measured = []
    for more in (1, 2):
        for _ in range(more):
            designated(unit("vocational_college"))
        with on(2024, 10, 1):
            monitoring.open_period(task=task(), place=place(PROVINCE), year=2024, by=officer(PROVINCE))
        with clock.at(date(2024, 11, 30)):
            with CaptureQueriesContext(connection) as asked:
                written = remind_all()
            measured.append((len(asked), written))
            Message.objects.exclude(once="").delete()
            PeriodicReport.objects.all().delete()
            PerformanceReport.objects.all().delete()
            monitoring.Period.objects.all().delete()
    (queries_for_one, one), (queries_for_three, three) = measured
    assert three > one > 0
    assert queries_for_three == queries_for_one
