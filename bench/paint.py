"""First paint of the 250-field form, against a page of the same bytes that a template renders without asking for anything.

The server's time is that of one answer, asked in turns of both servers; the browser's is Chromium's own first contentful
paint, where there is one. By default the form stands in ten sections, as a pack of that size would have them; with
``sections=1`` all 250 fields stand on one page.
"""

from __future__ import annotations

import os
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench import web, wide
from bench.house import house, machine, say


def measure(times: int = 200, sections: int = 10, paints: int = 10) -> dict[str, Any]:
    with house() as home:
        from tongchou.cli import assets

        assets.collect(lambda _: None)
        ((case, cookie),) = wide.people_and_cases(1, home.home / "pack", sections=sections)
        home.ready()
        path = f"/unit/applications/{case}/fill/"
        with web.serving() as port:
            client = web.Client(port, cookie)
            status, page = client.call("GET", path)
            if status != 200:
                raise RuntimeError(f"the form answers {status}")
            (home.home / "bare.html").write_bytes(page)
            with _bare() as bare_port:
                say("The server's time")
                bare = web.Client(bare_port, cookie)
                answers = _in_turns([(client, path), (bare, "/")], times)
                say("The browser's time")
                painted = _paints([(port, path), (bare_port, "/")], cookie, paints)
                bare.close()
            client.close()
    return {
        "settings": {
            **machine(),
            "fields": wide.FIELDS,
            "sections": sections,
            "bytes": len(page),
            "times": times,
            "paints": paints,
        },
        "full": answers[0].summary(),
        "bare": answers[1].summary(),
        "ratio": round(answers[1].quantile(0.5) / answers[0].quantile(0.5), 3),
        **painted,
    }


@contextmanager
def _bare() -> Iterator[int]:
    """The same server with the settings of ``bench.bare``."""
    os.environ["DJANGO_SETTINGS_MODULE"], before = "bench.bare", os.environ["DJANGO_SETTINGS_MODULE"]
    try:
        with web.serving() as port:
            yield port
    finally:
        os.environ["DJANGO_SETTINGS_MODULE"] = before


def _in_turns(pages: list[tuple[web.Client, str]], times: int) -> list[web.Run]:
    done = [web.Run(0.0) for _ in pages]
    for turn in range(times + 10):
        for (client, path), run in zip(pages, done, strict=True):
            began = time.perf_counter()
            status, _page = client.call("GET", path)
            took = time.perf_counter() - began
            if status != 200:
                run.faults.append(str(status))
            elif turn >= 10:  # both processes of each server have made their first pages
                run.times.append(took)
                run.seconds += took
    return done


def _paints(pages: list[tuple[int, str]], cookie: str, paints: int) -> dict[str, Any]:
    """Milliseconds until the browser paints, cached assets and all, as on every visit but the first."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        return {"first_contentful_paint": "no Chromium here"}
    from playwright.sync_api import sync_playwright

    name, value = cookie.split("=", 1)
    seen: list[list[float]] = [[] for _ in pages]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--lang=zh-CN"]
        )
        context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
        for port, _path in pages:
            context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}/"}])
        for turn in range(paints + 1):
            for (port, path), times in zip(pages, seen, strict=True):
                page = context.new_page()
                page.goto(f"http://127.0.0.1:{port}{path}")
                took = page.evaluate(
                    "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"
                )
                page.close()
                if turn and took >= 0:
                    times.append(took)
        browser.close()
    full, bare = (round(statistics.median(times), 1) if times else None for times in seen)
    return {"first_contentful_paint": {"full_p50_ms": full, "bare_p50_ms": bare, "paints": len(seen[0])}}
