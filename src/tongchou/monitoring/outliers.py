"""Which of many figures stand out. Pure: modified Z (Iglewicz and Hoaglin) and distance from the range of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

FEWEST = 5
"""So many figures say what is usual; of fewer nothing is said."""
LARGEST_Z = 3.5
_NORMAL = 0.6745
"""The median distance of a normal distribution, in standard deviations."""
MARGIN = 1.0
"""So many times the width of the others' range a figure may lie outside it."""

Method = Literal["modified_z", "min_max"]


@dataclass(frozen=True, slots=True)
class Spread:
    """How many figures there are and how they lie. ``mad``: median of the distances from the median."""

    count: int
    median: float
    mad: float
    lowest: float
    second_lowest: float
    second_highest: float
    highest: float


def spread(figures: Sequence[float]) -> Spread | None:
    """How ``figures`` lie; ``None`` of fewer than two."""
    if len(figures) < 2:
        return None
    ordered = sorted(figures)
    middle = median(ordered)
    return Spread(
        count=len(ordered),
        median=middle,
        mad=median(abs(one - middle) for one in ordered),
        lowest=ordered[0],
        second_lowest=ordered[1],
        second_highest=ordered[-2],
        highest=ordered[-1],
    )


def modified_z(figure: float, among: Spread) -> float | None:
    """How far from the median, in robust standard deviations; ``None`` where half of the figures are equal."""
    return _NORMAL * (figure - among.median) / among.mad if among.mad else None


def beyond(figure: float, among: Spread) -> bool:
    """Whether it lies farther outside the range of the others than that range is wide. It may be one of ``among``."""
    low = among.second_lowest if figure == among.lowest else among.lowest
    high = among.second_highest if figure == among.highest else among.highest
    width = high - low
    return width > 0 and not low - MARGIN * width <= figure <= high + MARGIN * width


def stands_out(figure: float, among: Spread) -> Method | None:
    """By which measure the figure stands out, if by any."""
    if among.count < FEWEST:
        return None
    z = modified_z(figure, among)
    if z is not None and abs(z) > LARGEST_Z:
        return "modified_z"
    return "min_max" if beyond(figure, among) else None
