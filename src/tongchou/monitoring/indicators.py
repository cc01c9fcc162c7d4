"""What one indicator's figure is and how it reads. Pure; how far it reaches its target stands in :mod:`.attainment`.

An answer holds ``value``, or of a ratio ``numerator`` and ``denominator``, and beside them ``note``, ``evidence`` (the id of
an attached file) and ``page``. Money is in fen. A ratio whose unit is ``%`` is compared and shown in per cent (its parts
are plain counts); any other ratio is the plain quotient.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tongchou.forms.definition import FieldDef, Indicator
from tongchou.forms.display import EMPTY, show, show_number
from tongchou.forms.schema import for_variant, indicator_field
from tongchou.monitoring.attainment import Target

NOT_APPLICABLE = "不适用"
COUNTED = frozenset({"integer", "number", "money", "percent", "ratio"})
"""Kinds that are numbers; a text is never counted, a choice is counted as one."""
PARTS = ("numerator", "denominator")
_HUNDREDTH = Decimal("0.01")


def asked(indicators: Sequence[Indicator], variant: str) -> list[Indicator]:
    """The indicators that a project of ``variant`` reports."""
    return [i for i in indicators if for_variant(i.variants, variant)]


def parts_of(indicator: Indicator) -> tuple[str, ...]:
    """The keys under which the figure stands in an answer."""
    return PARTS if indicator.kind == "ratio" else ("value",)


def part_field(indicator: Indicator, part: str) -> FieldDef:
    """One part of the figure as a field, so that it is cleaned, checked and shown as every other value is."""
    return indicator_field(indicator) if part == "value" else indicator.ratio_fields[part]


def is_answered(indicator: Indicator, answer: Mapping[str, Any]) -> bool:
    """Whether every part of the figure is there."""
    if indicator.kind != "ratio":
        return answer.get("value") is not None
    return answer.get("numerator") is not None and answer.get("denominator") is not None


def is_blank(indicator: Indicator, answer: Mapping[str, Any]) -> bool:
    """Whether no part of the figure is there."""
    if indicator.kind != "ratio":
        return answer.get("value") is None
    return answer.get("numerator") is None and answer.get("denominator") is None


def quotient_factor(indicator: Indicator) -> int:
    """By what the plain quotient of a ratio is multiplied to stand in its own unit."""
    return 100 if indicator.kind == "ratio" and indicator.unit == "%" else 1


def quotient(indicator: Indicator, value: Decimal, denominator: Decimal) -> Decimal | None:
    """A ratio in its own unit; ``None`` when nothing stands below."""
    if not denominator:
        return None
    return value / denominator * quotient_factor(indicator)


def figure(indicator: Indicator, value: Decimal | None, denominator: Decimal | None = None) -> Decimal | None:
    """What is compared with the target: the value itself, of a ratio the quotient."""
    if value is None:
        return None
    if indicator.kind == "ratio":
        return quotient(indicator, value, denominator) if denominator is not None else None
    return value


def actual(indicator: Indicator, answer: Mapping[str, Any]) -> Decimal | None:
    """The figure of one answer, ``None`` while it is not complete or not a number."""
    if indicator.kind not in COUNTED or answer.get("not_applicable") or not is_answered(indicator, answer):
        return None
    value, *below = (Decimal(str(answer[part])) for part in parts_of(indicator))
    return figure(indicator, value, *below)


def show_figure(indicator: Indicator, number: Decimal | float | None) -> str:
    """A figure or target with its unit, as people read it."""
    if number is None:
        return EMPTY
    if indicator.kind in {"money", "integer"}:
        return show(indicator_field(indicator), int(number))
    rounded = Decimal(str(number)).quantize(_HUNDREDTH, ROUND_HALF_UP)
    return show(indicator_field(indicator), float(rounded))


def show_target(indicator: Indicator, target: Target) -> str:
    """What was committed, as people read it: a range with both ends, a graded goal in its words."""
    if target.text:
        return target.text
    shown = show_figure(indicator, target.value)
    return shown if target.upper is None else f"{shown}～{show_figure(indicator, target.upper)}"


def show_answer(indicator: Indicator, answer: Mapping[str, Any]) -> str:
    """What was reported, a ratio with both of its parts."""
    if answer.get("not_applicable"):
        return NOT_APPLICABLE
    if is_blank(indicator, answer):
        return EMPTY
    if indicator.kind != "ratio":
        return show(indicator_field(indicator), answer.get("value"))
    above, below = (show_number(answer[part]) if answer.get(part) is not None else EMPTY for part in PARTS)
    return f"{show_figure(indicator, actual(indicator, answer))}（{above} ÷ {below}）"
