"""How long until a submitted report is seen in the national figure, while many units submit each second.

Units submit through the whole stack; a reader asks for the national figure again and again; the worker's adding of changes runs
beside them. A submission is visible once a reading that counts it is there.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from bench import web
from bench.house import machine, say
from bench.rollup import cookie_of, generated

TASK, INDICATOR, YEAR = "task-03", "z01", 2026
_TOKEN = "t" * 32


def measure(size: str = "small", database: str = "", rate: int = 50, seconds: int = 20) -> dict[str, Any]:
    with generated(size, database) as made:
        from tongchou.insight import summary

        say("Making reports that wait to be submitted")
        waiting = _waiting(rate * seconds)
        seen = Seen()
        with web.serving() as port:
            seen.start()
            began = time.perf_counter()
            done = web.run(16, 3600, lambda _n, _turn: _submit(port, waiting, rate, began, seen))
            time.sleep(1)
            seen.stop()
        wrong = summary.differences()
    waits = sorted(seen.waits())
    return {
        "settings": {**machine(), "size": size, **made, "asked_per_second": rate, "seconds": seconds},
        "goal_seconds": 5,
        "submissions": done.summary(),
        "readings": len(seen.readings),
        "visible_seconds": {
            "p50": round(waits[len(waits) // 2], 2),
            "p95": round(waits[int(len(waits) * 0.95)], 2),
            "longest": round(waits[-1], 2),
        }
        if waits
        else {},
        "never_seen": len(seen.submitted) - len(waits),
        "figures_that_differ_from_facts": len(wrong),
    }


@dataclass
class Seen:
    """When reports of the task were submitted, and what each reading counted."""

    submitted: list[float] = field(default_factory=list)
    readings: list[tuple[float, int]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    before: int = 0
    turn: int = 0

    def start(self) -> None:
        self.before = _count()
        self.threads = [threading.Thread(target=self._read), threading.Thread(target=self._fold)]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def _read(self) -> None:
        while not self.ended.is_set():
            counted = _count()
            self.readings.append((time.perf_counter(), counted - self.before))
            time.sleep(0.1)

    def _fold(self) -> None:
        from tongchou.insight import summary

        while not self.ended.is_set():
            summary.fold()
            self.ended.wait(3)

    def waits(self) -> list[float]:
        """Seconds from each answer to the end of the first reading that counts as many."""
        found = []
        for number, at in enumerate(sorted(self.submitted), 1):
            seen = next((end for end, counted in self.readings if counted >= number and end >= at), None)
            if seen is not None:
                found.append(seen - at)
        return found


def _count() -> int:
    from tongchou.insight import rollup
    from tongchou.programmes.models import Programme

    programme = Programme.objects.get(code="generated")
    found = rollup.rollup(
        None, programme=programme, year=YEAR, path="000000/", task=TASK, indicator=INDICATOR
    )
    return sum(figure.count for figure in found)


def _waiting(wanted: int) -> list[tuple[int, bool, str]]:
    """Reports filled and not submitted: id, whether it is of the task that is read, its leader's cookie."""
    from django.db.models import F

    from tongchou.insight import summary
    from tongchou.monitoring.models import IndicatorValue, PerformanceReport

    rows = list(
        PerformanceReport.objects.filter(period__year=YEAR, state="submitted", unit__merged_into=None)
        .exclude(answers={})
        .filter(revisions__number=1)
        .select_related("period__task", "edition")
        .order_by(F("pk") % 97, "pk")[:wanted]
    )
    IndicatorValue.objects.filter(report__in=rows).delete()
    for row in rows:
        row.state = "due"
        row.answers = {i.code: {**_whole(i), "note": "演练"} for i in row.edition.pack.indicators}
    PerformanceReport.objects.bulk_update(rows, ["state", "answers"], batch_size=200)
    summary.fold()
    cookies: dict[int, str] = {}
    made = []
    for row in rows:
        if row.unit_id not in cookies:
            cookies[row.unit_id] = cookie_of(f"leader-{row.unit_id}")
        made.append((row.pk, row.period.task.code == TASK, cookies[row.unit_id]))
    return made


def _whole(indicator: Any) -> dict[str, Any]:
    if indicator.kind == "ratio":
        return {"numerator": 90, "denominator": 100}
    if indicator.kind == "choice":
        return {"value": indicator.choices[0].value}
    return {"value": {"percent": 90, "money": 90_000_000}.get(indicator.kind, 120)}


_LOCK = threading.Lock()
_CLIENTS = threading.local()


def _submit(
    port: int, waiting: list[tuple[int, bool, str]], rate: int, began: float, seen: Seen
) -> str | None:
    """The next report, not before its turn at the asked rate."""
    with _LOCK:
        if not waiting:
            return None
        report, counted, cookie = waiting.pop()
        turn = seen.turn
        seen.turn += 1
    time.sleep(max(0.0, began + turn / rate - time.perf_counter()))
    if not hasattr(_CLIENTS, "client"):
        _CLIENTS.client = web.Client(port)
    client = _CLIENTS.client
    name, _, value = cookie.partition("=")
    client.cookies = {name: value, "csrftoken": _TOKEN}
    body = f"csrfmiddlewaretoken={_TOKEN}&do=submit".encode()
    headers = "Content-Type: application/x-www-form-urlencoded\r\n"
    status, answer = client.call("POST", f"/unit/reports/{report}/", body, headers)
    if status != 302:
        return f"{status} {answer[:300].decode(errors='replace')}"
    if counted:
        seen.submitted.append(time.perf_counter())
    return ""
