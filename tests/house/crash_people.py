"""Who uses the platform while it is killed: they go on as the scripts of the pages do, and note what was acknowledged."""

import hashlib
import http.client
import io
import json
import os
import threading
import time
from base64 import b64encode
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from urllib.parse import urlencode

import pikepdf

from tests.house.crash_scene import SLOTS, TEXTS

TOKEN = "a" * 32
MB = 2**20
LARGE = 33 * MB  # the worker finishes it; small ones are finished with their last piece
PATIENCE = 100  # seconds: what the worker left is taken up within the minute
TUS = {"Tus-Resumable": "1.0.0", "Accept": "application/json"}


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes


@dataclass
class Line:
    """A person's line to the platform. An answer of ``None``: it was cut, and nobody knows whether it was done."""

    port: int
    cookie: str
    cuts: int = 0
    _connection: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict | None = None
    ) -> Answer | None:
        own = {"Cookie": f"{self.cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        try:
            self._connection = self._connection or http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=30
            )
            self._connection.request(method, path, body, own | (headers or {}))
            got = self._connection.getresponse()
            answer = Answer(got.status, got.headers, got.read())
        except (OSError, http.client.HTTPException):
            answer = None
        if answer is not None and answer.status < 500:
            return answer
        self.cuts += 1
        if self._connection:
            self._connection.close()
        self._connection = None
        time.sleep(0.3)
        return None


@dataclass
class Person:
    """Somebody at work until told to stop; ``faults`` is what must not have happened."""

    line: Line
    case: int
    random: Random
    stop: threading.Event
    faults: list[str] = field(default_factory=list)
    acknowledged: int = 0

    def run(self) -> None:
        try:
            self.work()
        except Exception as error:  # noqa: BLE001 -- a thread's exception would be lost
            self.faults.append(f"{type(self).__name__}: {error!r}")

    def work(self) -> None:
        raise NotImplementedError


@dataclass
class Filler(Person):
    """Types into the form; what is not acknowledged is sent again with what was typed meanwhile."""

    saved: dict[str, str] = field(default_factory=dict)
    again: int = 0
    _version: int = 0

    def work(self) -> None:
        pending: dict[str, str] = {}
        turn, ends = 0, None
        while pending or not self.stop.is_set():
            if self.stop.is_set():
                ends = ends or time.monotonic() + PATIENCE
                if time.monotonic() > ends:
                    raise TimeoutError("the last changes were never acknowledged")
            else:
                for code in self.random.sample(TEXTS, self.random.randint(1, 3)):
                    turn += 1
                    pending[code] = f"{self.case} 第 {turn} 次"
            self._send(pending)
            time.sleep(self.random.uniform(0.02, 0.15))

    def _send(self, pending: dict[str, str]) -> None:
        body = {"version": self._version, "changes": {code: [text] for code, text in pending.items()}}
        answer = self.line.ask(
            "POST",
            f"/unit/applications/{self.case}/save/",
            json.dumps(body).encode(),
            {"Content-Type": "application/json", "Accept": "application/json"},
        )
        if answer is None:
            return
        if answer.status != 200:
            raise RuntimeError(f"a save is answered {answer.status} {answer.body[:300]!r}")
        said = json.loads(answer.body)
        self._version = said["version"]
        self.acknowledged += 1
        for code in said["errors"]:
            raise RuntimeError(f"{code} is refused: {said['errors'][code]}")
        # What was typed anew after a cut meets one's own save that had come through: "keep mine".
        self.again += len(said["conflicts"])
        for code in [code for code in pending if code not in said["conflicts"]]:
            self.saved[code] = pending.pop(code)


