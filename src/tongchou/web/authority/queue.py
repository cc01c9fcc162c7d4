"""The queue: what waits for the authority, or every case it may see; decided in bulk by the same single action."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.applications.steps import find
from tongchou.core.access import refuse
from tongchou.orgs import queries as org_queries
from tongchou.orgs.models import Authority, Jurisdiction, Unit
from tongchou.programmes.models import TaskEdition
from tongchou.reviews import queries
from tongchou.web.authority import deciding
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.words import task_title, task_titles
from tongchou.web.cases import step_name, variant_name
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.show import thousands
from tongchou.web.tables import Column, Empty, Table

BELOW = {"nation": "province", "province": "city", "city": "county"}


@screen
def queue(request: Request, *, everything: bool = False) -> HttpResponseBase:
    """Cases waiting here, or (``everything``) all submitted cases of the subtree."""
    authority = acting_for(request)
    if request.method == "POST":
        return _bulk(request, authority)
    editions = editions_at(authority)
    filters = _filters(request, authority, editions, everything=everything)
    rows = _filtered(_rows(request, authority, everything=everything), filters)
    page = page_of(request, rows)
    places = _place_names(authority, page.rows)
    kinds = {find(row.edition.pack, row.step).kind for row in page.rows if not everything}
    return render(
        request,
        "authority/queue.html",
        {
            "authority": authority,
            "everything": everything,
            "filters": filters,
            "table": _table(page, places, everything=everything),
            "results": deciding.kept_results(request),
            "may_recommend": "recommend" in kinds,
            "may_designate": "designate" in kinds,
            "bulk": bool(page.rows) and not everything,
        },
    )


def _rows(request: Request, authority: Authority, *, everything: bool) -> QuerySet[Application]:
    if everything:
        return queries.cases(request.actor).filter(scope_path__startswith=authority.place.path)
    return queries.queue(authority, request.actor)


def editions_at(authority: Authority) -> list[TaskEdition]:
    """The current editions that hold where the authority stands, one a task."""
    codes = authority.place.path.strip("/").split("/")
    rows = TaskEdition.objects.filter(current=True, place_id__in=codes).select_related("task", "place")
    deepest: dict[int, TaskEdition] = {}
    for edition in sorted(rows, key=lambda e: len(e.place.path)):
        deepest[edition.task_id] = edition
    return sorted(deepest.values(), key=lambda e: e.task.number)


def task_choices() -> list[tuple[str, str]]:
    return [(str(pk), title) for pk, title in task_titles().items()]


def place_choices(authority: Authority) -> list[tuple[str, str]]:
    """The places directly below the authority's own, by code."""
    level = BELOW.get(authority.place.level)
    return [(p.code, p.name) for p in org_queries.places(level, authority.place.path)] if level else []


def _filters(
    request: Request, authority: Authority, editions: list[TaskEdition], *, everything: bool
) -> Filters:
    chosen = [e for e in editions if str(e.task_id) == request.GET.get("task", "")] or editions
    variants = {v.code: v.name for e in chosen for v in e.pack.variants if v.code != "main"}
    steps = {s.code: s.name for e in chosen for s in e.pack.steps if s.kind != "score"}
    fields = [
        Filter("q", _("项目、单位或编号"), kind="search"),
        Filter("task", _("重点任务"), choices=task_choices()),
        Filter("variant", _("类别"), choices=variants.items()),
        Filter("kind", _("单位类型"), choices=Unit.Kind.choices),
        Filter("place", _("地区"), choices=place_choices(authority)),
    ]
    if everything:
        fields += [
            Filter("state", _("状态"), choices=[c for c in Application.State.choices if c[0] != "draft"]),
            Filter("step", _("环节"), choices=steps.items()),
        ]
    return Filters(request, *fields)


def _filtered(rows: QuerySet[Application], filters: Filters) -> QuerySet[Application]:
    exact = {
        "task": "task_id",
        "variant": "variant",
        "kind": "unit__kind",
        "state": "state",
        "step": "step",
    }
    names = {f.name for f in filters.fields}
    rows = rows.filter(
        **{field: filters[name] for name, field in exact.items() if name in names and filters[name]}
    )
    if code := filters["place"]:
        rows = rows.filter(place_path__startswith=Jurisdiction.objects.get(code=code).path)
    if words := filters["q"]:
        for word in words.split():
            rows = rows.filter(_matches(word))
    return rows


