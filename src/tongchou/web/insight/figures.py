"""Figures: every rolled-up number leads down by place to the units, their reports and the page of evidence."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.designations.models import Level
from tongchou.insight import behind, rollup
from tongchou.insight.rollup import Figure
from tongchou.orgs.models import Unit
from tongchou.programmes.models import Task
from tongchou.web.authority.words import task_title
from tongchou.web.filters import Filter
from tongchou.web.insight.asking import Asked, asked
from tongchou.web.paging import COUNT_TO, PER_PAGE, Page, page_of, whole
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table

MOST_BARS = 40
# Words of rollup.METHODS and of goals, translated when shown.
WORDS = [
    gettext_noop("分子之和÷分母之和"),
    gettext_noop("各项目填报值的简单平均"),
    gettext_noop("选择的项目数"),
    gettext_noop("各项目填报值之和"),
]


def _asked(request: Request) -> Asked:
    tasks = Task.objects.order_by("number")
    return asked(
        request,
        Filter("task", _("重点任务"), choices=[(t.code, task_title(t)) for t in tasks]),
        Filter("level", _("级别"), choices=Level.choices),
        Filter("confirmed", _("数据"), choices=[("1", _("只计已确认的"))]),
    )


@screen
def figures(request: Request) -> HttpResponseBase:
    """All indicators of a place; or one indicator (``indicator``) by the places below, or by unit at the last place."""
    question = _asked(request)
    task, indicator = question.filters["task"], request.GET.get("indicator", "")
    options: dict[str, Any] = {
        "programme": question.programme,
        "year": question.year,
        "path": question.place.path,
        "task": task,
        "level": question.filters["level"],
        "confirmed_only": question.filters["confirmed"] == "1",
    }
    scope = request.actor.scope
    if indicator and (task, indicator) not in rollup.definitions_of(question.programme):
        raise Http404
    if not indicator:
        found = rollup.rollup(scope, **options)
        table = _all(found, question)
        return render(
            request,
            "insight/figures.html",
            {"asked": question, "filters": question.filters, "table": table},
        )
    by = request.GET.get("by", "")
    if by not in {"place", "unit", "unit_kind", "level"}:
        by = "place" if question.place.level in {"nation", "province"} else "unit"
    found = rollup.rollup(scope, **options, by=by, indicator=indicator)
    whole_figure = next(iter(rollup.rollup(scope, **options, indicator=indicator)), None)
    return render(
        request,
        "insight/figure.html",
        {
            "asked": question,
            "filters": question.filters,
            "figure": whole_figure,
            "by": by,
            "ways": [
                (way, label, _link(question, indicator, by=way))
                for way, label in [
                    ("place", _("按地区")),
                    ("unit", _("按单位")),
                    ("unit_kind", _("按单位类型")),
                    ("level", _("按级别")),
                ]
            ],
            "table": _drill(request, found, question, by, indicator),
            "chart": _chart(found, by),
            "trail": [
                (place.name, _link(question, indicator, place=place.code)) for place in question.trail[:-1]
            ],
            "rows_url": _rows_url(question, indicator),
        },
    )


def _link(question: Asked, indicator: str, **more: object) -> str:
    filters = question.filters
    query = question.query(
        **{
            "task": filters["task"],
            "level": filters["level"],
            "confirmed": filters["confirmed"],
            "indicator": indicator,
            **more,
        }
    )
    return f"{reverse('insight:figures')}?{query}"


def _rows_url(question: Asked, indicator: str, **more: object) -> str:
    return _link(question, indicator, **more).replace(reverse("insight:figures"), reverse("insight:rows"), 1)


def _numbers() -> list[Column]:
    return [
        Column(_("汇总值"), "value_text", kind="number", note=lambda f: _(f.method)),
        Column(_("目标"), lambda f: f.target_text or "—", kind="number"),
        Column(
            _("完成率"),
            lambda f: round(f.completion, 1) if f.completion is not None else None,
            kind="percent",
        ),
        Column(_("达标 / 有目标"), lambda f: f"{f.met} / {f.targeted}", kind="number"),
        Column(_("项目数"), "count", kind="number"),
    ]


def _all(found: list[Figure], question: Asked) -> Table:
    titles = {t.code: task_title(t) for t in Task.objects.filter(programme=question.programme)}

    def link(figure: Figure) -> str:
        filters = question.filters
        query = question.query(
            task=figure.task,
            indicator=figure.indicator,
            level=filters["level"],
            confirmed=filters["confirmed"],
        )
        return f"{reverse('insight:figures')}?{query}"

    return Table(
        [
            Column(_("指标"), "name", link=link, note=lambda f: f.dimension),
            Column(_("重点任务"), lambda f: titles.get(f.task, f.task_name)),
            *_numbers(),
        ],
        whole(found),
        caption=_("指标汇总"),
        empty=Empty(_("还没有数据"), _("单位报送绩效填报后，汇总值会在几秒内出现在这里。")),
    )


def _drill(request: Request, found: list[Figure], question: Asked, by: str, indicator: str) -> Table:
    def link(figure: Figure) -> str | None:
        key = figure.keys[by]
        if by == "place" and key:
            return _link(question, indicator, place=key)
        return _rows_url(question, indicator, by=by, key=key or "-")

    return Table(
        [
            Column(
                {"place": _("地区"), "unit": _("单位"), "level": _("级别")}.get(by, _("单位类型")),
                lambda f: f.labels[by] if by == "unit" else _(f.labels[by]),
                link=link,
            ),
            *_numbers(),
        ],
        page_of(request, found, per_page=100),
        caption=_("下钻"),
        empty=Empty(_("还没有数据"), _("这里还没有单位报送这个指标。")),
    )


def _chart(found: list[Figure], by: str) -> dict[str, Any] | None:
    """Bars of what is reached against the targets; nothing where one bar would stand alone."""
    rows = [f for f in found if f.value is not None]
    if not 1 < len(rows) <= MOST_BARS:
        return None
    scale = 1_000_000 if rows[0].kind == "money" else 1
    return {
        "names": [f.labels[by] if by == "unit" else _(f.labels[by]) for f in rows],
        "held": [round(float(f.value or 0) / scale, 2) for f in rows],
        "goal": [round(float(f.target) / scale, 2) if f.target is not None else None for f in rows],
        "labels": [_("实际"), _("目标")],
        "unit": rows[0].unit,
    }


@screen
def rows(request: Request) -> HttpResponseBase:
    """The reports behind one figure, each with its evidence and page."""
    question = _asked(request)
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
        confirmed_only=question.filters["confirmed"] == "1",
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
            "up": _link(question, indicator),
        },
    )


def _evidence(row: behind.Behind) -> str:
    url = reverse("report_evidence", args=[row.evidence_pk])
    return f"{url}#page={row.page}" if row.page else url
