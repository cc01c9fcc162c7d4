"""What experts' scoring came to: the ranking with its cut line, how far marks lie apart, how strict each expert is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.applications.models import Application
from tongchou.documents import expert_pool
from tongchou.orgs.models import Authority, Person
from tongchou.programmes.models import Round, Task
from tongchou.reviews import aggregating, results
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.words import task_title
from tongchou.web.cases import step_name, variant_name
from tongchou.web.files import EXCEL, send_made
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table

HOW = {
    "mean": gettext_noop("取平均"),
    "trimmed": gettext_noop("去掉一个最高、一个最低后取平均"),
    "median": gettext_noop("取中位数"),
    "standardised": gettext_noop("按专家标准化后取平均"),
}


@screen
def ranked(request: Request) -> HttpResponseBase:
    """The results of one scoring step, ranked; ``?file=xlsx`` gives them out."""
    authority = acting_for(request)
    steps = results.scored_steps(authority)
    tasks = Task.objects.in_bulk({task for task, _step, _round in steps})
    rounds = Round.objects.in_bulk({round_ for _task, _step, round_ in steps})
    tabs = [
        {
            "key": f"{task}.{step}.{round_}",
            "name": f"{task_title(tasks[task])} · {rounds[round_].name}",
            "task": task,
            "step": step,
            "round": round_,
        }
        for task, step, round_ in steps
    ]
    wanted = request.GET.get("of", "")
    chosen = next((tab for tab in tabs if tab["key"] == wanted), tabs[0] if tabs else None)
    context: dict[str, Any] = {"authority": authority, "tabs": tabs, "chosen": chosen}
    if chosen is None:
        return render(request, "authority/results.html", context)
    return _shown(request, authority, chosen, context)


def _shown(
    request: Request, authority: Authority, chosen: dict[str, Any], context: dict[str, Any]
) -> HttpResponseBase:
    sample = Application.objects.filter(
        task=chosen["task"], round=chosen["round"], assignments__step=chosen["step"]
    ).select_related("edition")
    pack = sample.order_by("-edition").first()
    variants = [(v.code, v.name) for v in pack.edition.pack.variants if v.code != "main"] if pack else []
    filters = Filters(request, Filter("variant", _("类别"), choices=variants), keep=["of", "cut"])
    found = results.results(
        authority,
        task=chosen["task"],
        step=chosen["step"],
        round=chosen["round"],
        variant=filters["variant"],
    )
    typed = request.GET.get("cut", "")
    cut = int(typed) if typed.isdecimal() and len(typed) < 6 else None
    if request.GET.get("file") == "xlsx":
        title = f"{chosen['name']}评审结果"
        note = f"{authority.name}　{HOW[found.how]}"
        rows = _exported(found, cut)
        return send_made(expert_pool.results(title, authority, note, rows), f"{title}.xlsx", EXCEL)
    page = page_of(request, found.rows)
    cases = Application.objects.select_related("unit", "edition").in_bulk([row.case for row in page.rows])
    people = Person.objects.in_bulk([s.expert for s in found.experts])
    context |= {
        "filters": filters,
        "cut": cut,
        "how": _(HOW[found.how]),
        "step": step_name(pack.edition.pack, chosen["step"]) if pack else chosen["step"],
        "table": _table(page, cases, cut),
        "count": len(found.rows),
        "wide": sum(1 for row in found.rows if row.wide),
        "vetoed": sum(1 for row in found.rows if row.vetoed),
        "unfinished": sum(1 for row in found.rows if row.scored < row.assigned),
        "experts": [(people[s.expert], s) for s in found.experts],
        "limits": {"wide": aggregating.WIDE, "strict": aggregating.STRICT},
    }
    return render(request, "authority/results.html", context)


def _table(page: Any, cases: dict[int, Application], cut: int | None) -> Table:
    def marked(row: results.Result) -> str:
        if row.vetoed:
            return "tc-row-out"
        return "tc-row-in" if cut is not None and row.rank is not None and row.rank <= cut else ""

    def noted(row: results.Result) -> str:
        words = [_("极差较大")] if row.wide else []
        if row.panel:
            given = row.marks if row.marks is not None else "—"
            words.append(_("合议（评分合成 %(marks)s）：%(why)s") % {"marks": given, "why": row.panel.reason})
        return _("；").join(words)

    return Table(
        [
            Column(_("名次"), lambda r: r.rank if r.rank is not None else "—"),
            Column(
                _("项目"),
                lambda r: cases[r.case].project_name or cases[r.case].number,
                link=lambda r: reverse("authority:case", args=[r.case]) + "#experts",
                note=lambda r: cases[r.case].number,
            ),
            Column(
                _("单位"),
                lambda r: cases[r.case].unit.name,
                note=lambda r: variant_name(cases[r.case].edition.pack, cases[r.case].variant),
            ),
            Column(_("结果"), "total", kind="number", note=noted),
            Column(_("最低"), "low", kind="number"),
            Column(_("最高"), "high", kind="number"),
            Column(_("极差"), "spread", kind="number"),
            Column(_("已评"), lambda r: f"{r.scored}/{r.assigned}"),
            Column(_("一票否决"), lambda r: _("是") if r.vetoed else "—"),
        ],
        page,
        caption=_("评审结果"),
        empty=Empty(_("没有这一类别的评审"), _("请换一个类别。")),
        marked=marked,
    )


def _exported(found: results.Results, cut: int | None) -> list[tuple[Any, ...]]:
    cases = Application.objects.select_related("unit__place", "edition").in_bulk([r.case for r in found.rows])
    rows: list[tuple[Any, ...]] = []
    for row in found.rows:
        case = cases[row.case]
        within = cut is not None and row.rank is not None and row.rank <= cut
        rows.append(
            (
                row.rank,
                case.project_name,
                variant_name(case.edition.pack, case.variant),
                case.unit.name,
                case.unit.place.name,
                case.number,
                row.total,
                row.marks,
                _decimal(row.low),
                _decimal(row.high),
                row.scored,
                row.assigned,
                "是" if row.vetoed else "",
                row.panel.reason if row.panel else "",
                "入围" if within else "",
            )
        )
    return rows


def _decimal(value: Decimal | None) -> Decimal | None:
    return value.normalize() if value is not None and value == value.to_integral_value() else value
