"""Where the walk is played: a server with the demo's clock, and people who sit at browsers of their own.

A :class:`Seat` reads like what a person does: ``seat.menu("申报审核")``, ``seat.press("推荐", sure=True)``,
``seat.sees("已推荐。")``, ``seat.shot("queue")``. Every shot is looked over by axe as well; what it finds serious is kept in
``stage.faults``, which a test asserts to be empty at its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

from tests.browser import picture

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# once charts have followed the window
WIDTH = """() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(
    () => told(document.documentElement.scrollWidth))))"""
PASSWORD = "tongchou-e2e-9183"

# Types into the form on the page, without telling its autosave: what the saving button then sends.
_TYPE = """(given) => {
  const form = document.querySelector("form[data-autosave]");
  for (const [name, texts] of Object.entries(given)) {
    const field = form.querySelector(`[data-field="${name.split("-")[0]}"]`);
    const add = field?.querySelector("[data-add-row]");
    for (let tries = 0; add && !form.elements[name] && tries < 60; tries += 1) add.click();
    for (const input of form.querySelectorAll(`[name="${name}"]`)) {
      if (input.type === "checkbox" || input.type === "radio") input.checked = texts.includes(input.value);
      else if (input.type !== "hidden") input.value = texts[0] ?? "";
    }
  }
}"""


@dataclass
class Stage:
    """The server, the browser, and what axe found."""

    url: str
    browser: Browser
    look: Any
    language: str = "zh-CN"
    faults: list[str] = field(default_factory=list)
    number: int = 0
    _seats: list[Seat] = field(default_factory=list)

    def seat(self, username: str = "") -> Seat:
        """A browser of one's own; logged in by the login page when a user name is given."""
        context = self.browser.new_context(viewport=DESK, locale=self.language)
        context.set_default_timeout(15_000)
        seat = Seat(self, context.new_page())
        self._seats.append(seat)
        if username:
            seat.open("/account/login/")
            seat.log_in(username)
        return seat

    def close(self) -> None:
        for seat in self._seats:
            seat.page.context.close()


@dataclass
class Seat:
    """One person at one browser."""

    stage: Stage
    page: Page

    # ------------------------------------------------------------ going

    def open(self, path: str) -> None:
        self.page.goto(self.stage.url + path)

    def log_in(self, username: str) -> None:
        self.type(login=username, password=PASSWORD)
        self.press("登录", within="main")

    def menu(self, label: str, group: str = "") -> None:
        """Follow the left menu; ``group`` where two groups have an entry of the same name."""
        menu = self.page.locator("#menu")
        holder = menu.locator("ul").nth(_group(menu, group)) if group else menu
        self._go(holder.get_by_role("link", name=label, exact=True).first)

    def follow(self, label: str, *, exact: bool = False) -> None:
        """Follow a link of the page itself."""
        self._go(self.page.locator("main").get_by_role("link", name=label, exact=exact).first)

    def case(self, label: str) -> None:
        """From a queue to a case's own page, by the panel that opens beside the list."""
        self.page.locator("[data-rows]").get_by_role("link", name=label).first.click()
        self._go(self.page.locator("[data-beside] [data-whole-case]"))

    def set_day(self, day: str) -> None:
        """Move the clock by the bar that the demo shows on every page."""
        self.page.fill("#demo-day", day)
        self.press("拨到这一天")
        year, month, date = (int(part) for part in day.split("-"))
        self.sees(f"{year}年{month}月{date}日", within=".tc-demo")

    def _go(self, locator: Any) -> None:
        with self.page.expect_navigation():
            locator.click()

    # ------------------------------------------------------------ doing

    def type(self, **values: str) -> None:
        """Type into inputs by name, in the body of the page."""
        for name, value in values.items():
            self.page.locator(f"main [name='{name}']").first.fill(value)

    def choose(self, name: str, label: str) -> None:
        self.page.locator(f"main [name='{name}']").first.select_option(label=label)

    def write(self, texts: dict[str, list[str]]) -> None:
        """Type many inputs of the page's form at once; tables get the rows they need."""
        self.page.evaluate(_TYPE, texts)

    def press(self, label: str, *, sure: bool = False, within: str = "body") -> None:
        """Press a button that leads on; ``sure`` answers the question it asks."""
        button = self.page.locator(within).get_by_role("button", name=label, exact=True).first
        with self.page.expect_navigation():
            button.click()
            if sure:
                self.page.locator("#confirm button[value=yes]").click()

    def unfold(self, label: str) -> None:
        self.page.locator("main summary", has_text=label).first.click()

    def upload(self, code: str, content: bytes, name: str) -> None:
        """Upload a file into a slot of the declaration."""
        file = {"name": name, "mimeType": "application/pdf", "buffer": content}
        self.page.locator(f"#u-{code}").set_input_files(file)  # type: ignore[arg-type]
        expect(self.page.locator(f"#f-{code}").get_by_role("link", name=name)).to_be_visible()

    def saved(self) -> None:
        """The autosave has said so."""
        expect(self.page.locator("[data-saved][data-state=saved]")).to_contain_text("已保存")

    # ------------------------------------------------------------ seeing

    def sees(self, *texts: str, within: str = "main") -> None:
        for text in texts:
            expect(self.page.locator(within).first).to_contain_text(text)

    def shot(self, name: str, *, phone: bool = False, at: str = "") -> None:
        """A picture, at 390 px too when asked, where pictures are wanted; axe looks at the page, and nothing may stick out of the phone."""
        self.stage.number += 1
        if at:
            self.page.locator(at).first.scroll_into_view_if_needed()
        else:
            self.page.evaluate("scrollTo(0, 0)")
        numbered = f"{self.stage.number:02}-{name}"
        picture(self.page, numbered)
        where = urlsplit(self.page.url).path
        self.stage.faults += [f"{name} {where}: {fault}" for fault in self.stage.look(self.page)]
        if phone:
            self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
            wide = self.page.evaluate(WIDTH)
            picture(self.page, f"{numbered}-390")
            self.page.set_viewport_size(DESK)  # type: ignore[arg-type]
            if wide > PHONE["width"]:
                self.stage.faults.append(f"{name} {where}: {wide} px wide on a phone")

    def download(self, address: str) -> bytes:
        """What an address of the page gives."""
        answer = self.page.request.get(self.stage.url + address.partition("#")[0])
        assert answer.ok, f"{address}: {answer.status}"
        return answer.body()


def _group(menu: Any, group: str) -> int:
    return [re.sub(r"\s", "", text) for text in menu.locator(".tc-menu-group").all_inner_texts()].index(group)
