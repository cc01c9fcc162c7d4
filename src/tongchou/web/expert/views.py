"""An expert's duties and the score sheet. Nothing here reads another expert's marks."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.documents import pdf
from tongchou.documents.forms import application_form, blind_form
from tongchou.orgs.scopes import Role
from tongchou.programmes.pack_format import Rubric
from tongchou.reviews import access, queries, scoring, veil
from tongchou.reviews.duties import declare_conflict, score
from tongchou.reviews.models import Assignment
from tongchou.web.authority.pool import act, place_options, profile_context
from tongchou.web.authority.words import task_title
from tongchou.web.cases import variant_name
from tongchou.web.expert.reading import DutyReading, case_number, shown_name
from tongchou.web.files import send_made
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table


def _require_expert(request: Request) -> None:
    """Experts, and whoever still has duties: a former expert may look at what he submitted."""
    if request.actor.authorities_as(Role.EXPERT):
        return
    if queries.duties(request.person).exists():
        return
    raise refuse(
        "role",
        _("这里是专家的评审工作区，您的账号没有专家角色。"),
        remedy=_("如应参加评审，请联系组织评审的主管部门。"),
    )


def _state(duty: Assignment) -> tuple[str, str]:
    if duty.conflict:
        return _("已回避"), "quiet"
    if duty.superseded:
        return _("已有新版本"), "quiet"
    if duty.submitted_at:
        return _("已提交"), "good"
    return (_("评分中"), "wait") if duty.marks else (_("待评分"), "warn")


@screen
def duties(request: Request) -> HttpResponseBase:
    """One's own duties, open ones first."""
    _require_expert(request)
    rows = queries.duties(request.person)
    open_count = rows.filter(submitted_at=None, conflict="").count()
    table = Table(
        [
            Column(
                _("项目"),
                shown_name,
                link=lambda d: reverse("expert:sheet", args=[d.pk]),
                note=lambda d: "" if shown_name(d) == case_number(d) else case_number(d),
            ),
            Column(
                _("任务"),
                lambda d: task_title(d.application.task),
                note=lambda d: variant_name(d.application.edition.pack, d.application.variant),
            ),
            Column(_("分配日期"), "assigned_at", kind="day"),
            Column(_("我的评分"), "total", kind="number"),
            Column(_("状态"), lambda d: _state(d)[0]),
        ],
        page_of(request, rows.defer("revision__answers")),
        caption=_("评审任务"),
        empty=Empty(_("没有评审任务"), _("主管部门分配任务后，会在这里和消息中通知您。")),
        marked=lambda d: "" if d.submitted_at or d.conflict else "tc-unread",
    )
    return render(request, "expert/duties.html", {"table": table, "open_count": open_count})


def _duty(request: Request, pk: int) -> Assignment:
    return get_object_or_404(
        Assignment.objects.filter(expert=request.person).select_related(
            "application__edition",
            "application__task",
            "application__round__programme",
            "application__unit__place",
            "revision",
        ),
        pk=pk,
    )


@screen
def form_pdf(request: Request, pk: int) -> HttpResponseBase:
    """The declaration as it was assigned, to read beside the sheet; blind it does not say who declares."""
    _require_expert(request)
    duty = _duty(request, pk)
    if duty.conflict or duty.superseded:
        raise Http404
    blind = veil.is_blind(duty)
    made = pdf.application_form(blind_form(duty) if blind else application_form(duty.revision))
    return send_made(made, f"{case_number(duty)}.pdf")


@screen
def me(request: Request) -> HttpResponseBase:
    """One's own profile: what assigning and keeping off go by."""
    if not request.actor.authorities_as(Role.EXPERT):
        raise refuse(
            "role",
            _("这里是专家的个人信息，您的账号没有专家角色。"),
            remedy=_("如应参加评审，请联系组织评审的主管部门。"),
        )
    if request.method == "POST":
        return act(request, request.person, "expert:me")
    return render(request, "expert/me.html", profile_context(request, request.person, place_options()))


