"""How a value of a pack stands in a cell, exactly: text for text, numbers for numbers, several in one cell.

A blank cell is a key that is not written. What a blank cannot say has words: :data:`EMPTY` for "none" or an empty list
where the default is another, :data:`EMPTY_TEXT` for an empty text. Text that looks like one of these, or holds what a
cell cannot, stands as JSON after a backslash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Annotated, Any, Literal, get_args, get_origin

from tongchou.programmes.model_walk import bare

EMPTY = "（空）"
EMPTY_TEXT = "（空文字）"
MORE = "（续）"
"""In the first cell of a row: it goes on with the row above, whose text is too long for one cell."""
_WORDS = {EMPTY, EMPTY_TEXT, MORE}
_UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SEPARATORS = re.compile(r"[、，,;；\s]+")
_MOST_DIGITS = 15
"""A cell keeps so many digits of a number."""

Cell = str | float | int | bool


class CellError(ValueError):
    """A cell that cannot be read: what is wrong, and the remedy."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


@dataclass(frozen=True)
class Kind:
    """``name``: text, integer, number, yesno, date, choice, codes (several in a line), lines (one a line), or json.

    ``options``: the fixed values, of ``choice`` and ``codes``.
    """

    name: Literal["text", "integer", "number", "yesno", "date", "choice", "codes", "lines", "json"]
    options: tuple[str, ...] = ()

    @property
    def is_list(self) -> bool:
        return self.name in {"codes", "lines"}


def kind_of(annotation: Any) -> Kind:
    """The kind of cell for values of a type."""
    inner = bare(annotation)
    simple: dict[Any, Kind] = {
        str: Kind("text"),
        bool: Kind("yesno"),
        int: Kind("integer"),
        float: Kind("number"),
        date: Kind("date"),
    }
    if inner in simple:
        return simple[inner]
    if options := _options(inner):
        return Kind("choice", options)
    if get_origin(inner) is list:
        item = get_args(inner)[0]
        if options := _options(bare(item)):
            return Kind("codes", options)
        if bare(item) is str:
            return Kind("codes" if _is_code(item) else "lines")
    return Kind("json")


def _options(annotation: Any) -> tuple[str, ...]:
    values = get_args(annotation) if get_origin(annotation) is Literal else ()
    return values if all(isinstance(value, str) for value in values) else ()


def _is_code(annotation: Any) -> bool:
    """Whether its texts have a pattern that no separator can match."""
    if get_origin(annotation) is not Annotated:
        return False
    patterns = [getattr(meta, "pattern", None) or "" for meta in get_args(annotation)[1:]]
    classes = [re.sub(r"\{\d+(,\d*)?\}|\\\.", "", str(pattern)) for pattern in patterns if pattern]
    return any(not re.search(r"[\s\\.、，,;；]", pattern) for pattern in classes)


# ---------------------------------------------------------------- out


def written(kind: Kind, value: Any, words: Mapping[str, str]) -> Cell:
    """What stands in the cell for a value of a part's JSON."""
    if value is None or (kind.is_list and value == []):
        return EMPTY
    match kind.name:
        case "yesno":
            return plain(value)
        case "integer" | "number":
            return value if _fits(value) else repr(value)
        case "choice":
            return words[value] or EMPTY_TEXT
        case "codes":
            return "、".join(words.get(item, item) for item in value)
        case "lines":
            return "\n".join(_text_out(item, one_line=True) for item in value)
        case "json":
            return json.dumps(value, ensure_ascii=False)
        case _:
            return _text_out(str(value), one_line=False)


def _fits(value: float) -> bool:
    return float(f"{value:.{_MOST_DIGITS}g}") == value


def _text_out(text: str, *, one_line: bool) -> str:
    if text == "":
        return EMPTY_TEXT
    odd = text in _WORDS or text.startswith("\\") or _UNWRITABLE.search(text)
    if odd or (one_line and (text != text.strip() or "\n" in text)):
        plain = json.dumps(text, ensure_ascii=bool(_UNWRITABLE.search(text)))[1:-1]
        return "\\" + re.sub(r"^\s|\s$", lambda found: f"\\u{ord(found[0]):04x}", plain)
    return text


# ---------------------------------------------------------------- in


def read(kind: Kind, cell: Any, words: Mapping[str, str]) -> Any:
    """The value of a cell that is not blank, as JSON. Raises :class:`CellError`."""
    if isinstance(cell, str) and cell.strip() == EMPTY:
        return [] if kind.is_list else None
    match kind.name:
        case "yesno":
            return _yes_or_no(cell)
        case "integer" | "number":
            return _number(cell, whole=kind.name == "integer")
        case "date":
            return _day(cell)
        case "choice":
            return _word(plain(cell).strip(), words)
        case "codes":
            items = [item for item in _SEPARATORS.split(plain(cell)) if item]
            return [_word(item, words) for item in items] if kind.options else items
        case "lines":
            return [_text_in(line.strip()) for line in plain(cell).split("\n") if line.strip()]
        case "json":
            return _json(plain(cell))
        case _:
            return _text_in(plain(cell))


def plain(cell: Any) -> str:
    """A cell's text: Excel makes a number of ``2023`` and a day of ``2023-08-22``."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 10**_MOST_DIGITS:
        return str(int(cell))
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    return str(cell)


def _text_in(text: str) -> str:
    if text == EMPTY_TEXT:
        return ""
    if not text.startswith("\\"):
        return text
    try:
        return str(json.loads(f'"{text[1:]}"', strict=False))
    except ValueError:
        raise CellError("以反斜杠开头的文字读不出来", "开头要写反斜杠的，写成三个反斜杠") from None


def _yes_or_no(cell: Any) -> bool:
    known = {"是": True, "否": False, "true": True, "false": False, "1": True, "0": False}
    text = plain(cell).strip().lower()
    if text not in known:
        raise CellError(f"“{text}”不是“是”或“否”", "填“是”或“否”")
    return known[text]


def _number(cell: Any, *, whole: bool) -> float | int:
    text = plain(cell).strip().replace(",", "").replace("，", "")
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        raise CellError(f"“{text}”不是数", "填一个整数" if whole else "填一个数，不带单位") from None
    if not whole:
        return number
    if not number.is_integer():
        raise CellError(f"“{text}”不是整数", "填一个整数")
    return int(number)


def _day(cell: Any) -> str:
    text = plain(cell).strip()
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    try:
        return date(*map(int, found.groups())).isoformat() if found else date.fromisoformat(text).isoformat()
    except ValueError:
        raise CellError(f"“{text}”不是日期", "写成 2023-08-22") from None


def _word(text: str, words: Mapping[str, str]) -> str:
    """The fixed value that a Chinese word, or the value itself, stands for."""
    values = {word: value for value, word in words.items()}
    text = "" if text == EMPTY_TEXT else text
    if text in values:
        return values[text]
    if text in words:
        return text
    close = get_close_matches(text, [*values, *words], n=1, cutoff=0.5)
    shown = "、".join(filter(None, values))
    raise CellError(f"不能是“{text}”", f"是否应为“{close[0]}”？" if close else f"可填：{shown}")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise CellError("不是 JSON", "照样例的写法改") from None


def blank(cell: Any) -> bool:
    return cell is None or cell == ""


def longest(values: Sequence[str]) -> int:
    """Columns that the widest line of some texts takes: a Chinese character takes two."""
    lines = [line for value in values for line in value.split("\n")]
    return max((sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in lines), default=0)
