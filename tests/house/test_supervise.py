import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tongchou.cli import supervise
from tongchou.cli.supervise import Child, ChildError, Supervisor, command


def sleeper():
    return command("sleeper", sys.executable, "-c", "import time; time.sleep(60)")


def after(seconds, action):
    threading.Timer(seconds, action).start()


def ask_to_stop():
    os.kill(os.getpid(), signal.SIGTERM)


def test_sigterm_stops_every_child():
    children = [sleeper(), sleeper()]
    after(0.5, ask_to_stop)
    Supervisor(children, echo=lambda _: None).run()
    assert all(child.process.returncode is not None for child in children)


def test_a_child_that_dies_is_started_again():
    child, said = sleeper(), []
    pids = []

    def kill_it():
        pids.append(child.process.pid)
        child.process.kill()

    supervisor = Supervisor([child], echo=said.append)
    after(0.3, kill_it)
    after(1.5, ask_to_stop)
    supervisor.run()
    assert said == ["The sleeper was ended by SIGKILL; starting it again", "Stopping"]
    assert child.process.pid not in pids


def test_a_child_that_keeps_dying_stops_all(monkeypatch):
    monkeypatch.setattr(supervise, "DEATHS_ALLOWED", 2)
    good = sleeper()
    bad = command("worker", sys.executable, "-c", "raise SystemExit(7)")
    with pytest.raises(ChildError, match=r"The worker ended by itself \(code 7\).*Everything is stopped"):
        Supervisor([good, bad], echo=lambda _: None).run()
    assert good.process.poll() is not None


def test_a_child_deaf_to_sigterm_is_ended(monkeypatch):
    monkeypatch.setattr(supervise, "PATIENCE_SECONDS", 0.5)
    deaf = command(
        "deaf", sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
    )
    said = []
    after(1, ask_to_stop)
    Supervisor([deaf], echo=said.append).run()
    assert said == ["Stopping", "The deaf did not stop in 0.5 seconds; ending it"]
    assert deaf.process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's death")
def test_children_end_with_a_killed_supervisor():
    code = """
import sys
from tongchou.cli.supervise import Supervisor, command
child = command("sleeper", sys.executable, "-c", "import time; time.sleep(60)")
Supervisor([child]).run(lambda: print(child.process.pid, flush=True))
"""
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and alive(pid):
        time.sleep(0.05)
    assert not alive(pid)


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def test_a_start_that_fails_counts_as_a_death(monkeypatch):
    monkeypatch.setattr(supervise, "DEATHS_ALLOWED", 3)
    tries = []

    def start():
        tries.append(1)
        if len(tries) == 1:
            return subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
        raise supervise.click.ClickException("no")

    with pytest.raises(ChildError, match="could not be started"):
        Supervisor([Child("database", start)], echo=lambda _: None).run()