@screen
def sheet(request: Request, pk: int) -> HttpResponseBase:
    """The declaration as it was assigned, and the marks beside it."""
    _require_expert(request)
    duty = _duty(request, pk)
    rubric = scoring.rubric_for(duty.application.edition.pack, duty.application.variant)
    if rubric is None:
        raise Http404
    if request.method == "POST":
        return _act(request, duty, rubric)
    posted = request.POST if request.refusal and request.POST.get("do") != "conflict" else None
    may = access.may_score(request.actor, duty)
    reading = DutyReading(duty)
    return render(
        request,
        "expert/sheet.html",
        {
            "duty": duty,
            "application": duty.application,
            "name": reading.name,
            "rubric": rubric,
            "variant": variant_name(duty.application.edition.pack, duty.application.variant),
            "criteria": _groups(rubric, duty, posted),
            "vetoes": _vetoes(rubric, duty, posted),
            "comment": posted.get("comment", "") if posted else duty.comment,
            "sections": reading.views() if not duty.conflict else [],
            "materials": reading.groups() if not duty.conflict else [],
            "blind": reading.blind,
            "number": reading.number,
            "may": may,
            "state": _state(duty),
        },
    )


def _act(request: Request, duty: Assignment, rubric: Rubric) -> HttpResponseBase:
    post = request.POST
    match post.get("do"):
        case "save" | "submit":
            submit = post["do"] == "submit"
            as_one_goes = request.headers.get("Accept") == "application/json"
            saved = score(
                duty,
                by=request.person,
                marks=_marks(rubric, post),
                vetoes=_posted_vetoes(rubric, post, unfinished=as_one_goes),
                comment=post.get("comment", ""),
                notes={c.code: post.get(f"note-{c.code}", "") for c in rubric.criteria},
                submit=submit,
            )
            if as_one_goes:
                at = clock.now().astimezone(clock.SHANGHAI)
                words = _("已自动保存 %(time)s") % {"time": f"{at:%H:%M:%S}"}
                return JsonResponse({"saved": words, "marked": len(saved.marks)})
            messages.success(request, _("评分已提交。") if submit else _("已保存，可以稍后继续。"))
            return redirect("expert:duties") if submit else redirect("expert:sheet", duty.pk)
        case "conflict":
            declare_conflict(duty, by=request.person, reason=post.get("reason", ""))
            messages.success(request, _("已声明回避，这项任务不再由您评审。"))
            return redirect("expert:duties")
    raise Http404


def _marks(rubric: Rubric, post: QueryDict) -> dict[str, float]:
    """The marks typed; empty ones are left out, anything that is no number is refused by name."""
    marks: dict[str, float] = {}
    for criterion in rubric.criteria:
        typed = post.get(f"mark-{criterion.code}", "").strip()
        if not typed:
            continue
        try:
            marks[criterion.code] = float(typed)
        except ValueError:
            raise refuse(
                "form",
                _("评分有误。"),
                fields={criterion.code: _("“%(name)s”应填数字") % {"name": criterion.name}},
            ) from None
    return marks


def _posted_vetoes(rubric: Rubric, post: QueryDict, *, unfinished: bool) -> dict[str, str]:
    """The vetoes ticked, each with its reason and page in one text; while one goes an ``unfinished`` one waits unsaved."""
    found = {}
    for veto in rubric.vetoes:
        if not post.get(f"veto-{veto.code}"):
            continue
        reason, page = post.get(f"reason-{veto.code}", "").strip(), post.get(f"page-{veto.code}", "").strip()
        if unfinished and not (reason and page):
            continue
        if not reason or not page:
            raise refuse(
                "form",
                _("一票否决必须写明理由和所在页码。"),
                fields={veto.code: _("请填写理由和页码")},
            )
        found[veto.code] = f"{reason}（第 {page[:20]} 页）"
    return found


def _groups(rubric: Rubric, duty: Assignment, posted: QueryDict | None) -> list[tuple[str, list[Any]]]:
    """The criteria by first-level group with the mark and the remark to show."""
    rows = [
        (
            c,
            posted.get(f"mark-{c.code}", "") if posted is not None else duty.marks.get(c.code, ""),
            posted.get(f"note-{c.code}", "") if posted is not None else duty.notes.get(c.code, ""),
        )
        for c in rubric.criteria
    ]
    return [(name, list(group)) for name, group in groupby(rows, key=lambda row: row[0].group)]


def _vetoes(rubric: Rubric, duty: Assignment, posted: QueryDict | None) -> list[dict[str, Any]]:
    found = []
    for veto in rubric.vetoes:
        stored = duty.vetoes.get(veto.code, "")
        reason, _open, rest = stored.rpartition("（第 ")
        row = {
            "veto": veto,
            "on": bool(stored),
            "reason": reason,
            "page": rest.removesuffix(" 页）"),
            "stored": stored,
        }
        if posted is not None:
            row |= {
                "on": bool(posted.get(f"veto-{veto.code}")),
                "reason": posted.get(f"reason-{veto.code}", ""),
                "page": posted.get(f"page-{veto.code}", ""),
            }
        found.append(row)
    return found
