"""Extensions 个别延期: what units ask for, what was given, and giving one unasked."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tongchou.applications import extensions as actions
from tongchou.applications.extension_models import Extension
from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.orgs import queries as orgs
from tongchou.programmes.models import Round, Task
from tongchou.web.authority.acting import acting_for
from tongchou.web.days import day_typed
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.templatetags.tongchou import named

S = Extension.State


@screen
def extensions(request: Request) -> HttpResponseBase:
    """Every extension of the units below, what waits first; each is answered or revoked where it stands."""
    acting_for(request)
    if request.method == "POST":
        messages.success(request, _act(request))
        return redirect("authority:extensions")
    filters = Filters(
        request,
        Filter("q", _("单位名称"), kind="search"),
        Filter("state", _("状态"), choices=S.choices),
    )
    rows = actions.extensions(request.actor)
    if filters["q"]:
        rows = rows.filter(unit__name__icontains=filters["q"])
    if filters["state"]:
        rows = rows.filter(state=filters["state"])
    return render(
        request,
        "authority/extensions.html",
        {
            "filters": filters,
            "page": page_of(request, rows),
            "tasks": [(str(task.pk), named(task)) for task in Task.objects.all()],
            "rounds": Round.objects.order_by("-year"),
            "today": clock.today(),
        },
    )


def _act(request: Request) -> str:
    """Do what was asked; what to say of it."""
    reason, until = request.POST.get("reason", ""), day_typed(request.POST.get("until", ""))
    match request.POST.get("do"):
        case "grant":
            actions.answer_extension(_own(request), by=request.person, grant=True, reason=reason, until=until)
            return _("已同意延期，单位会收到消息。")
        case "refuse":
            actions.answer_extension(_own(request), by=request.person, grant=False, reason=reason)
            return _("已回复不同意，单位会收到理由。")
        case "revoke":
            actions.revoke_extension(_own(request), by=request.person, reason=reason)
            return _("已取消延期。")
        case "give":
            return _give(request, reason)
    raise Http404


def _own(request: Request) -> Extension:
    pk = request.POST.get("extension", "")
    rows = actions.extensions(request.actor)
    return get_object_or_404(rows, pk=int(pk) if pk.isascii() and pk.isdigit() else 0)


def _give(request: Request, reason: str) -> str:
    """Give an extension unasked, to the unit with that name or code."""
    found = orgs.meant(orgs.units(request.actor.scope), request.POST.get("unit", "").strip())
    until = day_typed(request.POST.get("until", ""))
    fields = {}
    if len(found) != 1:
        fields["unit"] = _("没有找到这个单位") if not found else _("有几个单位符合，请写全称或信用代码")
    if until is None:
        fields["until"] = _("请填写延期至哪一天")
    if fields or until is None:
        raise refuse("form", _("延期的内容不完整。"), remedy=_("请按提示补充。"), fields=fields)
    actions.grant_extension(
        found[0],
        task=get_object_or_404(Task, pk=request.POST.get("task") or 0),
        round=get_object_or_404(Round, pk=request.POST.get("round") or 0),
        by=request.person,
        until=until,
        reason=reason,
    )
    return _("已给予%(unit)s延期。") % {"unit": found[0].name}
