"""Plain data as readable YAML, and as a change to YAML that a person wrote. Pure.

Blocks, short lists of plain values on one line, texts of several lines as such; text that YAML would read as a number, a
day or a truth value stands in double quotes.
"""

from __future__ import annotations

import io
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

_SHORT = 100
_FEW = 2
"""A part of so few keys (a choice) stands on one line if it fits."""
_BLOCK = re.compile(r"\S.*\S\n?", re.DOTALL)
"""Text that a literal block holds exactly, if there is nothing odd in it."""
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|^[?]")
_AMBIGUOUS = re.compile(r"[-+.~\d][ -~]*$|$|(null|true|false|yes|no|on|off|y|n)$", re.IGNORECASE)


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 10_000
    yaml.preserve_quotes = True
    return yaml


def dumped(data: Any) -> str:
    """Data as a new file."""
    return _dump(_styled(data))


def merged(text: str, was: Any, now: Any) -> str:
    """The file's ``text`` with what differs between ``was`` (what it means) and ``now`` changed in it."""
    loaded = _yaml().load(text)
    return _dump(_merge(loaded, was, now))


def _dump(data: Any) -> str:
    out = io.StringIO()
    _yaml().dump(data, out)
    text = out.getvalue()
    if isinstance(data, list):  # the dashes of the outermost list stand at the margin
        return re.sub("(?m)^  ", "", text)
    return text


def _styled(value: Any) -> Any:
    if isinstance(value, dict):
        mapping = CommentedMap({key: _styled(part) for key, part in value.items()})
        if len(value) <= _FEW and _is_short([*value, *value.values()]):
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        items = CommentedSeq(_styled(part) for part in value)
        if _is_short(value):
            items.fa.set_flow_style()
        return items
    if isinstance(value, str):
        return _text(value)
    return value


def _is_short(values: list[Any]) -> bool:
    """Whether they fit on one line: plain values, not too long."""
    plain = all(not isinstance(part, dict | list) and "\n" not in str(part) for part in values)
    return plain and sum(len(str(part)) + 4 for part in values) <= _SHORT


def _text(value: str) -> str:
    if _ODD.search(value):
        return DoubleQuotedScalarString(value)
    if "\n" in value and _BLOCK.fullmatch(value) and not re.search(r" \n|\n ", value):
        return LiteralScalarString(value)
    return DoubleQuotedScalarString(value) if _AMBIGUOUS.match(value) else value


def _merge(node: Any, was: Any, now: Any) -> Any:
    """``node`` (as loaded, with its comments) brought from meaning ``was`` to meaning ``now``."""
    if was == now:
        return node
    if isinstance(node, CommentedMap) and isinstance(was, dict) and isinstance(now, dict):
        return _merge_map(node, was, now)
    if isinstance(node, CommentedSeq) and isinstance(was, list) and isinstance(now, list):
        return _merge_list(node, was, now)
    return _styled(now)


def _merge_map(node: CommentedMap, was: dict[str, Any], now: dict[str, Any]) -> CommentedMap:
    for key in was:
        if key not in now:
            node.pop(key, None)
    place = 0
    for key, value in now.items():
        if key in node:
            if key not in was or was[key] != value:
                node[key] = _merge(node[key], was.get(key), value)
            place = list(node).index(key) + 1
        else:
            node.insert(place, key, _styled(value))
            place += 1
    return node


def _merge_list(node: CommentedSeq, was: list[Any], now: list[Any]) -> CommentedSeq:
    """Items are told by their code; those without are new where they differ."""
    if len(node) != len(was):
        return CommentedSeq(_styled(item) for item in now)
    old = {_name(item): number for number, item in enumerate(was)}
    if [_name(item) for item in was] == [_name(item) for item in now]:
        for number, item in enumerate(now):
            if was[number] != item:
                node[number] = _merge(node[number], was[number], item)
        return node
    items = [
        _merge(node[old[_name(item)]], was[old[_name(item)]], item) if _name(item) in old else _styled(item)
        for item in now
    ]
    kept = [old.get(_name(item)) for item in now]
    comments = {new: node.ca.items[number] for new, number in enumerate(kept) if number in node.ca.items}
    node[:] = items
    node.ca.items.clear()
    node.ca.items.update(comments)
    return node


def _name(item: Any) -> Any:
    if isinstance(item, dict):
        return next((item[key] for key in ("code", "id", "value", "name") if key in item), repr(item))
    return item
