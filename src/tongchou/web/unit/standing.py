"""What becomes of a project besides its review, as its unit sees it: asked about during a notice, changed, cultivated."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.core.access import refuse
from tongchou.core.scope import Scope
from tongchou.designations import access, changing, cultivating, history, objecting, queries
from tongchou.designations.models import Level
from tongchou.designations.notice_models import Objection
from tongchou.designations.standing_models import ChangeRequest
from tongchou.orgs.models import Unit
from tongchou.programmes.models import Task
from tongchou.web.days import day_typed
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table
from tongchou.web.templatetags.tongchou import named
from tongchou.web.unit import reads


@screen
def statement(request: Request, pk: int) -> HttpResponse:
    """What the authority asks the unit to state, and its statement. Who objects is neither read nor shown."""
    asked = get_object_or_404(
        Objection.objects.filter(
            case__application__unit__in=reads.own_units(request), asked_at__isnull=False
        ).select_related("case__application__unit", "case__notice__authority", "stated_by"),
        pk=pk,
    )
    if request.method == "POST":
        objecting.give_statement(asked, by=request.person, text=request.POST.get("text", ""))
        messages.success(request, _("情况说明已提交。"))
        return redirect("unit:application", asked.case.application_id)
    return render(
        request,
        "unit/statement.html",
        {
            "asked": asked,
            "application": asked.case.application,
            "notice": asked.case.notice,
            "open": asked.state in Objection.OPEN and asked.stated_at is None,
            "may": access.may_state(request.actor, asked),
        },
    )


@screen
def standing(request: Request, pk: int) -> HttpResponse:
    """Which levels a project holds and what became of them; asking for a change."""
    application = reads.own_application(request, pk)
    if request.method == "POST":
        messages.success(request, _change(request, application))
        return redirect("unit:standing", pk)
    held = history.levels(application)
    return render(
        request,
        "unit/standing.html",
        {
            "application": application,
            "held": held,
            "milestones": history.milestones(application, held),
            "waiting": [c for c in history.changes(application) if c.state == ChangeRequest.State.WAITING],
            "decider": changing.decider(application),
            "may": access.may_ask_change(request.actor, application),
            "kinds": ChangeRequest.Kind.choices,
            "posted": request.POST if request.refusal else {},
        },
    )


def _change(request: Request, application: Application) -> str:
    post = request.POST
    match post.get("do"):
        case "ask":
            proof = request.FILES.get("proof")
            changing.ask_change(
                application,
                by=request.person,
                kind=post.get("kind", ""),
                before=post.get("before", ""),
                after=post.get("after", ""),
                reason=post.get("reason", ""),
                proof=proof,
                proof_name=(proof.name or "") if proof else "",
            )
            return _("变更申请已提交，等待批复。")
        case "withdraw":
            pk = post.get("change", "")
            found = get_object_or_404(application.change_requests, pk=int(pk) if pk.isdecimal() else 0)
            changing.withdraw_change(found, by=request.person)
            return _("变更申请已撤回。")
    raise Http404


@screen
def projects(request: Request) -> HttpResponse:
    """The projects that a unit cultivates: recorded at school level, joined to the case that declares them."""
    unit = reads.own_unit(request, request.GET.get("unit"))
    if request.method == "POST":
        messages.success(request, _cultivate(request, unit))
        return redirect(request.get_full_path())
    table = Table(
        [
            Column(_("项目"), "name", note=lambda p: p.leader),
            Column(_("任务"), lambda p: named(p.task)),
            Column(_("级别"), lambda p: _(Level(p.level).label)),
            Column(_("立项日期"), "since", kind="day"),
            Column(_("立项文号"), "document_number", note=lambda p: p.authority.name if p.authority else ""),
            Column(
                _("申报"),
                lambda p: (
                    p.designation.application.number
                    if p.designation
                    else _("已终止")
                    if p.ended_on
                    else _("尚未申报")
                ),
                link=lambda p: (
                    reverse("unit:application", args=[p.designation.application_id])
                    if p.designation
                    else None
                ),
                note=lambda p: p.ended_reason,
            ),
        ],
        page_of(request, queries.cultivated(Scope(unit_id=unit.pk))),
        caption=_("培育项目"),
        empty=Empty(
            _("没有培育项目"), _("学校自己立项培育的项目可以登记在这里；市级立项由市级主管部门登记。")
        ),
    )
    standing = list(queries.cultivated(Scope(unit_id=unit.pk)).filter(ended_on=None))
    return render(
        request,
        "unit/projects.html",
        {
            "unit": unit,
            "table": table,
            "standing": standing,
            "free": [project for project in standing if project.designation_id is None],
            "own": [project for project in standing if project.level == Level.SCHOOL],
            "cases": unit.applications.exclude(state=Application.State.ABANDONED).select_related("task"),
            "tasks": Task.objects.all(),
            "may": access.may_recognise(request.actor, unit, Level.SCHOOL, None),
            "posted": request.POST if request.refusal else {},
        },
    )


def _cultivate(request: Request, unit: Unit) -> str:
    post = request.POST

    def chosen(name: str) -> int:
        return int(post.get(name, "")) if post.get(name, "").isdecimal() else 0

    match post.get("do"):
        case "record":
            since = day_typed(post.get("since", ""))
            if since is None:
                raise refuse("form", _("立项信息不完整。"), fields={"since": _("请填写立项日期")})
            cultivating.recognise(
                unit,
                task=get_object_or_404(Task, pk=chosen("task")),
                level=Level.SCHOOL,
                name=post.get("name", ""),
                leader=post.get("leader", ""),
                since=since,
                document_number=post.get("document_number", ""),
                by=request.person,
            )
            return _("已登记校级项目。")
        case "join" | "end" as do:
            own = queries.cultivated(Scope(unit_id=unit.pk))
            project = get_object_or_404(own, pk=chosen("project"))
            if do == "end":
                cultivating.end_project(project, by=request.person, reason=post.get("reason", ""))
                return _("已终止培育。")
            case_ = get_object_or_404(unit.applications, pk=chosen("case"))
            cultivating.join_case(project, case_, by=request.person)
            return _("已关联申报。")
    raise Http404
