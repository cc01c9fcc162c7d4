"""Every kind of field in a real browser: counts, totals, look-ups, what shows when, and what is found at the field."""

import pytest
from django.urls import reverse

from tests.web.test_autosave_browser import let_in, saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(page, live_server, world, client, settings, tmp_path):
    from tests.factory import leader, unit
    from tests.web.kinds import begin

    school = unit(name="长春甲学校")
    case = begin(tmp_path, school)
    client.force_login(leader(school))
    let_in(page, client, live_server, settings)
    page.goto(live_server.url + reverse("unit:fill", args=[case.pk]))
    return case


def section(page, form, code: str):
    page.goto(page.url.split("?")[0] + f"?section={code}")


def test_counts_totals_and_computed_fields_follow_what_is_typed(page, form):
    page.fill("[name=title]", "农机中心")
    assert page.inner_text("[data-count=i-title]") == "4 / 20 字"
    page.fill("[name=intro]", "字" * 53)
    assert "超出 3 字" in page.inner_text("[data-count=i-intro]")
    page.fill("[name=budget-0-amount]", "1,000.5")
    page.focus("[name=budget-0-amount]")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.fill("[name=budget-1-amount]", "0.1")
    assert page.inner_text("[data-total=amount]") == "1,000.6"
    page.fill("[name=fund]", "300")
    page.fill("[name=staff]", "3")
    saved(page)
    page.wait_for_selector("[data-computed=per_head]:has-text('100,000,000')")


def test_an_untouched_form_is_not_shouted_at_and_a_touched_field_says_what_is_wrong(page, form):
    assert page.locator("[data-notes]:visible").count() == 0
    assert page.locator("[data-checks] li").count() > 3
    page.fill("[name=fund]", "5")  # least is 100
    page.focus("[name=title]")
    page.focus("[name=staff]")  # the name was left empty
    saved(page)
    wrong = page.wait_for_selector("[data-field=fund] .tc-note-error")
    assert "不应小于" in wrong.inner_text()
    assert page.locator("[data-field=fund] .tc-note-error .tc-cite").count() == 1
    assert page.get_attribute("[name=fund]", "aria-invalid") == "true"
    assert "n-fund" in page.get_attribute("[name=fund]", "aria-describedby")
    assert page.locator("[data-field=title] .tc-note-missing").count() == 1
    assert page.locator("[data-field=since] .tc-note").count() == 0
    page.fill("[name=rate]", "50")
    page.wait_for_selector("[data-field=rate] .tc-note-advice")
    page.fill("[name=fund]", "500")
    page.wait_for_selector("[data-field=fund] .tc-note-error", state="detached")


def test_the_list_jumps_to_the_field_also_in_another_section(page, form):
    page.click("[data-checks] li[data-of=team] a[data-jump]")
    page.wait_for_selector("[data-field=team] .tc-note-missing")
    page.wait_for_selector("[name=team-0-name]:focus")


def test_fields_show_when_they_are_asked_for_and_keep_what_they_held(page, form):
    from tests.factory import fresh

    assert page.is_hidden("[data-field=country]")
    page.check("[name=foreign][value=yes]")
    page.wait_for_selector("[data-field=country]", state="visible")
    assert page.is_visible("[data-field=country] [data-required-when]")
    page.fill("[name=country]", "泰国")
    saved(page)
    page.check("[name=foreign][value=no]")
    page.wait_for_selector("[data-field=country]", state="hidden")
    saved(page)
    assert fresh(form).draft.answers["country"] == "泰国"
    section(page, form, "people")
    assert page.is_hidden("[data-field=abroad]")


def test_which_of_the_conditions_are_met_and_what_shows_it(page, form):
    panel = page.locator("[data-standings]")
    assert "3 项中须满足 2 项，已满足 0 项" in panel.inner_text()
    assert page.locator(".tc-member-open").count() == 3
    page.fill("[name=staff]", "12")
    page.check("[name=areas][value=b]")
    page.wait_for_selector("[data-standings] :text('已满足 2 项')")
    assert page.locator(".tc-member-met").count() == 2
    page.check("[name=foreign][value=yes]")
    page.wait_for_selector("[data-standings] :text('已满足 3 项')")
    page.click(".tc-members summary:has-text('涉外')")
    assert "尚未上传" in panel.inner_text()


def test_partner_units_are_found_in_the_register_by_name_and_fill_their_row(page, form):
    from tests.factory import fresh, unit

    partner = unit("enterprise", name="长春农机股份有限公司")
    unit("enterprise", name="长春未核验农机公司", verified=False)
    section(page, form, "people")
    page.fill("[name=partners-0-name]", "农机")
    page.wait_for_selector("#lookup option", state="attached")
    assert page.locator("#lookup option").count() == 1
    page.fill("[name=partners-0-name]", partner.name)  # as choosing it does
    assert page.input_value("[name=partners-0-uscc]") == partner.uscc
    assert page.input_value("[name=partners-0-kind]") == "enterprise"
    page.wait_for_timeout(2500)
    saved(page)
    assert fresh(form).draft.answers["partners"][0]["uscc"] == partner.uscc


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("part", ["basic", "people"])
def test_nothing_serious_stands_in_the_way(page, form, serious_faults, width, part):
    page.set_viewport_size({"width": width, "height": 900})
    section(page, form, part)
    page.wait_for_selector("form[data-autosave]")
    if part == "basic":
        page.fill("[name=fund]", "5")
        page.fill("[name=staff]", "1")
        page.wait_for_selector(".tc-note-error")
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