@dataclass
class Sender(Person):
    """Uploads files in pieces over tus, resumed where the platform says it stands."""

    first_is_large: bool = False
    sent: dict[str, str] = field(default_factory=dict)
    begun: dict[str, tuple[int, str]] = field(default_factory=dict)
    waited: float = 0

    def work(self) -> None:
        number = 0
        while not self.stop.is_set() and number < 15 * len(SLOTS):
            large = self.first_is_large and number == 0
            name = f"{self.case}-{number}.pdf"
            content = unique_pdf(LARGE if large else self.random.randint(MB // 8, MB))
            self._send(name, content, SLOTS[number // 15], 4 * MB if large else MB // 4)
            number += 1

    def _send(self, name: str, content: bytes, slot: str, step: int) -> None:
        address = self._begin(name, len(content), slot)
        acknowledged = 0
        while address and acknowledged < len(content):
            self.begun[address] = (acknowledged, digest(content[:acknowledged]))
            if self.stop.is_set() and len(content) < LARGE:
                return  # left in the middle: what was acknowledged must lie there
            headers = TUS | {"Upload-Offset": str(acknowledged)}
            headers |= {"Content-Type": "application/offset+octet-stream"}
            piece = content[acknowledged : acknowledged + step]
            answer = self.line.ask("PATCH", address, piece, headers)
            if answer is not None and answer.status == 204:
                acknowledged = int(answer.headers["Upload-Offset"])
                self.acknowledged += 1
            else:
                acknowledged = self._stands(address, acknowledged, len(content))
        if address:
            del self.begun[address]
            self._until_attached(address)
            self.sent[name] = digest(content)

    def _begin(self, name: str, size: int, slot: str) -> str:
        told = ",".join(
            f"{k} {b64encode(v.encode()).decode()}" for k, v in {"filename": name, "field": slot}.items()
        )
        headers = TUS | {"Upload-Length": str(size), "Upload-Metadata": told}
        while not self.stop.is_set():
            answer = self.line.ask("POST", f"/uploads/application/{self.case}/", b"", headers)
            if answer is not None and answer.status != 201:
                raise RuntimeError(f"an upload is refused: {answer.status} {answer.body[:300]!r}")
            if answer is not None:
                return answer.headers["Location"]
        return ""

    def _stands(self, address: str, acknowledged: int, size: int) -> int:
        """How far it came, as the platform says after a cut: never less than it had said before."""
        answer = self._patiently("HEAD", address)
        if answer.status == 410:  # attached, though its last answer was cut
            return size
        offset = int(answer.headers["Upload-Offset"])
        if offset < acknowledged:
            self.faults.append(f"{address}: {acknowledged} bytes were acknowledged, now it says {offset}")
        return offset

    def _until_attached(self, address: str) -> None:
        began = time.monotonic()
        while (state := json.loads(self._patiently("GET", address).body)["state"]) != "done":
            if state == "refused" or time.monotonic() - began > PATIENCE:
                raise RuntimeError(f"{address} is {state}")
            time.sleep(0.3)
        self.waited = max(self.waited, time.monotonic() - began)

    def _patiently(self, method: str, address: str) -> Answer:
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            if (answer := self.line.ask(method, address, headers=TUS)) is not None:
                return answer
        raise TimeoutError(f"{method} {address} is never answered")


@dataclass
class Mover(Person):
    """Submits or decides, over and over, on whichever case; most is refused, and that is as well."""

    cases: list[int] = field(default_factory=list)
    can: dict[str, str] = field(default_factory=dict)
    moved: Counter = field(default_factory=Counter)
    unknown: Counter = field(default_factory=Counter)

    def work(self) -> None:
        while not self.stop.is_set():
            case, action = self.random.choice(self.cases), self.random.choice(sorted(self.can))
            where = (
                f"/unit/applications/{case}/submit/" if action == "submit" else f"/authority/cases/{case}/"
            )
            due = (date.today() + timedelta(days=9)).isoformat()  # noqa: DTZ011
            post = urlencode({"do": self.can[action], "reason": "请补充。", "due": due})
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.line.port}/",
            }
            answer = self.line.ask("POST", where, post.encode(), headers)
            move = f"{case} {action}"
            if answer is None:
                self.unknown[move] += 1
            elif answer.status == 302:
                if "login" in answer.headers["Location"]:
                    raise RuntimeError("the session is gone")
                self.moved[move] += 1
                self.acknowledged += 1
            elif answer.status == 404 and action == "submit":
                raise RuntimeError(f"{where} is not found")
            time.sleep(self.random.uniform(0.02, 0.1))


def unique_pdf(size: int) -> bytes:
    """A valid PDF of about ``size`` random bytes."""
    document = pikepdf.new()
    document.add_blank_page()
    document.pages[0].Extra = document.make_stream(os.urandom(size))
    out = io.BytesIO()
    document.save(out, compress_streams=False)
    return out.getvalue()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
