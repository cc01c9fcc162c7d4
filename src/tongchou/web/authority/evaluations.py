"""Evaluations: how far each has come, opening one, its projects with their marks, and concluding many at once."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.documents import evaluation_book
from tongchou.monitoring import (
    concluding,
    evaluation_access,
    evaluation_queries,
    grading,
    opening_evaluations,
    schemes,
)
from tongchou.monitoring.evaluation_models import Assessment, Evaluation, LevelScore, Rectification
from tongchou.monitoring.evaluation_queries import Row
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.orgs.queries import units_called
from tongchou.web.authority import deciding
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import place_choices, task_choices
from tongchou.web.authority.monitoring import years
from tongchou.web.authority.words import task_title
from tongchou.web.files import EXCEL, send_made
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.show import thousands
from tongchou.web.tables import Column, Empty, Table

A = Assessment.State
MOST_EXPORTED = 50_000


# ---------------------------------------------------------------- all of them


@screen
def evaluations(request: Request) -> HttpResponseBase:
    """The evaluations that concern the authority, with how many of each level's marks are in; opening one."""
    authority = acting_for(request)
    offers = [o for o in schemes.offered(authority) if o.level == authority.place.level]
    if request.method == "POST":
        return _open(request, authority, offers)
    filters = Filters(
        request,
        Filter("year", _("年度"), choices=years()),
        Filter("task", _("重点任务"), choices=task_choices()),
        Filter("kind", _("类型"), choices=Evaluation.Kind.choices),
    )
    rows = evaluation_queries.evaluations(authority)
    for name, column in (("year", "year"), ("task", "task_id"), ("kind", "kind")):
        if filters[name]:
            rows = rows.filter(**{column: filters[name]})
    page = page_of(request, rows)
    progress = {p.evaluation.pk: p for p in evaluation_queries.progress(page.rows, authority.place.path)}
    return render(
        request,
        "authority/evaluations.html",
        {
            "authority": authority,
            "filters": filters,
            "table": _evaluations_table(page, progress),
            "offers": [(number, o, schemes.asks_self(o.scheme)) for number, o in enumerate(offers)],
            "years": years(),
            "waiting": evaluation_queries.waiting(authority),
        },
    )


def _evaluations_table(page: Any, progress: dict[int, evaluation_queries.Progress]) -> Table:
    def done(count: int, of: int) -> str:
        return f"{thousands(count)}/{thousands(of)}" if of else "—"

    def of_level(level: str) -> Column:
        label = _(LevelScore.Level(level).label)
        return Column(
            label,
            lambda row: done(progress[row.pk].scored.get(level, 0), progress[row.pk].asked.get(level, 0)),
            kind="text",
        )

    levels = [x for x in grading.ORDER[1:] if any(x in p.scored for p in progress.values())]
    return Table(
        [
            Column(
                _("考核评价"),
                str,
                link=lambda row: reverse("authority:evaluation", args=[row.pk]),
                note=lambda row: _("第 %(n)s 次") % {"n": row.batch} if row.batch > 1 else "",
            ),
            Column(_("任务"), lambda row: task_title(row.task)),
            Column(_("组织部门"), "authority__name"),
            Column(_("自评截止"), "self_due", kind="day"),
            Column(_("自评"), lambda row: done(progress[row.pk].self_done, progress[row.pk].expected)),
            *(of_level(level) for level in levels),
            Column(_("结论"), lambda row: done(progress[row.pk].concluded, progress[row.pk].expected)),
            Column(_("整改中"), lambda row: progress[row.pk].rectifying, kind="number"),
        ],
        page,
        caption=_("考核评价"),
        empty=Empty(
            _("还没有考核评价"), _("计划规定了考核评价的任务，可在下面开启；应考核项目在开启时固定。")
        ),
    )


