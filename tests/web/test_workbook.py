"""Filling in Excel and copying, as the unit's people meet it."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from tests.factory import CENTRE, draft, filled, fresh, leader, pdf, submitted, unit
from tongchou.applications.actions import save_draft
from tongchou.documents.form_workbook.layout import FORM
from tongchou.web.unit import workbook


@pytest.fixture
def case(school):
    return draft(school, code=CENTRE)


def download(client, case):
    answer = client.get(reverse("unit:workbook_template", args=[case.pk]))
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    return load_workbook(io.BytesIO(answer.content))


def put(book, code, value):
    row = next(row for row in book[FORM].iter_rows() if row[0].value == code)
    row[3].value = value


def upload(client, case, book):
    out = io.BytesIO()
    book.save(out)
    return send(client, case, out.getvalue())


def send(client, case, content, name="填报.xlsx"):
    given = {"do": "read", "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("unit:workbook", args=[case.pk]), given)


def test_a_template_goes_out_comes_back_is_read_and_taken_over(as_leader, case):
    assert "下载填报模板" in as_leader.get(reverse("unit:workbook", args=[case.pk])).content.decode()
    book = download(as_leader, case)
    put(book, "project_name", "离线填写的项目")
    answer = upload(as_leader, case, book)
    assert answer.status_code == 302
    page = as_leader.get(answer["Location"]).content.decode()
    assert "离线填写的项目" in page
    assert fresh(case).draft.answers.get("project_name") is None  # a dry run
    token = answer["Location"].partition("read=")[2]
    done = as_leader.post(
        reverse("unit:workbook", args=[case.pk]), {"do": "apply", "read": token}, follow=True
    )
    assert "已写入 1 项" in done.content.decode()
    assert fresh(case).draft.answers["project_name"] == "离线填写的项目"


def test_what_somebody_changed_since_the_download_is_not_overwritten(as_leader, case, school):
    book = download(as_leader, case)
    put(book, "project_name", "表里的名称")
    save_draft(case, by=leader(school), changes={"project_name": "网页上的名称"}, base_version=0)
    token = upload(as_leader, case, book)["Location"].partition("read=")[2]
    done = as_leader.post(
        reverse("unit:workbook", args=[case.pk]), {"do": "apply", "read": token}, follow=True
    )
    assert "没有覆盖" in done.content.decode()
    assert fresh(case).draft.answers["project_name"] == "网页上的名称"


def test_a_faulty_file_is_reported_and_comes_back_marked(as_leader, case):
    book = download(as_leader, case)
    code, row = next(
        (row[0].value, row[0].row)
        for row in book[FORM].iter_rows()
        if row[0].value and "整数" in str(row[5].value)
    )
    put(book, code, "很多")
    answer = upload(as_leader, case, book)
    page = as_leader.get(answer["Location"]).content.decode()
    assert f"填报!D{row}" in page
    assert "很多" in page
    marked = as_leader.get(
        f"{reverse('unit:workbook_marked', args=[case.pk])}?{answer['Location'].partition('?')[2]}"
    )
    cell = load_workbook(io.BytesIO(marked.content))[FORM].cell(row, 4)
    assert cell.fill.start_color.rgb == "FFF4B6B0"
    assert "数字" in cell.comment.text


def test_a_list_of_warnings_that_is_cut_says_so(as_leader, school, monkeypatch):
    case = filled(school, code=CENTRE)
    book = download(as_leader, case)
    for row in book[FORM].iter_rows():
        if row[0].value and isinstance(row[3].value, int | float):
            row[3].value = 0
    page = as_leader.get(upload(as_leader, case, book)["Location"]).content.decode()
    count = int(re.search("写入后仍须更正</dt><dd>([0-9]+)", page)[1])
    assert count > 1
    assert "只列出前" not in page
    monkeypatch.setattr(workbook, "MOST_SHOWN", count - 1)
    page = as_leader.get(upload(as_leader, case, book)["Location"]).content.decode()
    assert f"只列出前 {count - 1} 项。" in page


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", pdf(), b"PK\x03\x04rest"], ids=["empty", "text", "pdf", "broken"]
)
def test_what_is_no_workbook_is_refused_where_it_was_chosen(as_leader, case, content):
    answer = send(as_leader, case, content)
    assert answer.status_code == 422
    assert "Excel 填报" in answer.content.decode()


def test_a_report_is_reached_from_its_own_case_only(as_leader, case, school):
    token = upload(as_leader, case, download(as_leader, case))["Location"].partition("read=")[2]
    other = draft(school)
    assert as_leader.get(f"{reverse('unit:workbook', args=[other.pk])}?read={token}").status_code == 404
    assert as_leader.get(f"{reverse('unit:workbook', args=[case.pk])}?read=forged").status_code == 404


def test_strangers_and_submitted_cases_have_no_workbook(client, case, school, world):
    client.force_login(leader(unit()))
    for name in ("workbook", "workbook_template", "copy"):
        assert client.get(reverse(f"unit:{name}", args=[case.pk])).status_code == 404
    client.force_login(leader(school))
    assert client.get(reverse("unit:workbook_template", args=[submitted(school).pk])).status_code >= 400


def test_copying_shows_what_comes_over_and_copies_what_is_ticked(as_leader, case, school):
    source = filled(school, code=CENTRE)
    here = reverse("unit:copy", args=[case.pk])
    assert source.number in as_leader.get(here).content.decode()
    page = as_leader.get(f"{here}?from={source.pk}").content.decode()
    assert source.draft.answers["project_name"] in page
    done = as_leader.post(here, {"from": source.pk, "fields": ["project_name"]}, follow=True)
    assert "复制 1 项" in done.content.decode()
    assert fresh(case).draft.answers["project_name"] == source.draft.answers["project_name"]


def test_an_answer_says_where_it_is_from_until_it_is_changed(as_leader, case, school):
    section = next(s for s in case.edition.pack.form if any(f.code == "unit_name" for f in s.fields))
    here = f"{reverse('unit:fill', args=[case.pk])}?section={section.code}"
    assert 'data-source="unit_name"' in as_leader.get(here).content.decode()
    save_draft(case, by=leader(school), changes={"unit_name": "另一名称"}, base_version=0)
    page = as_leader.get(here).content.decode()
    assert 'data-source="unit_name"' not in page
    assert "两处不一致" in page
    assert school.name in page
