"""The Excel template of a draft: made for exactly its form, read back cell by cell, returned with faults marked."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import load_workbook

from tests.factory import CENTRE, draft, filled, fresh, leader, passing, refusal, unit
from tongchou.applications.actions import save_draft
from tongchou.documents.form_workbook.cells import read
from tongchou.documents.form_workbook.comparing import dry_run
from tongchou.documents.form_workbook.layout import CLEAR, FORM, template_of
from tongchou.documents.form_workbook.marking import marked
from tongchou.documents.form_workbook.writing import workbook
from tongchou.forms.definition import FieldDef
from tongchou.forms.schema import TABLE_TYPES
from tongchou.forms.values import Malformed


@pytest.fixture
def case(world):
    return filled(unit(name="长春甲校"), code=CENTRE)


class Book:
    """A downloaded template in somebody's hands."""

    def __init__(self, case, tmp_path):
        self.case, self.path = case, tmp_path / "填报.xlsx"
        self.book = load_workbook(io.BytesIO(workbook(template_of(case))))

    def cell(self, code):
        page = self.book[FORM]
        return next(row[3] for row in page.iter_rows() if row[0].value == code)

    def sheet(self, code):
        return next(p for p in self.book if str(p["A1"].value).endswith(f":{code}"))

    def row(self, code, number, values):
        page = self.sheet(code)
        for column, value in enumerate(values, 2):
            page.cell(4 + number, column).value = value

    def save(self):
        self.book.save(self.path)
        return self.path

    def read(self):
        return dry_run(self.case, self.save())


@pytest.fixture
def book(case, tmp_path):
    return Book(case, tmp_path)


def field_of(case, kind):
    return next((f for f in template_of(case).fields if f.type == kind), None)


def test_a_template_sent_back_as_it_is_changes_nothing(case, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(template_of(case)))
    report = dry_run(case, path)
    assert (report.changes, report.faults, report.lines) == ({}, [], [])
    assert report.same > 20
    assert report.version == case.draft.version


def test_every_answer_of_an_empty_draft_can_be_filled_in_the_template(world, tmp_path):
    """Filled for one draft, carried over to another of the same form: all answers arrive."""
    full = filled(unit(), code=CENTRE)
    empty = draft(unit(), code=CENTRE)
    source, target = Book(full, tmp_path), Book(empty, tmp_path)
    for page in source.book:
        for row in page.iter_rows():
            for cell in row:
                if not cell.protection.locked and cell.value is not None:
                    target.book[page.title][cell.coordinate].value = cell.value
    report = target.read()
    assert report.faults == []
    wanted = {f.code: full.draft.answers.get(f.code) for f in template_of(full).fields}
    now = {**empty.draft.answers, **report.changes}
    assert {code: now.get(code) for code in wanted} == wanted
    saved = save_draft(empty, by=leader(empty.unit), changes=report.changes, base_version=report.version)
    assert (saved.errors, saved.conflicts) == ({}, {})
    assert fresh(empty).draft.answers == now


@pytest.mark.parametrize(
    "kind, typed, stored",
    [
        ("integer", "１，２３４", 1234),
        ("integer", 1234.0, 1234),
        ("money", "1,234.5", 1_234_500_000),
        ("money", 0.1 + 0.2, 300_000),
        ("date", date(2023, 9, 1), "2023-09-01"),
        ("date", 45170, "2023-09-01"),
        ("date", "2023年9月1日", "2023-09-01"),
        ("text", 12345, "12345"),
        ("text", "=SUM(A1:A2)", None),
    ],
)
def test_what_people_leave_in_cells_is_read_as_meant(case, book, kind, typed, stored):
    asked = field_of(case, kind)
    book.cell(asked.code).value = typed
    report = book.read()
    assert not report.faults
    if stored is None:  # a formula that was never calculated has no value: it changes nothing
        assert asked.code not in report.changes
    else:
        assert report.changes.get(asked.code, case.draft.answers.get(asked.code)) == stored


@pytest.mark.parametrize("typed, stored", [("８５%", 85.0), (85, 85.0), ("85", 85.0), (0.1 + 0.2, 0.3)])
def test_per_cent_is_the_plain_number(typed, stored):
    assert read(FieldDef(code="share", label="占比", type="percent"), typed) == stored


def test_several_choices_stand_in_one_cell_even_where_a_label_holds_the_separator():
    options = [{"value": "a", "label": "甲、乙"}, {"value": "b", "label": "丙"}]
    asked = FieldDef(code="kinds", label="类别", type="multichoice", choices=options)
    assert read(asked, "丙；甲、乙") == ["b", "a"]
    with pytest.raises(Malformed, match="没有“丁”"):
        read(asked, "丙、丁")


def test_an_empty_cell_leaves_the_answer_and_a_word_clears_it(case, book):
    book.cell("project_name").value = None
    assert "project_name" not in book.read().changes
    book.cell("project_name").value = CLEAR
    assert book.read().changes["project_name"] is None


