"""The dates of a task in one place, in words: those that bind there, one line for what recurs every year.

From a checked folder here, from what is loaded in ``guide_loaded``; both give the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tongchou.programmes.calendar import Span
from tongchou.programmes.check import Checked
from tongchou.programmes.editor_schema import words


@dataclass(frozen=True)
class Dated:
    """What is open when, for whom. ``days``: first and last day by year; ``None`` where that side is open."""

    code: str
    name: str
    purpose: str
    binds: str
    report: str
    variants: tuple[str, ...]
    cite: tuple[str, ...]
    yearly: bool
    waiting: bool
    year: int | None
    first: date | None
    last: date | None
    depth: tuple[int, bool]
    """How deep its place lies, and whether it is the task's own: what binds is what ranks highest."""
    days: Mapping[int, tuple[date | None, date | None]] = field(default_factory=dict)
    """Of a yearly one: first and last day by year."""
    ends: bool = False
    """Whether something else binds in later years, for which it is laid out too."""


def of_checked(checked: Checked, task: str, path: str) -> list[Dated]:
    """The dates of a task at a place, from a checked folder."""
    levels: list[tuple[int, Mapping[str, Sequence[Span]]]] = [(0, checked.spans)]
    levels += [
        (path.index(f"{overlay.place}/") + 1, overlay.spans)
        for overlay in checked.overlays
        if f"{overlay.place}/" in path
    ]
    return lines(
        replace(made, variants=(variant,) if variant else ())
        for depth, spans in levels
        for code in ("", task)
        for span in spans.get(code, ())
        for made in [of_span(span, (depth, bool(code)))]
        for variant in span.entry.variants or [""]
    )


def of_span(span: Span, depth: tuple[int, bool]) -> Dated:
    entry = span.entry
    return Dated(
        code=entry.code,
        name=entry.name,
        purpose=entry.purpose,
        binds=entry.binds,
        report=entry.report or "",
        variants=(),
        cite=tuple(entry.cite),
        yearly=entry.since is not None,
        waiting=entry.waiting,
        year=span.year,
        first=span.first,
        last=span.last,
        depth=depth,
    )


def lines(dates: Iterable[Dated]) -> list[Dated]:
    """Those that bind: for each purpose, people and year those of the deepest place. Years and variants are joined."""
    same: dict[tuple[str, ...], list[Dated]] = {}
    for dated in dates:
        key = (dated.purpose, dated.binds, dated.report, *dated.variants)
        same.setdefault(key, []).append(dated)
    binding: list[Dated] = []
    for group in same.values():
        for year in {dated.year for dated in group}:
            rivals = [dated for dated in group if dated.year in {year, None}]
            best = max(dated.depth for dated in rivals)
            binding += [dated for dated in rivals if dated.depth == best and dated not in binding]
    last_year: dict[tuple[object, ...], int] = {}
    for dated in (dated for group in same.values() for dated in group):
        entry = (dated.code, dated.name, dated.binds, dated.depth)
        last_year[entry] = max(last_year.get(entry, 0), dated.year or 0)
    joined: dict[tuple[object, ...], Dated] = {}
    for dated in sorted(binding, key=lambda d: (d.year or 0, d.last or date.max)):
        by_year = (dated.code, dated.name, dated.binds, dated.depth, dated.yearly or dated.year)
        days = {dated.year: (dated.first, dated.last)} if dated.yearly and dated.year else {}
        found = joined.get(by_year)
        if found is None:
            joined[by_year] = replace(dated, days=days)
        else:
            variants = tuple(dict.fromkeys([*found.variants, *dated.variants]))
            joined[by_year] = replace(found, variants=variants, days={**found.days, **days})
    told = [
        replace(d, ends=max(d.days) < last_year[d.code, d.name, d.binds, d.depth]) if d.days else d
        for d in joined.values()
    ]
    return sorted(told, key=lambda d: (d.yearly, d.year or 0, d.last or date.max, d.code))


def whom(dated: Dated) -> str:
    """Whom a window binds."""
    return words().value("CalendarEntry", "binds", dated.binds)


def when(dated: Dated) -> str:
    """The days in words: 每年 once and for all where the day is the same in every year."""
    if dated.waiting:
        return "另行通知"
    if not dated.yearly:
        return _between(_day(dated.first), _day(dated.last))
    marks = {(_month_day(first), _month_day(last)) for first, last in dated.days.values()}
    if len(marks) > 1:
        return "；".join(_between(_day(first), _day(last)) for first, last in dated.days.values())
    first, last = next(iter(marks))
    since, last_year = min(dated.days), max(dated.days)
    shown = _between("" if first == "1月1日" else first, last)
    if dated.ends:
        years = f"{since} 年" if since == last_year else f"{since} 至 {last_year} 年"
        return f"每年{shown}（{years}）"
    return f"每年{shown}（{since} 年起）"


def _between(first: str, last: str) -> str:
    if first and last:
        return f"{first}至{last}"
    if last:
        return f"{last}前"
    return f"{first}起" if first else "持续开放"


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _month_day(day: date | None) -> str:
    return f"{day.month}月{day.day}日" if day else ""
