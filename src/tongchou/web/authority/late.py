"""What is not handed in below an authority, and chasing 催办 it: what is ticked, or everything that the filters leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.applications.models import Application
from tongchou.applications.reminders import DECLARE, last_day, running_extensions
from tongchou.core import clock
from tongchou.monitoring import chasing, late
from tongchou.monitoring.chaseable import Thing, Unbegun, key_of
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.programmes.deadlines import Deadlines
from tongchou.programmes.models import Round, Task
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import editions_at, place_choices, task_choices
from tongchou.web.authority.report_columns import performance_columns, periodic_columns
from tongchou.web.authority.words import task_title
from tongchou.web.cases import variant_name
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table

SHOWN_LEFT_OUT = 20


@dataclass(frozen=True)
class Part:
    """One list: what it reads, by which path of a row tasks are filtered, where names are searched, its columns."""

    label: str
    rows: Callable[[str], QuerySet[Any]]
    task: str
    search: tuple[str, ...]
    columns: Callable[[], list[Column]]


def _draft_columns() -> list[Column]:
    deadlines, extensions = Deadlines.read(DECLARE), running_extensions()

    def last(row: Application) -> date | None:
        return last_day(row, deadlines, extensions)[0]

    return [
        Column(_("单位"), "unit__name", note=lambda a: a.number),
        Column(
            _("任务"), lambda a: task_title(a.task), note=lambda a: variant_name(a.edition.pack, a.variant)
        ),
        Column(_("批次"), "round__name"),
        Column(_("开始填报"), "begun_at", kind="day"),
        Column(_("截止日"), last, kind="day"),
        Column(_("期限"), last, kind="due"),
    ]


def _returned_columns() -> list[Column]:
    return [
        Column(
            _("项目"),
            lambda a: a.project_name or a.number,
            link=lambda a: reverse("authority:case", args=[a.pk]),
            note=lambda a: a.number,
        ),
        Column(_("单位"), "unit__name"),
        Column(_("任务"), lambda a: task_title(a.task)),
        Column(_("修改期限"), "returned_due", kind="day"),
        Column(_("期限"), "returned_due", kind="due"),
    ]


def _performance_columns() -> list[Column]:
    return [
        *performance_columns(),
        Column(_("期限"), "last_day", kind="due"),
        Column(_("状态"), lambda r: r, kind="badge"),
    ]


def _periodic_columns() -> list[Column]:
    return [*periodic_columns(), Column(_("期限"), "due", kind="due")]


def _unit_columns() -> list[Column]:
    return [
        Column(
            _("单位"), "name", link=lambda u: reverse("authority:unit", args=[u.pk]), note=lambda u: u.uscc
        ),
        Column(_("类型"), lambda u: _(u.get_kind_display())),
        Column(_("所在地"), "place__name"),
    ]


UNBEGUN = "unbegun"
PARTS: dict[str, Part] = {
    "drafts": Part(
        gettext_noop("未提交的草稿"), late.drafts, "task", ("unit__name", "number"), _draft_columns
    ),
    "returned": Part(
        gettext_noop("退回未重新提交"),
        late.returned,
        "task",
        ("unit__name", "number", "project_name"),
        _returned_columns,
    ),
    "performance": Part(
        gettext_noop("绩效填报未报送"),
        late.performance,
        "period__task",
        ("unit__name", "application__project_name"),
        _performance_columns,
    ),
    "periodic": Part(
        gettext_noop("报告未报送"),
        late.periodic,
        "task",
        ("unit__name", "authority__name", "name"),
        _periodic_columns,
    ),
}


@dataclass
class _Look:
    """What a request looks at: the filters, the rows they leave, and what of each row is chased."""

    part: str
    filters: Filters
    rows: QuerySet[Any]
    columns: list[Column]
    task: Task | None = None
    round: Round | None = None

    def thing(self, row: Any) -> Thing:
        if self.part == UNBEGUN and self.task and self.round:
            return Unbegun(row, self.task, self.round)
        thing: Thing = row
        return thing


@screen
def late_ones(request: Request) -> HttpResponseBase:
    """One of the lists of what is not handed in, with how often each was chased; and chasing."""
    authority = acting_for(request)
    part = request.GET.get("part", UNBEGUN)
    if part != UNBEGUN and part not in PARTS:
        raise Http404
    look = _unbegun(request, authority) if part == UNBEGUN else _listed(request, authority, part)
    if request.method == "POST":
        return _chase(request, look)
    page = page_of(request, look.rows)
    standings = chasing.standings([look.thing(row) for row in page.rows])
    column = Column(_("催办"), lambda row: str(standings.get(key_of(look.thing(row))) or "—"))
    table = Table(
        [*look.columns, column],
        page,
        caption=_(PARTS[part].label) if part in PARTS else _("未开始申报的单位"),
        empty=Empty(_("没有要催办的"), _("这里列出应办而未办的；换一项任务或地区看看。")),
        select=lambda row: row.pk,
        form="bulk",
    )
    tabs = [(UNBEGUN, _("未开始申报"))] + [(code, _(p.label)) for code, p in PARTS.items()]
    return render(
        request,
        "authority/late.html",
        {
            "authority": authority,
            "part": part,
            "tabs": tabs,
            "filters": look.filters,
            "table": table,
            "count": page.count,
            "round": look.round,
            "longest": chasing.LONGEST_TEXT,
            "most": chasing.MOST_AT_ONCE,
        },
    )


def _listed(request: Request, authority: Authority, code: str) -> _Look:
    part = PARTS[code]
    filters = Filters(
        request,
        Filter("q", _("单位、项目或编号"), kind="search"),
        Filter("task", _("重点任务"), choices=task_choices()),
        Filter("place", _("地区"), choices=place_choices(authority)),
        keep=["part"],
    )
    rows = _placed(part.rows(authority.place.path), filters)
    if filters["task"]:
        rows = rows.filter(**{part.task: filters["task"]})
    return _Look(code, filters, _named(rows, filters["q"], part.search), part.columns())


def _unbegun(request: Request, authority: Authority) -> _Look:
    """The units that may lead a task and have not begun it in the latest round that has begun."""
    editions = editions_at(authority)
    first = str(editions[0].task_id) if editions else ""
    filters = Filters(
        request,
        Filter(
            "task",
            _("重点任务"),
            choices=[(str(e.task_id), task_title(e.task)) for e in editions],
            value=first,
            required=True,
        ),
        Filter("q", _("名称或信用代码"), kind="search"),
        Filter("place", _("地区"), choices=place_choices(authority)),
        keep=["part"],
    )
    edition = next((e for e in editions if str(e.task_id) == filters["task"]), None)
    if edition is None:
        raise Http404
    rounds = Round.objects.filter(programme=edition.task.programme_id, year__lte=clock.today().year)
    round_ = rounds.order_by("-year").first()
    if round_ is None:
        raise Http404
    kinds = {kind for variant in edition.pack.variants for kind in variant.leads}
    rows = _placed(late.unbegun(authority.place.path, edition.task, round_, kinds), filters)
    rows = _named(rows, filters["q"], ("name", "uscc"))
    return _Look(UNBEGUN, filters, rows, _unit_columns(), edition.task, round_)


def _placed(rows: QuerySet[Any], filters: Filters) -> QuerySet[Any]:
    if not filters["place"]:
        return rows
    return rows.filter(place_path__startswith=Jurisdiction.objects.get(code=filters["place"]).path)


def _named(rows: QuerySet[Any], words: str, paths: Sequence[str]) -> QuerySet[Any]:
    for word in words.split():
        found = Q(pk=None)
        for path in paths:
            found |= Q(**{f"{path}__icontains": word})
        rows = rows.filter(found)
    return rows


def _chase(request: Request, look: _Look) -> HttpResponseBase:
    rows = look.rows
    match request.POST.get("do"):
        case "chase":
            rows = rows.filter(pk__in=[int(pk) for pk in request.POST.getlist("rows") if pk.isdecimal()])
        case "chase_all":
            rows = rows[: chasing.MOST_AT_ONCE + 1]
        case _other:
            raise Http404
    things = [look.thing(row) for row in rows]
    done = chasing.chase(things, by=request.person, text=request.POST.get("text", ""))
    messages.success(request, _("已催办 %(n)s 项，对方即时收到消息和邮件。") % {"n": done.count})
    if done.left_out:
        said = [denied.reason for _name, denied in done.left_out[:SHOWN_LEFT_OUT]]
        more = _("等 %(n)s 项") % {"n": len(done.left_out)} if len(done.left_out) > len(said) else ""
        messages.warning(request, _("没有催办的：%(said)s%(more)s") % {"said": "　".join(said), "more": more})
    return redirect(request.get_full_path())
