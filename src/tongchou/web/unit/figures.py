"""A unit's yearly figures by Excel: of one project, or of all that wait to be filled."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongchou.monitoring.models import PerformanceReport
from tongchou.web.report_sheets import sheet
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads
from tongchou.web.unit.performance import own_report


@screen
def of_report(request: Request, pk: int) -> HttpResponse:
    """One project's sheet."""
    report = own_report(request, pk)
    project = report.application.project_name or report.application.number
    rows = PerformanceReport.objects.filter(pk=pk)
    return sheet(request, "unit/figures.html", rows, report=report, title=project)


@screen
def of_units(request: Request) -> HttpResponse:
    """The sheet of every project of one's units that waits to be filled."""
    rows = PerformanceReport.objects.filter(unit__in=reads.own_units(request))
    return sheet(request, "unit/figures.html", rows, title=_("全部待填报项目"))
