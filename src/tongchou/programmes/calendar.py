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
from itertools import combinations
from typing import Literal

from tongchou.programmes.pack_format import CalendarEntry

Edge = Literal["from", "until"]

_DERIVED = re.compile(r"([a-z0-9][a-z0-9_-]*)\.(from|until)(?:\s*([+-])\s*(\d{1,4})\s*days?)?")
_YEARLY = re.compile(r"\d{2}-\d{2}")


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
    pairs = []
    for one, other in combinations(spans, 2):
        a, b = one.entry, other.entry
        same = (a.purpose, a.binds, a.report) == (b.purpose, b.binds, b.report)
        shared = not a.variants or not b.variants or set(a.variants) & set(b.variants)
        if same and shared and one.overlaps(other):
            pairs.append((one, other))
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
            return date.fromisoformat(text) if len(text) == 10 else _no_day(text)
        except ValueError:
            return _no_day(text)

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
            raise _Unresolved(f"推算所依的“{code}”不存在", "写本任务日历中一个条目的编码", code)
        if target.since is not None and year is None:
            raise _Unresolved(f"“{code}”每年都有，不知取哪一年", "给本条目写 round 或 since")
        other = self.day(target, "from" if edge == "from" else "until", year, (*trail, here))
        if other is None:
            raise _Unresolved(
                f"“{code}”没有 {edge} 日期，无从推算", "换一个有日期的条目，或写成确定的日期", code
            )
        shift = timedelta(days=int(count or 0))
        return other - shift if sign == "-" else other + shift


def _no_day(text: str) -> date:
    raise _Unresolved(
        f"“{text}”不是日期", '写成 "2023-08-22"、每年的 "06-30"，或推算式如 "declare.until - 10 days"'
    )
