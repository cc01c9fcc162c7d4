"""The worker plays a version of a pack that an administrator wants to see rehearsed.

It runs ``tongchou rehearse``, because a rehearsal has a database of its own, and a process has one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import deque
from pathlib import Path
from threading import Timer
from typing import Any

from django.conf import settings
from procrastinate.contrib.django import app

from tongchou.programmes import archives, trials
from tongchou.programmes.release_models import PackRehearsal
from tongchou.rehearsal.result import chain_said, tables

LONGEST_SECONDS = 3600
_KEPT_LINES = 12


class _FailedError(Exception):
    """It came to nothing; the text says why."""


class _StoppedError(Exception):
    """Somebody stopped it."""


@app.task(name=trials.TASK)
def play_upload(rehearsal: int) -> None:
    """Play one, unless it was stopped while it waited; keep what it came to."""
    asked = trials.begin(rehearsal)
    if asked is None:
        return
    try:
        with archives.folder_of(trials.files_of(asked)) as folder:
            found = _run(asked, folder)
    except _StoppedError:
        return
    except _FailedError as error:
        trials.fail(asked.pk, str(error))
    except Exception as error:
        trials.fail(asked.pk, f"{type(error).__name__}: {error}")
        raise
    else:
        drawn = [dict(table) for table in tables(found)]
        trials.finish(asked.pk, tables=[*drawn, {"title": chain_said(found), "head": [], "rows": []}])


def _run(asked: PackRehearsal, folder: Path) -> dict[str, Any]:
    """Play in a process of its own, keeping each line that it says."""
    environment = {name: value for name, value in os.environ.items() if name != "TONGCHOU_DEMO"}
    last: deque[str] = deque(maxlen=_KEPT_LINES)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as answer:
        process = subprocess.Popen(
            _command(asked, folder),
            stdout=answer,
            stderr=subprocess.PIPE,
            env=environment,
            encoding="utf-8",
        )
        timer = Timer(LONGEST_SECONDS, process.kill)
        timer.start()
        try:
            for said in process.stderr or ():
                if not (line := said.strip()):
                    continue
                last.append(line)
                if not trials.note(asked, line):
                    raise _StoppedError
            status = process.wait()
        finally:
            timer.cancel()
            process.kill()
            process.wait()
        if status:
            raise _FailedError("\n".join(last) or f"exit {status}")
        answer.seek(0)
        found: dict[str, Any] = json.load(answer)
    return found


def _command(asked: PackRehearsal, folder: Path) -> list[str]:
    database = f"{settings.DATABASES['default']['NAME'][:45]}_pack_rehearsal"
    return [
        *(sys.executable, "-m", "tongchou.cli.main", "rehearse", str(folder), "--json"),
        *("--place", asked.place_id, "--units", str(asked.units), "--database", database),
        *(word for number in asked.tasks for word in ("--task", str(number))),
    ]
