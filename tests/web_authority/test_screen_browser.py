"""The officers' screens in a browser: keyboard, remarks at fields, charts under the policy, and what axe-core finds."""

import pytest
from django.urls import reverse

from tests import factory as f
from tongchou.orgs.models import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints(page):
    found = []
    page.on("console", lambda m: found.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def enter(page, live_server, client):
    """Open an address as a person; the session is made without the login page, which is tried elsewhere."""

    def open_as(person: Person, address: str):
        client.force_login(person)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        page.goto(live_server.url + address)
        return page

    return open_as


def test_the_queue_by_keyboard_alone(world, enter, complaints, serious_faults):
    first, second = f.submitted(f.unit()), f.submitted(f.unit())
    page = enter(f.officer(), reverse("authority:queue"))
    assert serious_faults(page) == []
    for key in ("j", "j", "x", "k", "x"):
        page.keyboard.press(key)
    assert page.locator("input[name=rows]:checked").count() == 2
    assert page.evaluate("document.activeElement.getAttribute('href')") == reverse(
        "authority:case", args=[first.pk]
    )
    page.get_by_role("button", name="推荐", exact=True).click()
    page.locator("dialog button[value=yes]").click()
    page.get_by_text("未办成 2 项").wait_for()  # the server's own clock stands after the window
    assert page.get_by_text("已截止").count() == 2
    for box in page.locator("input[name=rows]").all():
        box.check()
    page.get_by_text("退回修改…").click()
    page.fill("#bulk-reason", "请补充")
    page.fill("#bulk-due", "2099-12-31")
    page.get_by_role("button", name="退回", exact=True).click()
    page.locator("dialog button[value=yes]").click()
    page.get_by_text("办成 2 项，未办成 0 项").wait_for()
    assert {f.fresh(c).state for c in (first, second)} == {"returned"}
    assert complaints == []


def test_a_remark_is_begun_at_the_answer(world, enter, complaints, serious_faults):
    case = f.submitted(f.unit())
    page = enter(f.officer(), reverse("authority:case", args=[case.pk]))
    assert serious_faults(page) == []
    button = page.locator("dt#f-project_name .tc-remark-button")
    button.focus()
    button.press("Enter")
    page.keyboard.type("名称太长")
    page.fill("#return-reason", "请核对")
    page.get_by_role("button", name="退回", exact=True).click()
    page.locator("dialog button[value=yes]").click()
    page.get_by_text("已退回修改。").wait_for()
    assert case.decisions.get().remarks == {"project_name": "名称太长"}
    assert complaints == []


def test_the_sheet_adds_up_while_marks_are_typed(world, enter, complaints, serious_faults):
    from tongchou.reviews import duties

    case = f.at(f.unit("vocational_college"), "province-designate", code=f.INTERNATIONAL)
    with f.on(2023, 9, 20):
        duty = duties.assign(case, expert=f.expert(), by=f.officer(f.PROVINCE))
    page = enter(duty.expert, reverse("expert:sheet", args=[duty.pk]))
    assert serious_faults(page) == []
    page.locator("input[data-weight]").first.fill("10")
    count = page.locator("input[data-weight]").count()
    assert f"（1/{count}）" in page.locator("[data-sum]").inner_text()
    page.locator("a[data-show-in]").first.click()
    assert page.locator("iframe#pdf").is_visible()
    assert [c for c in complaints if "PDF" not in c] == []


@pytest.mark.parametrize("width", [1440, 390])
def test_no_screen_is_wider_than_its_window(world, enter, complaints, serious_faults, width):
    case = f.submitted(f.unit())
    page = enter(f.officer(f.NATION), reverse("insight:overview"))
    page.set_viewport_size({"width": width, "height": 900})
    for name, args in [
        ("insight:overview", []),
        ("authority:workbench", []),
        ("authority:all", []),
        ("authority:case", [case.pk]),
        ("authority:quotas", []),
        ("authority:monitoring", []),
    ]:
        page = enter(f.officer(f.NATION), reverse(name, args=args))
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert serious_faults(page) == [], name
    assert page.locator("body").is_visible()
    assert complaints == []
