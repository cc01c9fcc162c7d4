"""Windows that move although their entry says the same, because the day they are derived from has moved. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tongchou.programmes import calendar
from tongchou.programmes.diffing.side import Side
from tongchou.programmes.pack_format import CalendarEntry

Place = tuple[str, str]
"""A place's code and a task's (``""``: across all tasks)."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A derived day that moves: of ``entry``, its ``name`` (``first`` or ``until``), in one year."""

    entry: CalendarEntry
    year: int | None
    name: str
    old: date | None
    new: date | None


def moved(old: Side, new: Side) -> dict[Place, list[Moved]]:
    """The windows whose entry is written as before and whose days differ, by place and task."""
    before, after = _laid_out(old), _laid_out(new)
    return {
        place: found
        for place, spans in after.items()
        if (found := list(_moved(before.get(place, []), spans)))
    }


def _moved(old: Sequence[calendar.Span], new: Sequence[calendar.Span]) -> Iterator[Moved]:
    was = {(span.entry.code, span.year, span.round): span for span in old}
    for span in new:
        before = was.get((span.entry.code, span.year, span.round))
        if before is None:
            continue
        for name, written in (("first", "first"), ("until", "last")):
            then, now = getattr(before, written), getattr(span, written)
            if then != now and getattr(before.entry, name) == getattr(span.entry, name):
                yield Moved(span.entry, span.year, name, then, now)


def _laid_out(side: Side) -> dict[Place, list[calendar.Span]]:
    """Every calendar of a side as spans; days are derived as checking a pack derives them."""
    pack = side.programme
    if pack is None:
        return {}
    rounds = {round_.code: round_.year for round_ in pack.rounds}
    found: dict[Place, list[calendar.Span]] = {}

    def lay_out(place: Place, own: Sequence[CalendarEntry], above: Sequence[CalendarEntry]) -> None:
        found[place], _ = calendar.lay_out(own, above=above, rounds=rounds, horizon=pack.horizon)

    lay_out((pack.place, ""), pack.calendar, ())
    for code, task in side.tasks.items():
        lay_out((pack.place, code), task.calendar, pack.calendar)
    for place, overlay in side.overlays.items():
        wider = [side.overlays[above] for above in reversed(overlay.above) if above in side.overlays]
        around = [entry for other in wider for entry in other.pack.calendar]
        lay_out((place, ""), overlay.pack.calendar, [*around, *pack.calendar])
        for code, own in overlay.own.items():
            base = wider[0].tasks.get(code) if wider else None
            base = base or side.tasks.get(code)
            above_task = base.calendar if base else []
            lay_out(
                (place, code), own.calendar, [*above_task, *overlay.pack.calendar, *around, *pack.calendar]
            )
    return found
