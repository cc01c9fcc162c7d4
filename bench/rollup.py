"""National roll-ups and the screens that show them, against the bare GROUP BY of the same facts.

``size`` is that of ``tongchou generate``: small by default, ``size=national`` for 12 million values. ``database`` names one that was
generated before (in the cluster of DATABASE_URL), which saves making it again.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bench import web
from bench.house import ROOT, house, machine, say

YEAR = 2026
SCREENS = {
    "overview": "/insight/?programme=generated&year=2026",
    "figures": "/insight/figures/?programme=generated&year=2026",
    "figures of a level": "/insight/figures/?programme=generated&year=2026&level=nation",
    "one figure": "/insight/figures/?programme=generated&year=2026&task=task-03&indicator=z01",
    "one ratio by kind": "/insight/figures/?programme=generated&year=2026&task=task-03&indicator=z08&by=unit_kind",
    "rows": "/insight/figures/rows/?programme=generated&year=2026&task=task-03&indicator=z01",
    "pivot of tasks": "/insight/pivot/?programme=generated&year=2026",
    "pivot of years": "/insight/pivot/?programme=generated&year=2026&down=place&across=year&measure=value&task=task-03&indicator=z01",
}
OFFICERS = {"nation": "nation-000000", "province": "province-220000", "city": "city-220100"}
BARE = """
    SELECT year, task_id, indicator, split_part(place_path, '/', 2), level, unit_kind, variant, choice, count(*), sum(value),
        sum(denominator), count(target), count(*) FILTER (WHERE met), sum(target),
        sum(value) FILTER (WHERE target IS NOT NULL), sum(denominator) FILTER (WHERE target IS NOT NULL), sum(target * denominator)
    FROM monitoring_indicatorvalue GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"""


def measure(size: str = "small", database: str = "", times: int = 60) -> dict[str, Any]:
    with generated(size, database) as made:
        full, bare = _full(), _bare()
        with web.serving() as port:
            screens = {
                f"{who}: {name}": _screen(port, cookie, url, times)
                for who, cookie in {who: cookie_of(username) for who, username in OFFICERS.items()}.items()
                for name, url in SCREENS.items()
            }
    return {
        "settings": {**machine(), "size": size, **made},
        "goal": 1.2,
        "full_seconds": full,
        "bare_seconds": bare,
        "ratio": round(full["figures"] / bare["seconds"], 3),
        "screens_goal_p95_ms": 200,
        "screens": screens,
    }


@contextmanager
def generated(size: str, database: str):
    """A database with a generated nation: one of its own, or that named."""
    if database:
        os.environ["DATABASE_URL"] = urlunsplit(
            urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}")
        )
        from tongchou.cli import db

        db.setup_django()
        yield {"database": database, **_counted()}
        return
    with house() as home:
        from tongchou.rehearsal import generating

        say(f"Generating a nation: {size}")
        began = time.perf_counter()
        generating.generate(generating.SIZES[size], seed=7, packs=ROOT / "packs", echo=say)
        seconds = round(time.perf_counter() - began, 1)
        home.ready()
        yield {"generated_in_seconds": seconds, **_counted()}


def _counted() -> dict[str, int]:
    from tongchou.insight.summary_models import Cell
    from tongchou.monitoring.models import IndicatorValue

    return {"values": IndicatorValue.objects.count(), "cells": Cell.objects.count()}


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = act()
    return round(time.perf_counter() - began, 3), found


def _full() -> dict[str, float]:
    """By every dimension at once, of all years: the sums alone, and as figures."""
    from tongchou.insight import cells, rollup
    from tongchou.programmes.models import Programme

    say("Rolling up")
    programme = Programme.objects.get(code="generated")
    by = ("place", "level", "unit_kind", "variant")
    years = [2024, 2025, 2026]
    asked = cells.Asked(
        tasks=list(programme.tasks.values_list("pk", flat=True)),
        years=years,
        path="000000/",
        by=(*by, "year"),
    )
    sums, rows = _timed(lambda: cells.read(asked))
    figures, _ = _timed(lambda: rollup.rollup(None, programme=programme, year=years, path="000000/", by=by))
    return {"sums": sums, "figures": figures, "groups": len(rows)}


def _bare() -> dict[str, float]:
    from django.db import connection

    def read() -> int:
        with connection.cursor() as cursor:
            cursor.execute(BARE)
            return len(cursor.fetchall())

    say("The bare GROUP BY")
    seconds, groups = _timed(read)
    return {"seconds": seconds, "groups": groups}


def cookie_of(username: str) -> str:
    """The cookie of a person logged in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from tongchou.orgs.models import Person

    person = Person.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _screen(port: int, cookie: str, url: str, times: int) -> dict[str, object]:
    """One reader, the same screen again and again; the first answer is apart (what is kept is counted then)."""
    client = web.Client(port, cookie)
    first, (status, _) = _timed(lambda: client.call("GET", url))
    done = web.run(1, 3600, lambda _n, turn: None if turn == times else _read(client, url))
    client.close()
    found = done.summary() if done.times else {"faults": len(done.faults), "first_fault": done.faults[:1]}
    found.pop("per_second", None)
    return {"status": status, "first_ms": round(first * 1000, 1), **found}


def _read(client: web.Client, url: str) -> str:
    status, answer = client.call("GET", url)
    return "" if status == 200 else f"{status} {answer[:200].decode(errors='replace')}"
