"""One answer in a cell, both ways: what is written, what the cell may hold, and what it is read back as."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from tongchou.documents.form_workbook.layout import CLEAR
from tongchou.forms import typed
from tongchou.forms.definition import FieldDef
from tongchou.forms.display import show, show_number, wan_of
from tongchou.forms.values import EARLIEST, LARGEST_NUMBER, LATEST, Malformed, clean_value, longest_text

NUMBERS = frozenset({"integer", "number", "money", "percent"})
TEXTS = frozenset({"text", "longtext"})
FIRST_SERIAL = date(1899, 12, 30)
_SEPARATORS = "、，,;；\n\r\t 　"
MOST_TOLD = 30
"""Choices of several that are told beside the cell, where no list can be offered in it."""
_NOISE = 9
"""Decimals kept of a number in a cell: beyond these stands what a formula's binary fractions leave."""


# ---------------------------------------------------------------- out


def written(field: FieldDef, value: Any) -> str | float | date | None:
    """What stands in the cell for a stored value."""
    if value is None:
        return None
    match field.type:
        case "choice":
            return show(field, value)
        case "multichoice":
            return "\n".join(show(field, [one]) for one in value)
        case "yesno":
            return "是" if value else "否"
        case "date":
            return date.fromisoformat(value)
        case "money":
            return float(wan_of(value))
        case _:
            return value if isinstance(value, int | float) else str(value)


