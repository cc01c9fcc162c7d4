"""Stored files sent to a browser. Who may have one is decided here by what refers to it, never by its digest."""

from __future__ import annotations

from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404

from tongchou.applications import access
from tongchou.applications.models import Evidence
from tongchou.core import files
from tongchou.core.access import Allowed, Decision
from tongchou.core.models import StoredFile
from tongchou.monitoring.models import PerformanceEvidence
from tongchou.reviews.models import Assignment
from tongchou.web.screens import Request, allow, screen

# A browser may show these itself; anything else is downloaded.
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = {"application/pdf", "image/png", "image/jpeg"}


def send(file: StoredFile, name: str, *, download: bool = False) -> FileResponse:
    """The file as it is stored, with a name in any script. Shown in place only where that is harmless."""
    path = files.path_of(file)
    if not path.is_file():
        raise Http404
    response = FileResponse(path.open("rb"), content_type=file.media_type)
    how = "inline" if file.media_type in SHOWN and not download else "attachment"
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
    )
    response["Cache-Control"] = "private, no-cache"
    return response


def send_made(content: bytes, name: str, media_type: str = "application/pdf") -> HttpResponse:
    """A document made on request."""
    response = HttpResponse(content, content_type=media_type)
    how = "inline" if media_type in SHOWN else "attachment"
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _may_read(request: Request, evidence: Evidence) -> Decision:
    """Who may see the case may read its evidence; an expert what was submitted and is assigned to him."""
    decision = access.may_read(request.actor, evidence)
    case = evidence.application
    if decision or case.submitted_at is None or evidence.added_at > case.submitted_at:
        return decision
    duties = Assignment.objects.filter(application=case, expert=request.person, conflict="", superseded=False)
    return Allowed() if duties.exists() else decision


@screen
def evidence(request: Request, pk: int) -> FileResponse:
    """A file attached to a declaration."""
    found = get_object_or_404(Evidence.objects.select_related("file", "application__unit"), pk=pk)
    allow(_may_read(request, found))
    return send(found.file, found.name, download="download" in request.GET)


@screen
def report_evidence(request: Request, pk: int) -> FileResponse:
    """A file attached to a performance report."""
    found = get_object_or_404(
        PerformanceEvidence.objects.select_related("file", "report__application"), pk=pk
    )
    allow(access.may_see(request.actor, found.report.application))
    return send(found.file, found.name, download="download" in request.GET)
