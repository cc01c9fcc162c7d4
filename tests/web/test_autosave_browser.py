"""Autosave in a real browser: saved within two seconds, kept while the network is away, conflicts shown."""

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
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    page.goto(live_server.url + reverse("unit:fill", args=[case.pk]))
    return case


def saved(page):
    page.wait_for_selector("[data-saved][data-state=saved]", timeout=4000)


def test_what_is_typed_is_saved_and_survives_a_lost_network(page, form):
    from tests.factory import fresh

    page.fill("[name=project_name]", "农机资源库")
    saved(page)
    assert fresh(form).draft.answers["project_name"] == "农机资源库"

    page.context.set_offline(True)
    page.fill("[name=project_name]", "断网时改的名称")
    page.wait_for_selector("[data-saved][data-state=offline]", timeout=4000)
    assert fresh(form).draft.answers["project_name"] == "农机资源库"
    page.context.set_offline(False)  # the browser says it is online again, and the page sends at once
    saved(page)
    assert fresh(form).draft.answers["project_name"] == "断网时改的名称"


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


def test_somebody_elses_change_is_shown_and_mine_can_be_kept(page, form):
    from tests.factory import fresh, leader
    from tongchou.applications.actions import save_draft

    save_draft(
        form,
        by=leader(form.unit),
        changes={"project_name": "同事改的"},
        base_version=fresh(form).draft.version,
    )
    page.fill("[name=project_name]", "我改的")
    page.wait_for_selector("[data-conflict=project_name]:not([hidden])", timeout=4000)
    assert "同事改的" in page.inner_text("[data-conflict=project_name]")
    page.click("[data-conflict=project_name] button:has-text('保留我的')")
    page.wait_for_selector("[data-saved][data-state=waiting]")
    saved(page)
    assert fresh(form).draft.answers["project_name"] == "我改的"
