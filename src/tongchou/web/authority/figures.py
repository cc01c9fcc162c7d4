"""A province's yearly figures by Excel: what it holds itself goes into the drafts of its units, which check and submit them."""

from __future__ import annotations

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tongchou.core.access import Denied
from tongchou.monitoring import queries
from tongchou.orgs.models import Jurisdiction
from tongchou.orgs.queries import units_called
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import place_choices, task_choices
from tongchou.web.authority.monitoring import year_filter
from tongchou.web.filters import Filter, Filters
from tongchou.web.report_sheets import sheet
from tongchou.web.screens import Request, allow, screen


@screen
def figures(request: Request) -> HttpResponseBase:
    """The sheet of a task and year in the province."""
    authority = acting_for(request)
    if authority.place.level != "province":
        allow(
            Denied(
                "role", _("批量导入绩效数据由省级主管部门办理。"), remedy=_("请由省级主管部门经办人办理。")
            )
        )
    filters = Filters(
        request,
        Filter("q", _("项目或单位"), kind="search"),
        year_filter(),
        Filter("task", _("重点任务"), choices=task_choices()),
        Filter("place", _("地区"), choices=place_choices(authority)),
    )
    rows = queries.performance(request.actor.scope, year=int(filters["year"])).filter(
        scope_path__startswith=authority.place.path
    )
    if filters["task"]:
        rows = rows.filter(period__task_id=filters["task"])
    if filters["place"]:
        rows = rows.filter(place_path__startswith=Jurisdiction.objects.get(code=filters["place"]).path)
    for word in filters["q"].split():
        rows = rows.filter(Q(application__project_name__icontains=word) | Q(unit__in=units_called(word)))
    return sheet(request, "authority/figures.html", rows, filters=filters)
