"""What differs between two parts of a pack, whatever they are: items added, removed, moved, attributes changed. Pure."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

Trail = tuple[tuple[str, BaseModel], ...]
"""The way to a part, from outside in: the list it stands in and the part (as it is new, where it still is)."""

_IDENTITY: dict[str, tuple[str, ...]] = {
    "documents": ("id",),
    "choices": ("value",),
    "entries": ("value",),
    "clauses": ("id",),
    "holders": ("match",),
    "targets": ("level", "by", "unit", "variants"),
    "contacts": ("level", "office"),
    "mappings": ("task", "part", "inside", "old"),
}
"""By what the items of a list are recognised in the other version; all others by their code."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. ``name``: the attribute that changed, or the list to which an item was added, from which it
    was removed, or whose order changed.
    """

    trail: Trail
    kind: Literal["added", "removed", "changed", "order"]
    name: str
    old: Any = None
    new: Any = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the parts on the way; the name of a part without one."""
        return tuple(_code(name, part) for name, part in self.trail)

    @property
    def signature(self) -> str:
        """Equal for equal differences, so that what a place has from above is not told twice."""
        way = [(name, identity(name, part)) for name, part in self.trail]
        return _json([way, self.kind, self.name, self.old, self.new])


def differences(
    old: BaseModel, new: BaseModel, trail: Trail = (), *, without: Sequence[str] = ()
) -> Iterator[Difference]:
    """What differs between two versions of one part, in the order of the format. ``without``: keys to leave out."""
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if name in without or before == after:
            continue
        if _is_list_of_parts(before) or _is_list_of_parts(after):
            yield from list_differences(name, before, after, trail)
        else:
            yield Difference(trail, "changed", name, before, after)


def list_differences(
    name: str, old: Sequence[Any], new: Sequence[Any], trail: Trail = (), *, without: Sequence[str] = ()
) -> Iterator[Difference]:
    """What differs between two versions of a list of parts."""
    before, after = _keyed(name, old), _keyed(name, new)
    for key, part in before.items():
        if key not in after:
            yield Difference((*trail, (name, part)), "removed", name, old=part)
    for key, part in after.items():
        if key not in before:
            yield Difference((*trail, (name, part)), "added", name, new=part)
        elif before[key] != part:
            yield from differences(before[key], part, (*trail, (name, part)), without=without)
    was = [key for key in before if key in after]
    now = [key for key in after if key in before]
    if was != now:
        yield Difference(trail, "order", name, [before[k] for k in was], [after[k] for k in now])


def identity(name: str, part: BaseModel) -> str:
    """By what ``part`` of the list ``name`` is recognised in the other version."""
    values = [getattr(part, key) for key in _IDENTITY.get(name, ("code",)) if hasattr(part, key)]
    if len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return _json(values)


def _code(name: str, part: BaseModel) -> str:
    for key in ("code", "id", "value", "name"):
        if isinstance(found := getattr(part, key, None), str):
            return found
    return identity(name, part)


def _keyed(name: str, items: Sequence[Any]) -> dict[tuple[str, int], BaseModel]:
    seen: Counter[str] = Counter()
    keyed = {}
    for item in items:
        key = identity(name, item)
        keyed[key, seen[key]] = item
        seen[key] += 1
    return keyed


def _is_list_of_parts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], BaseModel)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: Any) -> Any:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)
