"""JSON Schemas of a pack's files, so that an editor completes and checks them as one types.

Generated from the models of :mod:`tongchou.programmes.pack_format`; what each key means comes from ``pack_words.yaml``.
Draft 7, which is what the YAML language servers read. A schema knows shapes, words and patterns; names that refer to
each other, days and rules are what ``pack check`` is for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter
from ruamel.yaml import YAML

from tongchou.programmes.pack_format import Document, OverlayPack, OverlayTask, ProgrammePack, TaskPack
from tongchou.programmes.packs import DOCUMENTS, LISTS, SHARED_LISTS

DRAFT = "http://json-schema.org/draft-07/schema#"
WHOLES: dict[str, type[BaseModel]] = {
    "programme": ProgrammePack,
    "task": TaskPack,
    "document": Document,
    "overlay": OverlayPack,
    "overlay-task": OverlayTask,
}
"""Files that are one part, by the name of their schema."""

LISTED: dict[str, type[BaseModel]] = {
    **dict.fromkeys(LISTS, TaskPack),
    **dict.fromkeys(SHARED_LISTS, ProgrammePack),
}
"""Files that are a list, named by the key of the part whose list it is."""

FILES: dict[str, list[str]] = {
    "programme": ["programme.yaml"],
    "task": ["tasks/*/task.yaml"],
    **{key: [f"tasks/*/{key}.yaml"] for key in LISTS},
    "document": ["documents/*.yaml", "overlays/*/documents/*.yaml"],
    **{key: [f"{key}.yaml", f"overlays/*/{key}.yaml"] for key in SHARED_LISTS},
    "overlay": ["overlays/*/overlay.yaml"],
    "overlay-task": ["overlays/*/tasks/*.yaml"],
}
"""Which files of a pack folder a schema is for."""

Schema = dict[str, Any]

_EMPTY: list[Any] = [None, "", [], {}]


@dataclass(frozen=True, slots=True)
class Words:
    """What keys and fixed words mean; see ``pack_words.yaml``."""

    any: Mapping[str, list[str]]
    models: Mapping[str, Mapping[str, list[str]]]
    values: Mapping[str, Any]

    def of(self, model: str, key: str) -> tuple[str, str]:
        """Chinese and English of a key (``about``: of the model itself); empty where nothing is written."""
        found = self.models.get(model, {}).get(key) or ([] if key == "about" else self.any.get(key, []))
        return (found[0] if found else "", found[1] if len(found) > 1 else "")

    def value(self, model: str, key: str, word: str) -> str:
        """What a fixed word means, in Chinese."""
        own = self.values.get(f"{model}.{key}", {})
        return str(own.get(word) or self.values.get(word, ""))


@cache
def words() -> Words:
    loaded = YAML(typ="safe").load((Path(__file__).parent / "pack_words.yaml").read_text(encoding="utf-8"))
    return Words(loaded["any"], loaded["models"], loaded["values"])


def schemas() -> dict[str, Schema]:
    """Every schema by name: the names of :data:`FILES`."""
    made = {name: _finished(_of(model), model.__name__) for name, model in WHOLES.items()}
    # What may stand in files of its own is not missing where it does.
    for name in ("programme", "task"):
        made[name]["required"] = [key for key in made[name]["required"] if key not in {*LISTS, DOCUMENTS}]
    for key, model in LISTED.items():
        kind: Any = model.model_fields[key].annotation
        bare: Schema = TypeAdapter(kind).json_schema(ref_template="#/definitions/{model}")
        made[key] = _finished(bare, "") | {"description": words().of(model.__name__, key)[0]}
    return {name: {"$schema": DRAFT, **made[name]} for name in FILES}


def definitions() -> dict[str, Schema]:
    """The schema of every model that a pack is made of, by the model's name, files first."""
    found: dict[str, Schema] = {}
    for model in WHOLES.values():
        whole = _finished(_of(model), model.__name__)
        parts = whole.pop("definitions", {})
        found |= {model.__name__: whole} | {name: part for name, part in parts.items() if name not in found}
    return found


def write(folder: Path) -> list[Path]:
    """Write every schema into ``folder`` as ``<name>.json``; the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, schema in schemas().items():
        path = folder / f"{name}.json"
        path.write_text(as_text(schema), encoding="utf-8")
        written.append(path)
    return written


def as_text(schema: Schema) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _of(model: type[BaseModel]) -> Schema:
    return model.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")


def _finished(schema: Schema, model: str) -> Schema:
    """The schema as editors want it: draft 7's names, Chinese descriptions, no titles made from key names."""
    parts = schema.pop("$defs", {})
    made = _described(_tidied(schema), model)
    if parts:
        made["definitions"] = {name: _described(_tidied(part), name) for name, part in parts.items()}
    return made


def _tidied(schema: Any) -> Any:
    """Without generated titles, empty defaults and nulls as alternatives; a reference stands alone, as draft 7 asks."""
    if isinstance(schema, list):
        return [_tidied(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        key: {name: _tidied(part) for name, part in value.items()} if key == "properties" else _tidied(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value in _EMPTY)
    }
    options = made.get("anyOf")
    if (
        isinstance(options, list)
        and len(options) == 2
        and options[1] == {"type": "null"}
        and "type" in options[0]
    ):
        del made["anyOf"]
        made = {**options[0], **made, "type": [options[0]["type"], "null"]}
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    if "$ref" in made and len(made) > 1:
        made = {"allOf": [{"$ref": made.pop("$ref")}], **made}
    return made


def _described(schema: Schema, model: str) -> Schema:
    if model not in words().models:
        return schema
    schema["description"] = words().of(model, "about")[0] or schema.get("description", "")
    for key, part in schema.get("properties", {}).items():
        part["description"] = words().of(model, key)[0] or part.get("description", "")
        for holder in (part, part.get("items", {})):
            if "enum" in holder:
                meant = [
                    words().value(model, key, word) if word is not None else "不写" for word in holder["enum"]
                ]
                holder["enumDescriptions"] = meant
                shown = "；".join(
                    f"{word} {what}" for word, what in zip(holder["enum"], meant, strict=True) if word
                )
                part["description"] += f"（{shown}）"
    return schema
