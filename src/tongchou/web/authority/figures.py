"""A province's yearly figures by Excel: what it holds itself goes into the drafts of its units, which check and submit them."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from tongchou.core.access import Denied
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.monitoring import narrowed
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
    filters, rows = narrowed(request, authority)
    return sheet(request, "authority/figures.html", rows, filters=filters)
