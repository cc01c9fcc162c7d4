"""Figures: every rolled-up number leads down by place to the units, their reports and the page of evidence."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.core import clock
from tongchou.designations.models import Level
from tongchou.insight import behind, rollup
from tongchou.insight.figure import Figure
from tongchou.orgs.models import Unit
from tongchou.programmes.models import Task
from tongchou.web.authority.words import task_title
from tongchou.web.insight.asking import Asked, asked_figures, only
from tongchou.web.insight.figure import link, numbers, one
from tongchou.web.paging import COUNT_TO, PER_PAGE, Page, page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table

# Words of rollup.METHODS and of goals, translated when shown.
WORDS = [
    gettext_noop("分子之和÷分母之和"),
    gettext_noop("各项目填报值的简单平均"),
    gettext_noop("选择的项目数"),
    gettext_noop("各项目填报值之和"),
]


@screen
def figures(request: Request) -> HttpResponseBase:
    """All indicators of a place; or one indicator (``indicator``) by the places below, or by unit at the last place."""
    question = asked_figures(request)
    task, indicator = question.filters["task"], request.GET.get("indicator", "")
    options: dict[str, Any] = {
        "programme": question.programme,
        "year": question.year,
        "path": question.place.path,
        **only(question),
    }
    if indicator and (task, indicator) not in rollup.definitions_of(question.programme):
        raise Http404
    if indicator:
        return one(request, question, indicator)
    found = rollup.rollup(request.actor.scope, **options)
    return render(
        request,
        "insight/figures.html",
        {
            "asked": question,
            "filters": question.filters,
            "table": _all(request, found, question),
            "at": clock.now(),
            "pivot_url": f"{reverse('insight:pivot')}?{question.query(task=task)}",
        },
    )


def _all(request: Request, found: list[Figure], question: Asked) -> Table:
    titles = {t.code: task_title(t) for t in Task.objects.filter(programme=question.programme)}

    def leads(figure: Figure) -> str:
        return link(question, figure.indicator, task=figure.task)

    return Table(
        [
            Column(_("指标"), "name", link=leads, note=lambda f: f.dimension),
            Column(_("重点任务"), lambda f: titles.get(f.task, f.task_name)),
            *numbers(how=True),
        ],
        page_of(request, found),
        caption=_("指标汇总"),
        empty=Empty(_("还没有数据"), _("单位报送绩效填报后，汇总值会在几秒内出现在这里。")),
    )


@screen
def rows(request: Request) -> HttpResponseBase:
    """The reports behind one figure, each with its evidence and page."""
    question = asked_figures(request)
    task, indicator = question.filters["task"], request.GET.get("indicator", "")
    definition = rollup.definitions_of(question.programme).get((task, indicator))
    if definition is None:
        raise Http404
    by, key = request.GET.get("by", ""), request.GET.get("key", "")
    keys = {by: "" if key == "-" else key} if by in rollup.DIMENSIONS and key else {}
    if by == "unit" and key and not key.isdecimal():
        raise Http404
    number = int(n) if (n := request.GET.get("page", "1")).isdecimal() else 1
    number = min(max(number, 1), COUNT_TO // PER_PAGE)
    found, count = behind.rows_behind(
        request.actor.scope,
        programme=question.programme,
        year=question.year,
        task=task,
        indicator=indicator,
        path=question.place.path,
        level=question.filters["level"],
        unit_kind=question.filters["unit_kind"],
        variant=request.GET.get("variant", "")[:60],
        confirmed_only=question.filters["confirmed"] == "1",
        now=question.filters["now"] == "1",
        keys=keys,
        offset=(number - 1) * PER_PAGE,
        limit=PER_PAGE,
    )
    query = request.GET.copy()
    query.pop("page", None)
    page = Page(rows=found, number=number, count=count, query=query.urlencode())
    table = Table(
        [
            Column(_("单位"), "unit", note=lambda b: _(b.value.unit.get_kind_display())),
            Column(
                _("项目"),
                "project",
                link=lambda b: reverse("authority:report", args=[b.value.report_id]) + f"#i-{indicator}",
            ),
            Column(_("填报值"), "text", note=lambda b: b.note),
            Column(_("目标"), lambda b: b.target_text or "—"),
            Column(_("达标"), lambda b: {True: _("是"), False: _("否")}.get(b.value.met, "—")),
            Column(_("确认"), lambda b: _("已确认") if b.value.confirmed else _("未确认")),
            Column(
                _("佐证"),
                lambda b: f"{b.evidence_name}" if b.evidence_pk else "—",
                link=lambda b: _evidence(b) if b.evidence_pk else None,
                note=lambda b: _("第 %(n)s 页") % {"n": b.page} if b.page else "",
            ),
        ],
        page,
        caption=_("填报明细"),
        empty=Empty(_("没有填报"), _("换一个范围试试。")),
    )
    shown = ""
    if keys:
        shown = {
            "unit": lambda: Unit.objects.filter(pk=int(key)).values_list("name", flat=True).first() or "",
            "level": lambda: _(str(dict(Level.choices).get(key, ""))),
            "unit_kind": lambda: _(str(dict(Unit.Kind.choices).get(key, ""))),
        }.get(by, lambda: "")()
    return render(
        request,
        "insight/rows.html",
        {
            "asked": question,
            "definition": definition,
            "table": table,
            "of": shown,
            "up": link(question, indicator),
        },
    )


def _evidence(row: behind.Behind) -> str:
    url = reverse("report_evidence", args=[row.evidence_pk])
    return f"{url}#page={row.page}" if row.page else url
