"""Yearly figures by Excel: what is written on the sheet, what is found wrong with it, and that it saves as the screen does."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests import scene
from tests.monitoring.year import opened_period
from tongchou.core.access import Refused
from tongchou.core.models import AuditRecord
from tongchou.documents.form_workbook.marking import marked
from tongchou.documents.report_workbook import importing, layout
from tongchou.documents.report_workbook.writing import workbook
from tongchou.monitoring import actions, drafts
from tongchou.monitoring.models import PerformanceReport
from tongchou.web import report_sheets

TITLES = [name for name, _width in layout.COLUMNS]


@pytest.fixture
def year(programme):
    world = opened_period()
    other = scene.unit()
    world.other_leader = scene.person(unit=other, role="leader")
    project = scene.project(other)
    world.other = PerformanceReport.objects.create(
        period=world.period,
        application=project,
        edition=project.edition,
        variant=project.variant,
        unit=other,
        place_path=project.place_path,
        scope_path=project.scope_path,
        level="province",
    )
    world.report.refresh_from_db()
    return world


def sheet_of(*reports):
    """The workbook of these reports, and its rows by project number and indicator."""
    book = load_workbook(io.BytesIO(workbook(reports)))
    rows = {(row[0].value, row[3].value): row for row in book[layout.SHEET].iter_rows(min_row=2)}
    return book, rows


def put(row, title, value):
    row[TITLES.index(title)].value = value


def kept(book, tmp_path):
    path = tmp_path / "sheet.xlsx"
    book.save(path)
    return path


def test_a_sheet_saves_exactly_what_the_screen_saves(year, tmp_path, monkeypatch):
    with scene.on(2024, 11, 10):
        actions.save_report(
            year.report, by=year.filler, changes={"awards": {"value": 4, "note": "旧"}}, base_version=0
        )
        year.report.refresh_from_db()
        book, rows = sheet_of(year.report, year.other)
        mine, theirs = year.report.application.number, year.other.application.number
        assert rows[mine, "awards"][TITLES.index(layout.VALUE)].value == 4
        assert rows[mine, "external_trainees"][TITLES.index(layout.TARGET)].value == "100 人"
        put(rows[mine, "external_trainees"], layout.VALUE, "1,234")
        put(rows[mine, "training_income"], layout.VALUE, 12.5)
        put(rows[mine, "plan_fulfilment"], layout.NUMERATOR, 8)
        put(rows[mine, "plan_fulfilment"], layout.DENOMINATOR, 10)
        put(rows[mine, "awards"], layout.NOTE, "（清空）")
        put(rows[theirs, "awards"], layout.VALUE, 7)
        path = kept(book, tmp_path)
        looked = importing.run(path, by=year.province, write=False)
        assert (looked.faulty, looked.reports, looked.changed) == (0, 2, 5)
        assert {(line.old, line.new) for line in looked.lines} >= {("—", "1,234 人"), ("—", "80%（8 ÷ 10）")}
        assert any("未达到年度目标" in message for _spot, message, _cite in looked.warnings)
        assert PerformanceReport.objects.get(pk=year.other.pk).answers == {}
        changes = {
            "external_trainees": {"value": 1234},
            "training_income": {"value": 12_500_000},
            "plan_fulfilment": {"numerator": 8.0, "denominator": 10.0},
            "awards": {"value": 4, "note": None},
        }
        by_screen = drafts.merged(
            year.report,
            [i for i in year.report.edition.pack.indicators if i.code in changes],
            changes,
            base_version=year.report.version,
        )
        done = importing.run(path, by=year.province, write=True)
    assert (done.reports, done.changed) == (2, 5)
    year.report.refresh_from_db()
    stored = (year.report.answers, year.report.version, year.report.field_versions)
    assert stored == (by_screen.answers, by_screen.version, by_screen.field_versions)
    records = AuditRecord.objects.filter(action="save_report", by=year.province)
    assert [r.data["fields"] for r in records.order_by("thing_id")] == [by_screen.accepted, ["awards"]]
    twin = PerformanceReport.objects.get(pk=year.other.pk)
    with scene.on(2024, 11, 11):
        again = importing.run(path, by=year.province, write=True)
        assert (again.changed, again.faulty) == (0, 0)
        actions.save_report(twin, by=year.other_leader, changes={"awards": {"value": 8}}, base_version=1)
        late = importing.run(path, by=year.province, write=True)
        monkeypatch.setattr(importing, "MOST_FAULTS", 0)
        few = importing.run(path, by=year.province, write=False)
    assert (late.changed, late.faults[0].message) == (0, "下载模板以后这一项已在平台上改过，没有覆盖")
    assert (late.faulty, late.same) == (1, 4)
    assert (len(looked.warnings), looked.lacking) == (1, 1)
    assert (len(few.warnings), few.lacking) == (0, 1)  # what is not told any more is still counted
    assert PerformanceReport.objects.get(pk=twin.pk).answers["awards"]["value"] == 8


def test_a_list_that_is_cut_says_so_and_what_the_marked_file_holds(year, client, monkeypatch):
    monkeypatch.setattr(report_sheets, "MOST_SHOWN", 1)
    book, rows = sheet_of(year.report)
    for (_number, code), row in rows.items():
        below = {"external_trainees": 2, "training_income": 1}  # what was committed
        put(row, layout.VALUE, below.get(code, "很多"))
    out = io.BytesIO()
    book.save(out)
    client.force_login(year.leader)
    with scene.on(2024, 11, 10):
        address = reverse("unit:performance_sheet", args=[year.report.pk])
        upload = SimpleUploadedFile("填报.xlsx", out.getvalue())
        read = client.post(address, {"do": "read", "file": upload})["Location"]
        page = client.get(read).content.decode()
        assert "只列出前 1 格，全部标在下载的文件里。" in page
        assert "只列出前 1 项。" in page
        monkeypatch.setattr(importing, "MOST_FAULTS", 1)
        page = client.get(read).content.decode()
    assert "只列出前 1 格，下载的文件里标出前 1 格。" in page
    assert "全部标在下载的文件里" not in page


def test_a_province_can_narrow_its_sheet_until_there_is_room(year, client, monkeypatch):
    monkeypatch.setattr(report_sheets, "MOST_PROJECTS", 1)
    elsewhere = scene.unit("220200")
    project = scene.project(elsewhere)
    year.other.pk, year.other.application, year.other.unit = None, project, elsewhere
    year.other.place_path = project.place_path
    year.other.save()
    client.force_login(year.province)

    def projects(**narrowed):
        with scene.on(2024, 11, 10):
            answer = client.get(reverse("authority:figures"), {"year": 2024, "template": 1, **narrowed})
        return {
            row[0].value
            for row in load_workbook(io.BytesIO(answer.content))[layout.SHEET].iter_rows(min_row=2)
        }

    assert project.number not in projects()
    assert projects(place="220200") == {project.number}
    assert projects(q=elsewhere.name) == {project.number}


def test_every_fault_is_told_at_its_cell_and_the_rest_is_saved(year, tmp_path):
    with scene.on(2024, 11, 10):
        book, rows = sheet_of(year.report, year.other)
        mine = year.report.application.number
        put(rows[mine, "external_trainees"], layout.VALUE, "很多")
        put(rows[mine, "plan_fulfilment"], layout.VALUE, 0.8)
        put(rows[mine, "awards"], layout.VALUE, 6)
        page = book[layout.SHEET]
        page.append([mine, "", 2024, "unheard_of", "", "", "", "", 1])
        page.append([mine, "", 2024, "awards", "", "", "", "", 9])
        page.append(["T99999", "", 2024, "awards", "", "", "", "", 9])
        path = kept(book, tmp_path)
        done = importing.run(path, by=year.filler, write=True)
        told = {(f.spot.address[0], f.message) for f in done.faults}
        assert (done.faulty, done.changed) == (6, 1)
        assert ("I", "应为数字，例如 1,234.5") in told
        assert ("D", "不是这个项目应报的指标") in told
        assert ("D", "这项指标在表中出现了两次，只能留一行") in told
        assert sum("没有应由您填报的项目" in message for _column, message in told) == 2
        back = load_workbook(io.BytesIO(marked(path, done.marks)))[layout.SHEET]
        cell = back[rows[mine, "external_trainees"][TITLES.index(layout.VALUE)].coordinate]
        assert "应为数字" in cell.comment.text
        assert cell.fill.start_color.rgb == "FFF4B6B0"
        with pytest.raises(Refused):
            drafts.save_reports({year.other.pk: drafts.Given({"awards": {"value": 1}})}, by=year.filler)
        year.report.refresh_from_db()
        assert year.report.answers == {"awards": {"value": 6}}
        empty = tmp_path / "empty.xlsx"
        empty.write_bytes(b"PK no workbook")
        with pytest.raises(Refused):
            importing.run(empty, by=year.filler, write=False)
        with pytest.raises(Refused):
            importing.run(path, by=year.filler, write=False, most_rows=3)
