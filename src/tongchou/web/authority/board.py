"""The board of what is owed: places or units against tasks; from each cell to its rows, and chasing 催办 all that miss in it."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.monitoring import board as boards
from tongchou.monitoring import chasing
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Task
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import place_choices
from tongchou.web.authority.monitoring import year_filter
from tongchou.web.filters import Filter, Filters
from tongchou.web.screens import Request, screen

EVERY = "*"


@screen
def board(request: Request) -> HttpResponseBase:
    """Completeness and timeliness of the authority's places, or of those below a chosen one."""
    authority = acting_for(request)
    what = cast("boards.What", request.GET.get("what", "performance"))
    if what not in {"performance", "periodic"}:
        raise Http404
    below = place_choices(authority)
    filters = Filters(
        request,
        year_filter(),
        Filter(
            "by", _("行"), choices=[("place", _("地区")), ("unit", _("单位"))], value="place", required=True
        ),
        Filter("place", _("地区"), choices=below),
        keep=["what"],
    )
    place = get_object_or_404(Jurisdiction, code=filters["place"]) if filters["place"] else authority.place
    year, by = int(filters["year"]), cast("boards.By", filters["by"])
    if request.method == "POST":
        return _chase(request, authority.place.path, place.path, year, what, by)
    made = boards.board(request.actor.scope, year, what=what, by=by, path=place.path)
    return render(
        request,
        "authority/board.html",
        {
            "authority": authority,
            "place": place,
            "filters": filters,
            "what": what,
            "year": year,
            "board": made,
            "lines": [
                _line(row, made, place, year, what, by, {code for code, _name in below}) for row in made.rows
            ],
            "totals": [
                (made.totals[code], f"{EVERY}:{code}", _rows_of(year, what, by, place, None, task))
                for code, task in _columns(made)
            ],
            "columns": [task for _code, task in _columns(made)],
            "every": f"{EVERY}:{EVERY}",
            "tabs": [("performance", _("绩效填报")), ("periodic", _("报告"))],
            "longest": chasing.LONGEST_TEXT,
        },
    )


def _columns(made: boards.Board) -> list[tuple[str, Task | None]]:
    found: list[tuple[str, Task | None]] = [(task.code, task) for task in made.tasks]
    return found + ([(boards.ACROSS, None)] if made.across else [])


def _line(
    row: boards.Row,
    made: boards.Board,
    place: Jurisdiction,
    year: int,
    what: boards.What,
    by: boards.By,
    below: set[str],
) -> dict[str, Any]:
    """A row as it is drawn: where its name and each of its cells lead."""
    link = ""
    if by == "place":
        link = (
            ""
            if row.key not in below or row.key == place.code
            else "?" + urlencode({"what": what, "year": year, "place": row.key, "by": "place"})
        )
    elif row.key:
        link = reverse("authority:unit", args=[row.key])
    nothing = boards.Cell()
    return {
        "row": row,
        "link": link,
        "all": f"{row.key}:{EVERY}",
        "cells": [
            (row.cells.get(code, nothing), f"{row.key}:{code}", _rows_of(year, what, by, place, row, task))
            for code, task in _columns(made)
        ],
    }


def _rows_of(
    year: int,
    what: boards.What,
    by: boards.By,
    place: Jurisdiction,
    row: boards.Row | None,
    task: Task | None,
) -> str:
    """The list of the reports behind a cell."""
    asked: dict[str, Any] = {"year": year}
    if task is not None:
        asked["task"] = task.pk
    if by == "unit" and row is not None and row.key:
        asked["q"] = row.name
    asked["place"] = row.key if row is not None and row.key and by == "place" else place.code
    name = "authority:reports" if what == "performance" else "authority:periodic"
    return f"{reverse(name)}?{urlencode(asked | ({'of': 'all'} if what == 'periodic' else {}))}"


def _chase(
    request: Request, scope_path: str, path: str, year: int, what: boards.What, by: boards.By
) -> HttpResponseBase:
    """Chase what misses in the cell, row or column that was pressed."""
    key, colon, task = request.POST.get("cell", "").partition(":")
    if not colon or (by == "unit" and key not in {EVERY, ""} and not key.isdecimal()):
        raise Http404
    rows = boards.missing(
        scope_path,
        year,
        what=what,
        by=by,
        path=path,
        key=None if key == EVERY else key,
        task=None if task == EVERY else task,
    )
    done = chasing.chase(
        rows[: chasing.MOST_AT_ONCE + 1], by=request.person, text=request.POST.get("text", "")
    )
    messages.success(request, _("已催办 %(n)s 项，对方即时收到消息和邮件。") % {"n": done.count})
    if done.left_out:
        messages.warning(
            request, _("另有 %(n)s 项今天已经催办过或者不能催办，已跳过。") % {"n": len(done.left_out)}
        )
    return redirect(request.get_full_path())
