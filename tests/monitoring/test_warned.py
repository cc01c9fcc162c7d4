"""Red and yellow cards against a plain judgement, their number of queries, and that each is told once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import scene
from tests.monitoring import evaluated as e
from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.monitoring import actions, measuring, reminders, warned, warning_rules
from tongchou.monitoring.models import IndicatorValue, PerformanceReport, ReportRevision
from tongchou.orgs.models import Jurisdiction
from tongchou.outbox.models import Message
from tongchou.programmes.models import Task

IDLE = {
    "code": "idle",
    "text": "累计两年没有培训的撤销",
    "does": "revoke",
    "indicator": "external_trainees",
    "below": 1,
    "over": "in_total",
    "years": 2,
    "cite": e.CITE,
}
SCOPE = Scope(path=e.JILIN)


@pytest.fixture
def year(programme):
    """The period of 2024 in Jilin with four projects of one school."""
    unit = scene.unit(kind="secondary_school")
    leader = scene.person(unit=unit, role="leader")
    projects = [e.project(unit, name=f"项目{n}") for n in range(4)]
    with scene.on(2024, 11, 2):
        place = Jurisdiction.objects.get(code="220000")
        task = Task.objects.get(code=e.TASK)
        actions.open_period(task=task, place=place, year=2024, by=scene.officer("220000"))
    return unit, leader, projects


def facts(project, year, met=(), **values):
    """A submitted report of the project with typed rows, written as rows."""
    report = PerformanceReport.objects.filter(application=project, period__year=2024).get()
    revision = ReportRevision.objects.create(
        report=report,
        number=report.revisions.count() + 1,
        answers={},
        digest="0" * 64,
        submitted_at=report.period.opened_at,
        submitted_by=report.period.opened_by,
    )
    rows = [(f"target{n}", Decimal(1), hit) for n, hit in enumerate(met)]
    rows += [(code, Decimal(value), None) for code, value in values.items()]
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            report=report,
            revision=revision,
            task_id=report.period.task_id,
            variant=report.variant,
            unit_id=report.unit_id,
            unit_kind="secondary_school",
            level="province",
            place_path=report.place_path,
            scope_path=report.scope_path,
            year=year,
            indicator=code,
            value=value,
            met=hit,
        )
        for code, value, hit in rows
    )
    submitted = {"state": "submitted", "submitted_at": report.period.opened_at}
    PerformanceReport.objects.filter(pk=report.pk).update(
        **submitted, first_submitted_at=report.period.opened_at
    )


def cards() -> dict[str, list[tuple[str, str]]]:
    return {w.project: [(s.code.split("-")[0], s.card) for s in w.signs] for w in warned.of(SCOPE)}


def test_each_sign_and_its_colour(year):
    _unit, leader, (late, short, idle, _good) = year
    due = PerformanceReport.objects.get(application=late).due
    with e.scheme(e.yearly(consequences=[*e.FOLLOWS, IDLE])), scene.on(2024, 11, 20):
        assert cards() == {}
        facts(short, 2024, met=[True, True, True, False, False])
        facts(idle, 2024, met=[True], external_trainees=0)
        facts(_good, 2024, met=[True] * 4 + [False], external_trainees=1)
        assert cards() == {"项目1": [("targets", "yellow")], "项目2": [("low", "yellow")]}
        assert [r.application for r in warned.standing(SCOPE, card="red")] == []
        IndicatorValue.objects.filter(indicator="target0", report__application=short).update(met=False)
        assert cards()["项目1"] == [("targets", "red")]
        with scene.on(2024, due.month, due.day):
            assert "项目0" not in cards()
        for days, card in (
            (1, "yellow"),
            (warning_rules.LATE_RED_DAYS, "yellow"),
            (warning_rules.LATE_RED_DAYS + 1, "red"),
        ):
            day = due + timedelta(days=days)
            with scene.on(day.year, day.month, day.day):
                assert cards()["项目0"] == [("late", card)]
        pack_s_own = e.yearly(consequences=[], met_yellow=40, met_red=30, late_red=1)
        with e.scheme(pack_s_own), scene.on(due.year, due.month, due.day):
            assert cards() == {}
            with clock.at(due + timedelta(days=2)):
                assert cards()["项目0"] == [("late", "red")]
        before = Message.objects.filter(kind="warned").count()
        reminders.remind_all()
        reminders.remind_all()
        assert Message.objects.filter(kind="warned", to=leader).count() - before == 2  # each sign once
        IndicatorValue.objects.filter(indicator="target1", report__application=idle).delete()
        facts_before = IndicatorValue.objects.get(report__application=idle, indicator="external_trainees")
        facts_before.pk, facts_before.year, facts_before.indicator = None, 2023, "external_trainees"
        facts_before.report = PerformanceReport.objects.create(
            period=_period_before(facts_before.report),
            application=idle,
            edition=idle.edition,
            variant=idle.variant,
            unit=idle.unit,
            place_path=idle.place_path,
            scope_path=idle.scope_path,
            level="province",
        )
        facts_before.save()
        assert cards()["项目2"] == [("low", "red")]


def _period_before(report):
    period = report.period
    period.pk, period.year = None, 2023
    period.save()
    return period


def test_a_rectification_and_the_number_of_queries(year):
    unit, leader, _projects = year
    people = {"leader": leader, "city": scene.officer("220100"), "province": scene.officer("220000")}
    with e.scheme(e.yearly(consequences=[*e.FOLLOWS, IDLE])), scene.on(2025, 1, 5):
        PerformanceReport.objects.update(
            state="submitted",
            submitted_at="2024-12-01T00:00:00Z",
            first_submitted_at="2024-12-01T00:00:00Z",
        )
        evaluation = e.opened(by=people["province"])
        for case in evaluation.assessments.order_by("pk")[:3]:
            e.concluded(case, (50, 50, 50), people)
            measuring.confirm_measure(case, code="mend", by=people["province"], due=date(2025, 2, 1))
        asked = []
        for month, day, card, shown in ((1, 24, None, 0), (1, 25, "yellow", 3), (2, 2, "red", 3)):
            with scene.on(2025, month, day), CaptureQueriesContext(connection) as queries:
                found = warned.of(SCOPE)
            asked.append(len(queries))
            assert [w.card for w in found] == [card] * shown
        assert len(set(asked[1:])) == 1
        with scene.on(2025, 2, 2), CaptureQueriesContext(connection) as queries:
            assert len(warned.of(Scope(unit_id=unit.pk))) == 3
            assert len(warned.warned(warned.standing(SCOPE)[:1])) == 1
        assert len(queries) == 2 * asked[-1]
