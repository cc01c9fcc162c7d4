"""Runs a few processes together: what dies is started again, and all of them end together.

A process that keeps dying stops the others too, with a plain message: a platform whose worker is gone would
accept declarations and send nothing.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import click

from tongchou.cli.postgres import die_with_parent

DEATHS_ALLOWED = 5
WITHIN_SECONDS = 60
PATIENCE_SECONDS = 20


class ChildError(click.ClickException):
    """A process that must run cannot be kept running."""


@dataclass
class Child:
    """`start` begins the process; it may raise a ClickException, which counts as a death."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    stop_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)


def command(name: str, *arguments: str) -> Child:
    """A child that runs this command in a process group of its own, and ends when we do, however we end."""

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- we start no thread
        )

    return Child(name, start)


class Supervisor:
    """Starts children in order and stops them in reverse order."""

    def __init__(self, children: list[Child], echo: Callable[[str], Any] = click.echo) -> None:
        self.children = children
        self.echo = echo
        self.asked_to_stop = False

    def run(self, when_started: Callable[[], Any] = lambda: None) -> None:
        """Until Ctrl-C or SIGTERM; raises ChildError when a child cannot be kept alive."""
        before = {s: signal.signal(s, self._ask) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        try:
            for child in self.children:
                child.process = child.process or child.start()
            when_started()
            while not self.asked_to_stop:
                self.keep_alive()
                time.sleep(0.2)
            self.echo("Stopping")
        finally:
            self.stop_all()
            for signum, handler in before.items():
                signal.signal(signum, handler)

    def keep_alive(self) -> None:
        """Start again what has died, unless it has died too often."""
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                continue
            if self.asked_to_stop:
                return
            how = "could not be started" if child.process is None else _how(child.process.returncode)
            if child.process is not None:
                _kill_group(child.process.pid)  # what it left behind would hold the port
            now = time.monotonic()
            child.deaths = [t for t in child.deaths if now - t < WITHIN_SECONDS] + [now]
            if len(child.deaths) >= DEATHS_ALLOWED:
                raise ChildError(
                    f"The {child.name} {how}, for the {DEATHS_ALLOWED}th time within a minute. "
                    "Everything is stopped; the lines above say why."
                )
            self.echo(f"The {child.name} {how}; starting it again")
            time.sleep(0.2 * len(child.deaths))
            child.process = None
            try:
                child.process = child.start()
            except click.ClickException as error:
                self.echo(error.message)

    def _ask(self, signum: int, frame: object) -> None:
        self.asked_to_stop = True

    def stop_all(self) -> None:
        for child in reversed(self.children):
            process = child.process
            if process is None or process.poll() is not None:
                continue
            process.send_signal(child.stop_signal)
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.echo(f"The {child.name} did not stop in {PATIENCE_SECONDS} seconds; ending it")
            _kill_group(process.pid)
            process.wait()


def _how(code: int) -> str:
    return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended by itself (code {code})"


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
