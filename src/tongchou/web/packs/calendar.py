"""A year of all tasks and places: every window as a bar over the twelve months."""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes import access
from tongchou.programmes.models import Programme, Window
from tongchou.programmes.working_days import rest_day_text
from tongchou.web import show
from tongchou.web.filters import Filter, Filters
from tongchou.web.packs.choosing import chosen_place, chosen_programme, places_with_rules, programme_filter
from tongchou.web.screens import Request, allow, screen


@dataclass
class Bar:
    """One window of the year; variants with the same days share one. Positions are per cent of the year."""

    window: Window
    year: int
    variants: list[str] = field(default_factory=list)

    @property
    def first(self) -> date | None:
        opens = self.window.opens_at
        return opens.astimezone(clock.SHANGHAI).date() if opens else None

    @property
    def last(self) -> date | None:
        closes = self.window.closes_at
        return clock.last_day(closes) if closes else None

    @property
    def x(self) -> str:
        return f"{_share(self.first or date.min, self.year):.2f}"

    @property
    def width(self) -> str:
        """At least wide enough to be seen."""
        begin = _share(self.first or date.min, self.year)
        end = _share(self.last or date.max, self.year, after=True)
        return f"{max(end - begin, 0.8):.2f}"

    @property
    def first_said(self) -> str:
        return show.day(self.first) if self.first else _("不限")

    @property
    def last_said(self) -> str:
        return show.day(self.last) if self.last else _("不限")

    @property
    def rest(self) -> str:
        """What to say of a last day in this year that is a day of rest."""
        return rest_day_text(self.last) if self.last and self.last.year == self.year else ""


def _share(day: date, year: int, *, after: bool = False) -> float:
    """Where a day begins (``after``: ends) in the year, in per cent; days outside stand at its edges."""
    if day.year < year:
        return 0.0
    if day.year > year:
        return 100.0
    days = 366 if isleap(year) else 365
    return 100 * (day.timetuple().tm_yday - 1 + after) / days


@screen
def year(request: Request) -> HttpResponse:
    """The year's windows by task, of one place or all, for those whom they bind."""
    allow(access.may_read_packs(request.actor))
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "packs/calendar.html", {"programme": None})
    first_year = min(programme.rounds.values_list("year", flat=True), default=programme.horizon)
    years = [str(y) for y in range(first_year, programme.horizon + 1)]
    this = str(min(max(clock.today().year, first_year), programme.horizon))
    places = places_with_rules(programme)
    bar = Filters(
        request,
        *programme_filter(request),
        Filter("year", _("年份"), choices=[(y, y) for y in years], value=this, required=True),
        Filter("place", _("地区"), choices=[(p.code, p.name) for p in places]),
        Filter("binds", _("约束对象"), choices=Window.Binds.choices),
    )
    chosen = int(bar["year"])
    place = chosen_place(request, places)
    bars = bars_of(programme, chosen, place=place, binds=bar["binds"])
    return render(
        request,
        "packs/calendar.html",
        {
            "programme": programme,
            "bar": bar,
            "year": chosen,
            "months": [(month, f"{_share(date(chosen, month, 1), chosen):.2f}") for month in range(1, 13)],
            "today": f"{_share(clock.today(), chosen):.2f}" if clock.today().year == chosen else "",
            "tasks": [(task, list(held)) for task, held in groupby(bars, key=lambda b: b.window.task)],
            "rest": [b for b in bars if b.rest],
            "waiting": held_in(programme, place, bar["binds"]).filter(waiting=True),
        },
    )


def held_in(programme: Programme, place: Jurisdiction | None, binds: str) -> QuerySet[Window]:
    """The windows that hold in a place, set by it or by any place around it (none: everywhere), for those they bind."""
    rows = programme.windows.select_related("task", "place", "round")
    if place is not None:
        rows = rows.filter(place__in=place.path.strip("/").split("/"))
    return rows.filter(binds=binds) if binds else rows


def bars_of(
    programme: Programme, year: int, *, place: Jurisdiction | None = None, binds: str = ""
) -> list[Bar]:
    """The windows that touch the year, by task; one without a year of its own counts in every year it touches."""
    rows = held_in(programme, place, binds).filter(waiting=False)
    found: dict[tuple[object, ...], Bar] = {}
    order = ("task__number", "closes_at", "opens_at", "code", "place__path", "variant")
    for window in rows.order_by(*order):
        bar = Bar(window, year)
        if (bar.first and bar.first.year > year) or (bar.last and bar.last.year < year):
            continue
        if bar.first is None and window.year not in {None, year}:  # open towards the past: its own year only
            continue
        key = (window.task_id, window.place_id, window.code, window.opens_at, window.closes_at)
        held = found.setdefault(key, bar)
        if window.variant:
            held.variants.append(window.variant)
    return sorted(found.values(), key=lambda b: b.window.task.number if b.window.task else 0)
