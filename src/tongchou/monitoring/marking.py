"""What is given as a mark: one number of 100, or a rubric's criteria; read, checked, and kept as a row that supersedes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.monitoring import grading, schemes
from tongchou.monitoring.evaluation_models import LevelScore
from tongchou.reviews import scoring

if TYPE_CHECKING:
    from tongchou.monitoring.evaluation_models import Assessment
    from tongchou.orgs.models import Person

_CENT = Decimal("0.01")
MOST_WORDS = 5000


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gives: ``mark`` of 100, or ``marks`` by criterion and grounds of veto where there is a rubric."""

    mark: Decimal | float | str | None = None
    marks: Mapping[str, float] = field(default_factory=dict)
    vetoes: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""


def read(assessment: Assessment, given: Given) -> Decimal:
    """The mark of 100 that is given, refused with remarks by field while it is not whole."""
    rubric = schemes.rubric_of(assessment.evaluation)
    if rubric is None:
        return _number(given.mark)
    if wrong := scoring.faults(rubric, given.marks, given.vetoes, whole=True):
        raise refuse(
            "form",
            _("评分不完整。"),
            clause="；".join(rubric.cite),
            remedy=_("请按评分表逐项评分。"),
            fields=wrong,
        )
    return scoring.total(rubric, given.marks)


def _number(mark: Decimal | float | str | None) -> Decimal:
    try:
        number = Decimal(str(mark))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number <= grading.HUNDRED:
        raise refuse("form", _("评分有误。"), fields={"mark": _("请填写 0 至 100 的分数")})
    return number.quantize(_CENT, ROUND_HALF_UP)


def keep(assessment: Assessment, level: str, *, mark: Decimal | None, given: Given, by: Person) -> LevelScore:
    """The mark that stands for ``level`` from now on; the one before stays as history."""
    assessment.scores.filter(level=level, superseded=False).update(superseded=True)
    return LevelScore.objects.create(
        assessment=assessment,
        level=level,
        mark=mark,
        marks=dict(given.marks),
        vetoes=dict(given.vetoes),
        comment=given.comment.strip()[:MOST_WORDS],
        at=clock.now(),
        by=by,
    )


def standing(assessment: Assessment) -> dict[str, LevelScore]:
    """The marks that stand, by level (one query)."""
    return {score.level: score for score in assessment.scores.filter(superseded=False)}


def from_draft(draft: Mapping[str, Any], comment: str) -> Given:
    """The unit's own marks as it has saved them."""
    return Given(draft.get("mark"), draft.get("marks") or {}, draft.get("vetoes") or {}, comment)
