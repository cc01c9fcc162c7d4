"""The whole way of a version in a browser: mistakes, what it changes, a rehearsal, published, in force, withdrawn."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import picture
from tests.programmes.uploading import administrator, zipped
from tongchou.programmes.models import Task, TaskEdition
from tongchou.programmes.release_models import PackRehearsal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def demo_server(settings, tmp_path, loaded):
    """A server with the demo's clock, at 1 June 2023."""
    from tongchou.web import demo_clock

    settings.DEMO = True
    settings.DATA = tmp_path
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tongchou.web.demo_clock.DemoClock"]
    demo_clock.set_to(date(2023, 6, 1))
    server = LiveServer("localhost")
    yield server
    server.stop()


@pytest.fixture
def enter(page, demo_server, client):
    """Open an address as a person; the session is made without the login page, which is tried elsewhere."""

    def open_as(person, address):
        client.force_login(person)
        cookie = client.cookies["sessionid"]
        page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": demo_server.url}])
        page.goto(demo_server.url + address)
        return page

    return open_as


@pytest.fixture
def complaints(page):
    found = []
    page.on("console", lambda m: found.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def shot(page):
    """Pictures of the page at both widths, where pictures are wanted; nothing may stick out of the phone."""

    def take(name):
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            picture(page, f"{name}-{width}", full_page=True)
            assert wide <= width, name
        page.set_viewport_size({"width": 1440, "height": 900})

    return take


def _upload(page, pack, name):
    page.goto(page.url.split("/packs/")[0] + reverse("packs:upload"))
    page.set_input_files("#file", {"name": name, "mimeType": "application/zip", "buffer": zipped(pack)})
    with page.expect_navigation():
        page.get_by_role("button", name="上传并检查").click()


def _sure(page, label):
    with page.expect_navigation():
        page.get_by_role("button", name=label, exact=True).click()
        page.locator("#confirm button[value=yes]").click()


@pytest.mark.slow
def test_a_version_from_its_mistakes_to_its_withdrawal(loaded, enter, complaints, serious_faults, shot):
    from tongchou.rehearsal import tasks

    page = enter(administrator(), reverse("packs:versions"))
    expect(page.locator("main")).to_contain_text("还没有上传的版本")
    assert serious_faults(page) == []

    loaded.task["steps"][1]["kind"] = "bless"
    loaded.task["conditions"][0]["rule"] = 'v["arae"] >= 1000'
    _upload(page, loaded, "有错.zip")
    expect(page.locator("#problems")).to_contain_text("2 处错误")
    expect(page.locator("#problems")).to_contain_text("tasks/01-centre/task.yaml")
    assert page.get_by_role("button", name="发布", exact=True).count() == 0
    assert serious_faults(page) == []
    shot("problems")
    page.get_by_role("link", name="格式说明 step-kind").click()
    expect(page.locator("tr", has=page.locator("#step-kind"))).to_be_in_viewport()
    assert serious_faults(page) == []
    shot("reference")

    loaded.task["steps"][1]["kind"] = "recommend"
    loaded.task["conditions"][0] |= {"text": "面积不少于 2000 平方米", "rule": 'v["area"] >= 2000.0'}
    loaded.programme["version"] = "2"
    _upload(page, loaded, "改好.zip")
    expect(page.locator("#changes")).to_contain_text("面积不少于 2000 平方米")
    assert serious_faults(page) == []
    shot("changes")

    page.fill("#units", "5")
    page.get_by_label("1. 实践中心").check()
    with page.expect_navigation():
        page.get_by_role("button", name="开始演练").click()
    expect(page.locator("#rehearsals")).to_contain_text("等待后台开始")
    tasks.play_upload(PackRehearsal.objects.get().pk)  # what the worker does
    expect(page.locator("#rehearsals")).to_contain_text("审计链：完好", timeout=10_000)
    assert serious_faults(page) == []
    shot("rehearsed")

    page.fill("#effective", "2023-06-20")
    _sure(page, "发布")
    expect(page.locator("h1")).to_contain_text("待生效")
    page.fill("#demo-day", "2023-06-21")
    with page.expect_navigation():
        page.get_by_role("button", name="拨到这一天").click()
    expect(page.locator("h1")).to_contain_text("生效中")
    assert TaskEdition.objects.get(place="000000", current=True).number == 2
    shot("in-force")

    page.fill("#reason", "面积要求过高")
    _sure(page, "撤回")
    expect(page.locator("h1")).to_contain_text("已撤回")
    conditions = TaskEdition.objects.get(place="000000", current=True).pack.conditions
    assert conditions[0].text == "面积不少于 1000 平方米"
    page.goto(page.url.split("/packs/")[0] + reverse("packs:versions") + "?part=releases")
    expect(page.locator("main")).to_contain_text("撤回版本 2 后恢复")
    assert serious_faults(page) == []
    shot("history")
    assert complaints == []


def test_every_reading_screen_fits_and_has_no_serious_fault(loaded, enter, complaints, serious_faults, shot):
    mine = administrator()
    task = reverse("packs:task", args=[Task.objects.get().pk])
    parts = ("overview", "conditions", "form", "indicators", "rubrics", "quotas", "calendar")
    addresses = {f"task-{part}": f"{task}?part={part}&place=220000" for part in parts}
    addresses |= {name: reverse(f"packs:{name}") for name in ("programme", "calendar", "trace", "upload")}
    for name, address in addresses.items():
        page = enter(mine, address)
        assert serious_faults(page) == [], name
        shot(name)
    assert complaints == []
