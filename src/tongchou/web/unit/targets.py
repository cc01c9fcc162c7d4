"""The annual targets a project committed to, and asking for others."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.core.access import refuse
from tongchou.forms.definition import Indicator
from tongchou.forms.typed import parse
from tongchou.forms.values import Malformed
from tongchou.monitoring import access
from tongchou.monitoring import target_changes as changing
from tongchou.monitoring.change_models import TargetChange
from tongchou.monitoring.indicators import asked, show_target
from tongchou.monitoring.models import AnnualTarget
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads


@dataclass(frozen=True)
class Row:
    """One indicator: what is committed for each of the years."""

    indicator: Indicator
    cells: list[str]


@screen
def targets(request: Request, pk: int) -> HttpResponse:
    """What is committed for each year; a request for another target of a year that is not confirmed yet."""
    application = reads.own_application(request, pk)
    if request.method == "POST":
        messages.success(request, _act(request, application))
        return redirect("unit:targets", pk)
    committed = {
        (row.indicator, row.year): changing.target_of(row)
        for row in AnnualTarget.objects.filter(application=application)
    }
    years = sorted({year for _code, year in committed})
    closed = {year for year in years if changing.is_closed(application, year)}
    known = [
        i
        for i in asked(application.edition.pack.indicators, application.variant)
        if any((i.code, year) in committed for year in years)
    ]
    return render(
        request,
        "unit/targets.html",
        {
            "application": application,
            "years": years,
            "closed": closed,
            "rows": [
                Row(
                    i,
                    [
                        show_target(i, committed[i.code, y]) if (i.code, y) in committed else "—"
                        for y in years
                    ],
                )
                for i in known
            ],
            "indicators": known,
            "open_years": [year for year in years if year not in closed],
            "changes": [
                (change, changing.told(change))
                for change in changing.of_units(reads.own_units(request)).filter(application=application)
            ],
            "may": access.may_request(request.actor, application),
        },
    )


def _act(request: Request, application: Application) -> str:
    post = request.POST
    match post.get("do"):
        case "request":
            code, year = post.get("indicator", ""), post.get("year", "")
            if not (year.isascii() and year.isdigit()):
                raise refuse("form", _("请选择年度。"), fields={"year": _("请选择年度")})
            indicator = changing.indicator_of(application, code)
            try:
                target = parse(indicator.target_field, [post.get("target", "")])
            except Malformed as error:
                raise refuse("form", _("新的目标有误。"), fields={"target": f"{error}"}) from None
            changing.request_target_change(
                application,
                indicator=code,
                year=int(year),
                target=target,
                reason=post.get("reason", ""),
                by=request.person,
            )
            return _("变更申请已提交，请等待批复。")
        case "withdraw":
            chosen = post.get("change", "")
            rows = TargetChange.objects.filter(application=application)
            change = get_object_or_404(rows, pk=int(chosen) if chosen.isascii() and chosen.isdigit() else 0)
            changing.withdraw_target_change(change, by=request.person)
            return _("变更申请已撤回。")
    raise Http404
