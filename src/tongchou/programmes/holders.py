"""Who holds a quota: the first line that matches. Pure, and shared by loading, checking and counting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Protocol, TypeVar


class Line(Protocol):
    """What a line asks of a holder; ``models.QuotaLine`` and ``pack_format.Match`` are such."""

    @property
    def places(self) -> Sequence[str]: ...
    @property
    def kinds(self) -> Sequence[str]: ...
    @property
    def tags(self) -> Sequence[str]: ...


L = TypeVar("L", bound=Line)


def first_match(lines: Iterable[L], *, path: str, kind: str = "", tags: Collection[str] = ()) -> L | None:
    """The line that gives a holder its limit or minimum; ``None``: the quota isn't this holder's.

    ``path`` is the holder's place path (a line that names a province matches every city in it); ``kind`` and ``tags``
    (confirmed ones) are those of a unit. A line that asks for kinds or tags never matches an authority.
    """
    codes = set(path.strip("/").split("/"))
    for line in lines:
        if line.places and codes.isdisjoint(line.places):
            continue
        if line.kinds and kind not in line.kinds:
            continue
        if set(line.tags) <= set(tags):
            return line
    return None


def covers(earlier: Line, later: Line) -> bool:
    """Whether every holder of ``later`` is already taken by ``earlier`` (which makes ``later`` unreachable)."""
    return (
        (not earlier.places or (bool(later.places) and set(later.places) <= set(earlier.places)))
        and (not earlier.kinds or (bool(later.kinds) and set(later.kinds) <= set(earlier.kinds)))
        and set(earlier.tags) <= set(later.tags)
    )
