"""Submission of a 250-field form with rules, freezing, audit and messages, against the bare transaction by pgbench.

The bare transaction is that of autosave: it updates a row with 10 KB of JSON and inserts a row of 300 bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from bench import autosave, web, wide
from bench.house import house, machine, say
from bench.processes import processor_seconds

_WARM = 5  # submissions of each client before any is counted: every process reads the pack once


def measure(clients: int = 8, each: int = 60, seconds: int = 10) -> dict[str, Any]:
    with house() as home:
        say(f"Making {clients * (each + _WARM)} filled cases")
        cases = wide.people_and_cases(clients, home.home / "pack", each=each + _WARM)
        document = json.dumps(wide.answers(0), ensure_ascii=False)
        autosave.bare_tables(home, clients, document)
        home.ready()
        with web.serving() as port:
            pages = [autosave.Page.open(port, case, cookie) for case, cookie in cases]
            first = [iter(range(case, case + _WARM)) for case, _ in cases]
            web.run(clients, 3600, lambda n, _turn: _submit(pages[n], first[n]))
            waiting = [iter(range(case + _WARM, case + _WARM + each)) for case, _ in cases]
            spent = processor_seconds()
            done = web.run(clients, 3600, lambda n, _turn: _submit(pages[n], waiting[n]))
            spent = processor_seconds() - spent
            for page in pages:
                page.client.close()
        bare = home.pgbench(autosave.script(document), clients=clients, seconds=seconds)
        frozen = _frozen()
    return {
        "settings": {**machine(), "fields": wide.FIELDS, "clients": clients, "submissions": clients * each},
        "goal": 0.12,
        "full": done.summary(),
        "web_processor_ms": round(1000 * spent / max(1, len(done.times)), 2),
        "bare_per_second": round(bare, 1),
        "ratio": round(done.rate / bare, 3),
        "revisions": frozen,
    }


def _submit(page: autosave.Page, waiting: Iterator[int]) -> str | None:
    case = next(waiting, None)
    if case is None:
        return None
    headers = f"X-CSRFToken: {page.token}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    status, answer = page.client.call("POST", f"/unit/applications/{case}/submit/", b"", headers)
    return "" if status == 302 else f"{status} {answer[:200].decode(errors='replace')}"


def _frozen() -> int:
    from tongchou.applications.models import Revision

    return Revision.objects.count()
