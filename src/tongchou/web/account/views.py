"""A person's own account and messages."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from tongchou.outbox import actions
from tongchou.outbox.models import Message
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table


@screen
def me(request: Request) -> HttpResponse:
    """Who I am here: my roles, and the ways to my password and second factor."""
    return render(request, "account/me.html", {"memberships": request.actor.memberships})


@screen
def inbox(request: Request) -> HttpResponse:
    rows = Message.objects.filter(to=request.person)
    filters = Filters(
        request, Filter("state", _("状态"), choices=[("unread", _("未读")), ("read", _("已读"))])
    )
    if filters["state"]:
        rows = rows.filter(read_at__isnull=filters["state"] == "unread")
    table = Table(
        [
            Column(_("标题"), "subject", link=lambda m: reverse("account:message", args=[m.pk])),
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
