"""Lists, boards and a case at one case a level, three and 100,000: queries and waits through the whole stack; exports."""

from __future__ import annotations

import time
from typing import Any

from bench import many, web
from bench.house import house, machine, say
from bench.processes import memory, processor_seconds

GOAL_MS = 200
GOAL_EXPORT_SECONDS = 5
FIXED = 16  # columns of every export
OFFICERS = {"nation": "000000", "province": many.HOME, "city": many.CITY}
YARDSTICK = "one's own account"
PAGES = {
    YARDSTICK: "/me/",  # a page that lists nothing
    "workbench": "/authority/",
    "queue": "/authority/cases/",
    "queue of a task": "/authority/cases/?task={task}",
    "all cases": "/authority/cases/all/",
    "all cases, filtered": "/authority/cases/all/?state=returned&kind=secondary_school",
    "all cases, searched": "/authority/cases/all/?q=职业院校+7",
    "all cases, page 100": "/authority/cases/all/?page=100",
    "quota board": "/authority/quotas/",
    "ranking": "/authority/ranking/",
    "designations": "/authority/designations/",
    "case": "/authority/cases/{case}/",
}


def measure(
    cases: int = 100_000, units: int = 10_000, times: int = 30, clients: int = 1, columns: int = 40
) -> dict[str, Any]:
    with house() as home:
        say("Loading places and packs")
        many.load()
        people = {who: many.officer(place) for who, place in OFFICERS.items()}
        nation = many.Nation(units, people["nation"].pk)
        queries = {}
        for size in sorted({3, 9, cases}):
            nation.grow(size)
            if size == cases:
                many.finish(nation)
            home.ready()
            queries[size] = counted(people)
        with web.serving() as port:
            waits = {
                who: {
                    page: waited(port, person.cookie, path, times, clients)
                    for page, path in addresses().items()
                }
                for who, person in people.items()
            }
        with web.serving() as port:
            task = f"?task={task_number()}"
            export = exported(port, people["nation"].cookie, task, columns - FIXED)
            export["most_rows"] = exported(port, people["nation"].cookie, "", 0)
    slowest = {who: max(pages.items(), key=lambda row: row[1]["p95_ms"]) for who, pages in waits.items()}
    return {
        "settings": {**machine(), "cases": cases, "units": units, "times": times, "clients": clients},
        "goal": {
            "p95_ms": GOAL_MS,
            "queries": "as many at 9 cases as at all",
            "export_seconds": GOAL_EXPORT_SECONDS,
        },
        "times_the_yardstick": {
            who: round(seen["p50_ms"] / waits[who][YARDSTICK]["p50_ms"], 1)
            for who, (_page, seen) in slowest.items()
            if "p50_ms" in seen
        },
        "slowest": {who: {"page": page, "p95_ms": seen["p95_ms"]} for who, (page, seen) in slowest.items()},
        "over_the_goal": [
            f"{who}: {page}"
            for who, pages in waits.items()
            for page, seen in pages.items()
            if seen["p95_ms"] > GOAL_MS
        ],
        "queries": {
            who: {page: [counts[who][page] for counts in queries.values()] for page in PAGES}
            for who in OFFICERS
        },
        "waits": waits,
        "export": export,
    }


def addresses() -> dict[str, str]:
    """The pages with the numbers of a task and of a case that waits in the city, so that all three may open it."""
    from tongchou.applications.models import Application

    inside = Application.objects.filter(state="in_review", scope_path__contains=f"/{many.CITY}/")
    case = inside.order_by("pk").values_list("pk", flat=True).first()
    return {name: path.format(task=task_number(), case=case) for name, path in PAGES.items()}


def task_number() -> int:
    from tongchou.programmes.models import Task

    return Task.objects.get(code=many.LIBRARY).pk


def counted(people: dict[str, many.Person]) -> dict[str, dict[str, int]]:
    """How often each page asks the database, once it has been seen (packs are read once a process)."""
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from tongchou.orgs.models import Person

    settings.ALLOWED_HOSTS = ["*"]
    found: dict[str, dict[str, int]] = {}
    for who, person in people.items():
        client = Client()
        client.force_login(Person.objects.get(pk=person.pk))
        found[who] = {}
        for name, path in addresses().items():
            client.get(path)
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            found[who][name] = len(asked)
    return found


def waited(port: int, cookie: str, path: str, times: int, clients: int) -> dict[str, Any]:
    """Milliseconds until the whole page is there, by so many clients at once, each the same number of times.

    With the processor time that the web processes spent on one, which other work on the machine hardly changes.
    """
    connections = [web.Client(port, cookie) for _ in range(clients)]

    def ask(client: int, turn: int) -> str | None:
        if turn == times:
            return None
        status, _body = connections[client].call("GET", path)
        return "" if status == 200 else str(status)

    for client in connections * 3:  # both processes read the packs
        client.call("GET", path)
    began, spent = time.perf_counter(), processor_seconds()
    run = web.run(clients, 3600, ask)
    spent = processor_seconds() - spent
    for client in connections:
        client.close()
    seen = (
        run.summary() if run.times else {"p95_ms": 0, "faults": len(run.faults), "first_fault": run.faults[0]}
    )
    say(f"{path}: p95 {seen['p95_ms']} ms ({time.perf_counter() - began:.0f} s)")
    kept = {key: seen[key] for key in ("p50_ms", "p95_ms", "faults", "first_fault") if key in seen}
    return kept | {"web_processor_ms": round(spent * 1000 / (times * clients), 1)}


def exported(port: int, cookie: str, query: str, fields: int) -> dict[str, Any]:
    """The list's export with so many fields of the form: how long it took, its rows, and what memory it took besides."""
    import io

    import openpyxl

    client = web.Client(port, cookie)
    path = f"/authority/cases/all/{query}"
    page = client.call("GET", path)[1].decode()
    token = page.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]
    codes = [part.split('"', 1)[0] for part in page.split('name="fields" value="')[1:]][:fields]
    body = f"csrfmiddlewaretoken={token}&do=export&which=all" + "".join(f"&fields={code}" for code in codes)
    headers = "Content-Type: application/x-www-form-urlencoded\r\n"
    with memory() as before:
        time.sleep(1.1)
    began = time.perf_counter()
    with memory() as most:
        spent = processor_seconds()
        status, content = client.call("POST", path, body.encode(), headers)
        seconds, spent = time.perf_counter() - began, processor_seconds() - spent
        time.sleep(0.6)
    client.close()
    if status != 200:
        return {"faults": 1, "first_fault": str(status)}
    sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=True).active
    rows = sum(1 for row in sheet.iter_rows(min_row=6, max_col=1))
    say(f"{rows} rows exported in {seconds:.1f} s")
    return {
        "rows": rows,
        "columns": FIXED + len(codes),
        "seconds": round(seconds, 2),
        "web_processor_seconds": round(spent, 2),
        "megabytes": round(len(content) / 2**20, 1),
        "memory_growth_mb": round(most["web_rss_mb"] - before["web_rss_mb"], 1),
        "faults": 0,
    }
