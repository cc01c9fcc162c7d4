"""One performance report as its reviewer reads it: figures against targets with the page that proves each; the decision."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tongchou.core.access import refuse
from tongchou.monitoring import access, actions, attainment, corrections, queries, questions
from tongchou.monitoring.detail import Detail, Line, detail, revision_changes
from tongchou.monitoring.models import PerformanceReport
from tongchou.web.authority.acting import acting_for
from tongchou.web.screens import Request, screen

S = PerformanceReport.State


@screen
def report(request: Request, pk: int) -> HttpResponseBase:
    """Confirm, return, extend, open for correction; what is judged in steps is judged here."""
    acting_for(request)
    found = get_object_or_404(queries.performance(request.actor.scope), pk=pk)
    if request.method == "POST":
        return _decide(request, found)
    read = detail(found)
    posted = request.POST if request.refusal else {}
    asked = queries.to_judge(found, found.answers) if found.state == S.SUBMITTED else {}
    asked_now = questions.of_revision(read.revisions[0] if read.revisions else None)
    return render(
        request,
        "authority/report.html",
        {
            "report": found,
            "detail": read,
            "dimensions": _grouped(read.lines),
            "faults": [f for f in read.findings if f.blocks],
            "advice": [f for f in read.findings if not f.blocks],
            "last_day": queries.last_day(found),
            "may": access.may_decide(request.actor, found),
            "typed": {
                line.indicator.code: posted.get(f"remark-{line.indicator.code}", "") for line in read.lines
            },
            "to_judge": [(code, one, posted.get(f"judge-{code}", "")) for code, one in asked.items()],
            "score": _score(read),
            "asked": asked_now,
            "unanswered": sum(not row.reply for rows in asked_now.values() for row in rows),
            "waiting": corrections.waiting(found),
            "correction": corrections.under_way(found),
            "changes": revision_changes(found, read.revisions),
        },
    )


def _grouped(lines: list[Line]) -> list[tuple[str, list[Line]]]:
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.indicator.dimension, []).append(line)
    return list(groups.items())


def _score(read: Detail) -> attainment.Score | None:
    """The points of the whole, where the pack gives weights."""
    if not any(line.indicator.weight for line in read.lines):
        return None
    return attainment.score(
        attainment.Attained(line.indicator, line.actual, line.target, line.judgement) for line in read.lines
    )


def _decide(request: Request, found: PerformanceReport) -> HttpResponseBase:
    post = request.POST
    match post.get("do"):
        case "confirm":
            actions.confirm_report(found, by=request.person, judgements=_named(post, "judge-"))
            messages.success(request, _("已确认，数据计入汇总。"))
        case "return":
            actions.return_report(
                found,
                by=request.person,
                reason=post.get("reason", ""),
                due=_day(post, "due"),
                remarks=_named(post, "remark-"),
            )
            messages.success(request, _("已退回修改。"))
        case "extend":
            until = _day(post, "until")
            if until is None:
                raise refuse("form", _("个别延期须写明日期。"), fields={"until": _("请选择日期")})
            actions.extend_report(found, by=request.person, until=until, reason=post.get("reason", ""))
            messages.success(request, _("已延期。"))
        case "correct":
            corrections.open_correction(
                found, by=request.person, reason=post.get("reason", ""), due=_day(post, "due")
            )
            messages.success(request, _("已开放更正；原确认的数据在更正确认以前继续有效。"))
        case "refuse-correction":
            corrections.refuse_correction(found, by=request.person, reason=post.get("reason", ""))
            messages.success(request, _("已回复不同意更正。"))
        case "drop":
            corrections.drop_correction(found, by=request.person, reason=post.get("reason", ""))
            messages.success(request, _("更正已终止，原确认的数据有效。"))
        case _other:
            raise Http404
    return redirect("authority:report", found.pk)


def _named(post: Any, prefix: str) -> dict[str, str]:
    """What was typed into the inputs whose names begin so, by indicator."""
    return {
        key.removeprefix(prefix): text
        for key in post
        if key.startswith(prefix) and (text := post.get(key, "").strip())
    }


def _day(post: Any, name: str) -> date | None:
    if not post.get(name):
        return None
    try:
        return date.fromisoformat(post[name])
    except ValueError:
        raise refuse(
            "form",
            _("日期有误。"),
            fields={name: _("“%(text)s”不是日期，应如 2026-11-30") % {"text": post[name]}},
        ) from None
