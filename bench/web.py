"""The platform's web processes, and clients that cost little beside them."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@contextmanager
def serving() -> Iterator[int]:
    """The web processes as ``tongchou serve`` starts them; yields their port."""
    from tongchou.cli import serve

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = serve.web("127.0.0.1", port, 2).start()
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            client = Client(port)
            client.call("GET", "/")
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            client.close()
            return


class Client:
    """HTTP/1.1 on one kept-alive connection, as bare as it gets: the client shares the machine with the server."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.cookies = dict([cookie.split("=", 1)]) if cookie else {}
        self.location = ""
        """Where the last answer leads."""
        self.offset: int | None = None
        """How much of an upload the last answer says is there."""
        self.port = port
        self._connect()

    def _connect(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), 60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def call(self, method: str, path: str, body: bytes = b"", headers: str = "") -> tuple[int, bytes]:
        cookies = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookies}\r\n"
            f"Content-Length: {len(body)}\r\n{headers}\r\n"
        )
        first = self._ask(head.encode() + body)
        if (
            not first
        ):  # the server had closed an idle connection, as it does after some seconds; browsers ask anew, too
            self.anew()
            first = self._ask(head.encode() + body)
        if not first:
            raise ConnectionResetError(f"no answer to {method} {path}")
        status = int(first.split()[1])
        length = 0
        chunked = False
        self.location, self.offset = "", None
        while (line := self.file.readline()) != b"\r\n":
            key, _, value = line.partition(b":")
            if key.lower() == b"content-length":
                length = int(value)
            elif key.lower() == b"set-cookie":
                name, _, rest = value.decode().strip().partition("=")
                self.cookies[name] = rest.split(";", 1)[0]
            elif key.lower() == b"location":
                self.location = value.decode().strip()
            elif key.lower() == b"upload-offset":
                self.offset = int(value)
            elif key.lower() == b"transfer-encoding":
                chunked = b"chunked" in value
        bodiless = method == "HEAD" or status == 204
        return status, b"" if bodiless else self._chunks() if chunked else self.file.read(length)

    def _ask(self, request: bytes) -> bytes:
        try:
            self.socket.sendall(request)
            return self.file.readline()
        except (BrokenPipeError, ConnectionResetError):
            return b""

    def _chunks(self) -> bytes:
        whole = b""
        while size := int(self.file.readline(), 16):
            whole += self.file.read(size)
            self.file.readline()
        self.file.readline()
        return whole

    def anew(self) -> None:
        """On a connection of its own again, after one that was cut."""
        self.close()
        self._connect()

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@dataclass
class Run:
    """What came of a run: seconds of each answer, and what was not answered as expected."""

    seconds: float
    times: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.times) / self.seconds

    def quantile(self, q: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.times)
        return round(ordered[min(len(ordered) - 1, int(q * len(ordered)))] * 1000, 1)

    def summary(self) -> dict[str, object]:
        return {
            "per_second": round(self.rate, 1),
            "p50_ms": self.quantile(0.5),
            "p95_ms": self.quantile(0.95),
            "p99_ms": self.quantile(0.99),
            "faults": len(self.faults),
            **({"first_fault": self.faults[0]} if self.faults else {}),
        }


def run(clients: int, seconds: float, act: Callable[[int, int], str | None]) -> Run:
    """``act(client, turn)`` again and again by so many clients at once, until the time is up or it returns ``None``.

    It returns what was wrong, or an empty text.
    """
    done = Run(seconds)
    ends = time.perf_counter() + seconds

    def work(number: int) -> None:
        turn = 0
        while (began := time.perf_counter()) < ends:
            fault = act(number, turn)
            if fault is None:
                return
            turn += 1
            if fault:
                done.faults.append(fault)
            else:
                done.times.append(time.perf_counter() - began)

    threads = [threading.Thread(target=work, args=[number]) for number in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.seconds = time.perf_counter() - began
    return done
