"""Choosing from a long list in a real browser: by typing, by keyboard, in a table's rows, on a narrow screen, without scripts."""

import pytest
from django.urls import reverse

from tests.web.test_autosave_browser import saved
from tests.web.test_form_kinds_browser import form, section

__all__ = ["form"]  # the fixture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FOUND = "[data-field=major] input[list=choices]"


def answers(form):
    from tests.factory import fresh

    return fresh(form).draft.answers


def test_typing_a_part_picks_the_one_that_has_it(page, form):
    page.click("label[for=i-major]")
    page.keyboard.type("装备")
    page.keyboard.press("Enter")
    assert page.input_value(FOUND) == "装备制造"
    assert page.input_value("select[name=major]") == "46"
    saved(page)
    assert answers(form)["major"] == "46"
    page.reload()
    assert page.input_value(FOUND) == "装备制造"
    page.fill(FOUND, "")
    page.keyboard.press("Tab")
    saved(page)
    assert answers(form)["major"] is None


def test_what_names_none_or_several_keeps_the_answer_and_says_so(page, form):
    page.fill(FOUND, "旅游")  # as choosing it in the list does
    saved(page)
    page.fill(FOUND, "与")
    page.keyboard.press("Tab")
    assert "“与”不能确定是哪一项" in page.inner_text("[data-error=major]")
    assert page.input_value(FOUND) == "旅游"
    page.fill(FOUND, "航天")
    page.keyboard.press("Tab")
    assert "“航天”" in page.inner_text("[data-error=major]")
    assert answers(form)["major"] == "54"
    page.focus(FOUND)
    assert page.locator("#choices option").count() == 19


def test_several_are_ticked_among_those_that_are_found(page, form):
    boxes = page.locator("[data-field=serves] .form-check:visible")
    assert boxes.count() == 19
    page.fill("[data-field=serves] input.form-control", "与服务")
    assert boxes.count() == 1
    boxes.locator("input").check()
    page.fill("[data-field=serves] input.form-control", "水")
    boxes.locator("input").check()
    saved(page)
    assert answers(form)["serves"] == ["45", "59"]


def test_rows_of_a_table_pick_too(page, form):
    section(page, form, "people")
    cells = page.locator("[data-rows=courses] input[list=choices]")
    cells.nth(0).fill("财经")
    page.keyboard.press("Tab")
    page.keyboard.type("32")
    page.click("[data-add-row=courses]")
    assert cells.nth(1).get_attribute("aria-label") == "课程 2 所属大类"
    page.keyboard.type("公安")
    page.keyboard.press("Enter")
    assert cells.nth(1).input_value() == "公安与司法"
    saved(page)
    rows = answers(form)["courses"]
    assert [(row["major"], row["hours"]) for row in rows] == [("53", 32), ("58", None)]


def test_what_somebody_else_picked_is_shown(page, form):
    from tests.factory import filler, fresh
    from tongchou.applications.actions import save_draft

    case = fresh(form)
    save_draft(case, by=filler(case.unit), changes={"major": "42"}, base_version=case.draft.version)
    page.fill("[name=title]", "农机中心")
    saved(page)
    page.wait_for_function(f"document.querySelector('{FOUND}').value === '资源环境与安全'")


def test_without_scripts_it_is_a_plain_list(live_server, page, form):
    plain = page.context.browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    try:
        bare = plain.new_page()
        bare.goto(live_server.url + reverse("unit:fill", args=[form.pk]))
        bare.select_option("select[name=major]", label="水利")
        bare.click("button[name=next]")
    finally:
        plain.close()
    assert answers(form)["major"] == "45"


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_serious_stands_in_the_way(page, form, serious_faults, width):
    page.set_viewport_size({"width": width, "height": 900})
    for part in ("basic", "people"):
        section(page, form, part)
        page.wait_for_selector("input[list=choices]")
        assert serious_faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
