"""Checking the shape of a pack's parts: unknown keys, missing keys, wrong types, told in Chinese with the remedy.

What is misshapen is taken out and the rest read again, so that the other checks can go on and every mistake shows at once.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tongchou.programmes.marks import ItemPath, Mark, Problem, Source
from tongchou.programmes.model_walk import keys_of, model_at
from tongchou.programmes.names import nearest

ROUNDS_OF_MENDING = 20
UNREAD = "unread"
"""The document that the stand-in of a cite names."""
_STAND_INS: dict[str, Any] = {
    "version": "0",
    "name": "…",
    "summary": "…",
    "number": 999,
    "horizon": 2100,
    "cite": [f"{UNREAD} …"],
}
"""For what a whole part can't be read without and nothing else refers to: so that the rest of it is checked."""

M = TypeVar("M", bound=BaseModel)

_BOUNDS = {"ge": "不小于", "gt": "大于", "le": "不大于", "lt": "小于"}


@dataclass(slots=True)
class Shaped(Generic[M]):
    """A part as far as it could be read. ``ghosts`` are codes of what had to be left out: they are not unknown."""

    model: M | None
    source: Source
    problems: list[Problem] = field(default_factory=list)
    ghosts: set[str] = field(default_factory=set)


def shape(model: type[M], source: Source) -> Shaped[M]:
    """Read ``source`` as ``model``; takes what is misshapen out of ``source`` (data and marks alike)."""
    source.model = model
    shaped: Shaped[M] = Shaped(None, source)
    seen: set[Problem] = set()
    for _ in range(ROUNDS_OF_MENDING):
        try:
            shaped.model = model.model_validate(source.data)
        except ValidationError as error:
            details = error.errors(include_url=False)
            for detail in details:
                problem = _problem(model, source, detail)
                if problem not in seen:
                    seen.add(problem)
                    shaped.problems.append(problem)
            if not _take_out(model, source, details, shaped.ghosts):
                break
        else:
            break
    return shaped


def _problem(model: type[BaseModel], source: Source, detail: ErrorDetails) -> Problem:
    path, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    key, value = (path[-1] if path else ""), detail["input"]
    if isinstance(key, int):
        key = f"第 {key + 1} 项"
    shown = str(value) if isinstance(value, str | int | float | date) else type(value).__name__
    match kind:
        case "extra_forbidden":
            around = model_at(model, path[:-1])
            return source.problem(
                path, f"不认识的键“{key}”", nearest(str(key), keys_of(around)) if around else "删去它"
            )
        case "missing":
            return source.problem(path, f"缺少“{key}”", f"补写 {key}")
        case "literal_error":
            options = [
                o.strip("' ") for o in str(context.get("expected", "")).replace(" or ", ",").split(",")
            ]
            return source.problem(path, f"“{key}”不能是“{shown}”", nearest(shown, options))
        case "string_type":
            remedy = f'加上引号，写成 "{shown}"' if not isinstance(value, list | dict) else "写成一段文字"
            return source.problem(path, f"“{key}”应为文字", remedy)
        case "string_pattern_mismatch":
            return source.problem(
                path, f"“{shown}”的写法不对", _pattern_remedy(str(context.get("pattern", "")))
            )
        case "string_too_short":
            return source.problem(path, f"“{key}”不能为空", "写上内容")
        case "string_too_long":
            most = context.get("max_length")
            return source.problem(path, f"“{key}”有 {len(shown)} 字，最多 {most} 字", "缩短")
        case "finite_number":
            return source.problem(path, f"“{key}”应为有限的数", "写成普通数字")
        case "too_short":
            return source.problem(
                path, f"“{key}”至少应有 {context.get('min_length', 1)} 项", "补上，或把整条删去"
            )
        case "list_type":
            return source.problem(path, f"“{key}”应为列表", "写成 [ … ]，或每项一行、以“- ”开头")
        case "int_type" | "int_parsing" | "int_parsing_size" | "int_from_float":
            return source.problem(path, f"“{key}”应为整数，现为“{shown}”", "写成不带引号的整数")
        case "float_type" | "float_parsing":
            return source.problem(path, f"“{key}”应为数字，现为“{shown}”", "写成不带引号的数字")
        case "bool_type" | "bool_parsing":
            return source.problem(path, f"“{key}”应为 true 或 false，现为“{shown}”", "写 true 或 false")
        case "model_type" | "dict_type":
            return source.problem(path, f"“{key}”应为“键: 值”", "按格式说明展开书写")
        case "greater_than_equal" | "greater_than" | "less_than_equal" | "less_than":
            bound = next(f"{words} {context[name]}" for name, words in _BOUNDS.items() if name in context)
            return source.problem(path, f"“{key}”的值 {shown} 超出范围", f"应{bound}")
        case _ if kind.startswith("date"):
            return source.problem(path, f"“{shown}”不是日期", "写成 2023-08-22")
        case _:
            return source.problem(path, f"“{key}”有误：{detail['msg']}", "按格式说明改正")


