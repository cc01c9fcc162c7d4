"""What people type, turned into JSON values: full-width digits, thousands, 万元, 2023年9月1日.

Nothing is guessed: text that is not plainly an answer is refused with an example of one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tongchou.forms.definition import FieldDef
from tongchou.forms.values import LARGEST_NUMBER, Malformed

FEN_PER_WAN = 1_000_000
LONGEST_NUMBER = 40

_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d*)?|[+-]?\.\d+")
_DAY = re.compile(r"(\d{4})(?:年|-|/|\.)(\d{1,2})(?:月|-|/|\.)(\d{1,2})日?")
_YES = {"yes", "true", "on", "1", "是", "有"}
_NO = {"no", "false", "off", "0", "否", "无"}


def parse(field: FieldDef, texts: Sequence[str]) -> Any:
    """The JSON value of what was typed (or ticked) for one field; ``None`` for nothing. Raises :class:`Malformed`."""
    if field.type == "multichoice":
        return [text for text in texts if text]
    if len(texts) > 1:
        raise Malformed(_("同一项提交了多个值"))
    text = texts[0] if texts else ""
    if field.type in {"text", "longtext"}:
        return text
    if not text.strip():
        return None
    if field.type == "choice":
        return text
    if len(text) > LONGEST_NUMBER:
        raise Malformed(_("内容过长"))
    plain = unicodedata.normalize("NFKC", text).strip()
    if field.type == "date":
        return _day(plain)
    if field.type == "yesno":
        return _yesno(plain)
    if field.type == "money":
        return fen_of(plain)
    number = decimal_of(plain.removesuffix("%") if field.type == "percent" else plain)
    if field.type == "integer":
        if number != int(number):
            raise Malformed(_("应为整数，不带小数"))
        return int(number)
    return float(number)


def fen_of(text: str) -> int:
    """万元 as typed, up to six decimals, to the exact fen."""
    fen = decimal_of(text.removesuffix("万元").removesuffix("万")) * FEN_PER_WAN
    if fen != int(fen):
        raise Malformed(_("金额以万元为单位，最多保留 6 位小数（精确到分）"))
    return int(fen)


def decimal_of(text: str) -> Decimal:
    """A number as typed, with or without thousands. Raises :class:`Malformed`."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        raise Malformed(_("应为数字，例如 1,234.5"))
    number = Decimal(text.replace(",", ""))
    if abs(number) > LARGEST_NUMBER:
        raise Malformed(_("数字过大，请核对单位"))
    return number


def _day(text: str) -> str:
    if not (parts := _DAY.fullmatch(text.replace(" ", ""))):
        raise Malformed(_("应为日期，例如 2023-09-01"))
    year, month, day = map(int, parts.groups())
    return f"{year:04}-{month:02}-{day:02}"


def _yesno(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise Malformed(_("应答“是”或“否”"))
