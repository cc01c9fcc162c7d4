"""A pack as its whole parts, and the models of the pack format as something to walk. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from tongchou.programmes.checking.shape import shape
from tongchou.programmes.model_walk import bare
from tongchou.programmes.pack_format import OverlayPack, OverlayTask, ProgrammePack, TaskPack
from tongchou.programmes.packs import PackFolder, Problem, Source

PARTS: tuple[type[BaseModel], ...] = (ProgrammePack, TaskPack, OverlayPack, OverlayTask)
"""The whole parts a pack is made of."""


@dataclass(frozen=True)
class WholePart:
    """A programme, a task, an overlay or an overlay's task: ``data`` is its canonical JSON, ``source`` where it stands.

    ``place``: of overlays and their tasks; ``task``: of tasks.
    """

    model: type[BaseModel]
    data: dict[str, Any]
    source: Source
    place: str = ""
    task: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.place, self.task


def canonical(part: BaseModel) -> dict[str, Any]:
    """A part as JSON, defaults left out: what is stored, and what digests are made of."""
    return part.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def whole_parts(pack: PackFolder) -> tuple[list[WholePart], list[Problem]]:
    """The parts of a pack as read, and what keeps some from being read whole."""
    found: list[WholePart] = []
    problems = list(pack.problems)

    def add(model: type[BaseModel], source: Source | None, place: str = "") -> None:
        if source is None:
            return
        shaped = shape(model, source)
        problems.extend(shaped.problems)
        if shaped.model is not None:
            data = canonical(shaped.model)
            task = data["code"] if model in {TaskPack, OverlayTask} else ""
            found.append(WholePart(model, data, source, place, task))

    add(ProgrammePack, pack.programme)
    for source in pack.tasks:
        add(TaskPack, source)
    for overlay in pack.overlays:
        add(OverlayPack, overlay.overlay, overlay.name)
        for source in overlay.tasks:
            add(OverlayTask, source, overlay.name)
    return found, problems


# ---------------------------------------------------------------- walking the models


def fields(model: type[BaseModel]) -> Iterator[tuple[str, FieldInfo]]:
    """The keys of a model as written in a pack, its own before those of its bases: ``cite`` comes last."""
    inherited = {name for base in model.__mro__[1:] for name in getattr(base, "model_fields", {})}
    for is_inherited in (False, True):
        for name, info in model.model_fields.items():
            if (name in inherited) == is_inherited:
                yield info.alias or name, info


def part_model(annotation: Any) -> type[BaseModel] | None:
    """The model of a part inside a part; ``None`` where it is none."""
    inner = bare(annotation)
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def item_model(annotation: Any) -> type[BaseModel] | None:
    """The model of a list's items; ``None`` where it is no list of parts."""
    inner = bare(annotation)
    return part_model(get_args(inner)[0]) if get_origin(inner) is list else None


def name_key(model: type[BaseModel]) -> str:
    """The key by which parts of ``model`` are told apart in their list."""
    keys = [key for key, _ in fields(model)]
    return next((key for key in ("code", "id", "value", "name") if key in keys), keys[0])


def in_order(model: type[BaseModel], data: dict[str, Any]) -> dict[str, Any]:
    """The same with its keys as one reads them: plain ones, ``cite``, then lists of parts."""
    known = dict(fields(model))
    plain = [key for key in known if key in data and not item_model(known[key].annotation)]
    lists = [key for key in known if key in data and item_model(known[key].annotation)]
    ordered: dict[str, Any] = {}
    for key in [*plain, *lists]:
        value, annotation = data[key], known[key].annotation
        if (inner := item_model(annotation)) and isinstance(value, list):
            ordered[key] = [in_order(inner, item) for item in value]
        elif (inner := part_model(annotation)) and isinstance(value, dict):
            ordered[key] = in_order(inner, value)
        else:
            ordered[key] = value
    return ordered
