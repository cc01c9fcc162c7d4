"""Two people in one form, in two real browsers: presence, what the other changed, and conflicts side by side."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.test_autosave_browser import let_in, saved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two(page, chromium, live_server, world, settings):
    """The pages of the leader and of a filler on one draft, side by side."""
    from tests.factory import draft, filler, leader, unit

    school = unit()
    case = draft(school)
    other_context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    other_context.set_default_timeout(15_000)
    other = other_context.new_page()
    people = [leader(school), filler(school)]
    for each, person in zip((page, other), people, strict=True):
        client = Client()
        client.force_login(person)
        let_in(each, client, live_server, settings)
        each.goto(live_server.url + reverse("unit:fill", args=[case.pk]))
        each.wait_for_load_state("networkidle")
    yield case, people, page, other
    other_context.close()


def quiet(*pages):
    """No heartbeat brings changes in: what is tried is what a save says."""
    for page in pages:
        page.route("**/presence/", lambda route: route.abort())


def wake(page):
    """Tell now that the page is open, instead of in 20 seconds, and wait until the server knows and has answered."""
    with page.expect_response("**/presence/"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_two_people_see_each_other_and_what_the_other_changes(two):
    _case, (leader, filler), mine, theirs = two
    theirs.focus("[name=project_name]")
    wake(theirs)
    wake(mine)
    mine.wait_for_selector(f"[data-people]:has-text('{filler.name}')")
    mine.wait_for_selector("[data-field=project_name] [data-editing]")
    theirs.fill("[name=project_name]", "对方起的名称")
    saved(theirs)
    wake(mine)  # nothing of mine is there: it comes in without a reload, and says whose it is
    mine.wait_for_selector(f"[data-field=project_name]:has-text('{filler.name}'):has-text('刚刚修改')")
    assert mine.input_value("[name=project_name]") == "对方起的名称"
    wake(theirs)
    theirs.wait_for_selector(f"[data-people]:has-text('{leader.name}')")


def test_fields_of_two_people_merge_and_neither_overwrites_the_other_unknowingly(two):
    from tests.factory import fresh

    case, _people, mine, theirs = two
    quiet(mine, theirs)
    theirs.fill("[name=project_name]", "对方起的名称")
    saved(theirs)
    mine.fill("[name=served_majors-0-major_name]", "我的专业")
    saved(mine)  # the answer brings the other's name in
    assert mine.input_value("[name=project_name]") == "对方起的名称"
    mine.fill("[name=project_name]", "看过以后改的")  # so this is no conflict
    mine.wait_for_selector("[data-saved][data-state=waiting]")
    saved(mine)
    kept = fresh(case).draft.answers
    assert kept["project_name"] == "看过以后改的"
    assert kept["served_majors"][0]["major_name"] == "我的专业"


@pytest.mark.parametrize(
    "choice, kept", [("保留我的", "我改的"), ("采用对方的", "同事改的"), ("两段都保留", "同事改的 我改的")]
)
def test_a_conflict_stands_side_by_side_with_who_and_when(two, choice, kept):
    from tests.factory import fresh

    case, (_leader, filler), mine, theirs = two
    quiet(mine, theirs)
    theirs.fill("[name=project_name]", "同事改的")
    saved(theirs)
    mine.fill("[name=project_name]", "我改的")
    box = mine.wait_for_selector("[data-conflict=project_name]:not([hidden])")
    text = box.inner_text()
    assert "同事改的" in text
    assert "我改的" in text
    assert filler.name in text
    assert fresh(case).draft.answers["project_name"] == "同事改的"
    mine.reload()  # the choice is still to be made
    mine.wait_for_selector("[data-conflict=project_name]:not([hidden])")
    mine.click(f"[data-conflict=project_name] button:has-text('{choice}')")
    mine.wait_for_selector("[data-conflict=project_name]", state="hidden")
    assert mine.input_value("[name=project_name]") == kept
    mine.wait_for_timeout(2000)
    saved(mine)
    assert fresh(case).draft.answers["project_name"] == kept


def test_what_was_typed_offline_meets_what_came_meanwhile(two):
    from tests.factory import fresh

    case, _people, mine, theirs = two
    quiet(mine, theirs)
    mine.context.set_offline(True)
    mine.fill("[name=project_name]", "断网时写的")
    mine.wait_for_selector("[data-saved][data-state=offline]")
    theirs.fill("[name=project_name]", "网上的人写的")
    saved(theirs)
    mine.context.set_offline(False)
    mine.reload()  # even after a reload it is held against the version it was typed on
    mine.wait_for_selector("[data-conflict=project_name]:not([hidden])")
    assert fresh(case).draft.answers["project_name"] == "网上的人写的"
