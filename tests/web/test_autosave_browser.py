"""Autosave in a real browser: saved within two seconds, kept while the network or the session is away, rows and totals."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.urls import reverse

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(page, live_server, world, client, settings):
    """A draft opened in the browser by its school's leader; the clock of the server's thread is the real one."""
    from tests.factory import draft, leader, unit

    school = unit()
    case = draft(school)
    client.force_login(leader(school))
    assert client.session[SESSION_KEY]
    let_in(page, client, live_server, settings)
    page.goto(live_server.url + reverse("unit:fill", args=[case.pk]))
    return case


def let_in(page, client, live_server, settings):
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


def saved(page):
    page.wait_for_selector("[data-saved][data-state=saved]", timeout=8000)


def test_what_is_typed_is_saved_and_survives_a_lost_network_and_a_reload(page, form):
    from tests.factory import fresh

    page.fill("[name=project_name]", "农机资源库")
    saved(page)
    assert fresh(form).draft.answers["project_name"] == "农机资源库"

    page.context.set_offline(True)
    page.fill("[name=project_name]", "断网时改的名称")
    page.wait_for_selector("[data-saved][data-state=offline]", timeout=8000)
    assert fresh(form).draft.answers["project_name"] == "农机资源库"
    page.context.set_offline(False)  # the browser says it is online again, and the page sends at once
    saved(page)
    assert fresh(form).draft.answers["project_name"] == "断网时改的名称"

    # the server is away while the page is loaded anew: what was typed is still there, and goes up
    page.route("**/save/", lambda route: route.abort())
    page.fill("[name=project_name]", "重载前未送出的名称")
    page.wait_for_selector("[data-saved][data-state=offline]", timeout=8000)
    page.reload()
    assert page.input_value("[name=project_name]") == "重载前未送出的名称"
    page.wait_for_selector("[data-saved][data-state=offline]", timeout=8000)
    page.unroute("**/save/")
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert fresh(form).draft.answers["project_name"] == "重载前未送出的名称"
    assert page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('tongchou:')).length") == 0


def test_rows_are_added_removed_and_numbered(page, form):
    from tests.factory import fresh

    page.click("[data-add-row=served_majors]")
    inputs = page.query_selector_all("[data-rows=served_majors] input")
    for field, text in zip(inputs, ["甲专业", "510101", "乙专业", "510102"], strict=True):
        field.fill(text)
    saved(page)
    page.click("[data-rows=served_majors] [data-remove-row] >> nth=0")
    page.wait_for_selector("[data-saved][data-state=waiting]")
    saved(page)
    rows = fresh(form).draft.answers["served_majors"]
    assert rows == [{"major_name": "乙专业", "major_code": "510102"}]

    # by keyboard: Enter in the last row makes another, Ctrl+Delete takes it away
    page.focus("[name=served_majors-0-major_name]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "served_majors-1-major_name"
    page.keyboard.press("Control+Delete")
    assert page.evaluate("document.activeElement.name") == "served_majors-0-major_name"


def test_a_session_that_ended_is_said_and_after_a_new_login_the_page_goes_on(
    page, form, client, live_server, settings
):
    from tests.factory import fresh, leader

    page.context.clear_cookies()
    page.fill("[name=project_name]", "登录过期时写的")
    page.wait_for_selector("[data-saved][data-state=offline]:has-text('登录')", timeout=8000)
    client.logout()
    client.force_login(leader(form.unit))  # in another tab: a new session, and a new token
    let_in(page, client, live_server, settings)
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    assert fresh(form).draft.answers["project_name"] == "登录过期时写的"


def test_a_case_submitted_meanwhile_is_said_and_what_was_typed_stays_on_this_machine(page, form):
    from tongchou.applications.models import Application

    Application.objects.filter(pk=form.pk).update(
        state="in_review", step="city-recommend", submitted_at=form.draft.saved_at
    )
    page.fill("[name=project_name]", "来不及了")
    page.wait_for_selector("[data-saved][data-state=error]", timeout=8000)
    assert "来不及了" in page.evaluate("JSON.stringify(localStorage)")
    page.fill("[name=project_name]", "更来不及了")
    assert "更来不及了" in page.evaluate("JSON.stringify(localStorage)")
    assert page.get_attribute("[data-saved]", "data-state") == "error"


def test_a_full_browser_warns_before_what_waits_is_lost(page, form):
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('no room') } }")
    page.context.set_offline(True)
    page.fill("[name=project_name]", "存不下")
    page.wait_for_selector("[data-saved][data-state=offline]:has-text('不要关闭')", timeout=8000)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.close(run_before_unload=True)
    page.context.set_offline(False)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
