"""Many experts' totals made one, how far they lie apart, and how strict each expert is. Pure.

Totals are on a scale of 0 to 100. How they are put together is said by the scoring step (``Step.aggregate``).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import fmean, median, pstdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tongchou.programmes.pack_format import Aggregate

_CENT = Decimal("0.01")
WIDE = 20
"""Points between the highest and the lowest total of a case from which it is pointed out."""
STRICT = 10
"""Points by which an expert is on average away from the others on the same cases from which he is pointed out."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One submitted total of an expert for a case."""

    case: int
    expert: int
    total: float


def aggregate(how: Aggregate, marks: Sequence[Mark]) -> dict[int, Decimal]:
    """The result of each case among ``marks``."""
    if how == "standardised":
        marks = standardised(marks)
    by_case: dict[int, list[float]] = defaultdict(list)
    for mark in marks:
        by_case[mark.case].append(mark.total)
    return {case: _rounded(_one(how, totals)) for case, totals in by_case.items()}


def standardised(marks: Sequence[Mark]) -> list[Mark]:
    """Each expert's totals brought to the mean and deviation of all, within 0 and 100.

    Of an expert with a single total nothing is known: it stays. One who gives everybody the same gives the mean.
    """
    if not marks:
        return []
    overall, spread = fmean(m.total for m in marks), pstdev([m.total for m in marks])
    by_expert: dict[int, list[float]] = defaultdict(list)
    for mark in marks:
        by_expert[mark.expert].append(mark.total)
    own = {expert: (fmean(totals), pstdev(totals)) for expert, totals in by_expert.items()}
    found = []
    for mark in marks:
        middle, deviation = own[mark.expert]
        total = mark.total
        if len(by_expert[mark.expert]) > 1:
            total = overall + (spread * (total - middle) / deviation if deviation else 0.0)
        found.append(Mark(mark.case, mark.expert, min(100.0, max(0.0, total))))
    return found


def _one(how: Aggregate, totals: Sequence[float]) -> float:
    if how == "median":
        return median(totals)
    if how == "trimmed" and len(totals) >= 3:
        return fmean(sorted(totals)[1:-1])
    return fmean(totals)


def _rounded(value: float) -> Decimal:
    return Decimal(repr(round(value, 9))).quantize(_CENT, ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Severity:
    """How an expert marks: so many cases, their mean and deviation; ``apart``: how far he is on average from the mean of the
    others on the same cases (below zero: stricter), nothing where nobody else scored them.
    """

    expert: int
    count: int
    mean: float
    deviation: float
    apart: float | None

    @property
    def outlier(self) -> bool:
        return self.apart is not None and abs(self.apart) >= STRICT


def severities(marks: Iterable[Mark]) -> list[Severity]:
    """How each expert marks, the strictest first."""
    by_expert: dict[int, list[Mark]] = defaultdict(list)
    by_case: dict[int, list[float]] = defaultdict(list)
    for mark in marks:
        by_expert[mark.expert].append(mark)
        by_case[mark.case].append(mark.total)
    found = [
        Severity(
            expert,
            len(own),
            fmean(m.total for m in own),
            pstdev([m.total for m in own]),
            _apart(own, by_case),
        )
        for expert, own in by_expert.items()
    ]
    return sorted(found, key=lambda s: (s.apart if s.apart is not None else 0.0, s.expert))


def _apart(own: Sequence[Mark], by_case: Mapping[int, Sequence[float]]) -> float | None:
    shared = [m for m in own if len(by_case[m.case]) > 1]
    if not shared:
        return None
    return fmean(m.total - (sum(by_case[m.case]) - m.total) / (len(by_case[m.case]) - 1) for m in shared)
