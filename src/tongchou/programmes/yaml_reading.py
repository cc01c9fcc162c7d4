"""Reading YAML as plain data with the place of every value. Pure, and safe with files that mean harm.

Built from the nodes of the text, not by a loader: so all doubled keys and odd values of a file are told at once, each where
it stands, nothing is made but texts, numbers, days, truth values, lists and mappings, and a text that unfolds without end
(aliases of aliases) is given up in time. What reads as no number or day stays text: the shape says what was expected.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from tongchou.programmes import yaml_nodes
from tongchou.programmes.marks import Mark

LONGEST = 300_000
"""Characters of a file; a form of a hundred fields has about 20,000."""
MOST_VALUES = 50_000
DEEPEST = 40
_BIGGEST = 10**18

_TAG = "tag:yaml.org,2002:"
_MERGE = f"{_TAG}merge"
_PLAIN = {f"{_TAG}{name}" for name in ("str", "null", "bool", "int", "float", "timestamp", "map", "seq")}
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SYNTAX = "核对缩进、引号和冒号，同一层不要有重复的键"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the text itself; line and column count from 1."""

    line: int
    column: int
    message: str
    remedy: str


@dataclass(slots=True)
class Loaded:
    """A file's ``data`` and marks, and the faults met. Not ``whole``: it could not be read to the end."""

    data: Any
    mark: Mark
    faults: list[Fault] = field(default_factory=list)
    whole: bool = True


def load(text: str, file: str) -> Loaded:
    """Read one document. Never raises for what stands in ``text``."""
    out = Loaded(None, Mark(file, 1, 1))
    text = text.removeprefix("\ufeff")
    if len(text) > LONGEST:
        return _given_up(out, f"文件有 {len(text)} 个字符，最多 {LONGEST} 个", "分成几个文件")
    try:
        node = yaml_nodes.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = str(error.problem or error.context or "").splitlines()
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return _given_up(out, f"YAML 写法有误：{what[0] if what else ''}", _SYNTAX, line, column)
    except RecursionError:
        return _given_up(out, "YAML 嵌套过深", "核对括号是否成对")
    except (YAMLError, ValueError, TypeError, AttributeError, LookupError, AssertionError) as error:
        # ruamel.yaml meets some broken texts with errors of its own inside, not with a YAMLError
        return _given_up(out, f"YAML 写法有误：{next(iter(str(error).splitlines()), '')}", _SYNTAX)
    if node is None:
        return out
    try:
        out.data, out.mark = _Builder(out, file).build(node, Mark(file, 1, 1), ())
    except _TooMuchError as error:
        return _given_up(out, *error.args)
    return out


def _given_up(out: Loaded, message: str, remedy: str, line: int = 1, column: int = 1) -> Loaded:
    out.data, out.whole = None, False
    out.faults.append(Fault(line, column, fit(message), remedy))
    return out


def unfit(text: str) -> str:
    """The first character of a text that neither the database nor a document can hold, as ``U+0000``; empty: none."""
    found = _UNFIT.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def fit(text: str) -> str:
    """The text without such characters."""
    return _UNFIT.sub("", text)


class _TooMuchError(Exception):
    """More than is read: what, and the remedy."""


Node = Any  # of libyaml or of ruamel.yaml: both have id, tag, value and start_mark


class _Builder:
    """Makes plain data of nodes."""

    def __init__(self, out: Loaded, file: str) -> None:
        self.out = out
        self.file = file
        self.count = 0

    def fault(self, node: Node, message: str, remedy: str) -> None:
        at = node.start_mark
        self.out.faults.append(Fault(at.line + 1, at.column + 1, message, remedy))

    def mark(self, node: Node) -> Mark:
        return Mark(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def build(self, node: Node, mark: Mark, inside: tuple[int, ...]) -> tuple[Any, Mark]:
        self.count += 1
        if self.count > MOST_VALUES:
            raise _TooMuchError(f"YAML 展开后超过 {MOST_VALUES} 个值", "少用别名（&、*），或分成几个文件")
        if len(inside) > DEEPEST:
            raise _TooMuchError("YAML 嵌套过深", "核对括号和缩进")
        if str(node.tag) not in _PLAIN:
            self.fault(node, f"YAML 写法有误：不认识的标记 {fit(str(node.tag))}", "删去以“!”开头的标记")
        if id(node) in inside:
            self.fault(node, "YAML 写法有误：别名指向了它自己所在的内容", "把内容写出来，不用别名")
            return None, mark
        if node.id == "mapping":
            return self.mapping(node, mark, (*inside, id(node)))
        if node.id == "sequence":
            return self.sequence(node, mark, (*inside, id(node)))
        return self.scalar(node), mark

    def mapping(self, node: Node, mark: Mark, inside: tuple[int, ...]) -> tuple[Any, Mark]:
        data: dict[str, Any] = {}
        parts: dict[str, Mark] = {}
        merged: list[tuple[Any, Mark]] = []
        for key_node, value_node in node.value:
            if str(key_node.tag) == _MERGE:
                several = value_node.id == "sequence"
                sources = value_node.value if several else [value_node]
                merged += [self.build(source, self.mark(key_node), inside) for source in sources]
                continue
            key = self.key(key_node)
            value, part = self.build(value_node, self.mark(key_node), inside)
            if key in data:
                self.fault(key_node, f"YAML 写法有误：键“{key}”在同一层写了两遍", "只留一处")
                continue
            data[key], parts[key] = value, part
        for more, where in merged:
            if more is None:
                continue  # told already
            if not isinstance(more, dict) or not isinstance(where.parts, dict):
                self.fault(node, "YAML 写法有误：<< 后面应是“键: 值”", "把内容写出来，不用 <<")
                continue
            for key, value in more.items():
                if key not in data:
                    data[key], parts[key] = value, where.parts[key]
        mark.parts = parts
        return data, mark

    def key(self, node: Node) -> str:
        if node.id != "scalar":
            return "…"
        if bad := unfit(node.value):
            self.fault(node, f"键里有不能用的字符 {bad}", "删去这个字符")
        return fit(node.value)

    def sequence(self, node: Node, mark: Mark, inside: tuple[int, ...]) -> tuple[Any, Mark]:
        built = [self.build(item, self.mark(item), inside) for item in node.value]
        mark.parts = [where for _, where in built]
        return [value for value, _ in built], mark

    def scalar(self, node: Node) -> Any:
        text = str(node.value)
        if bad := unfit(text):
            self.fault(node, f"文字里有不能用的字符 {bad}", "删去这个字符")
            return fit(text)
        match str(node.tag).removeprefix(_TAG):
            case "null":
                return None
            case "bool" | "int" | "float" | "timestamp" as kind:
                try:
                    value = yaml_nodes.scalar(kind, text)
                except (ValueError, TypeError, LookupError, OverflowError, AttributeError, MarkedYAMLError):
                    return text
                return value if _is_plain(value) else text
        return text


def _is_plain(value: Any) -> bool:
    if isinstance(value, bool | float):
        return True
    if isinstance(value, int):
        return abs(value) < _BIGGEST
    return isinstance(value, date) and not (isinstance(value, datetime) and value.tzinfo is not None)
