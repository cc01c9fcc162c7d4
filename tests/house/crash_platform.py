"""The platform of the crash test: `tongchou serve` on data of its own, its processes, and a hand that kills them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

ROOT = Path(__file__).parents[2]
SCENE = [sys.executable, "-m", "tests.house.crash_scene"]
# The supervisor gives up on a child that has died five times within a minute.
KILLS_A_MINUTE = {"web server": 3, "worker": 3, "database": 2, "supervisor": 1}


@dataclass
class Platform:
    home: Path
    port: int = 0
    process: subprocess.Popen | None = None
    restarts: int = 0
    killed: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def log(self) -> Path:
        return self.home / "serve.log"

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "TONGCHOU_DB_POOL"}}
        return kept | {"TONGCHOU_DATA": str(self.home)}

    def scene(self, *arguments: str):
        made = subprocess.run(
            [*SCENE, *arguments],
            env=self.environment,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(made.stdout.splitlines()[-1])

    def start(self) -> None:
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tongchou.cli.main", "serve", "--port", str(self.port)],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def look_after(self) -> None:
        """What a service manager does: start it again when it has ended."""
        if self.process.poll() is not None:
            self.restarts += 1
            self.start()
            time.sleep(0.5)

    def until_it_answers(self, seconds: float = 90) -> None:
        ends = time.monotonic() + seconds
        while not self.answers():
            self.look_after()
            if time.monotonic() > ends:
                raise TimeoutError(self.log.read_text()[-3000:])
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(90)

    # ------------------------------------------------------------ killing

    def victims(self) -> dict[str, list[int]]:
        """Our processes that live now, by what they are."""
        found: dict[str, list[int]] = {"supervisor": [self.process.pid]}
        for child in children(self.process.pid):
            said = command_line(child)
            if "granian" in said:
                found["web server"] = [child]
                found["web process"] = children(child)
            elif "procrastinate" in said:
                found["worker"] = [child]
            elif "postgres" in said:
                found["database"] = [child]
                found["connection"] = [c for c in children(child) if "[local]" in command_line(c)]
        return {what: pids for what, pids in found.items() if pids}

    def kill_one(self, what: str, random: Random) -> bool:
        """kill -9 one process of this kind, unless it has been killed too often of late; whether it was."""
        now = time.monotonic()
        recent = Counter(name for at, name in self.killed if now - at < 60)
        pids = self.victims().get(what)
        if not pids or recent[what] >= KILLS_A_MINUTE.get(what, 1000):
            return False
        os.kill(random.choice(pids), signal.SIGKILL)
        self.killed.append((now, what))
        return True


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""
