"""Laying out windows from calendar entries: once, every year, continuous, derived. Pure: days in, days out.

* A yearly entry has one span for each year from ``since`` to the programme's horizon; without ``from`` it opens on
  1 January of that year.
* ``"declare.until - 10 days"`` takes a day of another entry: of the same year where that one is yearly. An entry that
  names its own code means the one of that code above it (an overlay's ``declare`` ten days before the ministry's).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from tongchou.programmes.names import nearest
from tongchou.programmes.pack_format import CalendarEntry

Edge = Literal["from", "until"]

_DERIVED = re.compile(r"([a-z0-9][a-z0-9_-]*)\.(from|until)(?:\s*([+-])\s*(\d{1,4})\s*days?)?", re.ASCII)
_YEARLY = re.compile(r"\d{2}-\d{2}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_LONGEST_CHAIN = 20
"""So many days may be derived from one another."""


@dataclass(frozen=True, slots=True)
class Span:
    """One window: from ``first`` to ``last``, both days included; ``None``: without limit on that side."""

    entry: CalendarEntry
    year: int | None
    round: str | None
    first: date | None
    last: date | None

    @property
    def label(self) -> str:
        return f"{self.entry.code}（{self.year}年）" if self.entry.since else self.entry.code

    def overlaps(self, other: Span) -> bool:
        """Whether both could be asked at one moment; one that waits for notice stands for its whole year, or all."""
        if self.entry.waiting or other.entry.waiting:
            return self.year is None or other.year is None or self.year == other.year
        starts_in_time = self.first is None or other.last is None or self.first <= other.last
        return starts_in_time and (other.first is None or self.last is None or other.first <= self.last)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one entry; ``key`` is ``from``, ``until`` or empty."""

    entry: CalendarEntry
    key: str
    message: str
    remedy: str
    needs: str = ""
    """The entry that a day was to be derived from."""


