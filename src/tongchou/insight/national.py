"""The first screen of an authority: goals, tasks, places, what is late; of the nation the tile grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tongchou.core.scope import Scope
from tongchou.insight import queries
from tongchou.insight.tiles import TILES
from tongchou.monitoring import queries as monitoring_queries
from tongchou.orgs.models import Jurisdiction

if TYPE_CHECKING:
    from tongchou.monitoring.queries import Completeness
    from tongchou.orgs.models import Authority
    from tongchou.programmes.models import Programme


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
