"""The system administrator's part: accounts, and nothing else. Rights belong to the security administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.orgs import access, actions, queries
from tongchou.orgs.models import Person
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, allow, screen
from tongchou.web.tables import Column, Empty, Table


def matching(rows: QuerySet[Person], words: str) -> QuerySet[Person]:
    for word in words.split():
        rows = rows.filter(Q(username__icontains=word) | Q(name__icontains=word) | Q(email__icontains=word))
    return rows


def roles_of(person: Person) -> str:
    """The active roles in a few words."""
    active = [m for m in person.memberships.all() if m.active]
    return _("；").join(f"{m.unit or m.authority} {_(m.get_role_display())}" for m in active) or "—"


def state_of(person: Person) -> str:
    return _("启用") if person.is_active else _("已停用")


@screen
def accounts(request: Request) -> HttpResponseBase:
    allow(access.may_keep_accounts(request.actor))
    filters = Filters(
        request,
        Filter("q", _("用户名、姓名或邮箱"), kind="search"),
        Filter("active", _("状态"), choices=[("yes", _("启用")), ("no", _("已停用"))]),
    )
    rows = matching(queries.accounts(), filters["q"])
    if filters["active"]:
        rows = rows.filter(is_active=filters["active"] == "yes")
    table = Table(
        [
            Column(_("用户名"), "username", link=lambda p: reverse("admin:account", args=[p.pk])),
            Column(_("姓名"), "name"),
            Column(_("邮箱"), "email"),
            Column(_("角色"), roles_of),
            Column(_("建立日期"), "date_joined", kind="day"),
            Column(_("最近登录"), "last_login", kind="moment"),
            Column(_("状态"), state_of),
        ],
        page_of(request, rows),
        caption=_("账号"),
        empty=Empty(_("没有符合条件的账号"), _("换一个筛选条件试试。")),
    )
    return render(request, "admin/accounts.html", {"table": table, "filters": filters})


@screen
def create(request: Request) -> HttpResponseBase:
    """A new account; it can do nothing until the security administrator gives it a role."""
    allow(access.may_keep_accounts(request.actor))
    if request.method == "POST":
        post = request.POST
        person = actions.create_person(
            username=post.get("username", ""),
            name=post.get("name", ""),
            email=post.get("email", ""),
            password=post.get("password", ""),
            by=request.person,
        )
        messages.success(request, _("账号已建立；请安全管理员授予角色。"))
        return redirect("admin:account", person.pk)
    faults = request.refusal.fields if request.refusal else {}
    asked = [
        ("username", _("用户名"), "text", "username"),
        ("name", _("姓名"), "text", "person_name"),
        ("email", _("邮箱"), "email", "email"),
        ("password", _("初始密码"), "password", "password"),
    ]
    fields: list[dict[str, Any]] = [
        {
            "name": name,
            "label": label,
            "kind": kind,
            "value": "" if kind == "password" else request.POST.get(name, ""),
            "error": faults.get(name) or faults.get(other),
            "anchor": other if other in faults else name,
        }
        for name, label, kind, other in asked
    ]
    return render(request, "admin/create.html", {"fields": fields})


@screen
def account(request: Request, pk: int) -> HttpResponseBase:
    """Close or reopen one account."""
    allow(access.may_keep_accounts(request.actor))
    person = get_object_or_404(queries.accounts(), pk=pk)
    if request.method == "POST":
        do = request.POST.get("do")
        if do not in {"close", "reopen"}:
            raise Http404
        actions.set_active(person, active=do == "reopen", by=request.person)
        messages.success(request, _("账号已启用。") if do == "reopen" else _("账号已停用，立即失效。"))
        return redirect("admin:account", pk)
    return render(
        request,
        "admin/account.html",
        {
            "account": person,
            "memberships": [m for m in person.memberships.all() if m.active],
            "state": state_of(person),
            "own": person.pk == request.person.pk,
        },
    )
