"""Cleaning and checking the answers of a performance report. Pure: what is malformed, missing or out of bounds.

Inputs are named ``<indicator>-<part>``: ``awards-value``, ``plan_fulfilment-denominator``, ``awards-note``, ``awards-page``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from tongchou.forms.definition import FieldDef, Indicator
from tongchou.forms.finding import Finding, Findings
from tongchou.forms.limits import check_limits
from tongchou.forms.values import LARGEST_NUMBER, Malformed, clean_value
from tongchou.monitoring.asking import REPLIES
from tongchou.monitoring.attainment import NO_TARGET, Target, is_met
from tongchou.monitoring.indicators import (
    actual,
    asked,
    is_answered,
    is_blank,
    part_field,
    parts_of,
    show_figure,
    show_target,
)

LONGEST_NOTE = 1000
_NUMBERS = frozenset({int, float})
_WHOLE = frozenset({"integer", "money"})
NOTE = FieldDef(code="note", label="说明", type="text", max_length=LONGEST_NOTE)


@dataclass(slots=True)
class CleanedReport:
    """``values``: by indicator the whole answer as it will stand (empty: cleared); ``errors`` by input name."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def clean(
    indicators: Sequence[Indicator],
    stored: Mapping[str, Mapping[str, Any]],
    posted: Mapping[str, Any],
    *,
    evidence: Collection[int],
) -> CleanedReport:
    """Lay ``posted`` (``{indicator: {part: value}}``, ``None`` clears) on the ``stored`` answers.

    ``evidence`` are the ids of the report's own files. What is malformed or foreign is named and left as it was.
    """
    known = {indicator.code: indicator for indicator in indicators}
    cleaned = CleanedReport()
    for code, raw in posted.items():
        indicator = known.get(code)
        if indicator is None:
            cleaned.errors[str(code)[:200]] = _("“%(code)s”不是本项目应报的指标，未保存。") % {
                "code": str(code)[:60]
            }
        elif raw is None:
            cleaned.values[code] = {}
        elif not isinstance(raw, Mapping):
            cleaned.errors[code] = _("“%(indicator)s”的格式不正确，未保存。") % {"indicator": indicator.name}
        else:
            answer = dict(stored.get(code, {}))
            for part, value in raw.items():
                try:
                    answer[part] = _clean_part(indicator, part, value, evidence)
                except Malformed as error:
                    cleaned.errors[f"{code}-{str(part)[:60]}"] = _("“%(label)s”%(reason)s。") % {
                        "label": indicator.name,
                        "reason": error,
                    }
            if answer.get("evidence") is None:
                answer.pop("page", None)
            if answer.get("not_applicable"):
                answer = {part: value for part, value in answer.items() if part not in parts_of(indicator)}
            cleaned.values[code] = {part: value for part, value in answer.items() if value is not None}
    return cleaned


def _clean_part(indicator: Indicator, part: str, raw: Any, evidence: Collection[int]) -> Any:
    if type(raw) is int and part == "value" and indicator.kind in _WHOLE and abs(raw) <= LARGEST_NUMBER:
        return raw  # nearly every figure of an import
    if part in parts_of(indicator):
        return clean_value(part_field(indicator, part), raw)
    if part == "note" or part in REPLIES:
        return clean_value(NOTE, raw)
    if part == "evidence":
        if raw is None or raw == "":
            return None
        if isinstance(raw, bool) or not isinstance(raw, int) or raw not in evidence:
            raise Malformed(_("所选的佐证材料不在本报告的附件之中，请先上传"))
        return raw
    if part == "page":
        if raw is None or raw == "":
            return None
        if isinstance(raw, bool) or not isinstance(raw, int) or not 1 <= raw <= 5000:
            raise Malformed(_("的佐证页码应为从 1 开始的整数"))
        return raw
    if part == "not_applicable" and indicator.may_not_apply:
        if raw not in (None, True, False):
            raise Malformed(_("应答“是”或“否”"))
        return raw or None
    raise Malformed(_("没有“%(part)s”这一栏，未保存") % {"part": part[:60]})


def check(
    indicators: Sequence[Indicator],
    variant: str,
    answers: Mapping[str, Mapping[str, Any]],
    *,
    targets: Mapping[str, Target],
    pages: Mapping[int, int | None] | None,
) -> list[Finding]:
    """Everything that keeps a report from being submitted, and advice.

    ``targets``: this year's committed targets by indicator. ``pages``: by id of the attached files, their number of pages
    (``None``: not a document of pages); ``None`` instead of them leaves evidence out.
    """
    found = Findings()
    for indicator in asked(indicators, variant):
        answer = answers.get(indicator.code, {})
        target = targets.get(indicator.code, NO_TARGET)
        if not _plainly_right(indicator, answer, target):
            _check_figure(indicator, answer, target, found)
        if pages is not None:
            _check_evidence(indicator, answer, pages, found)
    return found.all


