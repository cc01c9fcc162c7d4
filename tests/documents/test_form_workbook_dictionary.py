"""A field with a long list of choices in the Excel template: offered whole in the cell, read back by what people see."""

import io

import pytest
from openpyxl import load_workbook

from tests.factory import fresh, unit
from tests.web.kinds import MAJORS, begin
from tongchou.documents.form_workbook.cells import requirement
from tongchou.documents.form_workbook.comparing import dry_run
from tongchou.documents.form_workbook.layout import FORM, template_of
from tongchou.documents.form_workbook.writing import workbook
from tongchou.forms.definition import FieldDef


@pytest.fixture
def case(world, tmp_path):
    return begin(tmp_path, unit(name="长春甲学校"))


def cell_of(book, code):
    return next(row[3] for row in book[FORM].iter_rows() if row[0].value == code)


def read_back(case, book, tmp_path):
    book.save(tmp_path / "填报.xlsx")
    return dry_run(fresh(case), tmp_path / "填报.xlsx")


def offered(book, page, cell):
    """What the cell's list holds, wherever it stands."""
    rule = next(
        r for r in page.data_validations.dataValidation if cell.coordinate in r.sqref and r.type == "list"
    )
    sheet, _, cells = rule.formula1.replace("$", "").replace("'", "").rpartition("!")
    assert book[sheet].sheet_state == "hidden"
    return [row[0].value for row in book[sheet][cells]]


def test_a_long_list_is_offered_from_a_hidden_sheet(case):
    assert len("".join(MAJORS).encode()) > 255  # what a cell's own list could not hold
    book = load_workbook(io.BytesIO(workbook(template_of(case))))
    assert offered(book, book[FORM], cell_of(book, "major")) == MAJORS
    table = next(page for page in book if page["A1"].value == "table:courses")
    assert offered(book, table, table.cell(4, 2)) == MAJORS


def test_what_is_chosen_is_read_back_and_what_is_unknown_is_named(case, tmp_path):
    book = load_workbook(io.BytesIO(workbook(template_of(case))))
    cell_of(book, "major").value = "装备制造"
    cell_of(book, "serves").value = "水利、旅游"
    report = read_back(case, book, tmp_path)
    assert report.changes["major"] == "46"
    assert report.changes["serves"] == ["45", "54"]
    cell_of(book, "major").value = "航天"
    report = read_back(case, book, tmp_path)
    assert "major" not in report.changes
    assert [fault for fault in report.faults if "航天" in str(fault)]


def test_beside_the_cell_a_very_long_list_is_told_in_part():
    choices = [{"value": str(number), "label": f"门类{number}"} for number in range(200)]
    field = FieldDef(code="serves", label="面向", type="multichoice", choices=choices)
    told = requirement(field)
    assert "门类29等 200 项" in told
    assert "门类30" not in told
