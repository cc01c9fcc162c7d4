"""Public notices: what is intended to be designated, by name of unit and project, and how to object."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.designations import notice_queries
from tongchou.designations.models import Level
from tongchou.designations.notice_models import Notice, NoticedCase
from tongchou.orgs.queries import units_called
from tongchou.programmes.models import Task
from tongchou.web.cases import variant_name
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, public, screen
from tongchou.web.tables import Column, Empty, Table
from tongchou.web.templatetags.tongchou import in_full, named

S = Application.State


@public
@screen
def notices(request: Request) -> HttpResponse:
    """The notices that were put up, latest first."""
    filters = Filters(
        request,
        Filter("q", _("标题"), kind="search"),
        Filter("task", _("重点任务"), choices=[(str(t.pk), named(t)) for t in Task.objects.all()]),
    )
    rows = notice_queries.public_notices()
    if filters["q"]:
        rows = rows.filter(title__icontains=filters["q"])
    if filters["task"]:
        rows = rows.filter(task=int(filters["task"]))
    table = Table(
        [
            Column(
                _("公示"),
                "title",
                link=lambda n: reverse("public:notice", args=[n.pk]),
                note=lambda n: n.authority.name,
            ),
            Column(_("重点任务"), lambda n: named(n.task), note=lambda n: n.round.name),
            Column(_("拟认定级别"), lambda n: _(Level(n.level).label)),
            Column(_("项目数"), "count", kind="number"),
            Column(_("发布日期"), "opens_at", kind="day"),
            Column(_("状态"), lambda n: n, kind="badge"),
        ],
        page_of(request, rows),
        caption=_("公示"),
        empty=Empty(_("没有公示"), _("拟认定的名单公示时在这里发布，公示期内可以实名提出异议。")),
    )
    return render(request, "public/notices.html", {"table": table, "filters": filters})


@public
@screen
def notice(request: Request, pk: int) -> HttpResponse:
    """One notice with its cases; while it is open, each leads to objecting."""
    found = get_object_or_404(notice_queries.public_notices(), pk=pk)
    filters = Filters(request, Filter("q", _("单位或项目名称"), kind="search"))
    rows = notice_queries.on_notice(found)
    if filters["q"]:
        rows = rows.filter(application__project_name__icontains=filters["q"]) | rows.filter(
            application__unit__in=units_called(filters["q"])
        )
    is_open = found.state == Notice.State.OPEN

    def objecting(entry: NoticedCase) -> str | None:
        standing = is_open and entry.removed_at is None
        return reverse("public:object", args=[found.pk, entry.pk]) if standing else None

    table = Table(
        [
            Column(_("项目名称"), "application.project_name"),
            Column(_("建设单位"), "application.unit.name", note=lambda c: in_full(c.application.unit.place)),
            Column(
                _("类别"), lambda c: variant_name(c.application.edition.pack, c.application.variant) or "—"
            ),
            Column(
                _("异议") if is_open else _("情况"),
                lambda c: _("提出异议") if objecting(c) else _word(c),
                link=objecting,
            ),
        ],
        page_of(request, rows),
        caption=found.title,
        empty=Empty(_("名单中没有符合条件的项目"), _("请核对单位全称或项目名称。")),
    )
    return render(
        request,
        "public/notice.html",
        {"notice": found, "level": Level(found.level).label, "table": table, "filters": filters},
    )


def _word(entry: NoticedCase) -> str:
    """What everybody may know of a case after its notice: only that it left the list."""
    out = entry.removed_at is not None or entry.application.state in {S.RETURNED, S.DECLINED, S.DRAFT}
    return _("已撤出公示") if out else "—"
