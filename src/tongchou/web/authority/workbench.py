"""The officer's workbench: what waits, by when, how much the quotas still allow, what is outstanding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from tongchou.core import clock
from tongchou.designations import notice_queries
from tongchou.monitoring import evaluation_queries
from tongchou.monitoring.queries import reports_of_authority
from tongchou.orgs.models import Authority
from tongchou.orgs.queries import pending_units
from tongchou.programmes.models import Window
from tongchou.programmes.queries import binding
from tongchou.reviews import queries
from tongchou.reviews.board import BoardRow, board
from tongchou.web.authority.acting import BINDS, acting_for, choose
from tongchou.web.authority.choices import editions_at
from tongchou.web.authority.words import task_titles
from tongchou.web.public.reads import Dated, windows_on
from tongchou.web.screens import Request, screen

SHOWN = 8
SOON = 120  # days ahead that the workbench looks


@dataclass(frozen=True)
class Waiting:
    """Cases of one task that wait at one step, and the window in which that step is decided."""

    task_id: int
    task: str
    step: str
    count: int
    window: Dated | None
    url: str


@screen
def workbench(request: Request) -> HttpResponseBase:
    authority = acting_for(request)
    if request.method == "POST":
        choose(request)
        return redirect("authority:workbench")
    windows = windows_on(authority.place.path)
    units = pending_units(request.actor).filter(authority=authority)
    reports = [r for r in reports_of_authority(authority.pk) if not r.done]
    dated = _dated(windows, authority)
    rows = own_rows(board(authority.place.path, holder=authority), authority)
    return render(
        request,
        "authority/workbench.html",
        {
            "authority": authority,
            "authorities": request.actor.authorities_as(),
            "due_here": _waiting(request, authority, windows),
            "units": list(units[:SHOWN]),
            "units_count": units.count(),
            "windows": dated[:SHOWN],
            "windows_count": len(dated),
            "quotas": rows[:SHOWN],
            "reports": reports[:SHOWN],
            "reports_count": len(reports),
            "evaluating": evaluation_queries.waiting(authority),
            "noticing": notice_queries.waiting(authority),
        },
    )


def own_rows(rows: list[BoardRow], authority: Authority) -> list[BoardRow]:
    """The authority's own standing in its quotas, those that matter first; idle ones left out."""
    mine = [r for r in rows if r.holder == authority.name and r.quota.holder == authority.place.level]
    return sorted((r for r in mine if not r.idle), key=lambda r: (-r.waiting, r.left is None, r.left or 0))


def _waiting(request: Request, authority: Authority, windows: list[Dated]) -> list[Waiting]:
    editions, titles = {e.task_id: e for e in editions_at(authority)}, task_titles()
    found = []
    for row in queries.waiting_counts(authority, request.actor):
        edition = editions.get(row.task_id)
        step = next((s for s in edition.pack.steps if s.code == row.step), None) if edition else None
        fitting = [
            d
            for d in windows
            if edition
            and d.window.programme_id == edition.task.programme_id
            and d.window.year in {row.year, None}
        ]
        found.append(
            Waiting(
                row.task_id,
                titles[row.task_id],
                step.name if step else row.step,
                row.count,
                _window_of(fitting, row.task_id, step.kind, authority) if step else None,
                f"{reverse('authority:queue')}?task={row.task_id}",
            )
        )
    return found


def _window_of(windows: list[Dated], task_id: int, purpose: str, authority: Authority) -> Dated | None:
    """The running or next window for ``purpose`` of a task that binds this authority."""
    fitting = {
        d.window.pk: d
        for d in windows
        if d.window.purpose == purpose
        and d.window.binds == BINDS.get(authority.place.level)
        and d.window.task_id in {task_id, None}
    }
    rows = [fitting[w.pk] for w in binding(d.window for d in fitting.values())]
    now = [d for d in rows if d.state == "open"] or [d for d in rows if d.state == "ahead"] or rows
    return now[0] if now else None


def _dated(windows: list[Dated], authority: Authority) -> list[Dated]:
    """The next closing days that bind this authority, and those of its units."""
    wanted = {BINDS.get(authority.place.level), Window.Binds.UNITS, Window.Binds.DESIGNATED}
    rows: list[Any] = [
        d
        for d in windows
        if d.window.binds in wanted
        and d.window.closes_at is not None
        and d.state != "past"
        and (d.window.closes_at - clock.now()).days < SOON
    ]
    return sorted(rows, key=lambda d: d.window.closes_at)