def _open(request: Request, authority: Authority, offers: list[schemes.Offered]) -> HttpResponseBase:
    post = request.POST
    number = post.get("offer", "")
    if not number.isdecimal() or int(number) >= len(offers) or not post.get("year", "").isdecimal():
        raise Http404
    draw = post.get("draw", "").strip()
    opened = opening_evaluations.open_evaluation(
        authority=authority,
        offer=offers[int(number)],
        year=int(post["year"]),
        self_due=day(post, "self_due") or clock.today(),
        draw=int(draw) if draw.isdecimal() else None,
        by=request.person,
    )
    messages.success(request, _("已开启%(name)s。") % {"name": opened})
    return redirect("authority:evaluation", opened.pk)


def day(post: Any, name: str) -> date | None:
    """A posted day; nothing when none was given."""
    if not post.get(name):
        return None
    try:
        return date.fromisoformat(post[name])
    except ValueError:
        raise refuse("form", _("日期有误。"), fields={name: _("请填写日期，例如 2026-11-30")}) from None


# ---------------------------------------------------------------- one of them


@screen
def evaluation(request: Request, pk: int) -> HttpResponseBase:
    """The projects of an evaluation inside the subtree: marks, total, grade, what follows."""
    authority = acting_for(request)
    found = get_object_or_404(evaluation_queries.evaluations(authority), pk=pk)
    inside = evaluation_queries.assessments(request.actor.scope).filter(
        evaluation=found, scope_path__startswith=authority.place.path
    )
    if request.method == "POST":
        return _conclude(request, found, inside)
    scheme = schemes.scheme_of(found)
    filters = _filters(request, authority, found)
    rows = filtered(inside, filters, authority)
    if "export" in request.GET:
        book = evaluation_book.made(found, evaluation_queries.rows(list(rows[:MOST_EXPORTED])))
        return send_made(book, f"{found}.xlsx", EXCEL)
    page = page_of(request, rows)
    page.rows = evaluation_queries.rows(page.rows)
    (progress,) = evaluation_queries.progress([found], authority.place.path)
    by_mark = grading.graded_by_mark(scheme)
    may = evaluation_access.may_conclude(request.actor, found)
    bulk = bool(may) and any(row.assessment.state == A.SCORING for row in page.rows)
    return render(
        request,
        "authority/evaluation.html",
        {
            "authority": authority,
            "evaluation": found,
            "scheme": scheme,
            "progress": progress,
            "levels": _level_counts(progress),
            "filters": filters,
            "table": _table(page, found, selects=bulk, filtered=filters.active),
            "results": deciding.kept_results(request),
            "bulk": bulk,
            "asks_self": schemes.asks_self(scheme),
            "by_mark": by_mark,
            "query": page.query,
        },
    )


def _level_counts(progress: evaluation_queries.Progress) -> list[tuple[str, int, int]]:
    """Of each level above the units, how many it has marked of those that it marks."""
    return [
        (_(LevelScore.Level(level).label), progress.scored.get(level, 0), progress.asked[level])
        for level in grading.ORDER[1:]
        if level in progress.asked
    ]


def _filters(request: Request, authority: Authority, found: Evaluation) -> Filters:
    grades = [(g.code, g.name) for g in schemes.scheme_of(found).grades]
    return Filters(
        request,
        Filter("q", _("项目或单位"), kind="search"),
        Filter("place", _("地区"), choices=place_choices(authority)),
        Filter(
            "state",
            _("状态"),
            choices=[*A.choices, ("late", _("逾期未自评")), ("mine", _("尚缺本级评分"))],
        ),
        Filter("grade", _("等级"), choices=grades),
        Filter("mending", _("整改"), choices=[*Rectification.State.choices, ("overdue", _("逾期未整改"))]),
    )


