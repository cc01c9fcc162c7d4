"""Merging a unit into another: what would pass on, what stands in the way, and doing it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.db.models import Count
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from tongchou.applications import leading
from tongchou.applications.models import Application
from tongchou.core.access import refuse
from tongchou.monitoring.merging import merge_unit
from tongchou.orgs import access, queries, uscc
from tongchou.orgs.models import Unit
from tongchou.web.authority.acting import acting_for
from tongchou.web.screens import Request, allow, screen


@screen
def merge(request: Request, pk: int) -> HttpResponseBase:
    """Merge the unit into the one whose code is given."""
    acting_for(request)
    unit = get_object_or_404(queries.units(request.actor.scope), pk=pk)
    allow(access.may_merge(request.actor, unit, unit))
    if request.method == "POST":
        chosen = {pk for pk in request.POST.getlist("people") if pk.isascii() and pk.isdigit()}
        into = _target(request.POST.get("into", ""))
        merge_unit(
            unit,
            into=into,
            on=_day(request.POST.get("on", "")),
            by=request.person,
            reason=request.POST.get("reason", ""),
            people=list(queries.members(unit).filter(pk__in=chosen)),
        )
        messages.success(request, _("已并入%(into)s。") % {"into": into.name})
        return redirect("authority:unit", pk)
    states = dict(
        Application.objects.filter(unit=unit).values_list("state").annotate(Count("pk")).order_by("state")
    )
    return render(
        request,
        "authority/merge.html",
        {
            "unit": unit,
            "cases": [(Application.State(state).label, count) for state, count in states.items()],
            "in_the_way": leading.under_way(unit),
            "members": queries.members(unit),
            "typed": request.POST if request.refusal else {},
            "ticked": request.POST.getlist("people"),
        },
    )


def _target(code: str) -> Unit:
    found = Unit.objects.filter(uscc=uscc.normal(code)).select_related("authority", "place").first()
    if found is None:
        raise refuse(
            "form",
            _("没有这个统一社会信用代码的单位。"),
            remedy=_("接收的单位也须已注册并通过核验。"),
            fields={"into": _("请核对统一社会信用代码")},
        )
    return found


def _day(text: str) -> date:
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None:
        raise refuse("form", _("没有填写合并日期。"), fields={"on": _("请填写合并日期")})
    return found
