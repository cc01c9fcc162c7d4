"""Finding one's way in the models of the pack format: what a path leads to, and where the reference tells of it. Pure."""

from __future__ import annotations

import types
from collections.abc import Iterable
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def bare(annotation: Any) -> Any:
    """The annotation without ``Annotated`` and ``| None``."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        others = [option for option in get_args(annotation) if option is not type(None)]
        return bare(others[0]) if len(others) == 1 else annotation
    return annotation


def keys_of(model: type[BaseModel]) -> list[str]:
    """Its keys as they are written in YAML."""
    return [info.alias or name for name, info in model.model_fields.items()]


def model_at(model: type[BaseModel], path: Iterable[str | int]) -> type[BaseModel] | None:
    """The model that ``path`` leads into; ``None`` where it leads to a plain value or nowhere."""
    here: Any = model
    for step in path:
        if isinstance(step, str):
            if not (isinstance(here, type) and issubclass(here, BaseModel)):
                return None
            info = next((i for n, i in here.model_fields.items() if step in {n, i.alias}), None)
            if info is None:
                return None
            here = bare(info.annotation)
        else:
            here = bare(get_args(here)[0]) if get_origin(here) is list else None
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def anchor(model: type[BaseModel] | str, key: str = "") -> str:
    """The address, within the reference, of a model or of one of its keys as it is written in YAML."""
    name = model if isinstance(model, str) else model.__name__
    return f"{name}-{key}".lower() if key else name.lower()


def anchor_at(model: type[BaseModel], path: Iterable[str | int]) -> str:
    """The address of what ``path`` leads to: of the last key that is known on the way, or of the model it stands in."""
    here, found = model, anchor(model)
    steps: list[str | int] = []
    for step in path:
        steps.append(step)
        if isinstance(step, str):
            if step not in keys_of(here):
                break
            found = anchor(here, step)
        if (inner := model_at(model, steps)) is not None:
            here, found = inner, anchor(inner)
    return found
