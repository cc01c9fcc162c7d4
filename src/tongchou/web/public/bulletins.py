"""Published bulletins: every edition, each with its text, its figures and its three files."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from tongchou.documents import open_data
from tongchou.insight import published
from tongchou.web.files import send, send_made
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, public, screen


@public
@screen
def bulletins(request: Request) -> HttpResponse:
    """Published bulletins."""
    rows = published.bulletins().order_by("-year", "-published_at", "-pk")
    return render(request, "public/bulletins.html", {"page": page_of(request, rows, per_page=20)})


@public
@screen
def bulletin(request: Request, pk: int) -> HttpResponse:
    """One edition as it was published, with the others of the same bulletin, newest first."""
    found = get_object_or_404(published.bulletins().defer(None), pk=pk)
    shown = {"bulletin": found, "snapshot": found.snapshot, "others": published.editions_of(found)}
    return render(request, "public/bulletin.html", shown)


@public
@screen
def bulletin_file(request: Request, pk: int, form: str) -> HttpResponseBase:
    """A bulletin as Word, PDF or Excel; its figures for machines as CSV, all it states as JSON."""
    found = get_object_or_404(published.bulletins(), pk=pk)
    name = f"{found.title}.{form}"
    if form == "csv":
        return send_made(open_data.as_csv(found.snapshot), name, "text/csv; charset=utf-8")
    if form == "json":
        return send_made(open_data.as_json(found.snapshot), name, "application/json")
    file = published.file_of(found, form)
    if file is None:
        raise Http404
    return send(file, name)


@public
@screen
def data(request: Request) -> HttpResponse:
    """The open data: the current edition of each bulletin as a table and as JSON, and what the columns mean."""
    return render(
        request,
        "public/data.html",
        {"page": page_of(request, published.current(), per_page=50), "columns": open_data.COLUMNS},
    )
