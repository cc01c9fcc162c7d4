"""Changes of designated projects to be decided, and projects cultivated below."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core.access import refuse
from tongchou.designations import access, changing, cultivating, history, queries
from tongchou.designations.models import Level
from tongchou.designations.standing_models import ChangeRequest, CultivatedProject
from tongchou.orgs import queries as orgs
from tongchou.programmes.models import Task
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import task_choices
from tongchou.web.authority.words import task_title
from tongchou.web.days import day_typed
from tongchou.web.files import send
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, allow, screen
from tongchou.web.tables import Column, Empty, Table

MOST_OWN = 200
"""Projects to choose from where one is ended; filters find the others."""


@screen
def changes(request: Request) -> HttpResponseBase:
    """The changes that this authority decides on, those that wait first."""
    authority = acting_for(request)
    states = [choice for choice in ChangeRequest.State.choices if choice[0] != ChangeRequest.State.WITHDRAWN]
    filters = Filters(request, Filter("state", _("状态"), choices=states))
    rows = queries.changes_of(authority)
    if filters["state"]:
        rows = rows.filter(state=filters["state"])
    table = Table(
        [
            Column(
                _("项目"),
                lambda c: c.application.project_name,
                link=lambda c: reverse("authority:change", args=[c.pk]),
                note=lambda c: c.application.unit.name,
            ),
            Column(_("任务"), lambda c: task_title(c.application.task)),
            Column(
                _("变更事项"), lambda c: _(c.get_kind_display()), note=lambda c: f"{c.before} → {c.after}"
            ),
            Column(_("申请日期"), "asked_at", kind="day"),
            Column(_("状态"), lambda c: c, kind="badge"),
        ],
        page_of(request, rows),
        caption=_("项目变更"),
        empty=Empty(
            _("没有变更申请"), _("由本部门认定的项目，其单位申请变更负责人、合作单位或名称时列在这里。")
        ),
    )
    return render(
        request, "authority/changes.html", {"authority": authority, "filters": filters, "table": table}
    )


@screen
def change(request: Request, pk: int) -> HttpResponseBase:
    """One request, with what became of the project so far."""
    found = get_object_or_404(queries.changes_of(acting_for(request)), pk=pk)
    if request.method == "POST":
        post = request.POST
        match post.get("do"):
            case "approve":
                changing.approve_change(
                    found,
                    by=request.person,
                    document_number=post.get("document_number", ""),
                    note=post.get("answer", ""),
                )
            case "refuse":
                changing.refuse_change(found, by=request.person, reason=post.get("answer", ""))
            case _other:
                raise Http404
        messages.success(request, _("已批复，单位会收到通知。"))
        return redirect("authority:changes")
    application = found.application
    return render(
        request,
        "authority/change.html",
        {
            "change": found,
            "application": application,
            "may": access.may_decide_change(request.actor, found),
            "milestones": history.milestones(application, history.levels(application)),
            "posted": request.POST if request.refusal else {},
        },
    )


@screen
def change_proof(request: Request, pk: int) -> FileResponse:
    """The paper that a request rests on."""
    found = get_object_or_404(queries.changes_of(acting_for(request)), pk=pk)
    allow(access.may_decide_change(request.actor, found))
    if found.proof is None:
        raise Http404
    return send(found.proof, found.proof_name)


@screen
def cultivated(request: Request) -> HttpResponseBase:
    """Projects cultivated below in the subtree; a city records its own here."""
    authority = acting_for(request)
    if request.method == "POST":
        messages.success(request, _cultivate(request))
        return redirect("authority:cultivated")
    filters = Filters(
        request,
        Filter("q", _("项目或单位"), kind="search"),
        Filter("task", _("重点任务"), choices=task_choices()),
        Filter("level", _("级别"), choices=[(level.value, level.label) for level in cultivating.BELOW]),
    )
    rows = queries.cultivated(request.actor.scope).filter(scope_path__startswith=authority.place.path)
    if filters["task"]:
        rows = rows.filter(task_id=filters["task"])
    if filters["level"]:
        rows = rows.filter(level=filters["level"])
    for word in filters["q"].split():
        rows = rows.filter(name__icontains=word) | rows.filter(unit__in=orgs.units_called(word))
    table = Table(
        [
            Column(_("项目"), "name", note=lambda p: p.leader),
            Column(_("单位"), "unit.name"),
            Column(_("任务"), lambda p: task_title(p.task)),
            Column(_("级别"), lambda p: _(Level(p.level).label)),
            Column(_("立项日期"), "since", kind="day"),
            Column(_("立项文号"), "document_number", note=lambda p: p.authority.name if p.authority else ""),
            Column(_("申报"), _case, link=_case_link, note=lambda p: p.ended_reason),
        ],
        page_of(request, rows),
        caption=_("培育项目"),
        empty=Empty(_("没有培育项目"), _("学校登记的校级项目、本市登记的市级项目列在这里。")),
    )
    own = rows.filter(authority=authority, ended_on=None)
    return render(
        request,
        "authority/cultivated.html",
        {
            "authority": authority,
            "filters": filters,
            "table": table,
            "own": own[:MOST_OWN],
            "own_count": own.count(),
            "tasks": Task.objects.all(),
            "city": authority.place.level == "city",
            "posted": request.POST if request.refusal else {},
        },
    )


def _case(project: CultivatedProject) -> str:
    if project.ended_on is not None:
        return _("已终止")
    return project.designation.application.number if project.designation else _("尚未申报")


def _case_link(project: CultivatedProject) -> str | None:
    if project.designation is None:
        return None
    return reverse("authority:case", args=[project.designation.application_id])


def _cultivate(request: Request) -> str:
    post = request.POST
    if post.get("do") == "end":
        pk = post.get("project", "")
        own = queries.cultivated(request.actor.scope)
        project = get_object_or_404(own, pk=int(pk) if pk.isdecimal() else 0)
        cultivating.end_project(project, by=request.person, reason=post.get("reason", ""))
        return _("已终止培育。")
    found = orgs.meant(orgs.units(request.actor.scope), post.get("unit", "").strip())
    since = day_typed(post.get("since", ""))
    fields = {}
    if len(found) != 1:
        fields["unit"] = _("没有找到这个单位") if not found else _("有几个单位符合，请写全称或信用代码")
    if since is None:
        fields["since"] = _("请填写立项日期")
    if fields or since is None:
        raise refuse("form", _("立项信息不完整。"), remedy=_("请补充后再登记。"), fields=fields)
    task = post.get("task", "")
    cultivating.recognise(
        found[0],
        task=get_object_or_404(Task, pk=int(task) if task.isdecimal() else 0),
        level=Level.CITY,
        name=post.get("name", ""),
        leader=post.get("leader", ""),
        since=since,
        document_number=post.get("document_number", ""),
        by=request.person,
    )
    return _("已登记市级项目。")
