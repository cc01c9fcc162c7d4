"""Cleaning one value: is it a well-formed answer to its field? What comes out is what is stored.

Stored formats: text (NFC, no control characters), ``int`` for integer and money (fen), ``float`` for number and percent,
ISO day for date, the value for choice, a list of values for multichoice, ``bool`` for yesno. ``None``: no answer.

Whether an answer is *enough* (limits, lengths, conditions) is a matter of :mod:`tongchou.forms.checks`; a draft may hold
answers that are not enough, never malformed ones.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongchou.forms.definition import FieldDef

LONGEST_TEXT = 2_000
LONGEST_LONGTEXT = 50_000
MOST_ROWS = 500
LARGEST_NUMBER = 10**15
"""Beyond this a double no longer holds every fen, and the facts' column would not hold the number."""
MOST_DECIMALS = 10
"""Beyond these stands only the noise of binary fractions; it is rounded away."""
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class Malformed(ValueError):  # noqa: N818 - the field's word for it
    """The value is no answer to the field; the text says why and what to do, without naming the field."""


def clean_value(field: FieldDef, raw: Any) -> Any:
    """One scalar answer from JSON, in its stored format. Raises :class:`Malformed`. Cleaning again changes nothing."""
    if raw is None or raw in ("", []):
        return None
    return _CLEANERS[field.type](field, raw)


def _text(field: FieldDef, raw: Any) -> str | None:
    if not isinstance(raw, str):
        raise Malformed(_("应为文字"))
    limit, text = longest_text(field), clean_text(raw)
    if len(text) > limit:
        raise Malformed(
            _("内容过长（%(count)s 字），最多可存 %(limit)s 字，请删减或改为上传附件")
            % {"count": f"{len(text):,}", "limit": f"{limit:,}"}
        )
    return text or None


def longest_text(field: FieldDef) -> int:
    """Characters that are stored at most; a draft may hold more than the field allows."""
    most = LONGEST_LONGTEXT if field.type == "longtext" else LONGEST_TEXT
    return max(most, field.max_length or 0)


def clean_text(raw: str) -> str:
    """Text as it is stored: one kind of line break, nothing a database or a PDF cannot hold, no blank ends."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isprintable():
        text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return unicodedata.normalize("NFC", text).strip()


def _integer(field: FieldDef, raw: Any) -> int:
    number = _finite(raw)
    if number != int(number):
        raise Malformed(_("应为整数，不带小数"))
    return int(number)


def _money(field: FieldDef, raw: Any) -> int:
    number = _finite(raw)
    if number != int(number):
        raise Malformed(_("金额应精确到分，不能有更小的零头"))
    return int(number)


def _number(field: FieldDef, raw: Any) -> float:
    number = round(float(_finite(raw)), MOST_DECIMALS)
    if field.decimals is not None:
        exponent = Decimal(repr(number)).normalize().as_tuple().exponent
        if isinstance(exponent, int) and -exponent > field.decimals:
            raise Malformed(_("最多保留 %(decimals)s 位小数") % {"decimals": field.decimals})
    return number + 0.0  # no negative zero


def _finite(raw: Any) -> int | float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise Malformed(_("应为数字"))
    if isinstance(raw, float) and not math.isfinite(raw):
        raise Malformed(_("应为数字"))
    if abs(raw) > LARGEST_NUMBER:
        raise Malformed(_("数字过大，请核对单位"))
    return raw


def _date(field: FieldDef, raw: Any) -> str:
    try:
        day = date.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 10 else None
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        raise Malformed(_("应为日期，例如 2023-09-01"))
    return day.isoformat()


def _choice(field: FieldDef, raw: Any) -> str:
    for choice in field.choices:
        if choice.value == raw:
            return choice.value
    raise Malformed(_("所选的值不在选项之中，请重新选择"))


def _multichoice(field: FieldDef, raw: Any) -> list[str]:
    if not isinstance(raw, list) or any(not isinstance(value, str) for value in raw):
        raise Malformed(_("应为若干选项"))
    known = [choice.value for choice in field.choices]
    if len(raw) > len(known) or not set(raw) <= set(known):
        raise Malformed(_("所选的值不在选项之中，请重新选择"))
    return [value for value in known if value in raw]


def _yesno(field: FieldDef, raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise Malformed(_("应答“是”或“否”"))
    return raw


_CLEANERS: dict[str, Callable[[FieldDef, Any], Any]] = {
    "text": _text,
    "longtext": _text,
    "integer": _integer,
    "number": _number,
    "money": _money,
    "percent": _number,
    "date": _date,
    "choice": _choice,
    "multichoice": _multichoice,
    "yesno": _yesno,
}
