"""The Word file with which a periodic report begins: its parts as headings, what the platform knows filled in."""

import io

import docx
import pytest
from django.urls import reverse

from tests import scene
from tongchou.designations.models import Designation
from tongchou.documents import report_templates
from tongchou.documents.official import word
from tongchou.monitoring import actions
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Task


@pytest.fixture
def year(programme):
    """A practice centre of Changchun that reported 2024 against a target it missed, and all that is owed for 2024."""
    unit = scene.unit("220100", name="长春职业技术学院")
    scene.project(unit, name="汽车实践中心", targets={"external_trainees": {"2024": 100}})
    with scene.on(2024, 11, 5):
        actions.open_period(
            task=Task.objects.get(code="practice-centre"),
            place=Jurisdiction.objects.get(code="220000"),
            year=2024,
            by=scene.officer("220000"),
        )
        report = PerformanceReport.objects.get()
        leader = scene.person(unit=unit, role="leader")
        given = scene.answers_for(report, external_trainees={"value": 90, "note": "招生减少"})
        actions.save_report(report, by=leader, changes=given, base_version=0)
        actions.submit_report(report, by=leader)
    with scene.on(2025, 1, 20):
        yield leader


def written(report):
    """The text, the headings and the tables of a begun report."""
    document = docx.Document(io.BytesIO(word.made(report_templates.paper(report))))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    return "\n".join(p.text for p in document.paragraphs), headings, tables


def test_what_is_held_no_more_is_not_said_to_be_held(year):
    reports = PeriodicReport.objects.select_related("unit", "authority__place", "programme", "task")
    of_unit = reports.filter(application=None).exclude(unit=None).first()
    of_province = reports.filter(authority__place="220000", task__code="practice-centre").first()
    assert "现有获得认定的项目1个" in written(of_unit)[0]
    assert any("汽车实践中心" in row for table in written(of_province)[2] for row in table)
    Designation.objects.update(ends_on="2025-01-01")
    assert "尚无获得认定的项目" in written(of_unit)[0]
    assert not any("汽车实践中心" in row for table in written(of_province)[2] for row in table)


def test_every_periodic_report_begins_with_its_parts_and_figures(year, client):
    reports = list(PeriodicReport.objects.select_related("unit", "authority__place", "programme", "task"))
    assert {(r.unit is not None, r.authority is not None) for r in reports} == {(True, False), (False, True)}
    for report in reports:
        _text, headings, _tables = written(report)
        assert len(headings) == len(report.parts or report_templates._USUAL_PARTS)
        assert all(part in heading for part, heading in zip(report.parts, headings, strict=False))

    plan = next(r for r in reports if r.kind == "operating-plan")
    text, _headings, tables = written(plan)
    assert "“建设开放型区域产教融合实践中心”，由长春职业技术学院牵头" in text
    assert "目标100人，实际90人，未达到目标" in text.replace(" ", "")
    figures = next(table for table in tables if table[0][0] == "指标")
    trainees = next(row for row in figures if row[0] == "对外开展学生实训总人数")
    assert trainees[2:] == ["100 人", "90 人", "否"]
    assert (
        sum(table[0][0] == "序号" and table[1][1] == "" for table in tables) == 2
    )  # the two lists, to be filled

    summary = next(r for r in reports if r.kind == "province-summary")
    text, _headings, tables = written(summary)
    assert "累计申报1项" in text
    assert "应报送绩效数据的项目1个，已报送1个（100%），其中迟报0个" in text
    assert ["长春市", "1", "1", "0", "0", "100%"] in [row for table in tables for row in table]
    assert any(row[:1] == ["1"] and "汽车实践中心" in row for table in tables for row in table)

    client.force_login(year)
    file = client.get(reverse("unit:periodic", args=[plan.pk]) + "?file=template")
    assert file.content.startswith(b"PK")
    client.force_login(scene.officer("220000"))
    file = client.get(reverse("authority:periodic_report", args=[summary.pk]) + "?file=template")
    assert file.content.startswith(b"PK")
    assert client.get(reverse("unit:periodic", args=[plan.pk]) + "?file=template").status_code == 404
