"""Requests to change committed targets: what was committed, what is wished, why; approved or refused where they stand."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tongchou.monitoring import access
from tongchou.monitoring import target_changes as changing
from tongchou.monitoring.change_models import TargetChange
from tongchou.orgs.queries import units_called
from tongchou.web.authority.acting import acting_for
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen


@screen
def target_changes(request: Request) -> HttpResponseBase:
    """Every request of the subtree, what waits first; the level that designated answers it here."""
    acting_for(request)
    if request.method == "POST":
        return _decide(request)
    filters = Filters(
        request,
        Filter("q", _("单位"), kind="search"),
        Filter("state", _("状态"), choices=TargetChange.State.choices),
    )
    rows = changing.of_actor(request.actor)
    if filters["q"]:
        rows = rows.filter(application__unit__in=units_called(filters["q"]))
    if filters["state"]:
        rows = rows.filter(state=filters["state"])
    page = page_of(request, rows)
    return render(
        request,
        "authority/target_changes.html",
        {
            "filters": filters,
            "page": page,
            "rows": [
                (change, changing.told(change), access.may_decide_target(request.actor, change))
                for change in page.rows
            ],
        },
    )


def _decide(request: Request) -> HttpResponseBase:
    chosen, answer = request.POST.get("change", ""), request.POST.get("answer", "")
    change = get_object_or_404(
        changing.of_actor(request.actor), pk=int(chosen) if chosen.isascii() and chosen.isdigit() else 0
    )
    match request.POST.get("do"):
        case "approve":
            changing.approve_target_change(change, by=request.person, reason=answer)
            messages.success(request, _("已同意，新的目标即日起适用。"))
        case "refuse":
            changing.refuse_target_change(change, by=request.person, reason=answer)
            messages.success(request, _("已回复不同意，单位会收到理由。"))
        case _other:
            raise Http404
    return redirect("authority:target_changes")