def _matches(word: str) -> Q:
    return (
        Q(project_name__icontains=word)
        | Q(unit__in=org_queries.units_called(word))
        | Q(number__icontains=word)
    )


def _place_names(authority: Authority, rows: Any) -> dict[str, str]:
    """The place of each row, named by its part directly below the authority's own place."""
    depth = len(authority.place.path.strip("/").split("/"))
    codes = {row.place_path: (row.place_path.strip("/").split("/")[depth:] or [""])[0] for row in rows}
    names = dict(Jurisdiction.objects.filter(code__in=set(codes.values())).values_list("code", "short_name"))
    return {path: names.get(code, authority.place.short_name) for path, code in codes.items()}


def marks(row: Any) -> str:
    """Mean, spread and how many of a case's experts are in."""
    if not row.experts:
        return "—"
    if row.mean_mark is None:
        return f"0/{row.experts}"
    return f"{thousands(row.mean_mark, 2)}（{row.scored}/{row.experts}）"


def _marks_note(row: Any) -> str:
    parts = []
    if row.scored and row.scored > 1:
        parts.append(_("极差 %(n)s") % {"n": thousands(row.high_mark - row.low_mark, 2)})
    if row.vetoes:
        parts.append(_("%(n)s 位专家一票否决") % {"n": row.vetoes})
    return " · ".join(parts)


def _table(page: Any, places: dict[str, str], *, everything: bool) -> Table:
    columns = [
        Column(
            _("项目"),
            lambda row: row.project_name or _("（未填项目名称）"),
            link=lambda row: reverse("authority:case", args=[row.pk]),
            note=lambda row: row.number,
        ),
        Column(_("单位"), "unit__name", note=lambda row: _(row.unit.get_kind_display())),
        *([Column(_("地区"), lambda row: places[row.place_path])] if len(set(places.values())) > 1 else []),
        Column(
            _("任务"),
            lambda row: task_title(row.task),
            note=lambda row: variant_name(row.edition.pack, row.variant),
        ),
        Column(_("环节"), lambda row: step_name(row.edition.pack, row.step)),
    ]
    if everything:
        columns.append(Column(_("状态"), lambda row: row, kind="badge"))
    else:
        columns.append(Column(_("排序"), "rank", kind="number"))
    if any(row.experts for row in page.rows):
        columns.append(Column(_("专家均分"), marks, note=_marks_note))
    columns.append(Column(_("提交日期"), "submitted_at", kind="day"))
    return Table(
        columns,
        page,
        caption=_("全部申报") if everything else _("待办申报"),
        empty=Empty(
            _("没有符合条件的申报"),
            _("换一个筛选条件，或到“全部申报”查看已经办结的。"),
            reverse("authority:queue" if everything else "authority:all"),
            _("查看待办") if everything else _("查看全部申报"),
        ),
        select=None if everything else lambda row: row.pk,
        form="bulk",
    )


def _bulk(request: Request, authority: Authority) -> HttpResponseBase:
    do = request.POST.get("do", "")
    if do not in {"pass", "return"}:
        raise Http404
    wanted = [int(pk) for pk in request.POST.getlist("rows") if pk.isdecimal()]
    if not wanted:
        raise refuse("form", _("没有选择申报。"), remedy=_("请先勾选要办理的申报。"))
    if len(wanted) > deciding.MOST_AT_ONCE:
        raise refuse(
            "form",
            _("一次最多办理 %(most)s 项。") % {"most": deciding.MOST_AT_ONCE},
            remedy=_("请分批办理。"),
        )
    if do == "return":
        deciding.due_day(request.POST)  # a faulty day is refused once, not for each case
    rows = list(queries.queue(authority, request.actor).filter(pk__in=wanted))
    results = deciding.one_by_one(
        rows, lambda row: deciding.decide(row, do, by=request.person, post=request.POST)
    )
    deciding.keep_results(request, results)
    return redirect(request.get_full_path())
