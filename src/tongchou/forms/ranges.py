"""A target between two values, kept as the text people type: ``80～120``, money in 万元."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from django.utils.translation import gettext as _

from tongchou.forms.definition import Indicator
from tongchou.forms.typed import parse
from tongchou.forms.values import Malformed, clean_value

_BETWEEN = re.compile(r"\s*(?:~|—+|–|至|到|(?<=[\d%元万 ])-)\s*")


def bounds(indicator: Indicator, text: str) -> tuple[Decimal, Decimal]:
    """The least and the most that ``text`` names, in the stored unit (money in fen). Raises :class:`Malformed`."""
    low, high = (Decimal(str(value)) for value in _values(indicator, text))
    return low, high


def canonical(indicator: Indicator, text: str) -> str:
    """``text`` as it is stored, however it was typed. Raises :class:`Malformed`."""
    _values(indicator, text)
    low, high = _typed(text)
    return f"{low}～{high}"


def _typed(text: str) -> list[str]:
    parts = [part.strip() for part in _BETWEEN.split(unicodedata.normalize("NFKC", text).strip())]
    if len(parts) != 2 or not all(parts):
        raise Malformed(_("应为起止两个数，例如 80～120"))
    return [part.replace(",", "") for part in parts]


def _values(indicator: Indicator, text: str) -> list[float]:
    holder = indicator.value_field
    low, high = (clean_value(holder, parse(holder, [part])) for part in _typed(text))
    if low > high:
        raise Malformed(_("应先写小的数，再写大的数"))
    return [low, high]
