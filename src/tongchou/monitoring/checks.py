"""Cleaning and checking the answers of a performance report. Pure: what is malformed, missing or out of bounds.

Inputs are named ``<indicator>-<part>``: ``awards-value``, ``plan_fulfilment-denominator``, ``awards-note``, ``awards-page``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from tongchou.forms.definition import FieldDef, Indicator
from tongchou.forms.finding import Finding, Findings, Severity
from tongchou.forms.limits import check_limits, within
from tongchou.forms.values import Malformed, clean_value
from tongchou.monitoring.asking import REPLIES
from tongchou.monitoring.attainment import NO_TARGET, Target, is_met
from tongchou.monitoring.indicators import (
    actual,
    asked,
    part_field,
    parts_of,
    show_figure,
    show_target,
)

LONGEST_NOTE = 1000
_NUMBERS = frozenset({int, float})
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
            parts = {}
            for part, value in raw.items():
                try:
                    parts[part] = _clean_part(indicator, part, value, evidence)
                except Malformed as error:
                    cleaned.errors[f"{code}-{str(part)[:60]}"] = _("“%(label)s”%(reason)s。") % {
                        "label": indicator.name,
                        "reason": error,
                    }
            cleaned.values[code] = laid(indicator, stored.get(code, {}), parts)
    return cleaned


def laid(indicator: Indicator, stored: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """The whole answer as it will stand once cleaned ``parts`` are laid on what is stored (``None`` takes a part away)."""
    answer = {**stored, **parts}
    if answer.get("evidence") is None:
        answer.pop("page", None)
    if answer.get("not_applicable"):
        for part in parts_of(indicator):
            answer.pop(part, None)
    return answer if None not in answer.values() else {p: v for p, v in answer.items() if v is not None}


def _clean_part(indicator: Indicator, part: str, raw: Any, evidence: Collection[int]) -> Any:
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
        for lack in lacks(indicator, answer, target):
            found.all.append(told(indicator, answer, target, lack))
        if pages is not None:
            _check_evidence(indicator, answer, pages, found)
    return found.all


class Fault(Enum):
    """What may be wrong with a figure."""

    UNREASONED = auto()  # said not to apply, without a reason
    BLANK = auto()
    HALF = auto()  # a ratio with one part
    LIMIT = auto()
    UNDIVIDED = auto()  # a ratio over nothing
    BELOW = auto()
    ABOVE = auto()
    SHORT = auto()  # of its target, without a reason


class Lack(NamedTuple):
    """One thing that is wrong with a figure, and the part of the answer it is told at."""

    fault: Fault
    part: str


def lacks(indicator: Indicator, answer: Mapping[str, Any], target: Target) -> Sequence[Lack]:
    """What keeps a figure from being submitted. Nothing is worded here: of many figures only the first are told."""
    if answer.get("not_applicable"):
        return () if answer.get("note") else (Lack(Fault.UNREASONED, "note"),)
    if indicator.kind == "ratio":
        return _ratio_lacks(indicator, answer, target)
    value = answer.get("value")
    if value is None:
        return () if answer.get("note") else (Lack(Fault.BLANK, "value"),)
    if type(value) not in _NUMBERS:
        return ()
    beyond = not within(indicator.value_field, value)
    short = is_met(indicator, Decimal(str(value)), target) is False and not answer.get("note")
    if beyond:
        return (_LIMIT, _SHORT) if short else (_LIMIT,)
    return (_SHORT,) if short else ()


_LIMIT, _SHORT = Lack(Fault.LIMIT, "value"), Lack(Fault.SHORT, "note")


def _ratio_lacks(indicator: Indicator, answer: Mapping[str, Any], target: Target) -> Sequence[Lack]:
    lacking = [part for part in parts_of(indicator) if answer.get(part) is None]
    if lacking:
        if len(lacking) == 1:
            return (Lack(Fault.HALF, lacking[0]),)
        return () if answer.get("note") else (Lack(Fault.BLANK, parts_of(indicator)[0]),)
    found = [
        Lack(Fault.LIMIT, p)
        for p, asked_part in indicator.ratio_fields.items()
        if not within(asked_part, answer[p])
    ]
    figure = actual(indicator, answer)
    if figure is None:
        return [*found, Lack(Fault.UNDIVIDED, "denominator")]
    if indicator.max is not None and figure > Decimal(str(indicator.max)):
        found.append(Lack(Fault.ABOVE, parts_of(indicator)[0]))
    elif indicator.min is not None and figure < Decimal(str(indicator.min)):
        found.append(Lack(Fault.BELOW, parts_of(indicator)[0]))
    if is_met(indicator, figure, target) is False and not answer.get("note"):
        found.append(_SHORT)
    return found


def told(indicator: Indicator, answer: Mapping[str, Any], target: Target, lack: Lack) -> Finding:
    """A lack in words, with the indicator's clause."""
    name, field_name = indicator.name, f"{indicator.code}-{lack.part}"
    match lack.fault:
        case Fault.LIMIT:
            asked_part, found = part_field(indicator, lack.part), Findings()
            check_limits(asked_part, answer[lack.part], found, name=field_name)
            return found.all[0]
        case Fault.HALF:
            label = part_field(indicator, lack.part).label
            text = _("“%(label)s”未填写，比率须同时填报分子和分母。") % {"label": label}
        case Fault.UNREASONED:
            text = _("“%(name)s”不适用，请在说明栏写明理由。") % {"name": name}
        case Fault.BLANK:
            text = _("“%(name)s”未填报；没有数据的，请在说明栏写明原因。") % {"name": name}
        case Fault.UNDIVIDED:
            text = _("“%(name)s”的分母为 0，无法计算；确无数据的，请清空两栏并在说明栏写明原因。") % {
                "name": name
            }
        case Fault.SHORT:
            text = _("“%(name)s”为 %(figure)s，未达到年度目标 %(target)s，请说明差异原因。") % {
                "name": name,
                "figure": show_figure(indicator, actual(indicator, answer)),
                "target": show_target(indicator, target),
            }
        case Fault.ABOVE:
            text = _("“%(name)s”为 %(figure)s，不应大于 %(limit)s，请核对分子和分母。") % {
                "name": name,
                "figure": show_figure(indicator, actual(indicator, answer)),
                "limit": show_figure(indicator, indicator.max),
            }
        case Fault.BELOW:
            text = _("“%(name)s”为 %(figure)s，不应小于 %(limit)s，请核对分子和分母。") % {
                "name": name,
                "figure": show_figure(indicator, actual(indicator, answer)),
                "limit": show_figure(indicator, indicator.min),
            }
    severity: Severity = "error" if lack.fault in _ERRORS else "missing"
    return Finding(severity, field_name, text, tuple(indicator.cite))


_ERRORS = frozenset({Fault.UNDIVIDED, Fault.ABOVE, Fault.BELOW})


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
