"""Monitoring: collection periods, how complete they are, performance reports and periodic reports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.documents import report_templates
from tongchou.documents.official import word as official_word
from tongchou.monitoring import access, actions, feedback, queries
from tongchou.monitoring import periodic as periodic_actions
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.monitoring.states import OWED
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.orgs.queries import units_called
from tongchou.programmes.models import Round, Task
from tongchou.web.answering import answer
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import place_choices, task_choices
from tongchou.web.authority.report_columns import performance_columns, periodic_columns
from tongchou.web.files import WORD, send, send_made
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of, whole
from tongchou.web.screens import Request, allow, screen
from tongchou.web.tables import Column, Empty, Table
from tongchou.web.templatetags.tongchou import named


def years() -> list[tuple[str, str]]:
    """The years that can be chosen: from the first round to this one, newest first."""
    first = Round.objects.order_by("year").values_list("year", flat=True).first() or clock.today().year
    return [(str(y), str(y)) for y in range(max(clock.today().year, first), first - 1, -1)]


def year_filter() -> Filter:
    """Which year is looked at: the latest that has any period unless another is chosen."""
    latest = queries.Period.objects.order_by("-year").values_list("year", flat=True).first()
    return Filter("year", _("年度"), choices=years(), value=str(latest or clock.today().year), required=True)


@screen
def monitoring(request: Request) -> HttpResponseBase:
    """What is expected of the subtree in a year and how much is there; a province opens its periods here."""
    authority = acting_for(request)
    if request.method == "POST":
        return _open(request, authority)
    filters = Filters(request, year_filter())
    year = int(filters["year"])
    scope = request.actor.scope
    expected = queries.expected(scope, year, path=authority.place.path)
    opened = {p.task_id: p for p in queries.periods(scope, year=year) if p.place_id == authority.place_id}
    tasks = list(Task.objects.select_related("programme"))
    return render(
        request,
        "authority/monitoring.html",
        {
            "authority": authority,
            "filters": filters,
            "year": year,
            "expected": expected,
            "by_place": _complete(expected.by_place, _("地区"), year, "place"),
            "by_task": _complete(expected.by_task, _("任务"), year, "task"),
            "by_kind": _complete(expected.by_kind, _("报告"), year, "kind"),
            "may_open": bool(access.may_open(request.actor, authority.place)),
            "periods": [(t, opened.get(t.pk)) for t in tasks],
        },
    )


def _open(request: Request, authority: Authority) -> HttpResponseBase:
    post = request.POST
    if not post.get("task", "").isdecimal() or not post.get("year", "").isdecimal():
        raise Http404
    task = get_object_or_404(Task, pk=post["task"])
    actions.open_period(task=task, place=authority.place, year=int(post["year"]), by=request.person)
    messages.success(
        request, _("已开启%(year)s年“%(task)s”绩效采集期。") % {"year": post["year"], "task": task.name}
    )
    return redirect(f"{reverse('authority:monitoring')}?year={post['year']}")


def _complete(rows: list[queries.Completeness], label: str, year: int, by: str) -> Table:
    """A completeness table that leads to the reports behind it."""
    tasks = {t.code: t for t in Task.objects.all()} if by == "task" else {}

    def link(row: queries.Completeness) -> str | None:
        if by == "kind":
            return f"{reverse('authority:periodic')}?year={year}&kind={row.key}"
        key: object = row.key
        if by == "task":
            key = tasks[row.key].pk if row.key in tasks else None
        return f"{reverse('authority:reports')}?year={year}&{by}={key}" if key else None

    return Table(
        [
            Column(label, lambda row: named(tasks[row.key]) if row.key in tasks else _(row.name), link=link),
            Column(_("应报"), "expected", kind="number"),
            Column(_("已报"), "submitted", kind="number"),
            Column(_("完成率"), "rate", kind="percent"),
            Column(_("迟报"), "late", kind="number"),
            Column(_("逾期未报"), "overdue", kind="number"),
        ],
        whole(rows),
        caption=_("完成情况（%(by)s）") % {"by": label},
        empty=Empty(_("没有应报的内容"), _("开启绩效采集期后，应报清单会出现在这里。")),
        marked=lambda row: "tc-row-bad" if row.overdue else "",
    )


def narrowed(request: Request, authority: Authority, *more: Filter) -> tuple[Filters, QuerySet[Any]]:
    """The performance reports below ``authority`` that the filters leave; what ``more`` of them mean, the caller says."""
    filters = Filters(
        request,
        Filter("q", _("项目或单位"), kind="search"),
        year_filter(),
        Filter("task", _("重点任务"), choices=task_choices()),
        Filter("place", _("地区"), choices=place_choices(authority)),
        *more,
    )
    rows = queries.performance(request.actor.scope, year=int(filters["year"])).filter(
        scope_path__startswith=authority.place.path
    )
    if filters["task"]:
        rows = rows.filter(period__task_id=filters["task"])
    if filters["place"]:
        rows = rows.filter(place_path__startswith=Jurisdiction.objects.get(code=filters["place"]).path)
    for word in filters["q"].split():
        rows = rows.filter(Q(application__project_name__icontains=word) | Q(unit__in=units_called(word)))
    return filters, rows


@screen
def reports(request: Request) -> HttpResponseBase:
    """The performance reports of the subtree."""
    authority = acting_for(request)
    state = PerformanceReport.State
    filters, rows = narrowed(
        request,
        authority,
        Filter("state", _("状态"), choices=[*state.choices, ("overdue", _("逾期未报"))]),
    )
    if filters["state"] == "overdue":
        rows = rows.filter(state=state.DUE, last_day__lt=clock.today())
    elif filters["state"]:
        rows = rows.filter(state=filters["state"])
    table = Table(
        [
            *performance_columns(),
            Column(
                _("期限"),
                lambda r: r.last_day if r.state in OWED else None,
                kind="due",
            ),
            Column(_("报送日期"), "first_submitted_at", kind="day"),
            Column(_("状态"), lambda r: r, kind="badge"),
        ],
        page_of(request, rows.defer("answers")),
        caption=_("绩效填报"),
        empty=Empty(_("没有符合条件的绩效填报"), _("开启绩效采集期后，应报项目会出现在这里。")),
    )
    province = authority.place.level == "province"
    return render(
        request, "authority/reports.html", {"table": table, "filters": filters, "province": province}
    )


# ---------------------------------------------------------------- periodic reports


@screen
def periodic(request: Request) -> HttpResponseBase:
    """What the authority itself owes (the first tab), or all periodic reports of the subtree."""
    authority = acting_for(request)
    state = PeriodicReport.State
    everything = request.GET.get("of") == "all" or bool(request.GET.get("kind"))
    kinds = (
        PeriodicReport.objects.filter(scope_path__startswith=authority.place.path)
        .order_by("kind")
        .values_list("kind", "name")
        .distinct()
    )
    filters = Filters(
        request,
        Filter("of", _("范围"), choices=[("all", _("辖区全部"))]),
        Filter("year", _("年度"), choices=years()),
        Filter("kind", _("报告"), choices=dict(kinds).items()),
        Filter("task", _("重点任务"), choices=task_choices()),
        Filter("place", _("地区"), choices=place_choices(authority)),
        Filter("q", _("报送者"), kind="search"),
        Filter("state", _("状态"), choices=[*state.choices, ("overdue", _("逾期未报"))]),
    )
    rows = queries.periodic(request.actor.scope, year=int(filters["year"]) if filters["year"] else None)
    rows = (
        rows.filter(scope_path__startswith=authority.place.path)
        if everything
        else rows.filter(authority=authority)
    )
    if filters["kind"]:
        rows = rows.filter(kind=filters["kind"])
    if filters["task"]:
        rows = rows.filter(task_id=filters["task"])
    if filters["place"]:
        rows = rows.filter(place_path__startswith=Jurisdiction.objects.get(code=filters["place"]).path)
    for word in filters["q"].split():
        rows = rows.filter(Q(unit__in=units_called(word)) | Q(authority__name__icontains=word))
    if filters["state"] == "overdue":
        rows = rows.filter(state=state.DUE, due__lt=clock.today())
    elif filters["state"]:
        rows = rows.filter(state=filters["state"])
    table = Table(
        [
            *periodic_columns(),
            Column(_("期限"), lambda r: r.due if r.state == state.DUE else None, kind="due"),
            Column(_("报送日期"), "submitted_at", kind="day"),
            Column(_("状态"), lambda r: r, kind="badge"),
        ],
        page_of(request, rows),
        caption=_("报告"),
        empty=Empty(
            _("没有应报的报告"),
            _("开启绩效采集期后，本部门应报的总结会出现在这里；“辖区全部”可查看单位和下级的报告。"),
        ),
    )
    return render(
        request,
        "authority/periodic.html",
        {"table": table, "filters": filters, "authority": authority, "everything": everything},
    )


@screen
def periodic_report(request: Request, pk: int) -> HttpResponseBase:
    """One periodic report; the authority that owes it submits it here."""
    acting_for(request)
    found = get_object_or_404(queries.periodic(request.actor.scope), pk=pk)
    if request.GET.get("file") == "template":
        return send_made(
            official_word.made(report_templates.paper(found)), f"{found.name}（{found.year}年）.docx", WORD
        )
    if request.method == "POST" and request.POST.get("do") == "answer":
        return answer(request, found)
    if request.method == "POST":
        upload = request.FILES.get("upload")
        periodic_actions.submit_periodic(
            found,
            by=request.person,
            text=request.POST.get("text", ""),
            upload=upload.file if upload else None,
            name=upload.name or "" if upload else "",
        )
        messages.success(request, _("已报送。"))
        return redirect("authority:periodic_report", pk)
    return render(
        request,
        "authority/periodic_report.html",
        {
            "report": found,
            "may": access.may_submit_periodic(request.actor, found),
            "text": request.POST.get("text", found.text),
            "feedback": feedback.feedback_on(found),
            "may_answer": access.may_answer_feedback(request.actor, found),
            "closed": not periodic_actions.in_time(found),
        },
    )


@screen
def periodic_file(request: Request, pk: int) -> HttpResponseBase:
    """The stamped file of a periodic report."""
    found = get_object_or_404(PeriodicReport.objects.select_related("file"), pk=pk)
    allow(access.may_see(request.actor, found))
    if found.file is None:
        raise Http404
    return send(found.file, found.file_name or f"{found.name}.pdf", download="download" in request.GET)
