"""Stored files sent to a browser. Who may have one is decided here by what refers to it, never by its digest.

An address carries a signed number, so that it can't be guessed; it gives no right: who follows it must be allowed to see
the case. What the virus scanner has not cleared is sent to nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from django.core.signing import BadSignature, Signer
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tongchou.applications import access
from tongchou.applications.models import Evidence
from tongchou.core import files
from tongchou.core.access import Allowed, Decision, refuse
from tongchou.core.files import blotting, preview, scan
from tongchou.core.models import StoredFile
from tongchou.monitoring import evaluation_access
from tongchou.monitoring.evaluation_models import AssessmentFile
from tongchou.monitoring.models import PerformanceEvidence
from tongchou.reviews.models import Assignment
from tongchou.reviews.veil import is_blind
from tongchou.web.expert.reading import DutyReading
from tongchou.web.screens import Request, allow, screen

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA = {"docx": WORD, "pdf": "application/pdf", "xlsx": EXCEL}
"""By the ending of a document's name."""
# A browser may show these itself; anything else is downloaded.
SHOWN = {"application/pdf", "image/png", "image/jpeg", "video/mp4"}
# The most that one answer to a range holds: a player that pauses must not keep a thread waiting.
MOST_OF_A_RANGE = 4 * 2**20
_BLOCK = 256 * 1024


class Unguessable:
    """A path converter: the number of a row, signed. A subclass signs with a salt of its own."""

    regex = r"\d+\.[\w-]+"
    signer = Signer(salt="tongchou.files", sep=".")

    def to_url(self, value: int) -> str:
        return self.signer.sign(str(value))

    def to_python(self, value: str) -> int:
        try:
            return int(self.signer.unsign(value))
        except BadSignature:
            raise ValueError from None


def require_usable(file: StoredFile) -> None:
    """Refuse to open a file that the virus scanner has not cleared."""
    if file.state == StoredFile.State.CHECKING:
        raise refuse("file", _("文件正在进行病毒扫描，暂时不能打开。"), remedy=_("请稍后再试。"))
    if file.state == StoredFile.State.INFECTED:
        raise refuse("file", scan.infected(file), remedy=_("请联系上传单位重新提供。"))


def send(file: StoredFile, name: str, *, download: bool = False) -> FileResponse:
    """The file as it is stored, with a name in any script. Shown in place only where that is harmless."""
    response = FileResponse(_path(file).open("rb"))
    _dress(response, file.media_type, name, download=download)
    return response


def send_made(content: bytes, name: str, media_type: str = "application/pdf") -> HttpResponse:
    """A document made on request."""
    response = HttpResponse(content, content_type=media_type)
    how = "inline" if media_type in SHOWN else "attachment"
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _path(file: StoredFile) -> Path:
    require_usable(file)
    path = files.path_of(file)
    if not path.is_file():
        raise Http404
    return path


def _dress(response: HttpResponseBase, media_type: str, name: str, *, download: bool) -> None:
    how = "inline" if media_type in SHOWN and not download else "attachment"
    # A sandbox would keep browsers from showing a PDF at all; nothing of a PDF runs in our origin.
    sandbox = "" if media_type == "application/pdf" else "; sandbox"
    response["Content-Type"] = media_type
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}"
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; frame-ancestors 'self'{sandbox}"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"