class _Unresolved(Exception):  # noqa: N818 - a step of the search, not an error
    def __init__(self, message: str, remedy: str, needs: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.needs = needs


def lay_out(
    entries: Sequence[CalendarEntry],
    *,
    above: Iterable[CalendarEntry] = (),
    rounds: Mapping[str, int],
    horizon: int,
) -> tuple[list[Span], list[Fault]]:
    """The spans of ``entries``, and what is wrong with those that have none.

    ``above`` are entries that days may be derived from beside these (the pack above, the programme's own calendar; the
    earlier wins where a code stands twice); ``rounds`` gives the year of each round.
    """
    days = _Days({entry.code: entry for entry in reversed(entries)}, list(above))
    spans: list[Span] = []
    faults: list[Fault] = []
    for entry in entries:
        if entry.waiting and (entry.first or entry.until or entry.since):
            remedy = "日期未定时只写 waiting: true，可写 round；有了日期，删去 waiting"
            faults.append(Fault(entry, "waiting", "另行通知的条目不能有日期", remedy))
            continue
        if entry.since is not None and entry.round is not None:
            faults.append(
                Fault(entry, "since", "round 和 since 不能同时写", "一次性的写 round，每年的写 since")
            )
            continue
        if entry.since is not None and entry.since > horizon:
            faults.append(
                Fault(
                    entry, "since", f"since {entry.since} 晚于 horizon {horizon}", "改早 since 或推后 horizon"
                )
            )
            continue
        if entry.round is not None and entry.round not in rounds:
            continue  # an unknown round is reported where references are checked
        years: Iterable[int | None] = (
            range(entry.since, horizon + 1) if entry.since else [rounds.get(entry.round or "")]
        )
        for year in years:
            span = _span(entry, year, days, faults)
            if span is None:
                break  # the same mistake would be repeated for every year
            spans.append(span)
    return spans, faults


def _span(entry: CalendarEntry, year: int | None, days: _Days, faults: list[Fault]) -> Span | None:
    found: dict[str, date | None] = {}
    for key in ("from", "until"):
        try:
            found[key] = days.day(entry, key, year)
        except _Unresolved as error:
            faults.append(Fault(entry, key, error.message, error.remedy, error.needs))
    if len(found) < 2:
        return None
    first, last = found["from"], found["until"]
    if entry.since is not None and last is None:
        faults.append(Fault(entry, "since", "每年的窗口缺少 until", '写出每年的截止日，如 until: "06-30"'))
        return None
    if first and last and first > last:
        faults.append(
            Fault(
                entry,
                "until",
                f"截止日 {last} 早于开始日 {first}",
                "核对 from 和 until；until 是算数的最后一天",
            )
        )
        return None
    return Span(entry, year, entry.round, first, last)


def overlapping(spans: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Pairs of windows for the same purpose and people that are open at the same time, which nobody could tell apart."""
    order = {id(span): number for number, span in enumerate(spans)}
    pairs: list[tuple[Span, Span]] = []
    alike: dict[tuple[str, str, str | None], list[Span]] = {}
    for span in spans:
        alike.setdefault((span.entry.purpose, span.entry.binds, span.entry.report), []).append(span)
    for group in alike.values():
        running: list[Span] = []
        for span in sorted(group, key=lambda s: s.first or date.min):
            start = span.first or date.min
            running = [other for other in running if other.last is None or other.last >= start]
            for other in running:
                a, b = span.entry.variants, other.entry.variants
                if (not a or not b or set(a) & set(b)) and span.overlaps(other):
                    pairs.append((other, span) if order[id(other)] < order[id(span)] else (span, other))
            running.append(span)
    return pairs


class _Days:
    """Finds the days of entries, following derivations."""

    def __init__(self, own: dict[str, CalendarEntry], above: list[CalendarEntry]) -> None:
        self.own = own
        self.above: dict[str, CalendarEntry] = {}
        for entry in above:
            self.above.setdefault(entry.code, entry)

    def day(
        self, entry: CalendarEntry, key: Edge, year: int | None, trail: tuple[str, ...] = ()
    ) -> date | None:
        text = entry.first if key == "from" else entry.until
        if text is None:
            return date(year, 1, 1) if key == "from" and entry.since is not None and year else None
        if derived := _DERIVED.fullmatch(text.strip()):
            return self._derived(entry, key, year, derived, trail)
        if _YEARLY.fullmatch(text):
            if entry.since is None:
                raise _Unresolved(f"{text} 没有年份", '写全年月日，如 "2023-08-22"；每年重复的另写 since')
            text = f"{year}-{text}"
        elif entry.since is not None:
            raise _Unresolved(f"{text} 不是每年的月日", '写了 since 的条目，日期写成月-日，如 "06-30"')
        try:
            day = date.fromisoformat(text) if _DAY.fullmatch(text) else _no_day(text)
        except ValueError:
            return _no_day(text)
        return _in_range(day, f"“{text}”")

    def _derived(
        self,
        entry: CalendarEntry,
        key: Edge,
        year: int | None,
        derived: re.Match[str],
        trail: tuple[str, ...],
    ) -> date:
        code, edge, sign, count = derived.groups()
        is_own = self.own.get(entry.code) is entry
        here = f"{entry.code}.{key}" if is_own else f"{entry.code}.{key}（上级）"
        if here in trail:
            raise _Unresolved(
                f"日期互相推算成环：{' → '.join((*trail[trail.index(here) :], here))}",
                "让其中一个写成确定的日期",
            )
        if code != entry.code:
            target = (self.own.get(code) if is_own else None) or self.above.get(code)
        elif is_own and code in self.above:
            target = self.above[code]
        else:
            target = entry  # its until counted from its from; anything else comes back here and is a cycle
        if target is None:
            names = {*(self.own if is_own else ()), *self.above} - {entry.code}
            raise _Unresolved(f"推算所依的“{code}”不存在", nearest(code, names), code)
        if len(trail) >= _LONGEST_CHAIN:
            raise _Unresolved("日期一个推一个，推得太多了", "中间写一个确定的日期")
        if target.since is not None and year is None:
            raise _Unresolved(f"“{code}”每年都有，不知取哪一年", "给本条目写 round 或 since")
        other = self.day(target, "from" if edge == "from" else "until", year, (*trail, here))
        if other is None:
            raise _Unresolved(
                f"“{code}”没有 {edge} 日期，无从推算", "换一个有日期的条目，或写成确定的日期", code
            )
        shift = timedelta(days=int(count or 0))
        return _in_range(other - shift if sign == "-" else other + shift, f"推算出的 {code}.{edge}")


def _in_range(day: date, what: str) -> date:
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise _Unresolved(f"{what}是 {day.year} 年，不在 {_FIRST_YEAR}—{_LAST_YEAR} 年之间", "核对年份")
    return day


def _no_day(text: str) -> date:
    raise _Unresolved(
        f"“{text}”不是日期", '写成 "2023-08-22"、每年的 "06-30"，或推算式如 "declare.until - 10 days"'
    )
