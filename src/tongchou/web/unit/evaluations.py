"""A unit's evaluations: what is due, its self-evaluation, its conclusion, and what it has to mend."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core.access import refuse
from tongchou.core.scope import Scope
from tongchou.monitoring import (
    evaluating,
    evaluation_access,
    evaluation_queries,
    evaluation_states,
    rectifying,
    schemes,
    warned,
)
from tongchou.monitoring.evaluation_models import Assessment, AssessmentFile, Rectification
from tongchou.monitoring.evaluation_queries import Detail
from tongchou.web import marks
from tongchou.web.paging import whole
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table
from tongchou.web.unit import reads

A = Assessment.State


@screen
def evaluations(request: Request) -> HttpResponse:
    """Everything one's units are evaluated for, with the warnings that hold now."""
    units = reads.own_units(request)
    rows = [a for unit in units for a in evaluation_queries.of_unit(unit)]
    table = Table(
        [
            Column(
                _("考核评价"),
                lambda a: str(a.evaluation),
                link=lambda a: reverse("unit:evaluation", args=[a.pk]),
                note=str,
            ),
            Column(_("自评截止"), "last_day", kind="day"),
            Column(_("时限"), lambda a: a.last_day if a.state in {A.DUE, A.RETURNED} else None, kind="due"),
            Column(_("状态"), lambda a: a, kind="badge"),
            Column(_("结论"), _grade),
            Column(_("整改"), _mending, kind="badge"),
        ],
        whole(rows),
        caption=_("考核评价"),
        empty=Empty(
            _("没有考核评价"), _("项目获得认定后，主管部门开启考核时会通知您；在这里自评、看结论、报整改。")
        ),
    )
    warnings = [w for unit in units for w in warned.of(Scope(unit_id=unit.pk))]
    return render(request, "unit/evaluations.html", {"table": table, "warnings": warnings})


def _grade(assessment: Any) -> str:
    conclusion = next(iter(assessment.standing_conclusions), None)
    if conclusion is None:
        return "—"
    return (
        conclusion.grade_name if conclusion.total is None else f"{conclusion.grade_name} · {conclusion.total}"
    )


def _mending(assessment: Any) -> Rectification | None:
    return evaluation_queries.rectification_of(assessment.taken)


@screen
def evaluation(request: Request, pk: int) -> HttpResponse:
    """One project's evaluation: the self-evaluation while it is the unit's to write, then its conclusion and what follows.

    What authorities mark is shown once they have concluded.
    """
    found = _own(request, pk)
    rubric = schemes.rubric_of(found.evaluation)
    scheme = schemes.scheme_of(found.evaluation)
    shared = any(share.level == "unit" for share in scheme.shares)
    mending = _to_mend(found)
    if request.method == "POST":
        _act(request, found, mending, rubric=rubric, shared=shared)
        return redirect("unit:evaluation", pk)
    detail = evaluation_queries.detail(found)
    given = marks.of_draft(found.draft)
    if request.refusal is not None:
        given = marks.posted(rubric, request.POST)
    return render(
        request,
        "unit/evaluation.html",
        {
            "assessment": found,
            "evaluation": found.evaluation,
            "scheme": scheme,
            "asks_self": schemes.asks_self(scheme),
            "detail": detail,
            "editable": bool(evaluation_states.may_move(found, "fill")),
            "may_submit": evaluation_access.may_submit(request.actor, found),
            "marks": marks.drawn(rubric, given) if shared else None,
            "text": request.POST.get("text", found.text) if request.refusal else found.text,
            "self_files": detail.proofs(None),
            "rectifications": [
                (r, detail.proofs(r), bool(evaluation_states.may_move(r, "mend")))
                for r in detail.rectifications
            ],
            "report": request.POST.get("report") if request.refusal else None,
            "measures": _followed(detail),
        },
    )


def _own(request: Request, pk: int) -> Assessment:
    found = (
        Assessment.objects.filter(pk=pk, unit__in=reads.own_units(request))
        .select_related("evaluation__edition", "evaluation__authority__place", "application", "unit")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _to_mend(found: Assessment) -> Rectification | None:
    return (
        Rectification.objects.filter(measure__assessment=found, state__in=evaluation_queries.TO_MEND)
        .order_by("-pk")
        .first()
    )


def _followed(detail: Detail) -> list[Any]:
    """What was confirmed; what the authority set aside is its own matter."""
    return [m for m in detail.measures if m.state == m.State.CONFIRMED]


def _act(
    request: Request, found: Assessment, mending: Rectification | None, *, rubric: Any, shared: bool
) -> None:
    """Save what was typed, then do what the button says."""
    post, by = request.POST, request.person
    do = post.get("do", "")
    if "detach" in post:
        file = get_object_or_404(AssessmentFile, pk=post["detach"], assessment=found, removed_at=None)
        rectifying.detach_file(file, by=by)
        return
    if do in {"save", "submit", "attach"} and "text" in post:
        given = marks.posted(rubric, post) if shared else None
        evaluating.save_self(found, by=by, text=post["text"], given=given)
    if do in {"mend_save", "mend_submit", "mend_attach"}:
        if mending is None:
            raise Http404
        if "report" in post:
            mending = rectifying.save_rectification(mending, by=by, report=post["report"])
    match do:
        case "save" | "mend_save":
            messages.success(request, _("已保存。"))
        case "submit":
            evaluating.submit_self(found, by=by)
            messages.success(request, _("自评已报送。"))
        case "attach" | "mend_attach":
            _attach(request, found, mending if do == "mend_attach" else None)
        case "mend_submit":
            if mending is not None:
                rectifying.submit_rectification(mending, by=by)
            messages.success(request, _("整改情况已报送，等待验收。"))
        case _other:
            raise Http404


def _attach(request: Request, found: Assessment, mending: Rectification | None) -> None:
    upload = request.FILES.get("upload")
    if upload is None:
        raise refuse("form", _("还没有选择文件。"), remedy=_("请先选择文件，再按“上传”。"))
    content, name = upload.file or b"", upload.name or ""
    if mending is not None:
        rectifying.attach_proof(mending, by=request.person, upload=content, name=name)
    else:
        evaluating.attach_file(found, by=request.person, upload=content, name=name)
    messages.success(request, _("已上传 %(name)s。") % {"name": name})
