"""Yearly figures by Excel: the sheet to download, the way back with a dry run, the file marked, and taking it over.

The same for one project, for a unit with several, and for a province: only which reports stand on the sheet differs.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.core import files
from tongchou.core.access import refuse
from tongchou.core.models import StoredFile
from tongchou.documents.form_workbook.marking import marked
from tongchou.documents.report_workbook import importing
from tongchou.documents.report_workbook.writing import workbook
from tongchou.monitoring.models import PerformanceReport
from tongchou.monitoring.states import OWED
from tongchou.web.files import EXCEL, send_made
from tongchou.web.screens import Request

MOST_MB = 20
MOST_SHOWN = 200
"""Lines of each part of the result on the page; the marked file holds more."""
MOST_PROJECTS = 300
"""Projects on one sheet to download."""
_SALT = "tongchou.report_sheet"


def sheet(
    request: Request, template: str, reports: QuerySet[PerformanceReport], **context: Any
) -> HttpResponse:
    """The page of a sheet of ``reports`` (those that can be filled now are written on it); what is posted to it."""
    fillable = (
        reports.filter(state__in=OWED)
        .select_related("period__task", "edition", "application")
        .order_by("application__number", "pk")
    )
    if request.method == "POST":
        if request.POST.get("do") == "apply":
            return _apply(request)
        return redirect(f"{request.path}?read={_keep(request)}")
    if "template" in request.GET:
        return send_made(workbook(fillable[:MOST_PROJECTS]), "绩效数据填报表.xlsx", EXCEL)
    token = request.GET.get("read") or request.GET.get("marked", "")
    if "marked" in request.GET:
        stored = _stored(request, token)
        result = _look(request, stored)
        return send_made(marked(files.path_of(stored), result.marks), "待改正.xlsx", EXCEL)
    context |= {
        "count": fillable.count(),
        "most_projects": MOST_PROJECTS,
        "most_rows": importing.MOST_ROWS,
        "most_mb": MOST_MB,
        "most": MOST_SHOWN,
        "query": f"{request.GET.urlencode()}&" if request.GET else "",
    }
    if token:
        result = _look(request, _stored(request, token))
        context |= {
            "token": token,
            "result": result,
            "faults": result.faults[:MOST_SHOWN],
            "warnings": result.warnings[:MOST_SHOWN],
            "lines": result.lines[:MOST_SHOWN],
        }
    return render(request, template, context)


def _keep(request: Request) -> str:
    """Keep the upload, and a word that leads its sender to it."""
    upload = request.FILES.get("file")
    if upload is None:
        raise refuse("file", _("没有选择文件。"), remedy=_("请选择填好的 xlsx 文件。"))
    stored = files.store(upload, allowed=("office",), max_mb=MOST_MB)
    if stored.media_type != EXCEL:
        raise refuse("file", _("文件的实际内容不是 Excel 工作簿（xlsx）。"), remedy=_("请上传填好的表格。"))
    _look(request, stored)  # what can't be read at all is refused where it was chosen
    return signing.dumps([request.person.pk, stored.pk], salt=_SALT)


def _stored(request: Request, token: str) -> StoredFile:
    try:
        person, file = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    if person != request.person.pk:
        raise Http404
    return get_object_or_404(StoredFile, pk=file)


def _look(request: Request, stored: StoredFile) -> importing.Result:
    return importing.run(files.path_of(stored), by=request.person, write=False)


def _apply(request: Request) -> HttpResponse:
    stored = _stored(request, request.POST.get("read", ""))
    done = importing.run(files.path_of(stored), by=request.person, write=True)
    messages.success(
        request,
        ngettext(
            "已写入 %(reports)s 个项目的 %(count)s 项指标。",
            "已写入 %(reports)s 个项目的 %(count)s 项指标。",
            done.changed,
        )
        % {"reports": done.reports, "count": done.changed},
    )
    if done.faulty:
        messages.warning(request, _("%(count)s 格有错误，没有写入。") % {"count": done.faulty})
    return redirect(request.path)
