"""Designations: lists to publish, those published, levels held, and revoking one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core.access import refuse
from tongchou.designations import access, actions, history, queries, standing
from tongchou.designations.models import Designation, Level
from tongchou.orgs.queries import units_called
from tongchou.programmes.models import Round, Task
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import task_choices
from tongchou.web.authority.words import task_title
from tongchou.web.days import day_typed
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table


@screen
def lists(request: Request) -> HttpResponseBase:
    """What is designated but not published, with the form that publishes it; and what was published."""
    authority = acting_for(request)
    if request.method == "POST":
        post = request.POST
        if not post.get("task", "").isdecimal() or not post.get("round", "").isdecimal():
            raise Http404
        actions.publish_list(
            authority=authority,
            task=get_object_or_404(Task, pk=post["task"]),
            round=get_object_or_404(Round, pk=post["round"]),
            level=post.get("level", ""),
            title=post.get("title", ""),
            document_number=post.get("document_number", ""),
            by=request.person,
        )
        messages.success(request, _("名单已公布。"))
        return redirect("authority:lists")
    typed = request.POST if request.refusal else {}
    due = []
    for group in queries.unpublished(authority):
        here = (str(group["task_id"]), str(group["application__round_id"]), group["level"]) == (
            typed.get("task"),
            typed.get("round"),
            typed.get("level"),
        )
        due.append((group, Level(str(group["level"])).label, typed if here else None))
    published = Table(
        [
            Column(_("名单"), "title", link=lambda r: reverse("public:list", args=[r.pk])),
            Column(_("文号"), "document_number"),
            Column(_("任务"), lambda r: task_title(r.task), note=lambda r: r.round.name),
            Column(_("级别"), lambda r: _(r.get_level_display())),
            Column(_("项目数"), "count", kind="number"),
            Column(_("公布日期"), "published_on", kind="day"),
        ],
        page_of(request, queries.public_lists().filter(authority=authority)),
        caption=_("已公布的名单"),
        empty=Empty(_("还没有公布过名单"), _("认定之后在上面填写标题和文号即可公布。")),
    )
    return render(
        request, "authority/lists.html", {"authority": authority, "due": due, "published": published}
    )


@screen
def designations(request: Request) -> HttpResponseBase:
    """Levels held inside the subtree."""
    authority = acting_for(request)
    filters = Filters(
        request,
        Filter("q", _("项目或单位"), kind="search"),
        Filter("task", _("重点任务"), choices=task_choices()),
        Filter("level", _("级别"), choices=Level.choices),
    )
    rows = queries.designations(request.actor.scope).filter(scope_path__startswith=authority.place.path)
    if filters["task"]:
        rows = rows.filter(task_id=filters["task"])
    if filters["level"]:
        rows = rows.filter(level=filters["level"])
    for word in filters["q"].split():
        rows = rows.filter(Q(application__project_name__icontains=word) | Q(unit__in=units_called(word)))
    table = Table(
        [
            Column(
                _("项目"),
                lambda d: d.application.project_name or d.application.number,
                link=lambda d: reverse("authority:designation", args=[d.pk]),
                note=lambda d: d.application.number,
            ),
            Column(_("单位"), "unit__name"),
            Column(_("任务"), lambda d: task_title(d.task)),
            Column(_("级别"), lambda d: _(d.get_level_display())),
            Column(_("认定日期"), "since", kind="day"),
            Column(_("认定部门"), lambda d: d.authority.name if d.authority else d.unit.name),
            Column(_("文号"), lambda d: d.document or "—", note=lambda d: d.certificate),
            Column(_("状态"), lambda d: _(d.standing.label)),
        ],
        page_of(request, rows),
        caption=_("认定项目"),
        empty=Empty(_("没有认定项目"), _("认定之后会出现在这里。")),
    )
    return render(request, "authority/designations.html", {"table": table, "filters": filters})


@screen
def designation(request: Request, pk: int) -> HttpResponseBase:
    """One level held, with all that became of the project; the authority that gave it renews, ends or revokes it."""
    acting_for(request)
    found = get_object_or_404(queries.designations(request.actor.scope), pk=pk)
    if request.method == "POST":
        messages.success(request, _act(request, found))
        return redirect("authority:designations" if request.POST.get("do") == "revoke" else request.path)
    return render(
        request,
        "authority/designation.html",
        {
            "designation": found,
            "may": access.may_revoke(request.actor, found),
            "milestones": history.milestones(found.application, history.levels(found.application)),
            "posted": request.POST if request.refusal else {},
        },
    )


def _act(request: Request, found: Designation) -> str:
    by, reason = request.person, request.POST.get("reason", "")
    number = request.POST.get("document_number", "")
    match request.POST.get("do"):
        case "revoke":
            actions.revoke(found, by=by, reason=reason, document_number=number)
            return _("已撤销认定。")
        case "expire":
            standing.expire(found, by=by, reason=reason, document_number=number)
            return _("认定已到期。")
        case "renew":
            until = day_typed(request.POST.get("until", ""))
            if until is None and not request.POST.get("endless"):
                raise refuse("form", _("请填写续期至哪一天。"), fields={"until": _("请填写日期")})
            standing.renew(found, until=until, by=by, reason=reason, document_number=number)
            return _("已续期。")
    raise Http404
