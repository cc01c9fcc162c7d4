"""A year's figures that an invented project could report against its targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongchou.monitoring.indicators import asked

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from random import Random

    from tongchou.forms.definition import Indicator
    from tongchou.monitoring.models import PerformanceReport

_NOTE = "（演练）受设备到货和排课影响，未达年度目标，已列入下一年计划。"


def answers(
    report: PerformanceReport, targets: Mapping[str, Decimal], evidence: int, random: Random
) -> dict[str, dict[str, Any]]:
    """Answers by indicator, most targets met, each with the page that proves it and a note."""
    indicators = asked(report.edition.pack.indicators, report.variant)
    return {
        indicator.code: _figure(indicator, targets.get(indicator.code), random)
        | {"note": _NOTE, "evidence": evidence, "page": random.randint(1, 2)}
        for indicator in indicators
    }


def _figure(indicator: Indicator, target: Decimal | None, random: Random) -> dict[str, Any]:
    if indicator.kind == "text":
        return {"value": "（演练）已形成制度并执行。"}
    if indicator.kind == "choice":
        return {"value": random.choice(indicator.choices).value}
    wanted = (
        float(target) if target is not None else {"percent": 80.0, "ratio": 80.0}.get(indicator.kind, 12.0)
    )
    reached = wanted * random.uniform(0.85, 1.25)
    if indicator.kind == "ratio":
        below = random.randint(200, 2000)
        return {"numerator": round(below * min(reached, 100.0) / 100), "denominator": below}
    if indicator.max is not None:
        reached = min(reached, indicator.max)
    if indicator.kind == "percent":
        return {"value": round(min(reached, 100.0), 1)}
    if indicator.kind == "number":
        return {"value": round(reached, 1)}
    return {"value": max(0, round(reached))}
