"""Starting a pack: the files of a new programme, task or overlay from the templates in ``starter/``.

The files are made, not written: :func:`write` does that, and never over one that is there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from tongchou.programmes.packs import OVERLAY, PROGRAMME, TASK

_TEMPLATES = Path(__file__).parent / "starter"
_PLAIN = re.compile(r"[^\W\d_][\w（）《》〔〕“”、·。，-]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off"}
HORIZON_YEARS = 3
"""For how many years after its first a new programme lays out what recurs."""

Files = dict[str, str]
"""Text by path inside the pack folder."""


@dataclass(frozen=True)
class TaskStart:
    """A task to begin with. ``level`` designates: nation, province or city; ``notice`` is the id of a document."""

    code: str
    name: str
    number: int = 1
    level: str = "nation"
    notice: str = "notice"

    def files(self) -> Files:
        levels = {"nation": "国家认定", "province": "省级认定", "city": "市级认定"}
        text = _filled(
            "task.yaml",
            task=_scalar(self.code),
            number=str(self.number),
            task_name=_scalar(self.name),
            summary=_scalar(f"建设{self.name}。"),
            level=self.level,
            designates=levels[self.level],
            notice=self.notice,
        )
        return {f"tasks/{self.number:02d}-{self.code}/{TASK}": text}


def programme(*, code: str, name: str, place: str, year: int, document: str) -> Files:
    """``programme.yaml`` of a new programme, run by ``place``, with one round in ``year`` and one document."""
    return {
        PROGRAMME: _filled(
            "programme.yaml",
            code=_scalar(code),
            name=_scalar(name),
            place=place,
            year=str(year),
            horizon=str(year + HORIZON_YEARS),
            document=_scalar(document),
        )
    }


def overlay(*, programme: str, place: str, year: int, document: str) -> Files:
    """``overlay.yaml`` of ``place``, with one document of its own."""
    text = _filled(
        "overlay.yaml",
        code=_scalar(programme),
        place=place,
        place_id=place.lower(),
        year=str(year),
        document=_scalar(document),
    )
    return {f"overlays/{place}/{OVERLAY}": text}


def overlay_task(*, place: str, task: str, round: str, until: str, notice: str = "") -> Files:
    """What ``place`` adds to ``task`` to begin with: a window for declarations of ``round``, up to the day ``until``.

    ``notice`` is the document of the place that says so; by default the one a new overlay has.
    """
    text = _filled(
        "overlay-task.yaml",
        task=_scalar(task),
        round=_scalar(round),
        until=until,
        notice=notice or f"notice-{place.lower()}",
    )
    return {f"overlays/{place}/tasks/{task}.yaml": text}


def write(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Write the files into the pack folder. Raises ``FileExistsError``, with nothing written, where one is there."""
    paths = {folder / name: text for name, text in files.items()}
    for path in paths:
        if path.exists():
            raise FileExistsError(path)
    for path, text in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(paths)


def _filled(template: str, **values: str) -> str:
    return Template((_TEMPLATES / template).read_text(encoding="utf-8")).substitute(values)


def _scalar(text: str) -> str:
    """A text as YAML writes it: quoted where it could be read as something else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)