def validation(field: FieldDef, lists: Mapping[tuple[str, ...], str]) -> dict[str, Any] | None:
    """What Excel itself checks in the cell; ``lists`` are the ranges of choices. Limits warn, as the form does."""
    given: dict[str, Any] = {"ignore_blank": True, "error_title": "请核对", "error_type": "warning"}
    if hint := requirement(field):
        given |= {"input_title": field.label[:32], "input_message": hint[:255]}
    if field.type == "choice":
        source = lists[labels(field)]
        return given | {"validate": "list", "source": source, "error_message": "请从列表中选择。"}
    if field.type == "yesno":
        return given | {"validate": "list", "source": ["是", "否"], "error_message": "请选择“是”或“否”。"}
    if field.type in NUMBERS:
        low, high = (_in_cell(field, bound) for bound in field.bounds)
        kind = "integer" if field.type == "integer" else "decimal"
        return given | {
            "validate": kind,
            "criteria": "between",
            "minimum": -LARGEST_NUMBER if low is None else low,
            "maximum": LARGEST_NUMBER if high is None else high,
            "error_message": f"{hint or '请填数字'}。",
        }
    if field.type == "date":
        between = {"criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
        return given | {"validate": "date", **between, "error_message": "请填日期，例如 2023-09-01。"}
    if field.type in TEXTS and field.max_length:
        return given | {
            "validate": "length",
            "criteria": "<=",
            "value": field.max_length,
            "error_message": f"不超过 {field.max_length} 字。",
        }
    return given | {"validate": "any"} if hint else None


def labels(field: FieldDef) -> tuple[str, ...]:
    return tuple(choice.label for choice in field.choices)


def _in_cell(field: FieldDef, bound: float | None) -> float | None:
    if bound is None or field.type != "money":
        return bound
    return float(Decimal(repr(bound)) / typed.FEN_PER_WAN)


def requirement(field: FieldDef) -> str:
    """What may stand in the cell, in a line."""
    parts = []
    match field.type:
        case "choice":
            parts.append("从列表中选择")
        case "multichoice":
            offered = labels(field)
            told = "、".join(offered[:MOST_TOLD]) + (
                f"等 {len(offered)} 项" if len(offered) > MOST_TOLD else ""
            )
            parts.append(f"可多选，用顿号或换行分开：{told}")
        case "yesno":
            parts.append("填“是”或“否”")
        case "date":
            parts.append("日期，如 2023-09-01")
        case "integer":
            parts.append("整数")
        case "money":
            parts.append("金额，以万元为单位，最多 6 位小数")
        case "percent":
            parts.append("百分数，只填数字，如 85 表示 85%")
        case "number":
            parts.append(f"数字，最多 {field.decimals} 位小数" if field.decimals is not None else "数字")
    if field.type in NUMBERS:
        low, high = (_in_cell(field, bound) for bound in field.bounds)
        if low is not None:
            parts.append(f"不小于 {show_number(low)}")
        if high is not None:
            parts.append(f"不大于 {show_number(high)}")
    if field.type in TEXTS and field.max_length:
        parts.append(f"不超过 {field.max_length:,} 字")
    return "；".join(parts)


# ---------------------------------------------------------------- in


def is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def read(field: FieldDef, cell: Any) -> Any:
    """The JSON value of a cell that is not blank, as ``forms.answers.clean`` takes it. Raises :class:`Malformed`.

    Text is read as typed on the screen: full-width digits, thousands, 2023年9月1日. Numbers where text is asked become
    text, serial numbers where a day is asked become days.
    """
    kind = field.type
    if type(cell) is float and kind in NUMBERS:
        return _number(field, cell)
    if isinstance(cell, str):
        if kind in TEXTS and cell[0] not in "#（ \t\n\u3000":  # nearly every text
            return cell
        if cell.startswith("#") and cell.rstrip("!?").isupper():
            raise Malformed(_("单元格里的公式出错（%(cell)s），请改为填数值") % {"cell": cell})
        if cell.strip() == CLEAR:
            return None
        if kind in TEXTS:
            return cell
        if kind == "choice":
            return _choice(field, cell.strip())
        if kind == "multichoice":
            return _choices(field, cell)
        return typed.parse(field, [cell])
    if kind in NUMBERS and isinstance(cell, int) and not isinstance(cell, bool):
        return _number(field, cell)
    if kind == "yesno" and isinstance(cell, bool):
        return cell
    if kind == "date":
        return _day(field, cell)
    text = plain(cell)
    if kind in TEXTS:
        return text
    return _choice(field, text) if kind == "choice" else typed.parse(field, [text])


def reader(field: FieldDef) -> Callable[[Any], Any]:
    """How the cells of one field are read and cleaned, for many of them: as :func:`read` and ``clean_value`` do.

    What is plainly right, as nearly every cell is, goes neither way. Raises :class:`Malformed`.
    """
    plainly = _PLAINLY.get(field.type)
    right = plainly(field) if plainly else None

    def take(cell: Any) -> Any:
        value = right(cell) if right else None
        return clean_value(field, read(field, cell)) if value is None else value

    return take


def _plain_text(field: FieldDef) -> Callable[[Any], str | None]:
    longest = longest_text(field)

    def right(cell: Any) -> str | None:
        fits = (
            type(cell) is str
            and cell.isprintable()
            and cell[0] not in "#（ "
            and cell[-1] != " "
            and len(cell) <= longest
            and unicodedata.is_normalized("NFC", cell)
        )
        return cell if fits else None

    return right


def _plain_integer(_field: FieldDef) -> Callable[[Any], int | None]:
    def right(cell: Any) -> int | None:
        fits = type(cell) is float and abs(cell) <= LARGEST_NUMBER and cell.is_integer()
        return int(cell) if fits else None

    return right


def _plain_money(_field: FieldDef) -> Callable[[Any], int | None]:
    def right(cell: Any) -> int | None:
        if type(cell) is not float or not abs(cell) <= LARGEST_NUMBER / typed.FEN_PER_WAN:
            return None
        fen = round(cell * typed.FEN_PER_WAN, 3)
        return int(fen) if fen.is_integer() else None

    return right


def _plain_number(field: FieldDef) -> Callable[[Any], float | None]:
    decimals = field.decimals

    def right(cell: Any) -> float | None:
        if type(cell) is not float or not abs(cell) <= LARGEST_NUMBER:
            return None
        number = round(cell, _NOISE) + 0.0
        return number if decimals is None or number == round(number, decimals) else None

    return right


def _plain_choice(field: FieldDef) -> Callable[[Any], str | None]:
    known: dict[str, str] = {}
    for choice in field.choices:
        for word in (choice.label, choice.value):
            if not word.startswith("#"):
                known.setdefault(word, choice.value)
    return lambda cell: known.get(cell) if type(cell) is str else None


def _plain_day(_field: FieldDef) -> Callable[[Any], str | None]:
    def right(cell: Any) -> str | None:
        return cell.isoformat() if type(cell) is date and EARLIEST <= cell <= LATEST else None

    return right


_PLAINLY: dict[str, Callable[[FieldDef], Callable[[Any], Any]]] = {
    "text": _plain_text,
    "longtext": _plain_text,
    "integer": _plain_integer,
    "money": _plain_money,
    "number": _plain_number,
    "percent": _plain_number,
    "choice": _plain_choice,
    "date": _plain_day,
}


def _number(field: FieldDef, cell: float) -> float | int:
    if abs(cell) > LARGEST_NUMBER:
        raise Malformed(_("数字过大，请核对单位"))
    if field.type == "money":
        fen = round(cell * typed.FEN_PER_WAN, 3)
        if fen != int(fen):
            raise Malformed(_("金额以万元为单位，最多保留 6 位小数（精确到分）"))
        return int(fen)
    number = round(cell, _NOISE)
    if field.type == "integer":
        if number != int(number):
            raise Malformed(_("应为整数，不带小数"))
        return int(number)
    return float(number)


def _day(field: FieldDef, cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        days = int(cell)
        if (EARLIEST - FIRST_SERIAL).days <= days <= (LATEST - FIRST_SERIAL).days:
            return (FIRST_SERIAL + timedelta(days=days)).isoformat()
        text = str(days)
        if len(text) == 8:  # 20230901
            return typed.parse(field, [f"{text[:4]}-{text[4:6]}-{text[6:]}"])
    return typed.parse(field, [plain(cell)])


def plain(cell: Any) -> str:
    """A cell's text as people see it: no ``.0`` behind a whole number."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return f"{Decimal(repr(round(cell, _NOISE))).normalize():f}"
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


def _choice(field: FieldDef, text: str) -> str:
    for choice in field.choices:
        if text in (choice.label, choice.value):
            return choice.value
    raise _unknown(field, text)


def _choices(field: FieldDef, text: str) -> list[str]:
    """Labels one after another; the longest that fits goes first, so a label may hold a separator itself."""
    known = {choice.value: choice.value for choice in field.choices}
    known |= {choice.label: choice.value for choice in field.choices}
    words = sorted(known, key=len, reverse=True)
    found, rest = [], text.strip(_SEPARATORS)
    while rest:
        word = next((word for word in words if rest.startswith(word)), None)
        after = rest[len(word) :] if word else rest
        if word is None or (after and after[0] not in _SEPARATORS):
            raise _unknown(field, rest.split("\n")[0].strip(_SEPARATORS)[:40])
        found.append(known[word])
        rest = after.strip(_SEPARATORS)
    return found


def _unknown(field: FieldDef, text: str) -> Malformed:
    close = get_close_matches(text, labels(field), n=1, cutoff=0.5)
    if close:
        return Malformed(_("没有“%(text)s”这一选项，是否应为“%(close)s”") % {"text": text, "close": close[0]})
    offered = _("、").join(labels(field)[:12])
    return Malformed(_("没有“%(text)s”这一选项，可填：%(offered)s") % {"text": text, "offered": offered})