def _part(path: Path, wanted: str) -> HttpResponseBase | None:
    """One range of the file (RFC 9110, 14.2); nothing when none is asked for, or several, which may be ignored."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", wanted.strip())
    if not found or not (found[1] or found[2]):
        return None
    size = path.stat().st_size
    first = int(found[1]) if found[1] else max(0, size - int(found[2]))
    last = min(int(found[2]) if found[1] and found[2] else size - 1, size - 1, first + MOST_OF_A_RANGE - 1)
    if first >= size or last < first:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_blocks(path, first, last), status=206)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    return response


def _blocks(path: Path, first: int, last: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(first)
        left = last - first + 1
        while left and (block := file.read(min(left, _BLOCK))):
            left -= len(block)
            yield block


def send_page(file: StoredFile, number: int) -> FileResponse:
    """A page of a PDF as a picture."""
    require_usable(file)
    response = FileResponse(preview.page(file, number).open("rb"), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=600"
    return response


def _may_read(request: Request, evidence: Evidence) -> Decision:
    """Who may see the case may read its evidence; an expert what was submitted and is assigned to him."""
    decision = access.may_read(request.actor, evidence)
    case = evidence.application
    if decision or case.submitted_at is None or evidence.added_at > case.submitted_at:
        return decision
    duties = Assignment.objects.filter(application=case, expert=request.person, conflict="", superseded=False)
    return Allowed() if duties.exists() else decision


def _evidence(request: Request, pk: int) -> Evidence:
    found = get_object_or_404(Evidence.objects.select_related("file", "application__unit"), pk=pk)
    allow(_may_read(request, found))
    return found


def _report_evidence(request: Request, pk: int) -> PerformanceEvidence:
    found = get_object_or_404(
        PerformanceEvidence.objects.select_related("file", "report__application"), pk=pk
    )
    allow(access.may_see(request.actor, found.report.application))
    return found


def _duty_on(request: Request, evidence: Evidence) -> Assignment | None:
    """The blind duty by which alone whoever asks may read ``evidence``; nothing for who may see the case anyway."""
    if access.may_read(request.actor, evidence):
        return None
    duty = (
        Assignment.objects.filter(
            application=evidence.application, expert=request.person, conflict="", superseded=False
        )
        .select_related(
            "application__edition", "application__unit", "application__round__programme", "revision"
        )
        .first()
    )
    return duty if duty is not None and is_blind(duty) else None


def _blotted(duty: Assignment, evidence: Evidence, *, download: bool) -> HttpResponseBase:
    """The copy of a file that the expert of a blind duty gets: without names in it, and not under its own."""
    reading = DutyReading(duty)
    material = reading.material(evidence)
    if material is None:
        raise Http404
    require_usable(evidence.file)
    path = blotting.blotted(evidence.file, reading.veil.names)
    response = FileResponse(path.open("rb"))
    media_type = "application/pdf" if material.is_pdf else "image/jpeg"
    _dress(response, media_type, material.name, download=download)
    return response


def _asked_for(request: Request, found: Evidence | PerformanceEvidence | AssessmentFile) -> HttpResponseBase:
    """The file, or the part of it that players of video and viewers of PDF ask for."""
    path = _path(found.file)
    response = _part(path, request.headers.get("Range", "")) or FileResponse(path.open("rb"))
    _dress(response, found.file.media_type, found.name, download="download" in request.GET)
    return response


@screen
def evidence(request: Request, pk: int) -> HttpResponseBase:
    """A file attached to a declaration; for the expert of a blind duty a copy that names nobody."""
    found = _evidence(request, pk)
    if duty := _duty_on(request, found):
        return _blotted(duty, found, download="download" in request.GET)
    return _asked_for(request, found)


@screen
def evidence_page(request: Request, pk: int, number: int) -> FileResponse:
    """One of its pages as a picture; not of what may be read blind only, which is sent as a copy."""
    found = _evidence(request, pk)
    if _duty_on(request, found):
        raise Http404
    return send_page(found.file, number)


@screen
def report_evidence(request: Request, pk: int) -> HttpResponseBase:
    """A file attached to a performance report."""
    return _asked_for(request, _report_evidence(request, pk))


@screen
def report_evidence_page(request: Request, pk: int, number: int) -> FileResponse:
    """One of its pages as a picture."""
    return send_page(_report_evidence(request, pk).file, number)


@screen
def assessment_file(request: Request, pk: int) -> HttpResponseBase:
    """A file of a self-evaluation or a rectification."""
    found = get_object_or_404(AssessmentFile.objects.select_related("file", "assessment"), pk=pk)
    allow(evaluation_access.may_see(request.actor, found.assessment))
    return _asked_for(request, found)
