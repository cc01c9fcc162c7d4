"""The queue: what waits for the authority, or every case it may see; decided in bulk by the same single action."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.applications.steps import find
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.orgs.queries import experts, officers
from tongchou.reviews import queries
from tongchou.reviews.handling import with_holder
from tongchou.web import saved_views
from tongchou.web.authority import bulk, deciding, exporting
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.case_filters import StepDays, choose
from tongchou.web.authority.words import task_title
from tongchou.web.cases import step_name, variant_name
from tongchou.web.paging import COUNT_TO, page_of
from tongchou.web.screens import Request, screen
from tongchou.web.show import thousands
from tongchou.web.tables import Column, Empty, Table

S = Application.State


@screen
def queue(request: Request, *, everything: bool = False) -> HttpResponseBase:
    """Cases waiting here, or (``everything``) all submitted cases of the subtree."""
    authority = acting_for(request)
    screen_name = "cases.all" if everything else "cases.queue"
    if done := saved_views.opened(request, screen_name):
        return done
    chosen = choose(
        request, authority, _rows(request, authority, everything=everything), everything=everything
    )
    if request.method == "POST":
        if request.POST.get("do") == "export":
            return exporting.export(request, authority, chosen, everything=everything)
        return bulk.decide_many(request, authority, chosen.rows, everything=everything)
    page = page_of(request, chosen.rows, count=chosen.count)
    leads = authority.department == Authority.Department.EDUCATION
    kinds = {find(row.edition.pack, row.step).kind for row in page.rows if not everything}
    return render(
        request,
        "authority/queue.html",
        {
            "authority": authority,
            "everything": everything,
            "filters": chosen.filters,
            "views": saved_views.read(request, screen_name, chosen.filters),
            "table": _table(page, authority, everything=everything),
            "results": deciding.kept_results(request),
            "runs": bulk.under_way(authority, request.person),
            "may_recommend": leads and "recommend" in kinds,
            "may_designate": leads and "designate" in kinds,
            "may_sign": bool(kinds) and not leads,
            "bulk": bool(page.rows),
            "count": min(page.count, COUNT_TO),
            "more": page.more_than_counted,
            "experts": experts(authority) if kinds and leads else [],
            "colleagues": officers(authority) if kinds and leads else [],
            "fields": exporting.offered(authority, chosen.filters) if page.rows else [],
        },
    )


def _rows(request: Request, authority: Authority, *, everything: bool) -> QuerySet[Application]:
    if everything:
        return queries.cases(request.actor).filter(scope_path__startswith=authority.place.path)
    return with_holder(queries.queue(authority, request.actor))


def place_names(authority: Authority, paths: set[str]) -> dict[str, str]:
    """The places of cases, each named by its part directly below the authority's own place."""
    depth = len(authority.place.path.strip("/").split("/"))
    codes = {path: (path.strip("/").split("/")[depth:] or [""])[0] for path in paths}
    names = dict(Jurisdiction.objects.filter(code__in=set(codes.values())).values_list("code", "short_name"))
    return {path: names.get(code, authority.place.short_name) for path, code in codes.items()}


def marks(row: Any) -> str:
    """Mean, spread and how many of a case's experts are in."""
    if not row.experts:
        return "—"
    if row.mean_mark is None:
        return f"0/{row.experts}"
    return f"{thousands(row.mean_mark, 2)}{_('（')}{row.scored}/{row.experts}{_('）')}"


def _marks_note(row: Any) -> str:
    parts = []
    if row.scored and row.scored > 1:
        parts.append(_("极差 %(n)s") % {"n": thousands(row.high_mark - row.low_mark, 2)})
    if row.vetoes:
        parts.append(_("%(n)s 位专家一票否决") % {"n": row.vetoes})
    return " · ".join(parts)


def last_day_of(row: Application, days: StepDays) -> date | None:
    """By when a case is due: again with its unit, or at the authority's own step."""
    if row.state == S.RETURNED:
        return row.returned_due
    if row.state != S.IN_REVIEW:
        return None
    row.edition.task = row.task
    closing = days.closing(row.edition, row.step, row.variant, row.round.year)
    return closing.last if closing else None


def _table(page: Any, authority: Authority, *, everything: bool) -> Table:
    places = place_names(authority, {row.place_path for row in page.rows})
    days = StepDays(authority)
    last = {row.pk: last_day_of(row, days) for row in page.rows}
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
        Column(
            _("环节"),
            lambda row: step_name(row.edition.pack, row.step),
            note=lambda row: getattr(row, "holder_name", None) or "",
        ),
    ]
    if everything:
        columns.append(Column(_("状态"), lambda row: row, kind="badge"))
    else:
        columns.append(Column(_("排序"), "rank", kind="number"))
    if any(row.experts for row in page.rows):
        columns.append(Column(_("专家均分"), marks, note=_marks_note))
    columns.append(Column(_("提交日期"), "submitted_at", kind="day"))
    if any(last.values()):
        columns.append(Column(_("期限"), lambda row: last[row.pk], kind="due"))
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
        select=lambda row: row.pk,
        form="bulk",
    )
