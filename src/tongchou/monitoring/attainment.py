"""How far a figure reaches what was committed for it: met or not, completion rate, points. Pure.

A target is at least or at most as much (by the indicator's ``better``), exactly as much, between two values, or a text that
the reviewer judges in three steps. Rates are per cent of the target, to two places. Points count the rate up to the
indicator's ``cap``; what does not apply or has no target is left out of what could be reached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.translation import gettext_noop

from tongchou.forms.definition import Indicator
from tongchou.forms.ranges import bounds

_HUNDREDTH = Decimal("0.01")
_WHOLE = Decimal(100)


class Target(NamedTuple):
    """What a project committed to for one indicator and year: ``value`` (of a range the least) or, of a graded goal, ``text``."""

    value: Decimal | None = None
    upper: Decimal | None = None
    text: str = ""

    def __bool__(self) -> bool:
        return self.value is not None or bool(self.text)


NO_TARGET = Target()


def stored_target(indicator: Indicator, answer: Any) -> Target:
    """A target as it stands in the answers of a plan, as it is frozen. Raises ``Malformed``."""
    if indicator.goal == "graded":
        return Target(text=str(answer))
    if indicator.goal == "range":
        return Target(*bounds(indicator, str(answer)))
    return Target(Decimal(str(answer)))


class Judgement(StrEnum):
    """What a reviewer says of an indicator on confirming: a graded goal's step, or that it truly does not apply."""

    REACHED = "reached"
    PARTLY = "partly"
    MISSED = "missed"
    NOT_APPLICABLE = "not_applicable"


STEPS = {
    Judgement.REACHED: gettext_noop("达到"),
    Judgement.PARTLY: gettext_noop("基本达到"),
    Judgement.MISSED: gettext_noop("未达到"),
}


def is_met(indicator: Indicator, actual: Decimal | None, target: Target, judgement: str = "") -> bool | None:
    """Whether the target is met; ``None`` while there is nothing to compare or nobody has judged."""
    if judgement == Judgement.NOT_APPLICABLE or not target:
        return None
    if indicator.goal == "graded":
        return judgement == Judgement.REACHED if judgement else None
    if actual is None or target.value is None:
        return None
    match indicator.goal:
        case "equal":
            return actual == target.value
        case "range":
            return target.upper is not None and target.value <= actual <= target.upper
    if indicator.better == "none":
        return None
    return actual >= target.value if indicator.better == "higher" else actual <= target.value


def rate(indicator: Indicator, actual: Decimal | None, target: Target, judgement: str = "") -> Decimal | None:
    """How far the target is reached, in per cent; ``None`` when there is nothing to divide or to judge.

    Where smaller is better, target against actual. Beyond a range, and beside an exact target, the smaller against the larger.
    """
    met = is_met(indicator, actual, target, judgement)
    if met is None:
        return None
    if indicator.goal == "graded":
        return {
            Judgement.REACHED: _WHOLE,
            Judgement.PARTLY: Decimal(str(indicator.partly)),
            Judgement.MISSED: Decimal(0),
        }[Judgement(judgement)]
    if actual is None or target.value is None:
        return None
    above, below = actual, target.value
    if indicator.goal in {"equal", "range"}:
        if met:
            return _WHOLE
        bound = target.upper if target.upper is not None and actual > target.upper else target.value
        above, below = min(actual, bound), max(actual, bound)
    elif indicator.better == "lower":
        above, below = target.value, actual
    return (above / below * 100).quantize(_HUNDREDTH, ROUND_HALF_UP) if below else None


def points(
    indicator: Indicator, actual: Decimal | None, target: Target, judgement: str = ""
) -> Decimal | None:
    """The points the figure is worth, to two places; ``None`` where it has no weight or is not judged.

    A figure that is missing though a target was committed is worth none.
    """
    if indicator.weight is None or judgement == Judgement.NOT_APPLICABLE or not target:
        return None
    if indicator.goal == "graded":
        if not judgement:
            return None
    elif actual is None:
        return Decimal("0.00")
    met = is_met(indicator, actual, target, judgement)
    if met is None:
        return None
    reached = rate(indicator, actual, target, judgement)
    if reached is None or (met and reached < _WHOLE):  # nothing to divide by, or a target below nothing
        reached = _WHOLE if met else Decimal(0)
    elif not met and reached >= _WHOLE:  # rounded up, or both below nothing
        reached = min(reached, _WHOLE - _HUNDREDTH) if actual is not None and actual > 0 else Decimal(0)
    counted = min(max(reached, Decimal(0)), Decimal(str(indicator.cap)))
    return (Decimal(str(indicator.weight)) * counted / 100).quantize(_HUNDREDTH, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Attained:
    """One indicator as it counts: the figure, what was committed, what the reviewer said."""

    indicator: Indicator
    actual: Decimal | None
    target: Target
    judgement: str = ""

    @property
    def met(self) -> bool | None:
        return is_met(self.indicator, self.actual, self.target, self.judgement)

    @property
    def rate(self) -> Decimal | None:
        return rate(self.indicator, self.actual, self.target, self.judgement)

    @property
    def points(self) -> Decimal | None:
        return points(self.indicator, self.actual, self.target, self.judgement)


@dataclass(frozen=True, slots=True)
class Score:
    """``points`` of ``possible``, and ``extra`` points beside them; ``open`` weights wait to be judged."""

    points: Decimal
    possible: Decimal
    extra: Decimal
    open: Decimal

    @property
    def total(self) -> Decimal | None:
        """On a scale of a hundred, extra points added; ``None`` while nothing could be reached."""
        if not self.possible:
            return None
        return (self.points / self.possible * 100 + self.extra).quantize(_HUNDREDTH, ROUND_HALF_UP)


def score(attained: Iterable[Attained]) -> Score:
    """What the indicators together are worth. What does not apply or was not committed costs nothing."""
    reached = possible = extra = waiting = Decimal(0)
    for one in attained:
        if one.indicator.weight is None:
            continue
        worth, weight = one.points, Decimal(str(one.indicator.weight))
        if worth is None:
            if one.target and one.judgement != Judgement.NOT_APPLICABLE:
                waiting += Decimal(0) if one.indicator.extra else weight
        elif one.indicator.extra:
            extra += worth
        else:
            reached, possible = reached + worth, possible + weight
    return Score(reached, possible, extra, waiting)
