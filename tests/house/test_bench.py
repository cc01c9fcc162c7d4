"""The measurements run: small ones here, with everything they look for afterwards found."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click import UsageError
from click.testing import CliRunner

from bench.__main__ import BENCHES, MODULES, _settings, main

ROOT = Path(__file__).parents[2]


def bench(*arguments: str) -> dict:
    """A run in a process of its own: a measurement makes its own house before anything of Django is read."""
    kept = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "TONGCHOU_DB_POOL"}}
    done = subprocess.run(
        [sys.executable, "-m", "bench", *arguments, "--json"],
        cwd=ROOT,
        env=kept,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_every_measurement_is_listed_and_can_be_found():
    said = CliRunner().invoke(main, []).output
    for name in BENCHES:
        assert name in said
        assert callable(importlib.import_module(f"bench.{MODULES.get(name, name)}").measure)


def test_settings_are_read_as_the_kind_of_their_default_and_unknown_ones_refused():
    def measure(clients=(1, 8), seconds=10):
        pass

    assert _settings(measure, ("clients=2,4", "seconds=3")) == {"clients": (2, 4), "seconds": 3}
    with pytest.raises(UsageError, match="units is no setting; there are clients, seconds"):
        _settings(measure, ("units=9",))


@pytest.mark.slow
def test_a_last_hour_loses_nothing():
    seen = bench("lasthour", "units=4", "seconds=2", "saves=2", "megabytes=1")
    assert (seen["errors"], seen["acknowledged_answers_lost"]) == (0, 0)
    assert (seen["revisions"], seen["files_whole"], seen["audit_chain_holds"]) == (4, 4, 1)
    assert seen["memory"]["web_rss_mb"] > seen["memory"]["largest_rss_mb"] > 20
    for what in ("page", "save", "upload", "submit"):
        assert seen[what]["p50_ms"] <= seen[what]["p95_ms"] <= seen[what]["p99_ms"]
