"""The unit's workbench: what is due and how long is left; and its applications."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.designations import notice_queries
from tongchou.monitoring import chasing
from tongchou.monitoring import queries as monitoring
from tongchou.monitoring.chaseable import Key, key_of
from tongchou.orgs.models import Unit
from tongchou.outbox.models import Message
from tongchou.programmes.deadlines import is_open
from tongchou.programmes.models import Task, Window
from tongchou.web.cases import step_name, variant_name
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.parts import Duty
from tongchou.web.public import reads as public_reads
from tongchou.web.screens import Request, screen
from tongchou.web.show import days_left
from tongchou.web.tables import Column, Empty, Table
from tongchou.web.templatetags.tongchou import named
from tongchou.web.unit import evaluation_duties, reads

S = Application.State


def _duties(unit: Unit) -> list[Duty]:
    """Everything one unit has to do now, the nearest date first; what an authority chased says so."""
    duties = []
    chased = chasing.of_unit(unit)
    if unit.state == Unit.State.REFUSED:
        duties.append(
            Duty(
                _("更正单位信息"),
                _("核验未通过"),
                reverse("unit:record", args=[unit.pk]),
                note=unit.refused_reason,
                tone="bad",
            )
        )
    windows = [d.window for d in public_reads.windows_on(unit.scope_path)]
    mine = Application.objects.filter(unit=unit, state__in=[S.DRAFT, S.RETURNED]).select_related(
        "task", "round"
    )
    for application in mine:
        name = application.project_name or named(application.task)
        note = _note(application.number, chased.pop(key_of(application), None))
        if application.state == S.RETURNED:
            url, kind = reverse("unit:application", args=[application.pk]), _("退回修改")
            duties.append(Duty(name, kind, url, application.returned_due, note, tone="warn"))
        else:
            last = reads.declare_closes(windows, application)
            duties.append(Duty(name, _("继续填报"), reverse("unit:fill", args=[application.pk]), last, note))
    for due in monitoring.reports_for(unit):
        if due.done:
            continue
        performance = due.kind == "performance"
        url = reverse("unit:performance" if performance else "unit:periodic", args=[due.report.pk])
        name = f"{due.year} · {due.name}"
        duties.append(
            Duty(
                name,
                _("绩效填报") if performance else _("报告报送"),
                url,
                due.due,
                _note(due.project or due.task, chased.pop(key_of(due.report), None)),
                due.cite,
            )
        )
    duties += [
        Duty(
            asked.case.application.project_name,
            _("说明情况"),
            reverse("unit:statement", args=[asked.pk]),
            asked.statement_due,
            asked.case.notice.title,
            tone="warn",
        )
        for asked in notice_queries.statements_asked([unit])
    ]
    duties += evaluation_duties.duties(unit)
    duties += _unbegun(unit, chased, windows)
    return sorted(duties, key=lambda d: (days_left(d.last) is None, days_left(d.last) or 0))


def _note(text: str, chased: chasing.Standing | None) -> str:
    return " · ".join(part for part in (text, str(chased) if chased else "") if part)


def _unbegun(unit: Unit, chased: dict[Key, chasing.Standing], windows: list[Window]) -> list[Duty]:
    """The tasks that an authority chased the unit to begin, while they are open."""
    now = clock.now()
    open_tasks = {
        w.task_id: w
        for w in windows
        if w.task_id and w.purpose == "declare" and w.binds == "units" and is_open(w, now)
    }
    asked = {
        task: standing
        for (*_others, unit_pk, task, _round), standing in chased.items()
        if unit_pk == unit.pk and task in open_tasks
    }
    begun = set(Application.objects.filter(unit=unit, task__in=asked).values_list("task_id", flat=True))
    return [
        Duty(
            named(task),
            _("催办"),
            f"{reverse('unit:begin_task', args=[task.pk])}?unit={unit.pk}",
            open_tasks[task.pk].closes_at,
            str(asked[task.pk]),
            tone="warn",
        )
        for task in Task.objects.filter(pk__in=asked)
        if task.pk not in begun
    ]


@screen
def workbench(request: Request) -> HttpResponse:
    """What is due, what is open, what was written to me."""
    units = reads.own_units(request)
    unit = reads.own_unit(request, request.GET.get("unit")) if units else None
    open_now = []
    if unit is not None:
        open_now = [
            d
            for d in public_reads.windows_on(unit.scope_path)
            if d.state == "open" and d.window.purpose == "declare" and d.window.binds == "units"
        ]
    return render(
        request,
        "unit/workbench.html",
        {
            "units": units,
            "unit": unit,
            "duties": _duties(unit) if unit else [],
            "warnings": evaluation_duties.cards(unit) if unit else [],
            "open_now": open_now,
            "running": list(
                Application.objects.filter(unit=unit, state=S.IN_REVIEW)
                .select_related("task", "edition", "unit")
                .order_by("-submitted_at")[:5]
            )
            if unit
            else [],
            "messages_for_me": Message.objects.filter(to=request.person)[:6],
        },
    )


@screen
def applications(request: Request) -> HttpResponse:
    """The applications of one's units."""
    filters = Filters(
        request,
        Filter("q", _("项目名称或编号"), kind="search"),
        Filter("task", _("重点任务"), choices=[(str(t.pk), named(t)) for t in Task.objects.all()]),
        Filter("state", _("状态"), choices=S.choices),
    )
    rows = (
        Application.objects.filter(unit__in=reads.own_units(request))
        .select_related("task", "round", "edition", "unit")
        .order_by("-id")
    )
    if filters["q"]:
        rows = rows.filter(Q(project_name__icontains=filters["q"]) | Q(number__icontains=filters["q"]))
    if filters["task"]:
        rows = rows.filter(task=int(filters["task"]))
    if filters["state"]:
        rows = rows.filter(state=filters["state"])
    table = Table(
        [
            Column(
                _("项目"),
                lambda a: a.project_name or _("（未命名）"),
                link=lambda a: reverse("unit:application", args=[a.pk]),
                note=lambda a: a.number,
            ),
            Column(
                _("重点任务"), lambda a: named(a.task), note=lambda a: variant_name(a.edition.pack, a.variant)
            ),
            Column(_("批次"), "round.name"),
            Column(_("环节"), lambda a: step_name(a.edition.pack, a.step)),
            Column(_("状态"), lambda a: a, kind="badge"),
            Column(_("提交时间"), "submitted_at", kind="day"),
        ],
        page_of(request, rows),
        caption=_("我的申报"),
        empty=Empty(
            _("还没有申报"),
            _("选择一项重点任务开始申报；填写内容随时自动保存。"),
            reverse("unit:begin"),
            _("开始申报"),
        ),
    )
    return render(request, "unit/applications.html", {"table": table, "filters": filters})
