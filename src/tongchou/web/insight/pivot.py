"""The pivot table: one dimension down, one across, a measure in the cells; each cell leads to the rows it is made of."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.core import clock
from tongchou.documents.figure_book import pivot_book
from tongchou.insight import pivot as pivots
from tongchou.insight.pivot import Head, Pivot
from tongchou.insight.rollup import definitions_of
from tongchou.monitoring.grouping import ITSELF
from tongchou.programmes.models import Task
from tongchou.web import saved_views
from tongchou.web.files import EXCEL, send_made
from tongchou.web.filters import Filter
from tongchou.web.insight.asking import Asked, asked_figures, indicator_filter, only
from tongchou.web.paging import whole
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table
from tongchou.web.templatetags.tongchou import named

VIEWS = "insight.pivot"
YEARS = 3
AXES = {
    "place": gettext_noop("地区"),
    "task": gettext_noop("重点任务"),
    "indicator": gettext_noop("指标"),
    "unit_kind": gettext_noop("单位类型"),
    "level": gettext_noop("级别"),
    "variant": gettext_noop("建设类型"),
    "year": gettext_noop("年度"),
}
MEASURES = {
    "met": gettext_noop("达标率"),
    "count": gettext_noop("填报数"),
    "value": gettext_noop("汇总值"),
    "mean": gettext_noop("平均值"),
    "target": gettext_noop("目标"),
    "completion": gettext_noop("完成率"),
    "change": gettext_noop("比上年"),
}


@screen
def pivot(request: Request) -> HttpResponseBase:
    """``?file=xlsx`` gives the table with what each figure means."""
    if done := saved_views.opened(request, VIEWS):
        return done
    question = asked_figures(
        request,
        *indicator_filter(request),
        Filter("down", _("行"), choices=list(AXES.items()), value="place", required=True),
        Filter("across", _("列"), choices=list(AXES.items()), value="task", required=True),
        Filter("measure", _("数值"), choices=list(MEASURES.items()), value="met", required=True),
    )
    chosen = question.filters
    down, across, measure = chosen["down"], chosen["across"], chosen["measure"]
    task, indicator = chosen["task"], chosen.get("indicator")
    told = _told(down, across, measure, bool(task), bool(indicator))
    if told:
        measure = "met"
    if down == across:
        across = "year" if down != "year" else "place"
    found = pivots.pivot(
        request.actor.scope,
        programme=question.programme,
        years=range(question.year - YEARS + 1, question.year + 1),
        down=down,
        across=across,
        measure=measure,
        path=question.place.path,
        indicator=indicator,
        **only(question),
    )
    known = {
        key: one
        for key, one in definitions_of(question.programme).items()
        if key[0] == (task or key[0]) and key[1] == (indicator or key[1])
    }
    title = _("%(place)s%(year)s年%(measure)s：%(down)s × %(across)s") % {
        "place": question.place.name,
        "year": question.year,
        "measure": _(MEASURES[measure]),
        "down": _(AXES[down]),
        "across": _(AXES[across]),
    }
    if request.GET.get("file") == "xlsx":
        note = _("数据截至 %(at)s；比率按分子之和除以分母之和计算。") % {
            "at": f"{clock.now().astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"
        }
        tasks = dict(Task.objects.filter(programme=question.programme).values_list("code", "name"))
        made = pivot_book(
            found,
            definitions=[(tasks[of], one) for (of, _code), one in known.items()],
            title=title,
            note=note,
            author=question.authority.name,
            measure=measure,
            on=clock.today(),
        )
        return send_made(made, f"{title.replace('：', '-').replace(' × ', '-')}.xlsx", EXCEL)
    return render(
        request,
        "insight/pivot.html",
        {
            "asked": question,
            "filters": chosen,
            "views": saved_views.read(request, VIEWS, chosen),
            "title": title,
            "told": told,
            "definition": known.get((task, indicator)),
            "table": _table(found, question, down, across, indicator),
            "at": clock.now(),
            "file_url": f"?{question.query(**{f.name: f.value for f in chosen.fields}, file='xlsx')}",
        },
    )


def _told(down: str, across: str, measure: str, task: bool, indicator: bool) -> str:
    """Why the measure asked for can't be shown; empty where it can."""
    if measure in pivots.COUNTED or (task and (indicator or "indicator" in {down, across})):
        return ""
    return _("“%(measure)s”只能按单个指标计算：请先选定重点任务和指标。现按达标率显示。") % {
        "measure": _(MEASURES[measure])
    }


def _table(found: Pivot, question: Asked, down: str, across: str, indicator: str) -> Table:
    def cell(row: Head, column: Head | None) -> str:
        told = found.row_totals.get(row.key) if column is None else found.cells.get((row.key, column.key))
        if row.key == _WHOLE.key:
            told = found.whole if column is None else found.column_totals.get(column.key)
        return told.text if told else "—"

    def link(row: Head, column: Head) -> str | None:
        if row.key == _WHOLE.key or (row.key, column.key) not in found.cells:
            return None
        return _leads(question, {down: row.key, across: column.key}, indicator)

    tasks = {t.code: named(t) for t in Task.objects.filter(programme=question.programme)}

    def label(axis: str, head: Head) -> str:
        return tasks.get(head.key, head.label) if axis == "task" else _label(axis, head)

    def column_of(head: Head) -> Column:
        return Column(
            label(across, head), lambda row: cell(row, head), kind="number", link=lambda row: link(row, head)
        )

    columns = [
        Column(_(AXES[down]), lambda row: _("合计") if row.key == _WHOLE.key else label(down, row)),
        *(column_of(head) for head in found.columns),
    ]
    if found.row_totals:
        columns.append(Column(_("合计"), lambda row: cell(row, None), kind="number"))
    rows = [*found.rows, _WHOLE] if found.column_totals else list(found.rows)
    return Table(
        columns,
        whole(rows),
        caption=_("透视表"),
        empty=Empty(_("还没有数据"), _("单位报送绩效填报后，汇总值会在几秒内出现在这里。")),
        marked=lambda row: "tc-row-total" if row.key == _WHOLE.key else "",
    )


_WHOLE = Head("\0", "")


def _label(axis: str, head: Head) -> str:
    if axis == "place" and not head.key:
        return _(ITSELF)
    return _(head.label) if axis in {"level", "unit_kind"} else head.label or head.key


def _leads(question: Asked, keys: dict[str, str], indicator: str) -> str:
    """To the rows behind a cell of one indicator, else to the figures of its group."""
    more: dict[str, Any] = {f.name: f.value for f in question.filters.fields if f.name in _CARRIED}
    for axis, key in keys.items():
        if axis == "indicator":
            more["task"], more["indicator"] = key.split("/", 1)
        elif axis == "place":
            more |= {"place": key} if key else {"by": "place", "key": "-"}
        else:
            more[axis] = key
    more.setdefault("indicator", indicator)
    screen_name = "insight:rows" if more["indicator"] and more.get("task") else "insight:figures"
    return f"{reverse(screen_name)}?{question.query(**more)}"


_CARRIED = {"task", "level", "unit_kind", "confirmed", "now"}
