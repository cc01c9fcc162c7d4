"""The first screen of an authority: goals, tasks, places, what is late; of the nation the tile grid."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, QuerySet
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from tongchou.core import clock
from tongchou.core.scope import Scope
from tongchou.insight import queries, recent
from tongchou.insight.tiles import TILES
from tongchou.monitoring import queries as monitoring_queries
from tongchou.monitoring.question_models import ReportQuestion
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.programmes.models import Programme

if TYPE_CHECKING:
    from tongchou.monitoring.queries import Completeness


@dataclass(frozen=True, slots=True)
class Tile:
    """A province on the tile grid."""

    code: str
    name: str
    column: int
    row: int
    cases: queries.Cases | None
    completeness: Completeness | None


@dataclass(frozen=True, slots=True)
class Overview:
    """The first screen of an authority: goals, tasks, places, and what is late."""

    goals: Sequence[queries.Goal]
    tasks: Sequence[queries.Cases]
    places: Sequence[queries.Cases]
    tiles: Sequence[Tile]
    expected: monitoring_queries.Expected
    changes: Sequence[recent.Change]
    questions: Mapping[str, int]
    asked: Sequence[Asked]
    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that a figure raised and nobody has replied to."""

    report: int
    unit: str
    indicator: str
    text: str


KEEP_FROM = 0.2
"""Seconds: what takes longer to count is kept, and shown with the moment it was counted."""
RENEW_AFTER, KEEP = 60, 3600


def kept(authority: Authority, *, programme: Programme, year: int) -> Overview:
    """The overview, at most a minute old where people look at it and the worker runs; an hour old at the very most.

    Where counting is quick it is counted anew each time.
    """
    key = f"insight.overview:{authority.pk}:{programme.pk}:{year}"
    found: Overview | None = cache.get(key)
    if found is not None:
        if (clock.now() - found.at).total_seconds() > RENEW_AFTER:
            ask_to_renew(authority.pk, programme.pk, year)
        return found
    began = time.monotonic()
    found = overview(authority, programme=programme, year=year)
    if time.monotonic() - began > KEEP_FROM:
        cache.set(key, found, KEEP)
    return found


def renew(authority: int, programme: int, year: int) -> None:
    """Count anew what is kept; the worker's."""
    found = overview(
        Authority.objects.select_related("place").get(pk=authority),
        programme=Programme.objects.get(pk=programme),
        year=year,
    )
    cache.set(f"insight.overview:{authority}:{programme}:{year}", found, KEEP)


def ask_to_renew(authority: int, programme: int, year: int) -> None:
    """Leave it to the worker, once however many ask."""
    lock = f"{RENEW}:{authority}:{programme}:{year}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(RENEW, queueing_lock=lock, lock=RENEW).defer(
            authority=authority, programme=programme, year=year
        )


RENEW = "insight.renew_overview"


def overview(authority: Authority, *, programme: Programme, year: int) -> Overview:
    """Everything the first screen of ``authority`` shows, in a constant number of queries; tiles only for the nation."""
    place = authority.place
    scope = Scope(path=place.path)
    by_place = queries.cases(scope, programme=programme, by="place", path=place.path)
    expected = monitoring_queries.expected(scope, year, programme=programme, path=place.path)
    return Overview(
        goals=queries.goals(programme, place=place),
        tasks=queries.cases(scope, programme=programme, by="task", path=place.path),
        places=by_place,
        tiles=tiles(by_place, expected.by_place) if place.level == "nation" else [],
        expected=expected,
        changes=recent.changes(place.path),
        questions=dict(
            _open_questions(place.path, year).order_by().values_list("kind").annotate(n=Count("pk"))
        ),
        asked=[
            Asked(q.report_id, q.report.unit.name, q.indicator, q.text)
            for q in _open_questions(place.path, year)
            .select_related("report__unit")
            .order_by("-asked_at", "-pk")[:MOST_ASKED]
        ],
        at=clock.now(),
    )


MOST_ASKED = 5


def _open_questions(path: str, year: int) -> QuerySet[ReportQuestion]:
    return ReportQuestion.objects.filter(
        report__scope_path__startswith=path, report__period__year=year, reply=""
    )


def tiles(by_place: Sequence[queries.Cases], completeness: Sequence[Completeness]) -> list[Tile]:
    """Every province that takes part, whether it has cases or not, in the order of their codes (one query)."""
    counted = {row.key: row for row in by_place}
    complete = {row.key: row for row in completeness}
    names = dict(
        Jurisdiction.objects.filter(code__in=TILES).order_by("code").values_list("code", "short_name")
    )
    return [
        Tile(code, name, *TILES[code], counted.get(code), complete.get(code)) for code, name in names.items()
    ]