def _pattern_remedy(pattern: str) -> str:
    if " " in pattern:
        return '写成“文件编号 条款”，如 "guide-04 二.3"'
    if "{6}" in pattern:
        return '写六位地区代码并加引号，如 "220000"'
    return "只用小写字母、数字和下划线（字段编码）或连字符，字母开头"


def _take_out(model: type[BaseModel], source: Source, details: list[ErrorDetails], ghosts: set[str]) -> bool:
    """Take out the smallest part that holds each mistake; ``False`` where the whole cannot be read without it."""
    cuts: set[ItemPath] = set()
    for detail in details:
        path = detail["loc"]
        is_extra = detail["type"] == "extra_forbidden"
        droppable = detail["type"] != "missing" and bool(path) and isinstance(path[-1], str)
        if is_extra or (droppable and _is_optional(model, path)):
            cuts.add(path)
        else:
            depth = next((i for i in range(len(path), 0, -1) if isinstance(path[i - 1], int)), 0)
            if not depth and len(path) == 1 and path[0] in _STAND_INS:
                source.data[str(path[0])] = deepcopy(_STAND_INS[str(path[0])])
                ghosts.add(UNREAD)
                continue
            if not depth:
                return False
            cuts.add(path[:depth])
    for cut in sorted(cuts, key=_back_to_front, reverse=True):
        _cut(source, cut, ghosts)
    return True


def _back_to_front(path: ItemPath) -> tuple[tuple[int, str], ...]:
    """Sorts later items of a list after earlier ones, so that cutting from the back keeps the numbers valid."""
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)


def _cut(source: Source, path: ItemPath, ghosts: set[str]) -> None:
    data: Any = source.data
    mark: Mark = source.mark
    for step in path[:-1]:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return  # went with a part around it
        mark = mark.parts[step] if mark.parts else mark  # type: ignore[index]  # parts mirror the data
    try:
        gone = data.pop(path[-1])
    except (KeyError, IndexError, TypeError, AttributeError):
        return
    if isinstance(data, dict) and len(path) > 1 and "code" in data:
        ghosts.add(str(data["code"]))  # what is left of it is not what was meant
    if mark.parts is not None:
        mark.parts.pop(path[-1])  # type: ignore[arg-type]
    _haunt(gone, ghosts)


def _haunt(gone: Any, ghosts: set[str]) -> None:
    if isinstance(gone, dict):
        ghosts.update(str(gone[key]) for key in ("code", "id", "value") if key in gone)
        for part in gone.values():
            _haunt(part, ghosts)
    elif isinstance(gone, list):
        for part in gone:
            _haunt(part, ghosts)


def _is_optional(model: type[BaseModel], path: ItemPath) -> bool:
    around = model_at(model, path[:-1])
    if around is None:
        return False
    for name, info in around.model_fields.items():
        if path[-1] in {name, info.alias}:
            return not info.is_required()
    return False
