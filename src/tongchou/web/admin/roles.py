"""The security administrator's part: who holds which role where."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core.access import refuse
from tongchou.orgs import access, actions, queries
from tongchou.orgs.models import Authority, Membership, Person, Unit
from tongchou.web.admin.accounts import matching, roles_of, state_of
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, allow, screen
from tongchou.web.tables import Column, Empty, Table

Role = Membership.Role


@screen
def people(request: Request) -> HttpResponseBase:
    allow(access.may_grant(request.actor))
    filters = Filters(
        request,
        Filter("q", _("用户名、姓名或邮箱"), kind="search"),
        Filter("role", _("角色"), choices=[*Role.choices, ("none", _("没有角色"))]),
    )
    rows = matching(queries.accounts(), filters["q"])
    if filters["role"] == "none":
        rows = rows.exclude(pk__in=Membership.objects.filter(active=True).values("person"))
    elif filters["role"]:
        held = Membership.objects.filter(active=True, role=filters["role"])
        rows = rows.filter(pk__in=held.values("person"))
    table = Table(
        [
            Column(
                _("姓名"),
                lambda p: p.name or p.username,
                link=lambda p: reverse("admin:person", args=[p.pk]),
                note=lambda p: p.username,
            ),
            Column(_("角色"), roles_of),
            Column(_("账号状态"), state_of),
        ],
        page_of(request, rows),
        caption=_("人员与角色"),
        empty=Empty(_("没有符合条件的人员"), _("账号由系统管理员建立。")),
    )
    return render(request, "admin/roles.html", {"table": table, "filters": filters})


@screen
def person(request: Request, pk: int) -> HttpResponseBase:
    """Grant a role in a unit or an authority, or end one."""
    allow(access.may_grant(request.actor))
    found = get_object_or_404(queries.accounts(), pk=pk)
    if request.method == "POST":
        match request.POST.get("do"):
            case "grant":
                _grant(request, found)
                messages.success(request, _("已授权。"))
            case "end":
                wanted = request.POST.get("membership", "")
                if not wanted.isdecimal():
                    raise Http404
                membership = get_object_or_404(found.memberships, pk=wanted, active=True)
                actions.end_role(membership, by=request.person)
                messages.success(request, _("已取消角色。"))
            case _other:
                raise Http404
        return redirect("admin:person", pk)
    return render(
        request,
        "admin/person.html",
        {
            "account": found,
            "memberships": [m for m in found.memberships.all() if m.active],
            "ended": [m for m in found.memberships.all() if not m.active],
            "own": found.pk == request.person.pk,
            "roles": Role.choices,
            "authorities": Authority.objects.select_related("place").order_by("place__path", "department"),
            "typed": request.POST if request.refusal else {},
        },
    )


def _grant(request: Request, found: Person) -> Membership:
    """Grant what the form asks for; a unit is named by its code, an authority chosen from the list."""
    post = request.POST
    role = post.get("role", "")
    if role in Membership.UNIT_ROLES:
        unit = Unit.objects.filter(uscc=post.get("unit", "").strip().upper()).first()
        if unit is None:
            raise refuse(
                "form",
                _("没有这个统一社会信用代码的单位。"),
                remedy=_("单位角色须填写已注册单位的统一社会信用代码。"),
                fields={"unit": _("请核对统一社会信用代码")},
            )
        return actions.grant_role(found, role, by=request.person, unit=unit)
    wanted = post.get("authority", "")
    authority = Authority.objects.filter(pk=wanted).first() if wanted.isdecimal() else None
    if authority is None:
        raise refuse("form", _("没有选择主管部门。"), fields={"authority": _("请选择主管部门")})
    return actions.grant_role(found, role, by=request.person, authority=authority)
