"""The board counts what was stored as owed, by place and task and unit, and finds what misses in a cell."""

import pytest
from django.urls import reverse

from tests import scene
from tongchou.core.scope import Scope
from tongchou.monitoring import actions, board
from tongchou.monitoring.chase_models import Chase
from tongchou.monitoring.models import PerformanceReport
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Task

JILIN = "000000/220000/"
CENTRE = "practice-centre"


@pytest.fixture
def year(programme):
    """Two units of Changchun and one of Jilin city owe a report for 2024; one of Changchun's is in."""
    units = [scene.unit("220100", name="长春甲学院"), scene.unit("220100"), scene.unit("220200")]
    for unit in units:
        scene.project(unit)
    officer = scene.officer("220000")
    with scene.on(2024, 11, 5):
        actions.open_period(
            task=Task.objects.get(code=CENTRE),
            place=Jurisdiction.objects.get(code="220000"),
            year=2024,
            by=officer,
        )
        report = PerformanceReport.objects.get(unit=units[0])
        leader = scene.person(unit=units[0], role="leader")
        actions.save_report(report, by=leader, changes=scene.answers_for(report), base_version=0)
        actions.submit_report(report, by=leader)
    with scene.on(2025, 1, 20):
        yield officer


def test_a_board_counts_and_leads_to_what_misses(year, client, django_assert_num_queries):
    with django_assert_num_queries(3):
        made = board.board(Scope(path=JILIN), 2024, what="performance", path=JILIN)
    assert [task.code for task in made.tasks] == [CENTRE]
    found = {
        row.name: (row.whole.expected, row.whole.submitted, row.whole.overdue, row.whole.tone)
        for row in made.rows
    }
    assert found == {"长春市": (2, 1, 1, "bad"), "吉林市": (1, 0, 1, "bad")}
    assert made.rows[0].cells[CENTRE].share == 50
    assert (made.whole.expected, made.whole.overdue, made.whole.on_time) == (3, 2, 1)
    with django_assert_num_queries(3):
        by_unit = board.board(Scope(path=JILIN), 2024, what="performance", by="unit", path=JILIN)
    assert {row.name: row.whole.tone for row in by_unit.rows}["长春甲学院"] == "good"
    owed = board.board(Scope(path=JILIN), 2024, what="periodic", by="unit", path=JILIN)
    assert sum(row.whole.expected for row in owed.rows) == owed.whole.expected > 0
    assert owed.rows[0].name == board.AUTHORITIES or any(r.name == board.AUTHORITIES for r in owed.rows)
    assert board.AUTHORITIES in [row.name for row in owed.rows]
    chased = board.missing(JILIN, 2024, what="performance", key="220200", task=CENTRE)
    assert [row.unit.place_id for row in chased] == ["220200"]
    assert board.missing(JILIN, 2024, what="performance").count() == 2

    client.force_login(year)
    address = reverse("authority:board") + "?year=2024"
    page = client.get(address).content.decode()
    assert "1/2" in page
    assert "缺 1" in page
    pressed = client.post(address, {"cell": f"220200:{CENTRE}"})
    assert pressed.status_code == 302
    assert Chase.objects.get().performance.unit.place_id == "220200"
    client.post(address, {"cell": "*:*"})
    assert Chase.objects.count() == 2  # what was chased today is left out
    assert client.post(address, {"cell": "nonsense"}).status_code == 404
    assert 'id="chase"' in page
    with scene.on(2024, 11, 20):  # nothing is overdue yet: there is nobody to write to
        assert 'id="chase"' not in client.get(address).content.decode()
    Chase.objects.all().delete()
    client.post(address + "&place=220100", {"cell": "*:*"})  # the colleges of a city answer to the province
    assert Chase.objects.get().performance.unit.place_id == "220100"
    client.post(address + "&place=220100&what=periodic", {"cell": "*:*"})
    assert Chase.objects.filter(periodic__authority__place="220100").exists()
    assert (
        "吉林市" in client.get(address + "&place=140100").content.decode()
    )  # another's place is not taken up
    for more in ("&by=unit", "&what=periodic", "&place=220100", "&what=periodic&by=unit"):
        assert client.get(address + more).status_code == 200


def test_a_cell_chases_as_many_as_it_says_are_missing(year, client):
    PerformanceReport.objects.filter(unit__place="220200").update(due="2025-02-01")  # not yet due
    client.force_login(year)
    address = reverse("authority:board") + "?year=2024"
    page = client.get(address).content.decode()
    assert "催办这 1 项未报的" in page
    client.post(address, {"cell": f"*:{CENTRE}"})
    assert Chase.objects.count() == 1
