"""The quota board: for every holder of the subtree what is used, left, exempt, demanded and waiting."""

from __future__ import annotations

from itertools import groupby

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Quota
from tongchou.reviews.board import board
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import place_choices, task_choices
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen


@screen
def quotas(request: Request) -> HttpResponseBase:
    authority = acting_for(request)
    filters = Filters(
        request,
        Filter("task", _("重点任务"), choices=task_choices()),
        Filter("place", _("地区"), choices=place_choices(authority)),
        Filter("holder", _("限额归属"), choices=Quota.Holder.choices),
        Filter(
            "show",
            _("范围"),
            choices=[("all", _("含未使用的")), ("short", _("未达最低要求")), ("full", _("已用完"))],
        ),
    )
    path = authority.place.path
    if filters["place"]:
        path = Jurisdiction.objects.get(code=filters["place"]).path
    which = {"task": filters["task"], "holder": filters["holder"]}
    rows = board(path, Q(**{k: v for k, v in which.items() if v}), idle=filters["show"] == "all")
    match filters["show"]:
        case "short":
            rows = [r for r in rows if not r.minimum_met]
        case "full":
            rows = [r for r in rows if r.limit is not None and r.taken >= r.limit]
        case "":
            rows = [r for r in rows if not r.idle]
    page = page_of(request, rows, per_page=100)
    tasks = [
        (task, [(q, list(held)) for q, held in groupby(mine, key=lambda r: r.quota)])
        for task, mine in groupby(page.rows, key=lambda r: r.quota.task)
    ]
    return render(
        request,
        "authority/quotas.html",
        {
            "authority": authority,
            "filters": filters,
            "tasks": tasks,
            "page": page,
            "totals": {
                "taken": sum(r.taken for r in rows),
                "exempt": sum(r.exempt for r in rows),
                "waiting": sum(r.waiting for r in rows),
                "short": sum(1 for r in rows if not r.minimum_met),
            },
            "cases_url": reverse("authority:all"),
        },
    )
