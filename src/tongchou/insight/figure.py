"""One rolled-up figure: the sums of a group, and what they come to by the indicator's definition. Pure.

A ratio is the sum of what stands above divided by the sum of what stands below, never a mean of ratios; its target is
weighted by what stands below. A percentage that is reported without its parts can only be averaged, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

from tongchou.forms.definition import Indicator
from tongchou.forms.display import EMPTY, wan_of
from tongchou.monitoring import attainment, indicators

if TYPE_CHECKING:
    from tongchou.programmes.models import Task


@dataclass(frozen=True, slots=True)
class Figure:
    """One rolled-up figure. ``keys`` and ``labels`` are by dimension. ``met`` of ``targeted`` reports met their target.

    What is worked out from the sums is worked out when asked: a roll-up by everything has hundreds of thousands of figures.
    """

    of: Task
    definition: Indicator
    keys: Mapping[str, str]
    labels: Mapping[str, str]
    sums: Mapping[str, Any]
    choices: Mapping[str, int]

    @property
    def task(self) -> str:
        return self.of.code

    @property
    def task_name(self) -> str:
        return self.of.name

    @property
    def indicator(self) -> str:
        return self.definition.code

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def dimension(self) -> str:
        return self.definition.dimension

    @property
    def kind(self) -> str:
        return self.definition.kind

    @property
    def unit(self) -> str:
        return "万元" if self.kind == "money" else self.definition.unit

    @property
    def method(self) -> str:
        return METHODS.get(self.kind, SUM)

    @property
    def count(self) -> int:
        return int(self.sums["n"])

    @property
    def total(self) -> Decimal:
        return Decimal(self.sums["total"])

    @property
    def denominator(self) -> Decimal | None:
        below: Decimal | None = self.sums["below"]
        return below

    @property
    def targeted(self) -> int:
        return int(self.sums["n_targeted"])

    @property
    def met(self) -> int:
        return int(self.sums["n_met"])

    @property
    def mean(self) -> Decimal | None:
        """Of a number, for each project that reported it; of a ratio the ratio itself, of a choice none."""
        if self.kind in {"ratio", "percent"}:
            return self.value
        return None if self.kind == "choice" else self.total / self.count

    @property
    def value(self) -> Decimal | None:
        """The sum, of a ratio the quotient, of a percentage the mean, of a choice how many."""
        return _headline(self.definition, self.sums)[0]

    @property
    def value_text(self) -> str:
        """With its unit, in Chinese."""
        return value_text(self.definition, self.value, self.choices)

    @property
    def target(self) -> Decimal | None:
        return _headline(self.definition, self.sums)[1]

    @property
    def target_text(self) -> str:
        return value_text(self.definition, self.target)

    @property
    def completion(self) -> Decimal | None:
        """Per cent of the target; compares only reports that have one."""
        _, target, compared = _headline(self.definition, self.sums)
        return attainment.rate(self.definition, compared, attainment.Target(target))


SUM = "各项目填报值之和"
METHODS = {
    "ratio": "分子之和÷分母之和",
    "percent": "各项目填报值的简单平均",
    "choice": "选择各项的项目数",
}


@cache
def unknown(code: str) -> Indicator:
    """What was reported under a code that no pack knows any more."""
    return Indicator(code=code, name=code, kind="number", better="none", cite=["unknown -"])


def value_text(indicator: Indicator, value: Decimal | None, chosen: Mapping[str, int] | None = None) -> str:
    """The figure as people read it: rolled-up money to the hundredth of 万元, choices each with its number."""
    if indicator.kind == "choice":
        counted = [f"{c.label} {chosen[c.value]}" for c in indicator.choices if chosen and c.value in chosen]
        return "；".join(counted) or EMPTY
    if indicator.kind == "money" and value is not None:
        return f"{wan_of(int(value)):,.2f} 万元"
    return indicators.show_figure(indicator, value)


def _headline(
    indicator: Indicator, row: Mapping[str, Any]
) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
    """The figure over all rows, the target, and the figure over the rows that have a target."""
    targeted = row["n_targeted"]
    if indicator.kind == "ratio":
        below, targeted_below = row["below"] or Decimal(0), row["targeted_below"] or Decimal(0)
        return (
            indicators.quotient(indicator, row["total"], below),
            row["target_weighted"] / targeted_below if targeted_below else None,
            indicators.quotient(indicator, row["targeted_total"] or Decimal(0), targeted_below),
        )
    if indicator.kind == "percent":
        return (
            row["total"] / row["n"],
            row["target_total"] / targeted if targeted else None,
            row["targeted_total"] / targeted if targeted else None,
        )
    return row["total"], row["target_total"], row["targeted_total"]
