"""Public notices: what could be put on notice, those drafted, open and over, and designating from one that is over."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.core.access import refuse
from tongchou.designations import notice_queries, noticing
from tongchou.designations.models import Level
from tongchou.designations.notice_models import Notice, NoticedCase, Objection
from tongchou.orgs.models import Authority
from tongchou.programmes.models import Round, Task
from tongchou.web.authority import bulk, deciding
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.words import task_title
from tongchou.web.cases import variant_name
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table
from tongchou.web.templatetags.tongchou import in_full


@screen
def notices(request: Request) -> HttpResponseBase:
    """Groups of cases that could be put on notice, and every notice of the authority."""
    authority = acting_for(request)
    if request.method == "POST":
        notice = _draft(request, authority)
        messages.success(request, _("已列入公示草稿，核对名单、补全信息后发布。"))
        return redirect("authority:notice", notice.pk)
    table = Table(
        [
            Column(
                _("公示"),
                lambda n: n.title or _("（草稿）"),
                link=lambda n: reverse("authority:notice", args=[n.pk]),
                note=lambda n: f"{task_title(n.task)} · {n.round.name}",
            ),
            Column(_("级别"), lambda n: _(Level(n.level).label)),
            Column(_("项目数"), "count", kind="number"),
            Column(_("状态"), lambda n: n, kind="badge"),
            Column(_("发布日期"), "opens_at", kind="day"),
            Column(_("截止"), "closes_at", kind="due"),
            Column(_("待答复异议"), "waiting", kind="number"),
        ],
        page_of(request, notice_queries.notices(authority)),
        caption=_("公示"),
        empty=Empty(_("还没有公示"), _("上面列出可以公示的项目；列入草稿、补全信息后发布。")),
    )
    return render(
        request,
        "authority/notices.html",
        {"authority": authority, "groups": notice_queries.to_notice(authority), "table": table},
    )


def _draft(request: Request, authority: Authority) -> Notice:
    post = request.POST
    if not post.get("task", "").isdecimal() or not post.get("round", "").isdecimal():
        raise Http404
    task, of = get_object_or_404(Task, pk=post["task"]), get_object_or_404(Round, pk=post["round"])
    step, variant = post.get("step", ""), post.get("variant", "")
    cases = notice_queries.cases_to_notice(authority, task=task, round=of, step=step, variant=variant)
    return noticing.draft_notice(
        authority, task=task, round=of, step=step, variant=variant, cases=list(cases), by=request.person
    )


@screen
def notice(request: Request, pk: int) -> HttpResponseBase:
    """One notice: its draft to be put up; open, its objections; over, its cases designated in one go."""
    authority = acting_for(request)
    found = get_object_or_404(notice_queries.notices(authority), pk=pk)
    if request.method == "POST":
        return _act(request, found)
    state = found.state
    designated = noticing.designated_after(found).count()
    may_remove = state != Notice.State.WITHDRAWN and found.count > designated  # type: ignore[attr-defined]
    rows = notice_queries.on_notice(found)
    if state == "draft":
        rows = rows.filter(removed_at=None)
    open_on = set(
        Objection.objects.filter(case__notice=found, state__in=Objection.OPEN).values_list("case", flat=True)
    )
    page = page_of(request, rows)
    table = Table(
        [
            Column(
                _("项目"),
                lambda c: c.application.project_name or c.application.number,
                link=lambda c: reverse("authority:case", args=[c.application_id]),
                note=lambda c: c.application.number,
            ),
            Column(_("单位"), "application.unit.name", note=lambda c: in_full(c.application.unit.place)),
            Column(
                _("类别"),
                lambda c: variant_name(c.application.edition.pack, c.application.variant) or "—",
            ),
            Column(_("情况"), lambda c: _standing(c, open_on), note=lambda c: c.removed_reason),
        ],
        page,
        caption=_("公示名单"),
        empty=Empty(_("名单是空的"), _("可以撤销这份草稿，重新列入。")),
        select=(lambda c: c.pk) if may_remove else None,
        form="bulk",
    )
    first = page.rows[0] if page.rows else None
    return render(
        request,
        "authority/notice.html",
        {
            "notice": found,
            "authority": authority,
            "state": state,
            "level": Level(found.level).label,
            "table": table,
            "results": deciding.kept_results(request),
            "may_remove": may_remove,
            "may_withdraw": state != Notice.State.WITHDRAWN and not designated,
            "to_designate": _to_designate(found).count() if state == "ended" else 0,
            "objections": notice_queries.handled(authority).filter(case__notice=found),
            "office": _office(first),
            "posted": request.POST if request.refusal else {},
        },
    )


def _standing(entry: NoticedCase, open_on: set[int]) -> str:
    if entry.removed_at is not None:
        return _("已撤出")
    if entry.pk in open_on:
        return _("有异议待答复")
    case = entry.application
    if case.state == Application.State.IN_REVIEW and case.step == entry.step:
        return _("待认定")
    if case.state in {Application.State.RETURNED, Application.State.DECLINED, Application.State.DRAFT}:
        return _(case.get_state_display())
    return _("已认定")


def _office(entry: NoticedCase | None) -> str:
    """The office that the pack names for questions at this level."""
    if entry is None:
        return ""
    level = entry.notice.authority.place.level
    contacts = entry.application.edition.pack.contacts
    return next((contact.office for contact in contacts if contact.level == level), "")


def _to_designate(found: Notice) -> QuerySet[NoticedCase]:
    return noticing.standing_cases(found).filter(
        application__state=Application.State.IN_REVIEW, application__step=found.step
    )


def _act(request: Request, found: Notice) -> HttpResponseBase:
    post = request.POST
    match post.get("do"):
        case "remove":
            wanted = [int(pk) for pk in post.getlist("rows") if pk.isdecimal()]
            entries = list(found.cases.filter(pk__in=wanted))
            if not entries:
                raise refuse("form", _("没有选择项目。"), remedy=_("请先勾选要移出的项目。"))
            with transaction.atomic():
                for entry in entries:
                    noticing.remove_from_notice(entry, by=request.person, reason=post.get("reason", ""))
            messages.success(request, _("已移出 %(n)s 项。") % {"n": len(entries)})
        case "publish":
            days = post.get("days", "")
            noticing.put_on_notice(
                found,
                by=request.person,
                title=post.get("title", ""),
                days=int(days) if days.isascii() and days.isdigit() else None,
                working=post.get("working") == "yes",
                office=post.get("office", ""),
                how=post.get("how", ""),
            )
            messages.success(request, _("公示已发布，公众可以查看并提出异议。"))
        case "withdraw":
            noticing.withdraw_notice(found, by=request.person, reason=post.get("withdraw_reason", ""))
            messages.success(request, _("公示已撤销。"))
        case "designate":
            cases = [entry.application for entry in _to_designate(found)]
            if len(cases) > deciding.MOST_AT_ONCE:
                numbers = [case.pk for case in cases]
                return bulk.leave_to_worker(request, found.authority, "designate", QueryDict(), numbers)
            act = bulk.act_of("designate", QueryDict(), by=request.person)
            deciding.keep_results(request, deciding.one_by_one(cases, act))
        case _other:
            raise Http404
    return redirect("authority:notice", found.pk)
