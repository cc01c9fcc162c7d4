"""Who holds a quota: the first line that matches. Pure, and shared by loading, checking and counting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar


class Line(Protocol):
    """What a line asks of a holder; ``models.QuotaLine`` and ``pack_format.Match`` are such."""

    @property
    def places(self) -> Sequence[str]: ...
    @property
    def kinds(self) -> Sequence[str]: ...
    @property
    def tags(self) -> Sequence[str]: ...
    @property
    def tag_from(self) -> int | None: ...
    @property
    def tag_until(self) -> int | None: ...


Tags = Mapping[str, int | None]
"""The confirmed tags of a unit, with the year since which each is held (``None``: not known)."""

L = TypeVar("L", bound=Line)


def first_match(lines: Iterable[L], *, path: str, kind: str = "", tags: Tags | None = None) -> L | None:
    """The line that gives a holder its limit or minimum; ``None``: the quota isn't this holder's.

    ``path`` is the holder's place path (a line that names a province matches every city in it); ``kind`` and ``tags``
    are those of a unit. A line that asks for kinds or tags never matches an authority, and one that asks since when a tag
    is held never matches a unit whose year nobody has confirmed.
    """
    held = tags or {}
    codes = set(path.strip("/").split("/"))
    for line in lines:
        if line.places and codes.isdisjoint(line.places):
            continue
        if line.kinds and kind not in line.kinds:
            continue
        if set(line.tags) <= held.keys() and all(_in_years(line, held[tag]) for tag in line.tags):
            return line
    return None


def _in_years(line: Line, year: int | None) -> bool:
    if line.tag_from is None and line.tag_until is None:
        return True
    return year is not None and (line.tag_from or year) <= year <= (line.tag_until or year)


def covers(earlier: Line, later: Line) -> bool:
    """Whether every holder of ``later`` is already taken by ``earlier`` (which makes ``later`` unreachable)."""
    return (
        (not earlier.places or (bool(later.places) and set(later.places) <= set(earlier.places)))
        and (not earlier.kinds or (bool(later.kinds) and set(later.kinds) <= set(earlier.kinds)))
        and set(earlier.tags) <= set(later.tags)
        and (not earlier.tags or _covers_years(earlier, later))
    )


def _covers_years(earlier: Line, later: Line) -> bool:
    from_start = earlier.tag_from is None or (
        later.tag_from is not None and earlier.tag_from <= later.tag_from
    )
    to_end = earlier.tag_until is None or (
        later.tag_until is not None and later.tag_until <= earlier.tag_until
    )
    return from_start and to_end