def filtered(rows: QuerySet[Assessment], filters: Filters, authority: Authority) -> QuerySet[Assessment]:
    """The assessments that the filter bar asks for."""
    for word in filters["q"].split():
        rows = rows.filter(
            Q(application__project_name__icontains=word)
            | Q(application__number__icontains=word)
            | Q(unit__in=units_called(word))
        )
    if filters["place"]:
        rows = rows.filter(place_path__startswith=Jurisdiction.objects.get(code=filters["place"]).path)
    match filters["state"]:
        case "":
            pass
        case "late":
            rows = evaluation_queries.self_overdue(rows)
        case "mine":
            rows = evaluation_queries.waiting_for(rows, authority.place.level)
        case state:
            rows = rows.filter(state=state)
    if filters["grade"]:
        rows = evaluation_queries.graded(rows, filters["grade"])
    if filters["mending"] == "overdue":
        rows = evaluation_queries.mending_overdue(rows)
    elif filters["mending"]:
        rows = evaluation_queries.mending(rows, [filters["mending"]])
    return rows


def _table(page: Any, found: Evaluation, *, selects: bool, filtered: bool) -> Table:
    def of_level(level: str) -> Column:
        return Column(_(LevelScore.Level(level).label), lambda r: r.marks.get(level), kind="number")

    return Table(
        [
            Column(
                _("项目"),
                lambda r: str(r.assessment),
                link=lambda r: reverse("authority:assessment", args=[r.assessment.pk]),
                note=lambda r: r.assessment.application.number,
            ),
            Column(_("单位"), "assessment.unit.name"),
            Column(_("状态"), lambda r: r.assessment, kind="badge", note=_next),
            *(of_level(level) for level in evaluation_queries.marking_levels(found)),
            Column(_("总分"), lambda r: r.conclusion.total if r.conclusion else None, kind="number"),
            Column(_("等级"), lambda r: r.conclusion.grade_name if r.conclusion else "—"),
            Column(_("结果运用"), _follows, note=_mending),
        ],
        page,
        caption=str(found),
        empty=Empty(_("没有符合条件的项目"), _("换一个筛选条件，或清除筛选。"))
        if filtered
        else Empty(_("没有列入这次考核评价的项目"), _("辖区内列入这次考核评价的项目会出现在这里。")),
        select=(lambda r: r.assessment.pk) if selects else None,
        form="bulk",
        marked=lambda r: "tc-row-bad" if r.rectification and r.rectification.is_overdue else "",
    )


def _next(row: Row) -> str:
    if row.next_level:
        return _("待%(level)s") % {"level": evaluation_queries.level_name(row.next_level)}
    return _("待作结论") if row.assessment.state == A.SCORING else ""


def _follows(row: Row) -> str:
    taken = [_(measure.get_does_display()) for measure in row.measures]
    proposed = [_("建议：%(text)s") % {"text": p.consequence.text} for p in row.open_proposals]
    return _("；").join([*taken, *proposed]) or "—"


def _mending(row: Row) -> str:
    if row.rectification is None:
        return ""
    state = _(row.rectification.get_state_display())
    return f"{state} · {row.rectification.due.isoformat()}"


def _conclude(request: Request, found: Evaluation, inside: QuerySet[Assessment]) -> HttpResponse:
    """Conclude the ticked ones, each for itself."""
    wanted = [int(pk) for pk in request.POST.getlist("rows") if pk.isdecimal()]
    if not wanted:
        raise refuse("form", _("没有选择项目。"), remedy=_("请先勾选要作结论的项目。"))
    if len(wanted) > deciding.MOST_AT_ONCE:
        raise refuse(
            "form",
            _("一次最多办理 %(most)s 项。") % {"most": deciding.MOST_AT_ONCE},
            remedy=_("请分批办理。"),
        )
    rows = {a.application_id: a for a in inside.filter(pk__in=wanted)}

    def conclude(application: Any) -> str:
        made = concluding.conclude(
            rows[application.pk],
            by=request.person,
            grade=request.POST.get("grade", ""),
            reason=request.POST.get("reason", ""),
        )
        return _("结论：%(grade)s。") % {"grade": made.grade_name}

    results = deciding.one_by_one([a.application for a in rows.values()], conclude)
    deciding.keep_results(request, results)
    return redirect(request.get_full_path())
