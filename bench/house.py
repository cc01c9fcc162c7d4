"""A house to measure in: a data directory and a PostgreSQL of its own, with the settings a deployment has.

``with house() as home`` comes before anything of Django is imported; afterwards everything is gone.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tongchou.cli.postgres import Cluster

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class House:
    home: Path
    cluster: Cluster

    def ready(self) -> None:
        """Fresh statistics, as DESIGN §7 asks; call it when the data are there, before either side is measured."""
        import psycopg

        with psycopg.connect(self.cluster.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")

    def pgbench(self, script: str, *, clients: int, seconds: int) -> float:
        """Transactions a second of the bare alternative."""
        path = self.home / "bare.sql"
        path.write_text(script)
        path.chmod(0o644)
        out = subprocess.run(
            [
                str(self.cluster.bin / "pgbench"),
                "-n", "-c", str(clients), "-j", str(min(2, clients)), "-T", str(seconds),
                "-f", str(path), self.cluster.url,
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout  # fmt: skip
        line = next(line for line in out.splitlines() if line.startswith("tps = "))
        return float(line.split()[2])


@contextmanager
def house() -> Iterator[House]:
    home = Path(tempfile.mkdtemp(prefix="tongchou-bench-"))
    home.chmod(0o711)
    (home / "static").mkdir()
    cluster = Cluster(home / "postgres")
    os.environ |= {"TONGCHOU_DATA": str(home), "TONGCHOU_SECRET_KEY": "only-for-measuring"}
    os.environ.pop("DATABASE_URL", None)
    try:
        cluster.start(echo=lambda _: None)
        os.environ["DATABASE_URL"] = cluster.url
        from tongchou.cli import db

        db.setup_django()
        db.bring_up_to_date()
        yield House(home, cluster)
    finally:
        cluster.destroy()
        shutil.rmtree(home, ignore_errors=True)


def machine() -> dict[str, object]:
    """What both sides ran on."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def say(text: str) -> None:
    """Progress, apart from the result."""
    print(text, file=sys.stderr, flush=True)
