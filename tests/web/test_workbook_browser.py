"""Excel and copying in a real browser, wide and narrow: nothing axe-core finds serious, nothing wider than the page."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.web.test_autosave_browser import let_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(page, live_server, world, client, settings):
    from tests.factory import CENTRE, draft, filled, leader, unit

    school = unit(name="长春甲校")
    filled(school, code=CENTRE)
    made = draft(school, code=CENTRE)
    client.force_login(leader(school))
    client.get("/unit/")
    let_in(page, client, live_server, settings)
    return made


def spoiled(client, case) -> bytes:
    """The template with a name filled in and a number that is none."""
    book = load_workbook(io.BytesIO(client.get(reverse("unit:workbook_template", args=[case.pk])).content))
    for row in book["填报"].iter_rows():
        if row[0].value == "project_name":
            row[3].value = "离线填写的项目"
        elif row[0].value and str(row[5].value).startswith("必填；整数"):
            row[3].value = "约三百"
            break
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def looked_at(page, serious_faults):
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert serious_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_faulty_workbook_is_reported_and_the_rest_taken_over(
    page, live_server, client, case, serious_faults
):
    from tests.factory import fresh

    page.goto(live_server.url + reverse("unit:fill", args=[case.pk]))
    looked_at(page, serious_faults)
    page.click("text=Excel 填报")
    looked_at(page, serious_faults)
    book = {"name": "填报.xlsx", "mimeType": "application/octet-stream", "buffer": spoiled(client, case)}
    page.set_input_files("[name=file]", files=[book])
    page.click("text=上传并试读")
    page.wait_for_selector("text=有错误的单元格")
    looked_at(page, serious_faults)
    with page.expect_download() as download:
        page.click("text=下载标出错误的原文件")
    assert download.value.suggested_filename.endswith("待改正.xlsx")
    page.click("text=写入没有错误的项")
    page.wait_for_selector("text=已写入")
    assert fresh(case).draft.answers["project_name"] == "离线填写的项目"


def test_an_earlier_declaration_is_copied(page, live_server, case, serious_faults):
    from tests.factory import fresh

    page.goto(live_server.url + reverse("unit:copy", args=[case.pk]))
    page.click("text=查看可复制的内容")
    page.wait_for_selector("text=复制勾选的项")
    looked_at(page, serious_faults)
    page.click("text=复制勾选的项")
    page.wait_for_selector("text=已从")
    assert len(fresh(case).draft.answers) > 20
