"""The guide of a task from a checked pack folder, without a database."""

from __future__ import annotations

from datetime import date
from typing import Any

from tongchou.documents import guide, guide_dates
from tongchou.orgs.places import Place
from tongchou.programmes.check import Checked, CheckedOverlay
from tongchou.programmes.pack_format import TaskPack


def of_folder(checked: Checked, task: str, place: Place, *, on: date) -> dict[str, Any]:
    """The guide (see ``guide.guide``) of the task in a place. Raises ``KeyError`` for an unknown task."""
    if checked.programme is None:
        raise KeyError(task)
    on_the_way = [overlay for overlay in checked.overlays if f"{overlay.place}/" in place.path]
    around = guide.Around(
        programme=checked.programme.name,
        place=place.name,
        documents=[
            *checked.programme.documents,
            *(document for overlay in on_the_way for document in overlay.pack.documents),
        ],
        dates=guide_dates.of_checked(checked, task, place.path),
        reports=[
            *checked.programme.reports,
            *(report for overlay in on_the_way for report in overlay.pack.reports),
        ],
        rounds={round_.code: round_.name for round_ in checked.programme.rounds},
    )
    return guide.guide(_pack(checked, on_the_way, task), around, on=on)


def _pack(checked: Checked, on_the_way: list[CheckedOverlay], task: str) -> TaskPack:
    """The task as the deepest overlay that speaks of it leaves it."""
    laid = [overlay.tasks[task] for overlay in on_the_way if task in overlay.tasks]
    return laid[-1] if laid else checked.tasks[task]
