"""What stored data knows by its code, and what a new version would do to it: lose it or give it another meaning. Pure.

An application keeps the edition it was begun with, so its own form stays readable. At stake is what reads across
editions: roll-ups by indicator, last year's figures, exemptions from quotas by field, quotas by step and variant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tongchou.forms.definition import Choice, FieldDef, Indicator
from tongchou.forms.schema import by_code, columns_of
from tongchou.programmes.diffing import words
from tongchou.programmes.diffing.change import Key
from tongchou.programmes.pack_format import TaskPack

_SAME_ANSWER = ({"text", "longtext"}, {"integer", "number", "computed"})
"""Types that hold the same kind of answer, so that one may become the other."""


@dataclass(frozen=True, slots=True)
class Stake:
    """What a new version does to one code that stored data may hold. ``said``: that, in Chinese."""

    key: Key
    severity: Literal["loses", "reinterprets"]
    said: str
    cite: tuple[str, ...] = ()


def stakes(old: TaskPack, new: TaskPack) -> dict[Key, Stake]:
    """Every code of ``old`` that ``new`` takes away or gives another meaning."""
    found = [*_indicators(old, new), *_fields(old, new)]
    for part, before, after in (
        ("step", old.steps, new.steps),
        ("variant", old.variants, new.variants),
    ):
        kept = {item.code for item in after}
        found += [
            Stake(
                Key(old.code, part, item.code),
                "loses",
                f"{words.PARTS[part]}“{item.name}”（{item.code}）被取消",
                tuple(item.cite),
            )
            for item in before
            if item.code not in kept
        ]
    return {stake.key: stake for stake in found}


def same_answer(old: str, new: str) -> bool:
    """Whether fields of these types hold the same kind of answer."""
    return old == new or any({old, new} <= same for same in _SAME_ANSWER)


def _indicators(old: TaskPack, new: TaskPack) -> Iterator[Stake]:
    now = {indicator.code: indicator for indicator in new.indicators}
    for was in old.indicators:
        key, name, cite = (
            Key(old.code, "indicator", was.code),
            f"指标“{was.name}”（{was.code}）",
            tuple(was.cite),
        )
        indicator = now.get(was.code)
        if indicator is None:
            yield Stake(key, "loses", f"{name}被取消", cite)
            continue
        cite = tuple(indicator.cite)
        if _holds(was) != _holds(indicator):
            change = f"的目标由 {_GOALS[was.goal]}改为{_GOALS[indicator.goal]}"
            yield Stake(key, "reinterprets", f"指标“{indicator.name}”（{was.code}）{change}", cite)
        elif (was.kind, was.unit) != (indicator.kind, indicator.unit):
            change = f"由 {_measure(was)}改为 {_measure(indicator)}"
            yield Stake(key, "reinterprets", f"指标“{indicator.name}”（{was.code}）{change}", cite)
        elif was.kind == "choice":
            yield from _choices(old.code, was.code, name, was.choices, indicator.choices, cite)


def _fields(old: TaskPack, new: TaskPack) -> Iterator[Stake]:
    now = by_code(new.form)
    for code, was in by_code(old.form).items():
        yield from _field(old.code, "field", "", was, now.get(code))


def _field(task: str, part: str, table: str, was: FieldDef, now: FieldDef | None) -> Iterator[Stake]:
    key = Key(task, part, was.code, table)
    name = f"{words.PARTS[part]}“{was.label}”（{f'{table}.' if table else ''}{was.code}）"
    if now is None:
        if was.type != "computed":  # the platform computes it anew from the rest
            yield Stake(key, "loses", f"{name}被取消", tuple(was.cite))
        return
    if not same_answer(was.type, now.type) or was.unit != now.unit:
        change = f"由 {_kind_of_field(was)}改为 {_kind_of_field(now)}"
        yield Stake(key, "reinterprets", f"{name}{change}", tuple(now.cite))
        return
    inside = f"{table}.{was.code}" if table else was.code
    yield from _choices(task, inside, name, was.choices, now.choices, tuple(now.cite))
    columns = {column.code: column for column in columns_of(now)}
    for column in columns_of(was):
        yield from _field(task, "column", was.code, column, columns.get(column.code))


def _choices(
    task: str, inside: str, name: str, old: Sequence[Choice], new: Sequence[Choice], cite: tuple[str, ...]
) -> Iterator[Stake]:
    kept = {choice.value for choice in new}
    for choice in old:
        if choice.value not in kept:
            said = f"{name}的选项“{choice.label}”（{choice.value}）被取消"
            yield Stake(Key(task, "choice", choice.value, inside), "loses", said, cite)


_GOALS = {"": "数值", "equal": "数值", "range": "区间", "graded": "定性"}


def _holds(indicator: Indicator) -> str:
    """What a stored target of the indicator is: a number, two, or a text."""
    return _GOALS[indicator.goal]


def _measure(indicator: Indicator) -> str:
    return f"{indicator.kind}（{indicator.unit or '无单位'}）"


def _kind_of_field(field: FieldDef) -> str:
    return f"{words.value('type', field.type)}（{field.unit or '无单位'}）"
