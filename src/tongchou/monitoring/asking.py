"""The questions a figure raises: beside last year's, beside another source, among its peers. Pure.

A question is not a fault: the unit answers it in a sentence, and the reviewer reads question and answer together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongchou.forms.definition import Indicator
from tongchou.forms.display import show_number
from tongchou.monitoring.indicators import COUNTED, actual, show_figure
from tongchou.monitoring.outliers import Spread, modified_z, stands_out
from tongchou.monitoring.question_models import ReportQuestion

Kind = ReportQuestion.Kind
REPLIES = {f"reply_{kind.value}": kind for kind in Kind}
"""The parts of an answer that hold replies, one for each kind of question."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one indicator; ``part`` is where the reply stands in its answer."""

    indicator: Indicator
    kind: str
    text: str
    reply: str = ""

    @property
    def part(self) -> str:
        return f"reply_{self.kind}"

    @property
    def name(self) -> str:
        """The name of its input."""
        return f"{self.indicator.code}-{self.part}"


@dataclass(frozen=True, slots=True)
class Said:
    """What another source says of the same figure."""

    kind: str
    source: str
    figure: Decimal


def questions(
    indicator: Indicator,
    answer: Mapping[str, Any],
    *,
    before: Mapping[str, Any],
    peers: Spread | None,
    said: tuple[Said, ...] = (),
) -> list[Question]:
    """Everything asked about one answer. ``before`` is last year's, ``peers`` how the others' figures lie this year."""
    now = actual(indicator, answer)
    if indicator.kind not in COUNTED or now is None:
        return []
    found: list[tuple[str, str]] = []
    if text := _across_years(indicator, now, actual(indicator, before)):
        found.append((Kind.YEARS, text))
    for kind in (Kind.TASKS, Kind.DECLARED):
        told = [
            _differs(indicator, now, other) for other in said if other.kind == kind and other.figure != now
        ]
        if told:
            found.append((kind, _("；").join(told) + _("。请核对并说明差异原因。")))
    if peers is not None and (text := among_peers(indicator, now, peers)):
        found.append((Kind.PEERS, text))
    return [Question(indicator, kind, text, answer.get(f"reply_{kind}") or "") for kind, text in found]


def _across_years(indicator: Indicator, now: Decimal, before: Decimal | None) -> str:
    if before is None or before <= 0 or now < 0:
        return ""
    times, jump = now / before, Decimal(str(indicator.jump))
    if 1 / jump <= times <= jump:
        return ""
    words = {"now": show_figure(indicator, now), "before": show_figure(indicator, before)}
    if not now:
        return _("本年为 %(now)s，上年为 %(before)s。请核对并说明原因。") % words
    return _("本年为 %(now)s，上年为 %(before)s，是上年的 %(times)s 倍。请核对并说明原因。") % (
        words | {"times": show_number(float(round(times, 2)))}
    )


def _differs(indicator: Indicator, now: Decimal, other: Said) -> str:
    return _("本表为 %(now)s，%(source)s为 %(other)s") % {
        "now": show_figure(indicator, now),
        "source": other.source,
        "other": show_figure(indicator, other.figure),
    }


def among_peers(indicator: Indicator, now: Decimal, peers: Spread) -> str:
    """What is asked where the figure stands out among ``peers``, else nothing."""
    figure = float(now)
    method = stands_out(figure, peers)
    if method is None:
        return ""
    words = {
        "now": show_figure(indicator, now),
        "count": peers.count,
        "median": show_figure(indicator, round(Decimal(str(peers.median)), 4)),
        "low": show_figure(indicator, round(Decimal(str(peers.lowest)), 4)),
        "high": show_figure(indicator, round(Decimal(str(peers.highest)), 4)),
    }
    if method == "modified_z":
        z = modified_z(figure, peers) or 0.0
        return _(
            "填报 %(now)s，同类 %(count)s 个项目的中位数为 %(median)s，明显偏离（修正 Z 值 %(z)s）。请核对并说明原因。"
        ) % (words | {"z": f"{z:.1f}"})
    return (
        _(
            "填报 %(now)s，同类 %(count)s 个项目在 %(low)s 至 %(high)s 之间，远在其他项目的范围以外。请核对并说明原因。"
        )
        % words
    )
