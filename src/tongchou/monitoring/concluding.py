"""Concluding 考核结论: the weighted total and its grade, told to the unit; and correcting what was concluded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.monitoring import evaluation_access as access
from tongchou.monitoring import evaluation_states as states
from tongchou.monitoring import grading, marking, schemes
from tongchou.monitoring.evaluation_casework import locked, note
from tongchou.monitoring.evaluation_models import Assessment, Conclusion, LevelScore
from tongchou.orgs.queries import people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from decimal import Decimal

    from tongchou.monitoring.marking import Given
    from tongchou.orgs.models import Person
    from tongchou.programmes.evaluation_format import Grade


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the marks come to: their parts, the total, and the grade."""

    parts: list[grading.Part]
    total: Decimal | None
    grade: Grade


@transaction.atomic
def conclude(assessment: Assessment, *, by: Person, grade: str = "", reason: str = "") -> Conclusion:
    """Conclude from the marks of every level; publish it to the unit.

    Where grades have a lowest mark, the total decides the grade; otherwise the authority names ``grade`` with a ``reason``.
    """
    assessment = locked(assessment)
    require(access.may_conclude(actor(by), assessment.evaluation))
    require(states.may_move(assessment, "conclude"))
    verdict = judge(assessment, grade=grade, reason=reason)
    made = _keep(assessment, verdict, by=by, reason=reason)
    assessment.state = Assessment.State.CONCLUDED
    assessment.save(update_fields=["state"])
    note("conclude_evaluation", assessment, by, grade=verdict.grade.code, total=_text(verdict.total))
    _tell(assessment, made, f"考核结论：{assessment}，{verdict.grade.name}")
    return made


@transaction.atomic
def correct_conclusion(
    conclusion: Conclusion, *, by: Person, reason: str, grade: str = "", given: Given | None = None
) -> Conclusion:
    """Correct the conclusion that stands: a new one that names it. ``given``: the concluding level marks anew."""
    assessment = locked(conclusion.assessment)
    require(access.may_conclude(actor(by), assessment.evaluation))
    require(states.may_move(assessment, "correct"))
    if Conclusion.objects.filter(corrects=conclusion).exists():
        raise refuse("state", _("这项结论已经更正过。"), remedy=_("请在最新的结论上更正。"))
    if not reason.strip():
        raise refuse("form", _("更正结论必须写明理由。"), fields={"reason": _("请填写更正理由")})
    if given is not None:
        level = assessment.evaluation.authority.place.level
        marking.keep(assessment, level, mark=marking.read(assessment, given), given=given, by=by)
    verdict = judge(assessment, grade=grade, reason=reason)
    made = _keep(assessment, verdict, by=by, reason=reason, corrects=conclusion)
    note(
        "correct_conclusion",
        assessment,
        by,
        corrects=conclusion.pk,
        grade=verdict.grade.code,
        total=_text(verdict.total),
        reason=reason.strip(),
    )
    _tell(assessment, made, f"考核结论已更正：{assessment}，{verdict.grade.name}")
    return made


def judge(assessment: Assessment, *, grade: str, reason: str) -> Verdict:
    """What the marks that stand come to; refused while one is missing, or while no grade can be named."""
    evaluation = assessment.evaluation
    scheme = schemes.scheme_of(evaluation)
    weighed = grading.weights(
        scheme,
        schemes.levels_above([assessment.scope_path])[assessment.scope_path],
        concludes=evaluation.authority.place.level,
    )
    there = marking.standing(assessment)
    missing = [level for level in weighed if level not in there or there[level].mark is None]
    if missing:
        raise refuse(
            "step",
            _("“%(level)s”还没有完成，不能作出结论。") % {"level": _(LevelScore.Level(missing[0]).label)},
            clause="；".join(scheme.cite),
            remedy=_("请等各级评分后再作结论。"),
        )
    parts = [
        grading.Part(level, weight, mark)
        for level, weight in weighed.items()
        if (mark := there[level].mark) is not None
    ]
    total = grading.total(parts)
    if grading.graded_by_mark(scheme) and total is not None:
        return Verdict(parts, total, grading.grade_of(scheme.grades, total))
    named = schemes.grade_named(scheme, grade)
    fields = {}
    if named is None:
        fields["grade"] = _("请选择等级")
    if not reason.strip():
        fields["reason"] = _("文件没有规定分数线，请写明确定等级的理由")
    if named is None or fields:
        raise refuse(
            "form",
            _("结论不完整。"),
            clause="；".join(scheme.cite),
            remedy=_("请补充后再作结论。"),
            fields=fields,
        )
    return Verdict(parts, total, named)


def _keep(
    assessment: Assessment,
    verdict: Verdict,
    *,
    by: Person,
    reason: str,
    corrects: Conclusion | None = None,
) -> Conclusion:
    return Conclusion.objects.create(
        assessment=assessment,
        total=verdict.total,
        parts=[
            {"level": part.level, "weight": _text(part.weight), "mark": _text(part.mark)}
            for part in verdict.parts
        ],
        grade=verdict.grade.code,
        grade_name=verdict.grade.name,
        reason=reason.strip(),
        at=clock.now(),
        by=by,
        corrects=corrects,
    )


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:.2f}"


def _tell(assessment: Assessment, made: Conclusion, subject: str) -> None:
    evaluation = assessment.evaluation
    lines = [f"{evaluation.authority.name}对{evaluation}作出结论：{made.grade_name}。"]
    if made.total is not None:
        lines.append(f"得分：{made.total}。")
    if made.reason:
        lines.append(made.reason)
    notify(
        people_of(assessment.unit),
        kind=Kind.EVALUATED,
        about=str(assessment),
        subject=subject,
        body="\n".join(lines),
        link=f"/unit/evaluations/{assessment.pk}/",
    )
