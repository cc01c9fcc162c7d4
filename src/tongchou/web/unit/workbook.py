"""Filling a declaration in Excel: the template of this very draft, and the way back: dry run, marked file, taking over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.applications import access, queries, states
from tongchou.applications.actions import save_draft
from tongchou.applications.models import Application
from tongchou.core import files
from tongchou.core.access import refuse, require
from tongchou.core.models import StoredFile
from tongchou.documents.form_workbook.comparing import Report, dry_run
from tongchou.documents.form_workbook.layout import template_of
from tongchou.documents.form_workbook.marking import marked
from tongchou.documents.form_workbook.writing import workbook
from tongchou.web.files import EXCEL, send_made
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads

MOST_MB = 10
MOST_SHOWN = 200
"""Lines of each part of the report on the page; the marked file holds all."""
_SALT = "tongchou.workbook"


@screen
def fill(request: Request, pk: int) -> HttpResponse:
    """Download the template; upload it filled; see cell by cell what it would do; take it over."""
    application = _open_case(request, pk)
    if request.method == "POST":
        if request.POST.get("do") == "apply":
            return _apply(request, application)
        return redirect(f"{reverse('unit:workbook', args=[pk])}?read={_keep(request, application)}")
    context: dict[str, Any] = {"application": application, "most_mb": MOST_MB}
    if token := request.GET.get("read"):
        report = _read(application, _stored(application, token))
        context |= {
            "report": report,
            "token": token,
            "faults": report.faults[:MOST_SHOWN],
            "lines": report.lines[:MOST_SHOWN],
            "warnings": report.warnings[:MOST_SHOWN],
            "most": MOST_SHOWN,
        }
    return render(request, "unit/workbook.html", context)


@screen
def template(request: Request, pk: int) -> HttpResponse:
    """The template with the answers as they stand."""
    application = _open_case(request, pk)
    return send_made(workbook(template_of(application)), f"{application.number}-填报模板.xlsx", EXCEL)


@screen
def faulty(request: Request, pk: int) -> HttpResponse:
    """The file that was uploaded, its faulty cells marked."""
    application = _open_case(request, pk)
    stored = _stored(application, request.GET.get("read", ""))
    report = _read(application, stored)
    made = marked(files.path_of(stored), report.marks)
    return send_made(made, f"{application.number}-待改正.xlsx", EXCEL)


# ---------------------------------------------------------------- inside


def _open_case(request: Request, pk: int) -> Application:
    application = reads.own_application(request, pk)
    require(access.may_fill(request.actor, application))
    require(states.may_move(application, "save"))
    return application


def _keep(request: Request, application: Application) -> str:
    """Keep the upload, and a word that leads to it from this case only."""
    upload = request.FILES.get("file")
    if upload is None:
        raise refuse("file", _("没有选择文件。"), remedy=_("请选择填好的 xlsx 文件。"))
    stored = files.store(upload, allowed=("office",), max_mb=MOST_MB)
    if stored.media_type != EXCEL:
        raise refuse("file", _("文件的实际内容不是 Excel 工作簿（xlsx）。"), remedy=_("请上传填好的模板。"))
    _read(application, stored)  # what can't be read at all is refused where it was chosen
    return signing.dumps([application.pk, stored.pk], salt=_SALT)


def _stored(application: Application, token: str) -> StoredFile:
    try:
        case, file = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError):
        raise Http404 from None
    if case != application.pk:
        raise Http404
    return get_object_or_404(StoredFile, pk=file)


def _read(application: Application, stored: StoredFile) -> Report:
    slots = frozenset(queries.evidence(application).values_list("field", flat=True))
    return dry_run(application, files.path_of(stored), evidence_fields=slots)


def _apply(request: Request, application: Application) -> HttpResponse:
    report = _read(application, _stored(application, request.POST.get("read", "")))
    saved = save_draft(application, by=request.person, changes=report.changes, base_version=report.version)
    kept = len(set(report.changes) - set(saved.conflicts) - {n.partition("-")[0] for n in saved.errors})
    messages.success(
        request,
        ngettext("已写入 %(count)s 项。", "已写入 %(count)s 项。", kept) % {"count": kept},
    )
    fields = {f.code: f for s in saved.case.sections for f in s.fields}
    if saved.conflicts:
        names = _("、").join(fields[code].label for code in saved.conflicts)
        messages.warning(
            request,
            _("下载模板以后这些项已在平台上改过，没有覆盖：%(fields)s。请核对后再改。") % {"fields": names},
        )
    if report.held_back:
        names = _("、").join(field.label for field in report.held_back)
        messages.warning(request, _("这些项有错误，没有写入：%(fields)s。") % {"fields": names})
    return redirect("unit:fill", application.pk)
