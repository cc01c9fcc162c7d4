"""Which sheets and columns the pack format has: found by walking its models.

A list of parts becomes a sheet; a part inside a part (``match`` of a quota's line) is spread over columns of its row; all
else is one column. The same list at several places (windows of the programme, of a task, of a place) shares a sheet, and
key columns say which part a row belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from tongchou.documents.pack_workbook import names
from tongchou.documents.pack_workbook.kinds import Kind, kind_of
from tongchou.programmes.pack_format import OverlayPack, OverlayTask, ProgrammePack, TaskPack
from tongchou.programmes.parts import PARTS, fields, item_model, part_model

GUIDE = "guide"
"""The key of a task whose text has a sheet of its own."""


@dataclass(frozen=True)
class Column:
    """One column of a sheet. ``path``: the keys that lead to its value in the row's part."""

    model: type[BaseModel]
    path: tuple[str, ...]
    title: str
    kind: Kind
    required: bool
    default: Any
    opens: bool
    """Whether it is the first column of a part spread over several."""

    @property
    def key(self) -> str:
        return ".".join(self.path)

    def words(self) -> dict[str, str]:
        """Chinese words of its fixed values, by value."""
        known = names.look_up(names.WORDS, self.model.__name__, self.key) or {}
        return {value: known.get(value, value) for value in self.kind.options}

    @property
    def note(self) -> str:
        return names.look_up(names.NOTES, self.model.__name__, self.key) or ""

    @property
    def reference(self) -> str:
        """The sheet whose codes it names; empty: none."""
        return names.look_up(names.REFERENCES, self.model.__name__, self.key) or ""


@dataclass(frozen=True)
class Branch:
    """A list of parts inside a part: its key, the sheet its items stand in, and their model."""

    key: str
    sheet: str
    model: type[BaseModel]
    recursive: bool
    """Whether the items are of the model around them (columns of a table are fields)."""


@dataclass(frozen=True)
class Sheet:
    """``keys``: titles of the columns that say what a row belongs to; then its own ``columns``."""

    title: str
    model: type[BaseModel]
    keys: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def titles(self) -> list[str]:
        return [*self.keys, *(column.title for column in self.columns)]


def around(sheet: str) -> str:
    """The title of the key column that names the part of the same sheet that a row stands in."""
    return f"所属{sheet}"


@cache
def branches(model: type[BaseModel]) -> tuple[Branch, ...]:
    """The lists of parts in a part of ``model``, in its order."""
    found = []
    for key, info in fields(model):
        if item := item_model(info.annotation):
            found.append(Branch(key, sheet_title(model, key), item, recursive=item is model))
    return tuple(found)


def sheet_title(model: type[BaseModel], key: str = "") -> str:
    """The title of the sheet of a list of parts; without a key, of whole parts."""
    if not key:
        return names.SHEETS.get(model.__name__, model.__name__)
    title: str = names.look_up(names.SHEETS, model.__name__, key) or key
    return title


@cache
def columns(model: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of a part's own keys: all but its lists of parts, and the guide."""
    return tuple(_columns(model, model, (), required=True))


def _columns(
    root: type[BaseModel], model: type[BaseModel], path: tuple[str, ...], *, required: bool
) -> Iterator[Column]:
    for number, (key, info) in enumerate(fields(model)):
        if (not path and item_model(info.annotation)) or (root is TaskPack and key == GUIDE):
            continue
        here = (*path, key)
        needed = required and info.is_required()
        inner = part_model(info.annotation)
        if inner is not None and _spreads(inner, info):
            yield from _columns(root, inner, here, required=needed)
            continue
        dotted = ".".join(here)
        annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        default = info.get_default(call_default_factory=True)
        yield Column(
            root,
            here,
            names.look_up(names.COLUMNS, root.__name__, dotted) or dotted,
            kind_of(annotation),
            needed,
            None if default is PydanticUndefined else default,
            opens=bool(path) and number == 0,
        )


def _spreads(model: type[BaseModel], info: FieldInfo) -> bool:
    """Whether cells can say that the part is there: by a filled one, or by an empty first one (an empty part)."""
    first = next(iter(model.model_fields.values()))
    never_absent = info.get_default(call_default_factory=True) is not None
    return never_absent or first.is_required() or first.default is None


@cache
def sheets() -> dict[str, Sheet]:
    """Every sheet by its title, parts before what stands in them; those with a name in the table's order."""
    keys: dict[str, list[str]] = {}
    models: dict[str, type[BaseModel]] = {}
    for part in PARTS:
        title = sheet_title(part)
        models[title] = part
        keys[title] = [names.PLACE] if part is OverlayTask else []
        _walk(part, _part_keys(part), keys, models)
    order = list(names.SHEETS.values())
    titles = sorted(models, key=lambda title: order.index(title) if title in order else len(order))
    return {
        title: Sheet(title, models[title], tuple(keys[title]), columns(models[title])) for title in titles
    }


def _part_keys(part: type[BaseModel]) -> list[str]:
    return {ProgrammePack: [], TaskPack: [names.TASK], OverlayPack: [names.PLACE]}.get(
        part, [names.PLACE, names.TASK]
    )


def _walk(
    model: type[BaseModel], above: list[str], keys: dict[str, list[str]], models: dict[str, type[BaseModel]]
) -> None:
    for branch in branches(model):
        here = [*above[:-1], around(branch.sheet)] if branch.recursive else above
        models[branch.sheet] = branch.model
        known = keys.setdefault(branch.sheet, [])
        known += [key for key in here if key not in known]
        known.sort(key=[names.PLACE, names.TASK, *known].index)
        if not branch.recursive:
            _walk(branch.model, [*above, branch.sheet], keys, models)
