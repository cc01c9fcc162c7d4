"""What everyone may see of programmes: home, tasks and guides, documents."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongchou.core import clock
from tongchou.designations import notice_queries
from tongchou.designations.models import DesignationList
from tongchou.documents import guide_loaded, guide_page, pdf
from tongchou.insight import published
from tongchou.orgs.models import Jurisdiction, Unit
from tongchou.programmes.models import Document, Programme, Task
from tongchou.web.files import send_made
from tongchou.web.filters import Filter, Filters
from tongchou.web.public import reads
from tongchou.web.screens import Request, public, screen

PARTS = {
    "conditions": gettext_lazy("条件与任务"),
    "dates": gettext_lazy("时间安排"),
    "quotas": gettext_lazy("推荐限额"),
    "indicators": gettext_lazy("绩效指标"),
    "guide": gettext_lazy("建设指南"),
    "whole": gettext_lazy("全文"),
}


def _place(request: Request) -> tuple[Filters, Jurisdiction | None]:
    """The chooser of a province and what is chosen."""
    all_places = reads.provinces()
    place = reads.chosen_place(request, all_places)
    bar = Filters(
        request,
        Filter("place", _("查看地区"), choices=[(p.code, p.name) for p in all_places], required=True),
        keep=["part"],
    )
    if place is not None:
        bar.fields[0].value = place.code
    return bar, place


@public
@screen
def home(request: Request) -> HttpResponse:
    """What the platform is, what is open now, what was published last."""
    bar, place = _place(request)
    path = place.path if place else ""
    notices = [d for d in reads.windows_on(path) if d.window.task_id is None and d.state != "past"]
    return render(
        request,
        "public/home.html",
        {
            "bar": bar,
            "place": place,
            "programmes": Programme.objects.all(),
            "cards": reads.cards(path),
            "open_notices": notice_queries.public_notices().filter(
                withdrawn_at=None, closes_at__gt=clock.now()
            )[:6],
            "lists": DesignationList.objects.select_related("authority", "task")[:6],
            "bulletins": published.current().order_by("-published_at")[:4],
            "notices": notices[:6],
            "notices_count": len(notices),
        },
    )


@public
@screen
def tasks(request: Request) -> HttpResponse:
    """Every task of every programme."""
    bar, place = _place(request)
    cards = reads.cards(place.path if place else "")
    return render(request, "public/tasks.html", {"bar": bar, "place": place, "cards": cards})


@public
@screen
def task(request: Request, programme: str, code: str) -> HttpResponse:
    """A task as it is asked in one place: guide, conditions, dates, quotas, indicators, each with its clause."""
    found = get_object_or_404(Task.objects.select_related("programme"), programme__code=programme, code=code)
    bar, place = _place(request)
    path = place.path if place else ""
    edition = reads.edition_of(found, path)
    if edition is None:
        raise Http404
    part = request.GET.get("part", "conditions")
    if part not in PARTS:
        part = "conditions"
    pack = edition.pack
    kinds = dict(Unit.Kind.choices)
    return render(
        request,
        "public/task.html",
        {
            "task": found,
            "bar": bar,
            "place": place,
            "edition": edition,
            "pack": pack,
            "part": part,
            "parts": PARTS,
            "kinds": kinds,
            "variants": {v.code: v for v in pack.variants},
            "dates": reads.dates_of(found, path, past="past" in request.GET) if part == "dates" else [],
            "quotas": reads.quotas_on(found, path) if part == "quotas" else [],
            "steps": {s.code: s.name for s in pack.steps},
            "whole": _whole(found, place) if part == "whole" and place is not None else None,
        },
    )


def _whole(task: Task, place: Jurisdiction) -> dict[str, Any]:
    """The guide as its PDF has it; each cell of a table beside the label of its column, which a phone shows."""
    made = guide_loaded.of_loaded(task, place, on=clock.today())
    for section in made["sections"]:
        for block in section["blocks"]:
            columns = [(column["label"], column["number"]) for column in block.get("columns", [])]
            block["cells"] = [
                [(label, number, cell) for (label, number), cell in zip(columns, row, strict=True)]
                for row in block.get("rows", [])
            ]
    return made


@public
@screen
def task_file(request: Request, programme: str, code: str, form: str) -> HttpResponse:
    """Everything the task asks in one place, to keep and to print: PDF, or a web page of its own."""
    found = get_object_or_404(Task.objects.select_related("programme"), programme__code=programme, code=code)
    _bar, place = _place(request)
    if place is None or reads.edition_of(found, place.path) is None:
        raise Http404
    made = guide_loaded.of_loaded(found, place, on=clock.today())
    name = f"{made['title']}（{made['place']}）"
    if form == "pdf":
        return send_made(pdf.guide(made), f"{name}.pdf")
    if form == "html":
        return send_made(guide_page.page(made).encode(), f"{name}.html", "text/html; charset=utf-8")
    raise Http404


@public
@screen
def documents(request: Request) -> HttpResponse:
    """The documents that rules are cited from."""
    rows = Document.objects.select_related("programme").order_by("-issued", "code")
    return render(request, "public/documents.html", {"documents": rows})
