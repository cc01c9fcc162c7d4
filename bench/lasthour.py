"""The last hour: units come ever more densely, each reads its form, saves, uploads 5 MB and submits.

Half of the units come in the last eighth of the time. Each goes on at its own pace however slow the platform is, and what
they wait is measured from their own side. A file that a busy platform does not take at once is gone on with after a moment, as
the page's script does. At the end everything that was acknowledged is looked for. ``units=2000 seconds=3600`` plays the hour
itself.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import threading
import time
from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from bench import web, wide
from bench.autosave import Page
from bench.house import house, machine, say
from bench.processes import memory

MARK = b"a unit's own number: 000000000000"
PAUSES = (0, 1, 3, 5) * 6
"""Seconds, as the page's script waits before it goes on with an upload."""
TUS = "Tus-Resumable: 1.0.0\r\nAccept: application/json\r\n"


def measure(units: int = 200, seconds: int = 90, saves: int = 10, megabytes: int = 5) -> dict[str, Any]:
    with house() as home:
        say(f"Making {units} units, each with a filled case")
        cases = wide.people_and_cases(units, home.home / "pack", slot=True)
        home.ready()
        hour = Hour(pdf(megabytes * 2**20), saves)
        with web.serving() as port, memory() as most:
            say("They come")
            took = hour.play(
                port, cases, [seconds * (1 - random.Random(n).random() ** 3) for n in range(units)]
            )
        kept = _kept(hour)
    return {
        "settings": {
            **machine(),
            "fields": wide.FIELDS,
            "units": units,
            "seconds": seconds,
            "saves_each": saves,
            "upload_bytes": len(hour.file),
        },
        "seconds_until_the_last_was_done": round(took, 1),
        **{what: web.Run(took, times).summary() for what, times in sorted(hour.times.items())},
        "most_at_once": hour.most,
        "uploads_gone_on_with": hour.gone_on,
        "errors": len(hour.faults),
        **({"first_error": hour.faults[0]} if hour.faults else {}),
        **kept,
        "memory": most,
    }


@dataclass
class Hour:
    """Everybody's file but for the number in it, how often they save, and what came of it."""

    file: bytes
    saves: int
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    files: dict[int, str] = field(default_factory=dict)
    gone_on: int = 0
    pages: list[Page] = field(default_factory=list)
    here: int = 0
    most: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def play(self, port: int, cases: list[tuple[int, str]], comes: list[float]) -> float:
        """Everyone comes at its second; how many seconds it took until the last had gone."""
        began, threads = time.perf_counter(), []
        for second, case in sorted(zip(comes, cases, strict=True)):
            time.sleep(max(0.0, began + second - time.perf_counter()))
            threads.append(threading.Thread(target=self._unit, args=[port, *case]))
            threads[-1].start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - began

    def _unit(self, port: int, case: int, cookie: str) -> None:
        with self._lock:
            self.here += 1
            self.most = max(self.most, self.here)
        try:
            self._work(port, case, cookie)
        except (OSError, ValueError, RuntimeError, LookupError) as error:
            self.faults.append(f"{type(error).__name__}: {error}")
        with self._lock:
            self.here -= 1

    def _work(self, port: int, case: int, cookie: str) -> None:
        with self._timed("page"):
            page = Page.open(port, case, cookie)
        self.pages.append(page)
        for turn in range(self.saves):
            with self._timed("save"):
                if fault := page.save(turn):
                    raise RuntimeError(f"a save: {fault}")
            time.sleep(random.uniform(0.1, 0.5))
        own = self.file.replace(MARK, MARK[:-12] + b"%012d" % case)
        with self._timed("upload"):
            self._upload(page, own)
        self.files[case] = hashlib.sha256(own).hexdigest()
        with self._timed("submit"):
            headers = "Content-Type: application/x-www-form-urlencoded\r\n"
            self._ask(page, "POST", f"/unit/applications/{case}/submit/", b"", headers, 302)
        page.client.close()

    def _upload(self, page: Page, content: bytes) -> None:
        told = f"filename {_base64(f'{page.case}.pdf')},field {_base64('proof')}"
        headers = f"{TUS}Upload-Length: {len(content)}\r\nUpload-Metadata: {told}\r\n"
        said = self._ask(page, "POST", f"/uploads/application/{page.case}/", b"", headers, 201)
        there: int | None = 0
        for wait in PAUSES:
            if there is not None and there < len(content):
                headers = f"{TUS}Upload-Offset: {there}\r\nContent-Type: application/offset+octet-stream\r\n"
                there = self._sent(page, "PATCH", said, content[there:], headers)
            if there == len(content):
                return
            with self._lock:
                self.gone_on += 1
            time.sleep(wait)
            there = self._sent(page, "HEAD", said, b"", TUS)
        raise RuntimeError("an upload was given up")

    def _sent(self, page: Page, method: str, path: str, body: bytes, headers: str) -> int | None:
        """How much of the file is there, if it was said."""
        try:
            page.client.call(method, path, body, f"X-CSRFToken: {page.token}\r\n{headers}")
        except OSError:
            page.client.anew()
            return None
        return page.client.offset

    def _ask(self, page: Page, method: str, path: str, body: bytes, headers: str, wanted: int) -> str:
        """The address that the answer names, if any."""
        status, answer = page.client.call(method, path, body, f"X-CSRFToken: {page.token}\r\n{headers}")
        if status != wanted:
            raise RuntimeError(f"{method} {path}: {status} {answer[:200].decode(errors='replace')}")
        return page.client.location

    @contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.times[what].append(time.perf_counter() - began)


def pdf(size: int) -> bytes:
    """A valid PDF of about ``size`` random bytes, with a mark to make it one's own."""
    import pikepdf

    document = pikepdf.new()
    document.add_blank_page()
    document.pages[0].Extra = document.make_stream(MARK + os.urandom(size))
    out = io.BytesIO()
    document.save(out, compress_streams=False)
    return out.getvalue()


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def _kept(hour: Hour) -> dict[str, int]:
    """What is in the house afterwards, against what was acknowledged."""
    from tongchou.applications.models import Draft, Evidence, Revision
    from tongchou.core import audit, files

    frozen = dict(Revision.objects.values_list("application", "answers"))
    drafts = dict(Draft.objects.values_list("application", "answers"))
    proofs = {e.application_id: e.file for e in Evidence.objects.select_related("file")}
    whole = sum(
        case in proofs and hashlib.sha256(files.path_of(proofs[case]).read_bytes()).hexdigest() == digest
        for case, digest in hour.files.items()
    )
    audit.seal_pending()
    return {
        "revisions": len(frozen),
        "files_whole": whole,
        "acknowledged_answers_lost": sum(
            frozen.get(page.case, drafts[page.case]).get(code) != text
            for page in hour.pages
            for code, text in page.acknowledged.items()
        ),
        "audit_chain_holds": int(audit.verify().ok),
    }
