"""Red and yellow cards of the subtree while a year runs."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.monitoring import warned as warnings
from tongchou.monitoring import warning_rules
from tongchou.orgs.models import Jurisdiction
from tongchou.orgs.queries import units_called
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import place_choices, task_choices
from tongchou.web.authority.words import task_title
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table

CARDS = [("red", gettext_noop("红牌")), ("yellow", gettext_noop("黄牌"))]


@screen
def warned(request: Request) -> HttpResponseBase:
    """The projects with a card, red ones first, each with its reasons and the thresholds they rest on."""
    authority = acting_for(request)
    filters = Filters(
        request,
        Filter("q", _("项目或单位"), kind="search"),
        Filter("card", _("预警"), choices=CARDS),
        Filter("task", _("重点任务"), choices=task_choices()),
        Filter("place", _("地区"), choices=place_choices(authority)),
    )
    rows: QuerySet[Any] = warnings.standing(request.actor.scope, card=filters["card"]).filter(
        scope_path__startswith=authority.place.path
    )
    if filters["task"]:
        rows = rows.filter(period__task_id=filters["task"])
    if filters["place"]:
        rows = rows.filter(place_path__startswith=Jurisdiction.objects.get(code=filters["place"]).path)
    for word in filters["q"].split():
        rows = rows.filter(Q(application__project_name__icontains=word) | Q(unit__in=units_called(word)))
    page = page_of(request, rows)
    page.rows = warnings.warned(page.rows)
    table = Table(
        [
            Column(
                _("项目"),
                "project",
                link=lambda w: reverse("authority:report", args=[w.report.pk]),
                note=lambda w: w.report.application.number,
            ),
            Column(_("单位"), "report.unit.name"),
            Column(_("任务"), lambda w: task_title(w.report.period.task)),
            Column(_("预警"), lambda w: _(dict(CARDS)[w.card])),
            Column(_("原因"), lambda w: _("；").join(sign.text for sign in w.signs)),
        ],
        page,
        caption=_("红黄牌预警"),
        empty=Empty(_("没有预警"), _("绩效采集期间，逾期未报、目标完成不足、整改逾期的项目会出现在这里。")),
        marked=lambda w: "tc-row-bad" if w.card == "red" else "",
    )
    return render(
        request,
        "authority/warned.html",
        {
            "authority": authority,
            "filters": filters,
            "table": table,
            "rules": {
                "late": warning_rules.LATE_RED_DAYS,
                "yellow": warning_rules.MET_YELLOW,
                "red": warning_rules.MET_RED,
                "mend": warning_rules.MEND_YELLOW_DAYS,
            },
        },
    )
