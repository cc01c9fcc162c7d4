"""What the demo refuses, and that it can be killed at any moment."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tongchou.cli.db import embedded
from tongchou.cli.demo import lock


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("TONGCHOU_DATA", str(tmp_path))
    yield tmp_path
    embedded().destroy()


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def without_database_url():
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}


def demo(*arguments, env=None):
    return subprocess.run(
        [sys.executable, "-m", "tongchou.cli.main", "demo", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=env or without_database_url(),
    )


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_taken_port_is_named_before_anything_is_started(data, command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "tongchou.cli.main", command, "--port", str(port)],
            capture_output=True,
            text=True,
            check=False,
            env=without_database_url(),
        )
    assert refused.returncode == 1
    assert f"Port {port} of 127.0.0.1 is taken" in refused.stderr
    assert str(port + 1) in refused.stderr
    assert not (data / "postgres").exists()


def test_a_second_demo_on_the_same_data_is_refused(data, free_port):
    with lock(8123):
        refused = demo("--port", str(free_port))
    assert refused.returncode == 1
    assert f"running on these data already: http://127.0.0.1:8123/ (process {os.getpid()})" in refused.stderr
    assert "TONGCHOU_DATA" in refused.stderr


def test_reset_never_empties_a_database_of_somebodys_own(data, free_port):
    refused = demo("--port", str(free_port), "--reset", env=os.environ.copy())
    assert refused.returncode == 1
    assert "DATABASE_URL names another. Nothing was changed" in refused.stderr


class RunningDemo:
    def __init__(self, port, *arguments):
        self.port = port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tongchou.cli.main", "demo", "--port", str(port), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=without_database_url(),
        )
        self.said = ""

    def until_ready(self):
        for line in self.process.stdout:
            self.said += line
            if "is ready" in line:
                return self
        pytest.fail(self.said)

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False

    def end(self, signum):
        self.process.send_signal(signum)
        self.process.stdout.read()
        return self.process.wait(30)


@pytest.mark.slow
def test_the_demo_survives_kill_9_keeps_its_data_and_stops_cleanly(data, free_port):
    first = RunningDemo(free_port).until_ready()
    assert first.answers()
    first.end(signal.SIGKILL)
    deadline = time.monotonic() + 20
    while (first.answers() or embedded().pid) and time.monotonic() < deadline:
        time.sleep(0.1)

    began = time.monotonic()
    second = RunningDemo(free_port).until_ready()
    assert time.monotonic() - began < 30
    assert "Making the tables" not in second.said
    assert second.answers()
    assert second.end(signal.SIGTERM) == 0
    assert embedded().pid is None
    assert not second.answers()
