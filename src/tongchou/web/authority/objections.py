"""Objections: the list of those that an authority handles, and one of them with its material. Names stay here."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.designations import access, notice_queries, objecting
from tongchou.designations.notice_models import Objection
from tongchou.web.authority.acting import acting_for
from tongchou.web.days import day_typed
from tongchou.web.files import send
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.public.objections import address_of
from tongchou.web.screens import Request, allow, screen
from tongchou.web.tables import Column, Empty, Table

S = Objection.State
DAYS_TO_STATE = 5


@screen
def objections(request: Request) -> HttpResponseBase:
    """The objections that count, open ones first."""
    authority = acting_for(request)
    filters = Filters(
        request, Filter("state", _("状态"), choices=[c for c in S.choices if c[0] != S.UNVERIFIED])
    )
    rows = notice_queries.handled(authority)
    if filters["state"]:
        rows = rows.filter(state=filters["state"])
    table = Table(
        [
            Column(
                _("项目"),
                lambda o: o.case.application.project_name or o.case.application.number,
                link=lambda o: reverse("authority:objection", args=[o.pk]),
                note=lambda o: o.case.application.unit.name,
            ),
            Column(_("公示"), "case.notice.title"),
            Column(_("异议人"), "name", note=lambda o: o.organisation),
            Column(_("材料"), "materials", kind="number"),
            Column(_("提出时间"), "filed_at", kind="moment"),
            Column(_("状态"), lambda o: o, kind="badge"),
        ],
        page_of(request, rows),
        caption=_("异议"),
        empty=Empty(_("没有异议"), _("公示期间收到的实名异议会列在这里。")),
    )
    return render(
        request, "authority/objections.html", {"authority": authority, "filters": filters, "table": table}
    )


def _handled(request: Request, pk: int) -> Objection:
    return get_object_or_404(notice_queries.handled(acting_for(request)), pk=pk)


@screen
def objection(request: Request, pk: int) -> HttpResponseBase:
    """One objection: taken up, its unit asked, answered."""
    found = _handled(request, pk)
    allow(access.may_handle(request.actor, found))
    if request.method == "POST":
        messages.success(request, _act(request, found))
        return redirect("authority:objection", pk)
    posted = request.POST if request.refusal else {}
    due = clock.today() + timedelta(days=DAYS_TO_STATE)
    return render(
        request,
        "authority/objection.html",
        {
            "objection": found,
            "open": found.state in Objection.OPEN,
            "application": found.case.application,
            "notice": found.case.notice,
            "files": found.files.select_related("file").order_by("id"),
            "posted": posted,
            "due": posted.get("due") or due.isoformat(),
        },
    )


def _act(request: Request, found: Objection) -> str:
    post = request.POST
    match post.get("do"):
        case "take_up":
            objecting.take_up(found, by=request.person)
            return _("已受理。")
        case "ask":
            due = day_typed(post.get("due", ""))
            if due is None:
                raise refuse(
                    "form", _("请填写说明期限。"), fields={"due": _("请填写说明期限，例如 2026-11-30")}
                )
            objecting.ask_statement(found, by=request.person, question=post.get("question", ""), due=due)
            return _("已请建设单位说明情况。")
        case "dismiss" | "remove" | "decline" as what:
            objecting.answer(
                found,
                by=request.person,
                upheld=what != "dismiss",
                decline=what == "decline",
                reason=post.get("reason", ""),
                page=lambda o: address_of(request, o),
            )
            return _("已答复，异议人会收到答复。")
    raise Http404


@screen
def objection_file(request: Request, pk: int, number: int) -> FileResponse:
    """A piece of its material."""
    found = _handled(request, pk)
    allow(access.may_handle(request.actor, found))
    material = get_object_or_404(found.files.select_related("file"), pk=number)
    return send(material.file, material.name, download=True)
