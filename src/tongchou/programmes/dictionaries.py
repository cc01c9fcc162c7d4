"""Copying what a dictionary holds into the fields that choose from it, so that an edition is whole by itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from tongchou.forms.definition import Dictionary, FieldDef
from tongchou.programmes.pack_format import OverlayTask, TaskPack

CHOOSING = frozenset({"choice", "multichoice"})
"""Types of fields that may choose from a dictionary."""

T = TypeVar("T", TaskPack, OverlayTask)


def filled(task: T, dictionaries: Mapping[str, Dictionary]) -> T:
    """The task, each field and column that names a dictionary with its entries as ``choices``.

    A field that lists choices of its own and a name that is unknown stay as they are: checking tells of them.
    """
    form = [
        section.model_copy(update={"fields": [_filled(field, dictionaries) for field in section.fields]})
        for section in task.form
    ]
    return task.model_copy(update={"form": form})


def _filled(field: FieldDef, dictionaries: Mapping[str, Dictionary]) -> FieldDef:
    dictionary = dictionaries.get(field.dictionary or "")
    if dictionary is not None and field.type in CHOOSING and not field.choices:
        return field.model_copy(update={"choices": dictionary.entries})
    if field.columns:
        columns = [_filled(column, dictionaries) for column in field.columns]
        return field.model_copy(update={"columns": columns})
    return field
