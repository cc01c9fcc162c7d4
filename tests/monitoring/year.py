"""A collection period of 2024 in Jilin with one school's project, for the tests of performance reports."""

from tests import scene
from tongchou.monitoring import actions
from tongchou.monitoring.models import PerformanceReport
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Task

TARGETS = {
    "external_trainees": {"2024": 100},
    "training_income": {"2024": 5_000_000},
    "plan_fulfilment": {"2024": 90},
}


def opened_period():
    """The period of 2024 in Jilin, open, with one school's project and its people."""

    class World:
        pass

    w = World()
    w.unit = scene.unit()
    w.leader = scene.person(unit=w.unit, role="leader")
    w.filler = scene.person(unit=w.unit, role="filler")
    w.project = scene.project(w.unit, targets=TARGETS)
    w.province = scene.officer("220000")
    w.task = Task.objects.get(code="practice-centre")
    w.place = Jurisdiction.objects.get(code="220000")
    with scene.on(2024, 10, 20):
        w.period = actions.open_period(task=w.task, place=w.place, year=2024, by=w.province)
    w.report = PerformanceReport.objects.get(application=w.project)
    return w


def fill(w, **given):
    with scene.on(2024, 11, 10):
        w.report.refresh_from_db()
        saved = actions.save_report(
            w.report, by=w.filler, changes=scene.answers_for(w.report, **given), base_version=w.report.version
        )
    assert not saved.errors
    w.report.refresh_from_db()


def send(w, **given):
    fill(w, **given)
    with scene.on(2024, 11, 20):
        return actions.submit_report(w.report, by=w.leader)
