"""What an authority sees of a place first: goals, tasks, places, what is late; of the nation the tile grid."""

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
    """What an authority sees of a place first: goals, tasks, places, and what is late."""

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


def kept(authority: Authority, place: Jurisdiction, *, programme: Programme, year: int) -> Overview:
    """The overview, at most a minute old where people look at it and the worker runs; an hour old at the very most.

    Where counting is quick it is counted anew each time.
    """
    key = _key(authority.pk, place.pk, programme.pk, year)
    found: Overview | None = cache.get(key)
    if found is not None:
        if (clock.now() - found.at).total_seconds() > RENEW_AFTER:
            ask_to_renew(authority.pk, place.pk, programme.pk, year)
        return found
    began = time.monotonic()
    found = overview(authority, place, programme=programme, year=year)
    if time.monotonic() - began > KEEP_FROM:
        cache.set(key, found, KEEP)
    return found


def renew(authority: int, place: str, programme: int, year: int) -> None:
    """Count anew what is kept; the worker's."""
    found = overview(
        Authority.objects.select_related("place").get(pk=authority),
        Jurisdiction.objects.get(pk=place),
        programme=Programme.objects.get(pk=programme),
        year=year,
    )
    cache.set(_key(authority, place, programme, year), found, KEEP)


def _key(authority: int, place: str, programme: int, year: int) -> str:
    return f"insight.overview:{authority}:{place}:{programme}:{year}"


def ask_to_renew(authority: int, place: str, programme: int, year: int) -> None:
    """Leave it to the worker, once however many ask."""
    lock = f"{RENEW}:{authority}:{place}:{programme}:{year}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(RENEW, queueing_lock=lock, lock=RENEW).defer(
            authority=authority, place=place, programme=programme, year=year
        )


RENEW = "insight.renew_overview"


def overview(authority: Authority, place: Jurisdiction, *, programme: Programme, year: int) -> Overview:
    """Everything that ``authority`` is shown of ``place``, in a constant number of queries; tiles only for the nation.

    Of a place below its own it sees what answers to itself as well, such as a province the colleges of a city.
    """
    scope = Scope(path=authority.place.path)
    questions = _open_questions(authority.place.path, place.path, year)
    by_place = queries.cases(scope, programme=programme, by="place", path=place.path)
    expected = monitoring_queries.expected(scope, year, programme=programme, path=place.path)
    return Overview(
        goals=queries.goals(programme, place=place),
        tasks=queries.cases(scope, programme=programme, by="task", path=place.path),
        places=by_place,
        tiles=tiles(by_place, expected.by_place) if place.level == "nation" else [],
        expected=expected,
        changes=recent.changes(authority.place.path, place.path),
        questions=dict(questions.order_by().values_list("kind").annotate(n=Count("pk"))),
        asked=[
            Asked(q.report_id, q.report.unit.name, q.indicator, q.text)
            for q in questions.select_related("report__unit").order_by("-asked_at", "-pk")[:MOST_ASKED]
        ],
        at=clock.now(),
    )


MOST_ASKED = 5


def _open_questions(scope_path: str, place_path: str, year: int) -> QuerySet[ReportQuestion]:
    return ReportQuestion.objects.filter(
        report__scope_path__startswith=scope_path,
        report__place_path__startswith=place_path,
        report__period__year=year,
        reply="",
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
