"""kill -9 of any process at any moment, while people type, upload, submit and decide: nothing acknowledged is lost.

`TONGCHOU_CRASH_KILLS` lets it go on for longer, `TONGCHOU_CRASH_SEED` plays other moments, and
`TONGCHOU_CRASH_REPORT=1` prints what was done (with pytest -s).
"""

import json
import os
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.house.crash_people import PATIENCE, Filler, Line, Mover, Sender
from tests.house.crash_platform import Platform
from tongchou.cli.postgres import Cluster

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds its processes in /proc"),
]
KILLS = int(os.environ.get("TONGCHOU_CRASH_KILLS", "7"))
SEED = int(os.environ.get("TONGCHOU_CRASH_SEED", "1"))
GETTING_ON = 60  # answers acknowledged between a kill and the next
# Each is killed at least once, in an order and at moments that the seed gives.
KINDS = ["web process", "connection", "worker", "web server", "database", "supervisor"]


@pytest.fixture
def platform(tmp_path):
    tmp_path.chmod(0o711)
    platform = Platform(tmp_path)
    try:
        scene = platform.scene("make")
        platform.start()
        platform.until_it_answers()
        yield platform, scene
    finally:
        if platform.process and platform.process.poll() is None:
            platform.stop()
        Cluster(tmp_path / "postgres").destroy()


def people_at_work(platform: Platform, scene: dict, stop: threading.Event) -> list:
    def line(cookie: str) -> Line:
        return Line(platform.port, cookie)

    fillers = [Filler(line(c), case, Random(case), stop) for case, c in scene["fillers"]]
    senders = [
        Sender(line(c), case, Random(case), stop, first_is_large=n < 2)
        for n, (case, c) in enumerate(scene["senders"])
    ]
    city = {"recommend": "pass", "return": "return", "take_back": "take_back"}
    moves = {
        "unit": {"submit": "submit"},
        "city": city,
        "other": city,
        "province": {"designate": "pass", "return": "return"},
    }
    movers = [
        Mover(line(scene["people"][who]), 0, Random(n), stop, cases=scene["decided"], can=can)
        for n, (who, can) in enumerate(moves.items())
    ]
    return [*fillers, *senders, *movers]


def kill_at_random(platform: Platform, people: list) -> None:
    """Kill, give people time to get on, and kill again a moment later."""
    random = Random(SEED)
    for turn in range(KILLS):
        if turn % len(KINDS) == 0:
            order = random.sample(KINDS, len(KINDS))
        before, ends = acknowledged(people), time.monotonic() + PATIENCE
        while acknowledged(people) < before + GETTING_ON and time.monotonic() < ends:
            platform.look_after()
            time.sleep(0.05)
        time.sleep(random.uniform(0, 0.7))
        platform.kill_one(order[turn % len(KINDS)], random) or platform.kill_one("web process", random)


def acknowledged(people: list) -> int:
    return sum(person.acknowledged for person in people)


def told_by(people: list) -> dict:
    fillers, senders, movers = ([p for p in people if isinstance(p, k)] for k in (Filler, Sender, Mover))
    return {
        "saved": {str(f.case): f.saved for f in fillers},
        "sent": {name: digest for s in senders for name, digest in s.sent.items()},
        "begun": {address: standing for s in senders for address, standing in s.begun.items()},
        "moved": dict(sum((m.moved for m in movers), Counter())),
        "unknown": dict(sum((m.unknown for m in movers), Counter())),
    }


def judged(platform: Platform, told: dict) -> list[str]:
    path = platform.home / "told.json"
    path.write_text(json.dumps(told))
    return platform.scene("judge", str(path))


def spoiled(told: dict) -> dict:
    """The same with an answer, a file and a move that never were."""
    case, name, move = (next(iter(told[what])) for what in ("saved", "sent", "moved"))
    return told | {
        "saved": told["saved"] | {case: told["saved"][case] | {"t0": "never typed"}},
        "sent": told["sent"] | {name: "0" * 64},
        "moved": told["moved"] | {move: told["moved"][move] + 100},
    }


def test_killed_at_random_moments_it_loses_nothing_that_was_acknowledged(platform):
    platform, scene = platform
    stop = threading.Event()
    people = people_at_work(platform, scene, stop)
    threads = [threading.Thread(target=person.run, daemon=True) for person in people]
    for thread in threads:
        thread.start()
    kill_at_random(platform, people)
    stop.set()
    platform.until_it_answers()
    ends = time.monotonic() + PATIENCE
    while any(thread.is_alive() for thread in threads) and time.monotonic() < ends:
        platform.look_after()
        time.sleep(0.1)
    assert not [type(p).__name__ for p, t in zip(people, threads, strict=True) if t.is_alive()]
    assert [fault for person in people for fault in person.faults] == [], platform.log.read_text()[-3000:]
    assert platform.stop() == 0, platform.log.read_text()

    told = told_by(people)
    if os.environ.get("TONGCHOU_CRASH_REPORT"):
        report(platform, people, told)
    assert {what for _, what in platform.killed} >= set(KINDS)
    assert sum(person.line.cuts for person in people) > KILLS
    assert min(len(saved) for saved in told["saved"].values()) > 1
    assert told["sent"]
    assert sum(told["moved"].values()) > 5
    assert judged(platform, told) == []
    assert len(judged(platform, spoiled(told))) == 3, "the judge would see it"


def report(platform: Platform, people: list, told: dict) -> None:
    done = {
        "killed": dict(Counter(what for _, what in platform.killed)),
        "started_again_as_a_whole": platform.restarts,
        "cuts": sum(person.line.cuts for person in people),
        "acknowledged": acknowledged(people),
        "own_conflicts": sum(p.again for p in people if isinstance(p, Filler)),
        "files_attached": len(told["sent"]),
        "files_in_the_middle": len(told["begun"]),
        "longest_wait_for_a_check": round(max(p.waited for p in people if isinstance(p, Sender)), 1),
        "moves": dict(Counter(m.split()[1] for m in Counter(told["moved"]).elements())),
        "moves_cut": sum(told["unknown"].values()),
    }
    json.dump(done, sys.stderr, indent=2)
