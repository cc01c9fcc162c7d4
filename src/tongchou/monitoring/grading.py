"""From marks to a grade, and from grades and figures to what follows. Pure.

Where a level of the scheme does not stand above a unit (a college that answers to its province has no city), its share
falls to the others in proportion. A cycle of several years is counted from the first year for which a project was
evaluated or reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tongchou.programmes.evaluation_format import Consequence, Evaluation, Grade

ORDER = ("unit", "city", "province", "nation")
HUNDRED = Decimal(100)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Part:
    """What one level's mark adds: ``weight`` in per cent, all parts together 100."""

    level: str
    weight: Decimal
    mark: Decimal


def weights(scheme: Evaluation, present: Iterable[str], *, concludes: str) -> dict[str, Decimal]:
    """The levels that mark a project and what each counts in per cent, lowest first.

    ``present``: the levels that stand above the unit. A scheme without shares that still has marks (grades with a lowest
    mark, or a rubric) is marked by the level that concludes, ``concludes``; one without marks by nobody.
    """
    if not scheme.shares:
        return {concludes: HUNDRED} if has_marks(scheme) else {}
    known = {"unit", *present}
    shares = {share.level: Decimal(str(share.weight)) for share in scheme.shares if share.level in known}
    whole = sum(shares.values(), Decimal(0))
    return {level: shares[level] * HUNDRED / whole for level in ORDER if level in shares}


def has_marks(scheme: Evaluation) -> bool:
    """Whether anybody marks: by shares, by a rubric, or because grades are read off a mark."""
    return bool(scheme.shares or scheme.rubric or graded_by_mark(scheme))


def graded_by_mark(scheme: Evaluation) -> bool:
    """Whether the grade follows from the total; otherwise the authority chooses it with a reason."""
    return scheme.grades[0].least is not None


def total(parts: Sequence[Part]) -> Decimal | None:
    """The weighted total of 100, to two places; ``None`` where nobody marks."""
    if not parts:
        return None
    return (sum((part.mark * part.weight for part in parts), Decimal(0)) / HUNDRED).quantize(
        _CENT, ROUND_HALF_UP
    )


def grade_of(grades: Sequence[Grade], reached: Decimal) -> Grade:
    """The best grade whose lowest mark is reached; the last one begins at 0."""
    return next((g for g in grades if g.least is not None and reached >= Decimal(str(g.least))), grades[-1])


def cycle_start(first: int, year: int, length: int | None) -> int:
    """The first year of the cycle of ``length`` years in which ``year`` lies; without a length all years are one."""
    return first if not length else first + (year - first) // length * length


def led_to(
    consequence: Consequence,
    *,
    year: int,
    grades: Mapping[int, str],
    figures: Mapping[int, Decimal],
    cycle: int | None,
) -> list[int]:
    """The years because of which ``consequence`` comes about at the end of ``year``; empty when it does not.

    ``grades``: the grade of each year's evaluation; ``figures``: the yearly value of the consequence's own indicator;
    ``cycle``: how many years a cycle has, where that is known. What the authority must find itself never follows here.
    """
    if consequence.indicator is not None:
        below = Decimal(str(consequence.below))
        known, hits = set(figures), {y for y, value in figures.items() if value < below}
    elif consequence.grades:
        known, hits = set(grades), {y for y, grade in grades.items() if grade in consequence.grades}
    else:
        return []
    if year not in hits:
        return []
    start = cycle_start(min(known), year, cycle)
    within = sorted(y for y in hits if start <= y <= year)
    match consequence.over:
        case "once":
            return [year]
        case "in_a_row":
            row = range(year - (consequence.years or 1) + 1, year + 1)
            return list(row) if hits.issuperset(row) else []
        case "in_total":
            return within if len(within) >= (consequence.years or 1) else []
        case "every_year":
            whole = cycle is not None and year == start + cycle - 1
            return within if whole and len(within) == cycle else []
    return []
