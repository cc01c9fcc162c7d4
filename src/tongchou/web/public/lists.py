"""What was published: designation lists, bulletins, open reports; and whether a project is designated."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.designations import history
from tongchou.designations import queries as designation_queries
from tongchou.designations.models import DesignationList, Level
from tongchou.documents import excel, list_papers
from tongchou.documents.lists import designation_list
from tongchou.documents.official import pdf as official_pdf
from tongchou.documents.official import word as official_word
from tongchou.monitoring.models import PeriodicReport
from tongchou.orgs import queries
from tongchou.programmes.models import Task
from tongchou.web import show
from tongchou.web.files import MEDIA, send, send_made
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, public, screen
from tongchou.web.tables import Column, Empty, Table
from tongchou.web.templatetags.tongchou import in_full, named


def _tasks() -> list[tuple[str, str]]:
    return [(str(t.pk), named(t)) for t in Task.objects.all()]


@public
@screen
def lists(request: Request) -> HttpResponse:
    """Published designation lists."""
    filters = Filters(
        request,
        Filter("q", _("标题或文号"), kind="search"),
        Filter("task", _("重点任务"), choices=_tasks()),
        Filter("level", _("认定级别"), choices=Level.choices),
    )
    rows = DesignationList.objects.select_related("authority", "task", "round").annotate(
        count=Count("designations", filter=Q(designations__revoked_on=None))
    )
    if filters["q"]:
        rows = rows.filter(Q(title__icontains=filters["q"]) | Q(document_number__icontains=filters["q"]))
    if filters["task"]:
        rows = rows.filter(task=int(filters["task"]))
    if filters["level"]:
        rows = rows.filter(level=filters["level"])
    table = Table(
        [
            Column(
                _("名单"),
                "title",
                link=lambda r: reverse("public:list", args=[r.pk]),
                note=lambda r: r.document_number,
            ),
            Column(_("重点任务"), lambda r: named(r.task)),
            Column(_("认定级别"), lambda r: _(r.get_level_display())),
            Column(_("发布机构"), "authority.name"),
            Column(_("项目数"), "count", kind="number"),
            Column(_("发布日期"), "published_on", kind="day"),
        ],
        page_of(request, rows),
        caption=_("认定名单"),
        empty=Empty(_("没有符合条件的名单"), _("名单在认定并发文后公布；可放宽筛选条件再查。")),
    )
    return render(request, "public/lists.html", {"table": table, "filters": filters})


@public
@screen
def one_list(request: Request, pk: int) -> HttpResponse:
    """One published list, with search."""
    found = get_object_or_404(DesignationList.objects.select_related("authority", "task", "round"), pk=pk)
    filters = Filters(request, Filter("q", _("单位或项目名称"), kind="search"))
    rows = found.designations.select_related("application", "unit__place__parent").order_by(
        "place_path", "id"
    )
    if filters["q"]:
        rows = rows.filter(
            Q(unit__in=queries.units_called(filters["q"]))
            | Q(application__project_name__icontains=filters["q"])
            | Q(application__number__icontains=filters["q"])
            | Q(certificate=filters["q"])
        )
    page = page_of(request, rows)
    called = queries.names_on([d.unit for d in page.rows], found.published_on)
    projects = designation_queries.names_on([d.application for d in page.rows], found.published_on)
    table = Table(
        [
            Column(
                _("证书编号"),
                lambda d: d.certificate or "—",
                link=lambda d: f"{reverse('public:check')}?number={d.certificate or d.application.number}",
                note=lambda d: d.application.number,
            ),
            Column(_("项目名称"), lambda d: projects[d.application_id]),
            Column(_("建设单位"), lambda d: called[d.unit_id], note=lambda d: in_full(d.unit.place)),
            Column(_("认定时间"), "since", kind="day"),
            Column(_("状态"), lambda d: _(d.standing.label)),
        ],
        page,
        caption=found.title,
        empty=Empty(_("名单中没有符合条件的项目"), _("请核对单位全称或项目名称。")),
    )
    return render(request, "public/list.html", {"list": found, "table": table, "filters": filters})


@public
@screen
def list_file(request: Request, pk: int, form: str) -> HttpResponse:
    """A published list as Word, PDF or Excel, made from the rows as they stand."""
    found = get_object_or_404(DesignationList, pk=pk)
    listed = designation_list(found)
    match form:
        case "docx":
            made = official_word.made(list_papers.paper(listed))
        case "pdf":
            made = official_pdf.made(list_papers.paper(listed))
        case "xlsx":
            made = excel.designation_list(listed)
        case _:
            raise Http404
    return send_made(made, f"{found.title}.{form}", MEDIA[form])


@public
@screen
def check(request: Request) -> HttpResponse:
    """What the number of a certificate (or of a case) stands for: levels and documents, and whether they hold today."""
    number = request.GET.get("number", "").strip()[:80]
    project = designation_queries.published(number)
    held = [level for level in history.levels(project) if level.document] if project else []
    return render(
        request,
        "public/check.html",
        {
            "number": number,
            "project": project,
            "asked": next((level for level in held if level.certificate == number), None),
            "held": held,
            "milestones": history.milestones(project, held, public=True) if project else [],
        },
    )


@public
@screen
def reports(request: Request) -> HttpResponse:
    """Reports that the guides ask units to publish."""
    filters = Filters(
        request, Filter("q", _("单位名称"), kind="search"), Filter("task", _("重点任务"), choices=_tasks())
    )
    rows = PeriodicReport.objects.filter(public=True, state="submitted").select_related(
        "unit", "authority", "task"
    )
    if filters["q"]:
        rows = rows.filter(
            Q(unit__in=queries.units_called(filters["q"])) | Q(authority__name__icontains=filters["q"])
        )
    if filters["task"]:
        rows = rows.filter(task=int(filters["task"]))
    table = Table(
        [
            Column(_("报告"), "name", link=lambda r: reverse("public:report", args=[r.pk])),
            Column(_("年度"), lambda r: str(r.year)),
            Column(_("单位"), lambda r: r.unit or r.authority),
            Column(_("公布时间"), "submitted_at", kind="day"),
        ],
        page_of(request, rows.order_by("-submitted_at", "-id").defer("text")),
        caption=_("公开报告"),
        empty=Empty(_("还没有公开的报告"), _("按建设指南应当公开的年度计划和报告，报送后在此公布。")),
    )
    return render(request, "public/reports.html", {"table": table, "filters": filters})


@public
@screen
def report_file(request: Request, pk: int) -> FileResponse:
    found = get_object_or_404(
        PeriodicReport.objects.select_related("file"), pk=pk, public=True, state="submitted"
    )
    if found.file is None:
        raise Http404
    return send(found.file, found.file_name or f"{found.name} {show.day(found.submitted_at)}.pdf")