def _plainly_right(indicator: Indicator, answer: Mapping[str, Any], target: Target) -> bool:
    """Whether a figure is there, within its limits and not short of its target: nearly every one of many is."""
    value: Any = answer.get("value")
    if type(value) not in _NUMBERS or indicator.goal or "not_applicable" in answer:
        return False
    low, high = indicator.bounds
    if (low is not None and value < low) or (high is not None and value > high):
        return False
    if target.value is None or indicator.better == "none":
        return True
    return bool(value >= target.value if indicator.better == "higher" else value <= target.value)


def _check_figure(indicator: Indicator, answer: Mapping[str, Any], target: Target, found: Findings) -> None:
    code, name, note = indicator.code, indicator.name, answer.get("note")
    first = f"{code}-{parts_of(indicator)[0]}"
    if answer.get("not_applicable"):
        if not note:
            found.missing(
                f"{code}-note", _("“%(name)s”不适用，请在说明栏写明理由。") % {"name": name}, indicator.cite
            )
        return
    if is_blank(indicator, answer):
        if not note:
            found.missing(
                first,
                _("“%(name)s”未填报；没有数据的，请在说明栏写明原因。") % {"name": name},
                indicator.cite,
            )
        return
    if not is_answered(indicator, answer):
        lacking = next(part for part in parts_of(indicator) if answer.get(part) is None)
        label = part_field(indicator, lacking).label
        found.missing(
            f"{code}-{lacking}",
            _("“%(label)s”未填写，比率须同时填报分子和分母。") % {"label": label},
            indicator.cite,
        )
        return
    for part in parts_of(indicator):
        asked_part = part_field(indicator, part)
        check_limits(
            asked_part,
            answer[part],
            found,
            name=f"{code}-{part}",
            label=partial(str, asked_part.label),
        )
    figure = actual(indicator, answer)
    if indicator.kind == "ratio":
        if figure is None:
            found.error(
                f"{code}-denominator",
                _("“%(name)s”的分母为 0，无法计算；确无数据的，请清空两栏并在说明栏写明原因。")
                % {"name": name},
                indicator.cite,
            )
            return
        low, high = (
            None if bound is None else Decimal(str(bound)) for bound in (indicator.min, indicator.max)
        )
        if (low is not None and figure < low) or (high is not None and figure > high):
            crossed = (
                _("“%(name)s”为 %(figure)s，不应大于 %(limit)s，请核对分子和分母。")
                if high is not None and figure > high
                else _("“%(name)s”为 %(figure)s，不应小于 %(limit)s，请核对分子和分母。")
            )
            limit = high if high is not None and figure > high else low
            found.error(
                first,
                crossed
                % {
                    "name": name,
                    "figure": show_figure(indicator, figure),
                    "limit": show_figure(indicator, limit),
                },
                indicator.cite,
            )
    if is_met(indicator, figure, target) is False and not note:
        found.missing(
            f"{code}-note",
            _("“%(name)s”为 %(figure)s，未达到年度目标 %(target)s，请说明差异原因。")
            % {
                "name": name,
                "figure": show_figure(indicator, figure),
                "target": show_target(indicator, target),
            },
            indicator.cite,
        )


def _check_evidence(
    indicator: Indicator, answer: Mapping[str, Any], pages: Mapping[int, int | None], found: Findings
) -> None:
    code, name = indicator.code, indicator.name
    evidence, page = answer.get("evidence"), answer.get("page")
    if evidence is None:
        if answer.get("value") or answer.get("numerator"):
            found.advice(
                f"{code}-evidence",
                _("“%(name)s”没有指明佐证材料，建议注明文件和页码，便于核对。") % {"name": name},
                indicator.cite,
            )
        return
    if evidence not in pages:
        found.error(
            f"{code}-evidence",
            _("“%(name)s”所指的佐证材料已被移除，请重新选择。") % {"name": name},
            indicator.cite,
        )
        return
    count = pages[evidence]
    if count is None:
        return
    if page is None:
        found.missing(
            f"{code}-page",
            _("“%(name)s”的佐证材料没有注明页码，请填写第几页。") % {"name": name},
            indicator.cite,
        )
    elif page > count:
        found.error(
            f"{code}-page",
            _("“%(name)s”的佐证页码为第 %(page)s 页，而文件只有 %(count)s 页，请更正。")
            % {"name": name, "page": page, "count": count},
            indicator.cite,
        )
