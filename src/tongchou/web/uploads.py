"""Uploads in pieces by the protocol tus 1.0 (https://tus.io/protocols/resumable-upload): creation, expiration, termination.

``POST`` to the address of what a file is for opens an upload; ``HEAD`` asks how far it came, ``PATCH`` appends a piece,
``DELETE`` gives it up, ``GET`` tells a page what became of it. An upload belongs to who began it.
"""

from __future__ import annotations

import base64
import binascii
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from typing import IO
from uuid import UUID

from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _

from tongchou.applications import evidence, tasks
from tongchou.applications.models import EvidenceUpload
from tongchou.core.access import refuse
from tongchou.core.files import storing, uploads
from tongchou.core.models import Upload
from tongchou.monitoring import evidence as report_evidence
from tongchou.monitoring import tasks as report_tasks
from tongchou.monitoring.models import ReportUpload
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads
from tongchou.web.unit.performance import own_report

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
# A piece that has not come in this many seconds is cut: what came of it is kept, and the sender goes on from there.
PATIENCE = 120
_QUICK = 0.05

View = Callable[..., HttpResponse]


def _tus(view: View) -> View:
    """Answer in the protocol's terms: its version is asked for and told."""

    @wraps(view)
    def answered(request: Request, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response["Tus-Version"] = VERSION
            response["Tus-Extension"] = "creation,expiration,termination"
        elif request.method != "GET" and request.headers.get("Tus-Resumable") != VERSION:
            response = HttpResponse(status=412)
            response["Tus-Version"] = VERSION
        else:
            response = view(request, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        return response

    return answered


@screen
@_tus
def begin(request: Request, pk: int) -> HttpResponse:
    """Open an upload for a declaration; the metadata says for which spot."""
    application = reads.own_application(request, pk)
    told = _metadata(request)
    year = told.get("year", "")
    upload = evidence.begin_upload(
        application,
        by=request.person,
        field=told.get("field", ""),
        name=told.get("filename", ""),
        size=_number(request.headers.get("Upload-Length")),
        pages=told.get("pages", ""),
        indicator=told.get("indicator", ""),
        year=int(year) if year.isascii() and year.isdigit() else None,
    )
    response = HttpResponse(status=201)
    response["Location"] = reverse("upload", args=[upload.key])
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


@screen
@_tus
def begin_report(request: Request, pk: int) -> HttpResponse:
    """Open an upload for a performance report."""
    upload = report_evidence.begin_upload(
        own_report(request, pk),
        by=request.person,
        name=_metadata(request).get("filename", ""),
        size=_number(request.headers.get("Upload-Length")),
    )
    response = HttpResponse(status=201)
    response["Location"] = reverse("upload", args=[upload.key])
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return response


@screen
@_tus
def upload(request: Request, key: UUID) -> HttpResponse:
    """One upload of one's own."""
    found = get_object_or_404(Upload.objects.select_related("file"), key=key, by=request.person)
    match request.method:
        case "HEAD":
            return _standing(found)
        case "PATCH":
            return _append(request, found)
        case "DELETE":
            uploads.cancel(found)
            return HttpResponse(status=204)
        case "GET":
            return JsonResponse({"state": found.state, "offset": found.offset, "reason": found.reason})
        case _:
            return HttpResponse(status=405)


def _standing(found: Upload) -> HttpResponse:
    """How far it came. What is refused or already attached is gone: the same file begins anew."""
    if found.state in {Upload.State.REFUSED, Upload.State.DONE}:
        return HttpResponse(status=410)
    if found.state == Upload.State.FINISHING:  # perhaps left so by a crash
        tasks.finish_soon()
        report_tasks.finish_soon()
    response = HttpResponse(status=200)
    response["Upload-Offset"] = str(found.offset)
    response["Upload-Length"] = str(found.size)
    return response


def _append(request: Request, found: Upload) -> HttpResponse:
    if request.content_type != PIECE:
        return HttpResponse(status=415)
    at = _number(request.headers.get("Upload-Offset"))
    length = _number(request.META.get("CONTENT_LENGTH"))
    if length > found.size - at:
        return HttpResponse(status=413)
    if found.state != Upload.State.RECEIVING or at != found.offset:
        return HttpResponse(status=409)
    if not connection.in_atomic_block:
        connection.close()  # a slow sender must not keep a connection to the database waiting
    with tempfile.SpooledTemporaryFile(max_size=storing.MB // 4, dir=str(storing.partial_folder())) as piece:
        _receive(request, piece)
        piece.seek(0)
        found = uploads.append(found, piece, at=at)
    if found.state == Upload.State.FINISHING:
        _finish(found)
    response = HttpResponse(status=204)
    response["Upload-Offset"] = str(found.offset)
    response["Upload-Expires"] = http_date(found.expires_at.timestamp())
    return response


def _receive(request: Request, piece: IO[bytes]) -> None:
    """The body until it ends, the sender goes, or patience does. A server's read waits until all it was asked for is there,
    so a slow sender is asked for little at a time.
    """
    ends, step = time.monotonic() + PATIENCE, 1024
    while (began := time.monotonic()) < ends:
        try:
            block = request.read(step)
        except OSError:  # the sender has gone; what came is kept
            return
        if not block:
            return
        piece.write(block)
        step = min(4 * step, storing.MB) if time.monotonic() - began < _QUICK else max(step // 2, 64)


def _finish(found: Upload) -> None:
    """A small file is checked and attached at once, a large one by the worker while the page says so."""
    small = found.size <= uploads.SMALL
    of_report = ReportUpload.objects.select_related("upload__by", "report__application").filter(upload=found)
    if meant := of_report.first():
        report_evidence.finish_upload(meant) if small else report_tasks.finish_soon()
        return
    declared = EvidenceUpload.objects.select_related("upload__by", "application").get(upload=found)
    evidence.finish_upload(declared) if small else tasks.finish_soon()


def _number(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 16):
        raise refuse("form", _("上传请求的格式不正确。"), remedy=_("请刷新页面后再试。"))
    return int(text)


def _metadata(request: Request) -> dict[str, str]:
    """The header Upload-Metadata: pairs of a key and a value in base64, joined by commas."""
    told: dict[str, str] = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _space, value = pair.strip().partition(" ")
        try:
            told[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise refuse("form", _("上传请求的格式不正确。"), remedy=_("请刷新页面后再试。")) from None
    return told
