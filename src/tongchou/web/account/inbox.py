"""The message centre: messages to me, and how they are mailed to me."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tongchou.outbox import actions, queries
from tongchou.outbox.kinds import URGENT, Kind, offered
from tongchou.outbox.models import Message
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table


@screen
def inbox(request: Request) -> HttpResponse:
    """What was written to me, unread first; all of it, or of a kind, can be marked read."""
    counts = queries.counts_by_kind(request.person)
    filters = Filters(
        request,
        Filter("state", _("状态"), choices=[("unread", _("未读")), ("read", _("已读"))]),
        Filter("kind", _("类别"), choices=[(k.value, _(k.label)) for k in Kind if k in counts]),
    )
    if request.method == "POST":
        if request.POST.get("do") != "read":
            raise Http404
        done = actions.mark_all_read(by=request.person, kind=filters["kind"])
        messages.success(request, _("%(n)s 条消息已标为已读。") % {"n": done})
        return redirect(request.get_full_path())
    rows = queries.inbox(request.person)
    if filters["state"]:
        rows = rows.filter(read_at__isnull=filters["state"] == "unread")
    if filters["kind"]:
        rows = rows.filter(kind=filters["kind"])
    table = Table(
        [
            Column(
                _("标题"),
                "subject",
                link=lambda m: reverse("account:message", args=[m.pk]),
                note=lambda m: "" if m.about in m.subject else m.about,
            ),
            Column(_("类别"), lambda m: _(m.get_kind_display())),
            Column(_("时间"), "at", kind="moment"),
            Column(_("状态"), lambda m: _("已读") if m.read_at else _("未读")),
        ],
        page_of(request, rows),
        caption=_("消息"),
        empty=Empty(_("没有消息"), _("审核、退回、催办等事项会在这里通知您。")),
        marked=lambda m: "" if m.read_at else "tc-unread",
    )
    return render(request, "account/inbox.html", {"table": table, "filters": filters})


@screen
def message(request: Request, pk: int) -> HttpResponse:
    """One message; opening it marks it read."""
    found = get_object_or_404(Message, pk=pk, to=request.person)
    actions.mark_read(found, by=request.person)
    if request.method == "POST" and url_has_allowed_host_and_scheme(found.link, allowed_hosts=None):
        return redirect(found.link)
    return render(request, "account/message.html", {"message": found})


@screen
def preferences(request: Request) -> HttpResponse:
    """How each kind of message is mailed to me. In the app all of them are shown."""
    if request.method == "POST":
        wanted = {kind.value: request.POST[kind] for kind in Kind if kind in request.POST}
        actions.choose_mail(by=request.person, choices=wanted)
        messages.success(request, _("接收方式已保存，对以后的消息有效。"))
        return redirect("account:preferences")
    posted = request.POST if request.refusal else {}
    return render(
        request, "account/preferences.html", {"rows": _rows(request, posted), "email": request.person.email}
    )


def _rows(request: Request, posted: Any) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "label": _(kind.label),
            "urgent": kind in URGENT,
            "chosen": posted.get(kind, mail),
            "offered": [(m.value, _(m.label)) for m in offered(kind)],
        }
        for kind, mail in queries.mail_choices(request.person).items()
    ]
