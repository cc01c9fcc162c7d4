"""What the filters of officers' lists offer: tasks, places, and the editions that say what a task's steps are."""

from __future__ import annotations

from tongchou.orgs import queries as org_queries
from tongchou.orgs.models import Authority
from tongchou.programmes.models import TaskEdition
from tongchou.web.authority.words import task_titles

BELOW = {"nation": "province", "province": "city", "city": "county"}


def editions_at(authority: Authority) -> list[TaskEdition]:
    """The current editions that hold where the authority stands, one a task."""
    codes = authority.place.path.strip("/").split("/")
    rows = TaskEdition.objects.filter(current=True, place_id__in=codes).select_related("task", "place")
    deepest: dict[int, TaskEdition] = {}
    for edition in sorted(rows, key=lambda e: len(e.place.path)):
        deepest[edition.task_id] = edition
    return sorted(deepest.values(), key=lambda e: (e.task.programme_id, e.task.number))


def task_choices() -> list[tuple[str, str]]:
    return [(str(pk), title) for pk, title in task_titles().items()]


def place_choices(authority: Authority) -> list[tuple[str, str]]:
    """The places directly below the authority's own, by code."""
    level = BELOW.get(authority.place.level)
    return [(p.code, p.name) for p in org_queries.places(level, authority.place.path)] if level else []
