"""Fixtures that drive Debian's Chromium through playwright; for tests marked `browser`.

`page` is a fresh browser page at 1440 × 900; `live_server` (of pytest-django) gives the address to open;
`serious_faults(page)` answers what axe-core finds serious or critical. Pictures are taken where TONGCHOU_SHOTS names a
folder for them, by `picture(page, name)`: drawing them costs more than the walk itself.
"""

import os
import shutil
from pathlib import Path

import pytest

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
MISSING = "Chromium is missing; on Debian or Ubuntu: apt-get install chromium fonts-noto-cjk"
# playwright runs an event loop in the test's thread; Django then refuses the database there unless told otherwise
ASYNC_UNSAFE = "DJANGO_ALLOW_ASYNC_UNSAFE"
# what Chromium draws for an address bar that nobody sees costs more than a page of ours; the rest as playwright has it
UNWANTED = [
    "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
    "DestroyProfileOnBrowserClose", "HttpsUpgrades", "MediaRouter", "OptimizationHints", "PaintHolding", "Translate",
]  # fmt: skip


def picture(page, name: str, **options) -> None:
    """A picture of the page, where pictures are wanted."""
    if folder := os.environ.get("TONGCHOU_SHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", **options)


def chromium_path() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def pytest_collection_modifyitems(config, items):
    """Without a browser its tests are skipped with the remedy named, or fail where a browser is required."""
    required = os.environ.get("CI") == "true" or os.environ.get("TONGCHOU_REQUIRE_BROWSER") == "1"
    if chromium_path() or required:
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    path = chromium_path()
    if path is None:
        pytest.fail(MISSING)
    os.environ[ASYNC_UNSAFE] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",  # tests run as root in containers
                "--lang=zh-CN",  # what the browser itself writes, such as days in date inputs
                "--disable-gpu",
                "--disable-quic",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                f"--disable-features={','.join(UNWANTED)}",
            ],
        )
        yield browser
        browser.close()
    del os.environ[ASYNC_UNSAFE]


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(15_000)
    page = context.new_page()
    yield page
    context.close()


@pytest.fixture
def serious_faults():
    def faults(page) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(
                AXE.read_text()
            )  # not a script tag: the content security policy forbids inline scripts
        found = page.evaluate("async () => (await axe.run({resultTypes: ['violations']})).violations")
        return [
            f"{fault['id']}: {fault['help']}: {', '.join(str(node['target']) for node in fault['nodes'])}"
            for fault in found
            if fault["impact"] in {"serious", "critical"}
        ]

    return faults
