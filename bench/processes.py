"""What the web processes of a measurement take of memory and of the processor."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def memory() -> Iterator[dict[str, float]]:
    """The most that the web processes had in memory (resident, in MB): all together, and the largest; seen twice a second."""
    most: dict[str, float] = {"web_rss_mb": 0.0, "largest_rss_mb": 0.0}
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            sizes = [_resident(pid) for pid in _web_processes()]
            most["web_rss_mb"] = max(most["web_rss_mb"], round(sum(sizes), 1))
            most["largest_rss_mb"] = max(most["largest_rss_mb"], *(round(size, 1) for size in sizes), 0.0)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        over.set()
        watcher.join()


def processor_seconds() -> float:
    """What the web processes have spent of the processor until now."""
    ticks = 0
    for pid in _web_processes():
        told = _read(pid, "stat").rpartition(b")")[2].split()
        ticks += sum(int(told[n]) for n in (11, 12)) if told else 0  # utime and stime
    return ticks / os.sysconf("SC_CLK_TCK")


def _web_processes() -> list[int]:
    masters = [pid for pid in _children(os.getpid()) if b"granian" in _read(pid, "cmdline")]
    return masters + [worker for master in masters for worker in _children(master)]


def _children(pid: int) -> list[int]:
    threads = Path(f"/proc/{pid}/task")
    if not threads.exists():
        return []
    found = b" ".join(_read(pid, f"task/{thread.name}/children") for thread in threads.iterdir())
    return [int(child) for child in found.split()]


def _resident(pid: int) -> float:
    pages = _read(pid, "statm").split()
    return int(pages[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20 if pages else 0.0


def _read(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""
