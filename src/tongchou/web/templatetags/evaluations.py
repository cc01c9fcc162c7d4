"""How an evaluation's scheme reads on screen, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from tongchou.monitoring.evaluation_models import LevelScore, Measure
from tongchou.programmes.evaluation_format import Consequence, Evaluation, Grade, Share

register = template.Library()


@register.filter
def held_when(scheme: Evaluation) -> str:
    """When it is held."""
    if scheme.kind == "period":
        return _("每 %(n)s 年一个周期，期满进行") % {"n": scheme.years}
    return _("每年一次") if scheme.kind == "yearly" else _("不定期抽检")


@register.filter
def shares(rows: Sequence[Share]) -> str:
    """What each level's mark counts."""
    return _("、").join(f"{_(LevelScore.Level(row.level).label)} {row.weight:g}%" for row in rows)


@register.filter
def grades(rows: Sequence[Grade]) -> str:
    """The grades with the marks from which they count, where marks are given."""
    return _("、").join(
        row.name
        if row.least is None
        else _("%(grade)s（%(n)s 分起）") % {"grade": row.name, "n": f"{row.least:g}"}
        for row in rows
    )


@register.filter
def follows(consequence: Consequence) -> str:
    """What a consequence does, and in how many days."""
    does = _(Measure.Does(consequence.does).label)
    if consequence.days:
        return _("%(does)s（%(n)s 天）") % {"does": does, "n": consequence.days}
    return does


@register.filter
def weight(value: Any) -> str:
    """A share as applied, in per cent."""
    return f"{float(value):.4g}%"


@register.filter
def level(code: str) -> str:
    """The level that marked."""
    return _(LevelScore.Level(code).label)
