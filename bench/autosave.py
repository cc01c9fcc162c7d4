"""Autosave of a 250-field form through the whole stack, checks included, against the bare transaction by pgbench.

One save sends one field as typed, as the page's script does; the answer holds progress, computed fields and findings.
The bare transaction updates a row with 10 KB of JSON and inserts a row of 300 bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bench import web, wide
from bench.house import House, house, machine, say
from bench.processes import processor_seconds


def measure(clients: tuple[int, ...] = (1, 8, 32), seconds: int = 10) -> dict[str, Any]:
    with house() as home:
        say("Making units and cases")
        cases = wide.people_and_cases(max(clients), home.home / "pack")
        document = json.dumps(wide.answers(0), ensure_ascii=False)
        bare_tables(home, max(clients), document)
        home.ready()
        runs = []
        with web.serving() as port:
            pages = [Page.open(port, case, cookie) for case, cookie in cases]
            for many in clients:
                web.run(many, 1, lambda n, turn: pages[n].save(turn))  # warm
                spent = processor_seconds()
                full = web.run(many, seconds, lambda n, turn: pages[n].save(turn))
                spent = processor_seconds() - spent
                say(f"{many} clients: {full.rate:.0f} saves a second; now the bare transaction")
                bare = home.pgbench(script(document), clients=many, seconds=seconds)
                runs.append(
                    {
                        "clients": many,
                        "full": full.summary(),
                        "web_processor_ms": round(1000 * spent / max(1, len(full.times)), 2),
                        "bare_per_second": round(bare, 1),
                        "ratio": round(full.rate / bare, 3),
                    }
                )
            for page in pages:
                page.client.close()
        lost = _lost(pages)
    return {
        "settings": {**machine(), "fields": wide.FIELDS, "bytes": len(document.encode()), "seconds": seconds},
        "goal": 0.25,
        "acknowledged_lost": lost,
        "runs": runs,
    }


@dataclass
class Page:
    """A page that is open on a case: it keeps its version and changes one of its text fields at each turn."""

    client: web.Client
    case: int
    token: str
    version: int
    checked: str = ""
    acknowledged: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, port: int, case: int, cookie: str) -> Page:
        client = web.Client(port, cookie)
        status, html = client.call("GET", f"/unit/applications/{case}/fill/")
        if status != 200:
            raise RuntimeError(f"the form answers {status}")
        page = html.decode()
        token = page.split('name="csrfmiddlewaretoken" value="', 1)[1].split('"', 1)[0]
        return cls(client, case, token, int(page.split('data-version="', 1)[1].split('"', 1)[0]))

    def save(self, turn: int) -> str:
        """Save one field; what was wrong, or nothing."""
        code, text = f"f{turn % 10 * 25 + 1}", f"第 {turn} 次的内容"
        body = json.dumps(
            {"version": self.version, "changes": {code: [text]}, "checked": self.checked}
        ).encode()
        headers = (
            f"X-CSRFToken: {self.token}\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
        )
        status, answer = self.client.call("POST", f"/unit/applications/{self.case}/save/", body, headers)
        if status != 200:
            return f"{status} {answer[:200].decode(errors='replace')}"
        said = json.loads(answer)
        self.version, self.checked = said["version"], said["checked"]
        self.acknowledged[code] = text
        return json.dumps([said["errors"], said["conflicts"]]) if said["errors"] or said["conflicts"] else ""


def bare_tables(home: House, rows: int, document: str) -> None:
    with psycopg.connect(home.cluster.url) as connection:
        connection.execute(
            "CREATE TABLE bare_draft (id int PRIMARY KEY, answers jsonb NOT NULL, version int NOT NULL)"
        )
        connection.execute(
            "CREATE TABLE bare_record (id bigserial PRIMARY KEY, at timestamptz DEFAULT now(), text text)"
        )
        for number in range(rows):
            connection.execute("INSERT INTO bare_draft VALUES (%s, %s, 0)", [number, document])


def script(document: str) -> str:
    return (
        "BEGIN;\n"
        f"UPDATE bare_draft SET answers = '{document}'::jsonb, version = version + 1 WHERE id = :client_id;\n"
        f"INSERT INTO bare_record (text) VALUES ('{'x' * 300}');\n"
        "COMMIT;\n"
    )


def _lost(pages: list[Page]) -> int:
    """How many acknowledged answers are not in the database; there must be none."""
    from tongchou.applications.models import Draft

    kept = dict(Draft.objects.values_list("application", "answers"))
    return sum(kept[p.case].get(code) != text for p in pages for code, text in p.acknowledged.items())
