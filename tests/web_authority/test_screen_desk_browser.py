"""The desk in a browser: cases cleared by the keyboard beside their list, one of many refused, and the export."""

import openpyxl
import pytest
from django.urls import reverse

from tests import factory as f
from tests.browser import picture
from tests.world import DAY
from tongchou.core import clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_queue_is_cleared_by_keyboard_beside_its_list(
    world, page, live_server, client, serious_faults, tmp_path
):
    complaints = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    school = f.unit()
    first = f.submitted(school, project_name="甲项目")
    second, third = f.copies(first, 2)
    officer = f.officer()
    client.force_login(officer)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.goto(live_server.url + reverse("authority:queue"))

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    panel = page.locator("[data-beside]")
    panel.get_by_role("heading", name="甲项目", exact=True).wait_for()
    assert page.url.endswith(reverse("authority:queue"))  # no other page
    assert serious_faults(page) == []
    page.keyboard.press("e")
    page.locator("#preview[open]").wait_for()  # the evidence beside the form
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    assert page.evaluate("document.activeElement.id") == "return-reason"
    page.keyboard.type("rjk 请补充")  # letters that are keys elsewhere
    assert panel.locator("#return-reason").input_value() == "rjk 请补充"
    panel.locator("#return-due").fill("2020-01-01")
    panel.locator("dt#f-project_name .tc-remark-button").press("Enter")
    page.keyboard.type("名称太长")
    panel.get_by_role("button", name="退回", exact=True).click()
    page.locator("dialog button[value=yes]").click()
    panel.get_by_text("修改期限不能早于今天").first.wait_for()  # refused beside the list, with what was typed
    assert panel.locator("#return-reason").input_value() == "rjk 请补充"
    panel.locator("#return-due").fill("2099-12-31")
    panel.get_by_role("button", name="退回", exact=True).click()
    page.locator("dialog button[value=yes]").click()
    panel.get_by_text("已退回修改。").first.wait_for()
    assert page.locator(".tc-row-done").count() == 1
    assert f.fresh(first).state == "returned"
    assert first.decisions.get().remarks == {"project_name": "名称太长"}
    page.keyboard.press("n")
    panel.get_by_text(second.number).wait_for()
    page.keyboard.press("Escape")
    assert panel.is_hidden()
    page.keyboard.press("?")
    page.locator("#keys[open]").wait_for()
    page.keyboard.press("Escape")

    page.reload()
    for box in page.locator("input[name=rows]").all():
        box.check()
    with clock.at(DAY):
        f.advance(third)  # somebody else was quicker
    page.get_by_text("退回修改…", exact=True).click()
    page.fill("#bulk-reason", "请补充")
    page.fill("#bulk-due", "2099-12-31")
    page.locator(".tc-bulk").get_by_role("button", name="退回", exact=True).click()
    page.locator("dialog button[value=yes]").click()
    page.get_by_text("办成 1 项，未办成 1 项。").wait_for()
    assert f.fresh(second).state == "returned"

    page.goto(live_server.url + reverse("authority:all") + f"?task={first.task_id}&state=returned")
    page.get_by_text("导出…", exact=True).click()
    page.locator("input[name=fields]").first.check()
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 Excel").click()
    download.value.save_as(tmp_path / "list.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "list.xlsx").active.iter_rows(values_only=True))
    assert {row[1] for row in rows[5:]} == {"甲项目", second.project_name}
    page.get_by_text("保存为视图…").click()
    page.fill("#view-name", "已退回的")
    page.locator(".tc-views button[value=save_view]").click()
    page.locator(".tc-chips [aria-current]", has_text="已退回的").wait_for()

    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(live_server.url + reverse("authority:all"))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert serious_faults(page) == []
    page.locator("[data-rows] tbody a").first.click()
    page.wait_for_url("**/authority/cases/*/")  # a narrow screen opens the page
    assert [c for c in complaints if "422" not in c] == []


def test_a_long_filter_bar_is_short_on_a_telephone_until_asked(world, page, live_server, client):
    f.submitted(f.unit())
    client.force_login(f.officer())
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.goto(live_server.url + reverse("authority:all"))
    bar, more = page.locator(".tc-filters"), page.get_by_role("button", name="更多条件")
    assert more.is_hidden()
    assert bar.locator("#filter-state").is_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "filters-short")
    assert bar.locator(".tc-filter:visible").count() == 2
    more.click()
    assert bar.locator("#filter-state").is_visible()
    assert more.get_attribute("aria-expanded") == "true"
    bar.locator("#filter-state").select_option("in_review")
    page.wait_for_url("**state=in_review**")
    assert bar.locator("#filter-state").is_visible(), "what is set stays to be seen"
    assert bar.locator(".tc-filter:visible").count() == 3