def test_a_faulty_cell_is_named_and_only_its_field_is_held_back(case, book):
    asked = field_of(case, "integer") or field_of(case, "money")
    book.cell(asked.code).value = "约三百"
    book.cell("project_name").value = "新的名称"
    report = book.read()
    (fault,) = report.faults
    assert str(fault.spot) == f"{FORM}!{book.cell(asked.code).coordinate}"
    assert (fault.cell, fault.label) == ("约三百", asked.label)
    assert fault.message
    assert fault.remedy
    assert report.changes == {"project_name": "新的名称"}
    assert [f.code for f in report.held_back] == [asked.code]


def test_the_same_file_comes_back_with_the_faulty_cell_red_and_all_else_as_it_was(case, book):
    asked = field_of(case, "integer") or field_of(case, "money")
    where = book.cell(asked.code).coordinate
    book.cell(asked.code).value = "约三百"
    report = book.read()
    back = load_workbook(io.BytesIO(marked(book.path, report.marks)))
    cell = back[FORM][where]
    assert cell.fill.start_color.rgb == "FFF4B6B0"
    assert report.faults[0].message in cell.comment.text
    before = load_workbook(book.path)
    changed = [
        (page.title, old.coordinate)
        for page in before
        for row in page.iter_rows()
        for old in row
        if old.value != back[page.title][old.coordinate].value
        or old.fill.start_color.rgb != back[page.title][old.coordinate].fill.start_color.rgb
    ]
    assert changed == [(FORM, where)]
    assert back["_tongchou"].sheet_state == "veryHidden"
    assert len(back[FORM].data_validations.dataValidation) == len(
        before[FORM].data_validations.dataValidation
    )


def test_rows_moved_and_inserted_are_found_by_their_codes(case, book):
    book.cell("project_name").value = "移动过的名称"
    book.book[FORM].insert_rows(2, 3)
    assert book.read().changes == {"project_name": "移动过的名称"}


def test_a_table_is_read_whole_and_blank_rows_between_do_not_count(case, book):
    table = next(
        f for f in template_of(case).fields if f.type in TABLE_TYPES and case.draft.answers.get(f.code)
    )
    before = case.draft.answers[table.code]
    page = book.sheet(table.code)
    page.insert_rows(4, 2)
    assert book.read().changes == {}
    for row in range(4, 40):
        for column in range(2, 8):
            page.cell(row, column).value = None
    assert book.read().changes == {}  # an empty sheet leaves the table as it is
    assert case.draft.answers[table.code] == before


def test_ten_thousand_rows_are_refused_in_one_line(case, book):
    table = next(f for f in template_of(case).fields if f.type in TABLE_TYPES)
    page = book.sheet(table.code)
    for row in range(10_000):
        page.cell(4 + row, 2).value = "甲"
    (fault,) = book.read().faults
    assert "10,000" in fault.message


def test_limits_warn_and_are_taken_over_as_a_draft_may_hold_them(case, book):
    asked = next(f for f in template_of(case).fields if f.type in {"text", "longtext"} and f.max_length)
    book.cell(asked.code).value = "长" * (asked.max_length + 1)
    report = book.read()
    assert asked.code in report.changes
    assert any(f"{asked.max_length:,}" in line.message for line in report.warnings)
    assert [fault for _spot, _why, fault in report.marks] == [False]


def test_another_case_s_template_and_an_older_form_are_told_apart(case, book, world):
    other = draft(unit())
    refused = refusal(dry_run, other, book.save())
    assert refused.code == "file"
    assert case.number in refused.denied.reason
    marks = book.book["_tongchou"]
    row = next(row for row in marks.iter_rows() if row[0].value == "edition")
    row[1].value = "0" * 64
    assert "旧版" in refusal(dry_run, case, book.save()).denied.reason
    book.book.remove(marks)
    assert "不是平台生成" in refusal(dry_run, case, book.save()).denied.reason


def test_what_is_no_workbook_or_would_fill_the_memory_is_refused(case, book, tmp_path):
    for content in (b"", b"no zip", b"PK\x03\x04broken"):
        path = tmp_path / "bad.xlsx"
        path.write_bytes(content)
        assert refusal(dry_run, case, path).code == "file"
    book.book[FORM]["XFD1048576"].value = "远"
    assert "过大" in refusal(dry_run, case, book.save()).denied.reason
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<x/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(101 * 2**20))
    assert "过大" in refusal(dry_run, case, bomb).denied.reason


def test_lists_limits_and_notes_stand_in_the_cells(case, book):
    page = book.book[FORM]
    kinds = {rule.type for rule in page.data_validations.dataValidation}
    assert {"list"} <= kinds or {"textLength"} <= kinds
    assert any(cell.comment for row in page.iter_rows() for cell in row)
    assert page.protection.sheet
    locked = {cell.protection.locked for row in page.iter_rows(min_col=3, max_col=3) for cell in row}
    assert locked == {True}
    assert not book.cell("project_name").protection.locked
    _answers, slots = passing(case)
    assert all(row[0].value not in slots for row in page.iter_rows())  # files are not filled in here
