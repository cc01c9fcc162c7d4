"""One project in an evaluation: reading it, marking it, concluding, and what follows with its rectification."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.monitoring import (
    concluding,
    consequences,
    evaluating,
    evaluation_access,
    evaluation_queries,
    grading,
    measuring,
    rectifying,
    schemes,
)
from tongchou.monitoring.evaluation_models import Assessment, Conclusion, LevelScore, Rectification
from tongchou.monitoring.marking import Given
from tongchou.orgs.models import Person
from tongchou.web import marks
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.evaluations import day
from tongchou.web.screens import Request, screen

A = Assessment.State
DONE = {  # what is said afterwards
    "score": gettext_noop("评分已保存。"),
    "return": gettext_noop("已退回自评。"),
    "go_on": gettext_noop("已转入评分。"),
    "conclude": gettext_noop("结论已作出，并已告知单位。"),
    "correct": gettext_noop("结论已更正，并已告知单位。"),
    "confirm": gettext_noop("已办理，并已告知单位。"),
    "set_aside": gettext_noop("已记录不予采取的理由。"),
    "accept": gettext_noop("验收结果已告知单位。"),
    "again": gettext_noop("已要求继续整改。"),
    "fail": gettext_noop("验收结果已告知单位。"),
}


@screen
def assessment(request: Request, pk: int) -> HttpResponseBase:
    """The self-evaluation with what it rests on, the marks of each level, and at the side what is to be done now."""
    authority = acting_for(request)
    found = get_object_or_404(evaluation_queries.assessments(request.actor.scope), pk=pk)
    if request.method == "POST":
        do = request.POST.get("do", "")
        _act(request, found, do)
        messages.success(request, _(DONE[do]))
        return redirect("authority:assessment", pk)
    evaluation, detail = found.evaluation, evaluation_queries.detail(found)
    scheme, rubric = schemes.scheme_of(evaluation), schemes.rubric_of(evaluation)
    weights = grading.weights(
        scheme,
        schemes.levels_above([found.scope_path])[found.scope_path],
        concludes=evaluation.authority.place.level,
    )
    standing = {score.level: score for score in detail.scores}
    may_conclude = evaluation_access.may_conclude(request.actor, evaluation)
    level = _own_level(request, found, list(weights))
    corrects = may_conclude and found.state == A.CONCLUDED
    return render(
        request,
        "authority/assessment.html",
        {
            "authority": authority,
            "assessment": found,
            "evaluation": evaluation,
            "scheme": scheme,
            "detail": detail,
            "levels": [(_name(at), weight, standing.get(at)) for at, weight in weights.items()],
            "asks_self": schemes.asks_self(scheme),
            "unit_score": standing.get("unit"),
            "rubric": rubric,
            "by_mark": grading.graded_by_mark(scheme),
            "may_conclude": may_conclude,
            "may_return": evaluation_access.may_return(request.actor, found),
            "level": level,
            "level_name": _name(level) if level else "",
            "marks": marks.drawn(rubric, _given(request, rubric, standing.get(level))),
            "concludes_marks": bool(corrects) and evaluation.authority.place.level in weights,
            "missing": [_name(at) for at in weights if at not in standing],
            "proposals": consequences.proposals([found]).get(found.pk, []) if may_conclude else [],
            "rectifications": [(r, detail.proofs(r)) for r in detail.rectifications],
            "self_files": detail.proofs(None),
            "posted": request.POST if request.refusal else {},
        },
    )


def _name(level: str) -> str:
    return _(LevelScore.Level(level).label)


def _own_level(request: Request, found: Assessment, order: list[str]) -> str:
    """The level for which the officer may mark now, or again while correcting; empty when there is none."""
    if found.state == A.CONCLUDED:
        top = found.evaluation.authority.place.level
        return top if top in order else ""
    return next(
        (at for at in reversed(order) if evaluation_access.may_score(request.actor, found, at)),
        "",
    )


def _given(request: Request, rubric: Any, score: LevelScore | None) -> Given:
    if request.refusal is not None and request.POST.get("do") in {"score", "correct"}:
        return marks.posted(rubric, request.POST)
    return marks.of_score(score) if score else Given()


def _act(request: Request, found: Assessment, do: str) -> None:
    """What the page's forms ask for; an unknown word is not found."""
    post, by, rubric = request.POST, request.person, schemes.rubric_of(found.evaluation)
    reason = post.get("reason", "")
    match do:
        case "score":
            level = post.get("level", "")
            if level not in LevelScore.Level.values:
                raise Http404
            evaluating.score_level(found, level=level, by=by, given=marks.posted(rubric, post))
        case "return":
            evaluating.return_self(found, by=by, reason=reason, due=day(post, "due"))
        case "go_on":
            evaluating.go_on_without_self(found, by=by, reason=reason)
        case "conclude":
            concluding.conclude(found, by=by, grade=post.get("grade", ""), reason=reason)
        case "correct":
            standing = get_object_or_404(Conclusion, assessment=found, corrected_by=None)
            concluding.correct_conclusion(
                standing,
                by=by,
                reason=reason,
                grade=post.get("grade", ""),
                given=marks.posted(rubric, post) if post.get("remark") else None,
            )
        case "confirm":
            measuring.confirm_measure(
                found,
                code=post.get("code", ""),
                by=by,
                reason=reason,
                due=day(post, "due"),
                until=day(post, "until"),
            )
        case "set_aside":
            measuring.set_measure_aside(found, code=post.get("code", ""), by=by, reason=reason)
        case "accept" | "again" | "fail":
            _decide(found, do, post, by)
        case _other:
            raise Http404


def _decide(found: Assessment, answer: Any, post: Any, by: Person) -> None:
    if not post.get("rectification", "").isdecimal():
        raise Http404
    rectification = get_object_or_404(Rectification, pk=post["rectification"], measure__assessment=found)
    rectifying.decide_rectification(
        rectification, by=by, answer=answer, reason=post.get("reason", ""), due=day(post, "due")
    )
