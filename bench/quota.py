"""Parallel recommendations on one quota through the whole stack, against the bare update of one locked row by pgbench.

Every recommendation takes a place of the same account, whose row all of them lock. The bare transaction locks and updates one
row and inserts another of 300 bytes. Afterwards no more cases are recommended than there are places, and the rest was refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

from bench import many, web, wide
from bench.house import House, house, machine, say

BARE = (
    "BEGIN;\n"
    "SELECT taken FROM bare_account WHERE id = 1 FOR UPDATE;\n"
    "UPDATE bare_account SET taken = taken + 1 WHERE id = 1;\n"
    f"INSERT INTO bare_record (text) VALUES ('{'x' * 300}');\n"
    "COMMIT;\n"
)


def measure(cases: int = 240, limit: int = 200, clients: int = 8, seconds: int = 10) -> dict[str, Any]:
    """``cases`` wait, ``limit`` of them have a place."""
    with house() as home:
        say(f"Submitting {cases} cases")
        waiting = _waiting(cases, limit, home)
        officer = many.officer(wide.CITY)
        _bare_tables(home.cluster.url)
        home.ready()
        with web.serving() as port:
            pages = [_open(port, officer.cookie, waiting[0]) for _ in range(clients)]
            shares = [iter(waiting[n::clients]) for n in range(clients)]
            done = web.run(clients, 3600, lambda n, _turn: _recommend(*pages[n], shares[n]))
            for client, _token in pages:
                client.close()
        bare = home.pgbench(BARE, clients=clients, seconds=seconds)
        kept = _kept()
    return {
        "settings": {**machine(), "cases": cases, "limit": limit, "clients": clients, "seconds": seconds},
        "full": done.summary(),
        "bare_per_second": round(bare, 1),
        "ratio": round(done.rate / bare, 3),
        **kept,
        "expected": min(cases, limit),
    }


def _waiting(cases: int, limit: int, home: House) -> list[int]:
    from tongchou.applications.models import Application
    from tongchou.designations.actions import submit
    from tongchou.orgs.queries import people_of

    made = wide.people_and_cases(1, home.home / "pack", each=cases, limit=limit)
    first = Application.objects.select_related("unit").get(pk=made[0][0])
    by = people_of(first.unit).get()
    rows = Application.objects.order_by("pk")
    for row in rows:
        submit(row, by=by)
    return [row.pk for row in rows]


def _open(port: int, cookie: str, case: int) -> tuple[web.Client, str]:
    client = web.Client(port, cookie)
    page = client.call("GET", f"/authority/cases/{case}/")[1].decode()
    return client, page.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]


def _recommend(client: web.Client, token: str, share: Iterator[int]) -> str | None:
    """A refusal for want of a place is as it should be; anything else is a fault."""
    case = next(share, None)
    if case is None:
        return None
    headers = "Content-Type: application/x-www-form-urlencoded\r\n"
    body = f"csrfmiddlewaretoken={token}&do=pass".encode()
    status, answer = client.call("POST", f"/authority/cases/{case}/", body, headers)
    if status == 302 or (status == 422 and "限额" in answer.decode()):
        return ""
    return f"{status} {answer[:200].decode(errors='replace')}"


def _kept() -> dict[str, int]:
    from tongchou.reviews.models import Decision, QuotaAccount

    return {
        "recommended": Decision.objects.filter(kind="recommend").count(),
        "taken": QuotaAccount.objects.get().taken,
    }


def _bare_tables(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE bare_account (id int PRIMARY KEY, taken int NOT NULL)")
        connection.execute("INSERT INTO bare_account VALUES (1, 0)")
        connection.execute("CREATE TABLE bare_record (id bigserial PRIMARY KEY, text text)")
