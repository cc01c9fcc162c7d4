"""Expert marks: totals and their summary. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tongchou.programmes.pack_format import Rubric, TaskPack

_CENT = Decimal("0.01")


def rubric_for(pack: TaskPack, variant: str) -> Rubric | None:
    """The rubric by which ``variant`` is scored."""
    return next((r for r in pack.rubrics if not r.variants or variant in r.variants), None)


def total(rubric: Rubric, marks: Mapping[str, float]) -> Decimal:
    """The weighted total on a scale of 0 to 100; every criterion must be marked (see :func:`faults`)."""
    weights = sum(Decimal(str(c.weight)) for c in rubric.criteria)
    reached = sum((Decimal(str(marks[c.code])) * Decimal(str(c.weight)) for c in rubric.criteria), Decimal(0))
    return (reached * 100 / (weights * rubric.scale)).quantize(_CENT, ROUND_HALF_UP)


def faults(
    rubric: Rubric, marks: Mapping[str, object], vetoes: Mapping[str, object], *, whole: bool
) -> dict[str, str]:
    """What is wrong, by criterion or veto code. ``whole``: every criterion must be marked."""
    found: dict[str, str] = {}
    criteria = {c.code: c for c in rubric.criteria}
    for code in set(marks) - set(criteria):
        found[code] = _("不是本评分表的指标")
    for code, criterion in criteria.items():
        mark = marks.get(code)
        if mark is None:
            if whole:
                found[code] = _("“%(criterion)s”尚未评分") % {"criterion": criterion.name}
        elif isinstance(mark, bool) or not isinstance(mark, int | float) or not 0 <= mark <= rubric.scale:
            found[code] = _("“%(criterion)s”应为 0 至 %(scale)s 分") % {
                "criterion": criterion.name,
                "scale": rubric.scale,
            }
    known = {v.code for v in rubric.vetoes}
    for code, reason in vetoes.items():
        if code not in known:
            found[code] = _("不是本评分表的否决项")
        elif not isinstance(reason, str) or not reason.strip():
            found[code] = _("一票否决必须写明理由和所在页码")
    return found


def clean_notes(rubric: Rubric, notes: Mapping[str, str]) -> dict[str, str]:
    """The remarks on criteria of the rubric, without empty ones."""
    known = {criterion.code for criterion in rubric.criteria}
    return {code: text.strip()[:1000] for code, text in notes.items() if code in known and text.strip()}


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of one case: mean of totals, their spread, how many are in, and whether any expert vetoed."""

    mean: Decimal | None
    spread: Decimal | None
    scored: int
    assigned: int
    vetoed: bool


def summarise(totals: Sequence[Decimal], *, assigned: int, vetoed: bool) -> Summary:
    """Summarise submitted ``totals`` (0–100)."""
    if not totals:
        return Summary(None, None, 0, assigned, vetoed)
    middle = Decimal(mean(totals)).quantize(_CENT, ROUND_HALF_UP)
    return Summary(middle, max(totals) - min(totals), len(totals), assigned, vetoed)
