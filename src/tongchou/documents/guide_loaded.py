"""The guide of a task from what is loaded; the same as from the folder it was loaded from."""

from __future__ import annotations

from datetime import date
from typing import Any

from tongchou.core import clock
from tongchou.documents import guide
from tongchou.documents.guide_dates import Dated, lines
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes import pack_format, queries
from tongchou.programmes.models import Document, PackVersion, Round, Task, Window


def of_loaded(task: Task, place: Jurisdiction, *, on: date) -> dict[str, Any]:
    """The guide (see ``guide.guide``) of the task in a place. Raises ``TaskEdition.DoesNotExist``."""
    around = guide.Around(
        programme=task.programme.name,
        place=place.name,
        documents=[
            pack_format.Document(id=document.code, title=document.title, number=document.number)
            for document in Document.objects.filter(programme=task.programme_id)
        ],
        dates=dates(task, place.path),
        reports=common_reports(task, place.path),
        rounds=dict(Round.objects.filter(programme=task.programme_id).values_list("code", "name")),
    )
    return guide.guide(queries.edition_for(task, place.path).pack, around, on=on)


def dates(task: Task, path: str) -> list[Dated]:
    """The dates of a task at a place."""
    return lines(_of_window(window, path) for window in queries.windows_for(task, path))


def common_reports(task: Task, path: str) -> list[pack_format.ReportDef]:
    """The reports across all tasks that hold at a place, as the packs on the way down last state them."""
    versions = PackVersion.objects.filter(
        programme=task.programme_id, place_id__in=path.strip("/").split("/")
    ).order_by("place__path", "-loaded_at", "-pk")
    return [
        pack_format.ReportDef.model_validate(part)
        for version in versions.distinct("place__path")
        for part in version.content["pack"].get("reports", [])
    ]


def _of_window(window: Window, path: str) -> Dated:
    return Dated(
        code=window.code,
        name=window.name,
        purpose=window.purpose,
        binds=window.binds,
        report=window.report,
        variants=(window.variant,) if window.variant else (),
        cite=tuple(window.cite),
        yearly=window.round_id is None and window.year is not None,
        waiting=window.waiting,
        year=window.year,
        first=window.opens_at.astimezone(clock.SHANGHAI).date() if window.opens_at else None,
        last=clock.last_day(window.closes_at) if window.closes_at else None,
        depth=(path.index(f"{window.place_id}/") + 1, window.task_id is not None),
    )
