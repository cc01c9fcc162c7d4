"""What one's units owe every year, as a list; and the periodic reports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.documents import report_templates
from tongchou.documents.official import word as official_word
from tongchou.monitoring import access, feedback, queries
from tongchou.monitoring import periodic as periodic_actions
from tongchou.monitoring.models import PeriodicReport
from tongchou.web.answering import answer
from tongchou.web.files import WORD, send, send_made
from tongchou.web.paging import whole
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table
from tongchou.web.unit import reads


@screen
def reports(request: Request) -> HttpResponse:
    """Everything one's units owe or have handed in."""
    dues = [due for unit in reads.own_units(request) for due in queries.reports_for(unit)]

    def link(due: Any) -> str:
        name = "unit:performance" if due.kind == "performance" else "unit:periodic"
        return reverse(name, args=[due.report.pk])

    table = Table(
        [
            Column(_("事项"), "name", link=link, note=lambda d: d.project or d.task),
            Column(_("年度"), lambda d: str(d.year)),
            Column(_("截止日"), "due", kind="day"),
            Column(_("时限"), lambda d: None if d.done else d.due, kind="due"),
            Column(_("状态"), lambda d: d.report, kind="badge"),
        ],
        whole(dues),
        caption=_("绩效与报告"),
        empty=Empty(_("没有应报事项"), _("项目获省级或国家级认定后，每年在绩效采集期填报；开启时会通知您。")),
    )
    return render(request, "unit/reports.html", {"table": table})


@screen
def periodic(request: Request, pk: int) -> HttpResponseBase:
    """A periodic report of the unit: text, and the stamped PDF where one is asked for."""
    report = (
        PeriodicReport.objects.filter(pk=pk, unit__in=reads.own_units(request))
        .select_related("programme", "unit", "task", "application__unit", "file", "submitted_by")
        .first()
    )
    if report is None:
        raise Http404
    if request.GET.get("file") == "template":
        return send_made(
            official_word.made(report_templates.paper(report)), f"{report.name}（{report.year}年）.docx", WORD
        )
    if request.method == "POST" and request.POST.get("do") == "answer":
        return answer(request, report)
    if request.method == "POST":
        upload = request.FILES.get("upload")
        periodic_actions.submit_periodic(
            report,
            by=request.person,
            text=request.POST.get("text", ""),
            upload=upload.file if upload else None,
            name=(upload.name or "") if upload else "",
        )
        messages.success(request, _("《%(name)s》已报送。") % {"name": report.name})
        return redirect("unit:periodic", pk)
    return render(
        request,
        "unit/periodic.html",
        {
            "report": report,
            "text": request.POST.get("text", report.text),
            "feedback": feedback.feedback_on(report),
            "may": access.may_submit_periodic(request.actor, report),
            "may_answer": access.may_answer_feedback(request.actor, report),
            "closed": not periodic_actions.in_time(report),
        },
    )


@screen
def periodic_file(request: Request, pk: int) -> FileResponse:
    report = get_object_or_404(
        PeriodicReport.objects.select_related("file"),
        pk=pk,
        unit__in=reads.own_units(request),
        file__isnull=False,
    )
    if report.file is None:
        raise Http404
    return send(report.file, report.file_name)
