"""The filter bar over a table: declared fields, read from the address, so that a filtered list can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext


@dataclass
class Filter:
    """One field: a search box or a choice (the first, empty choice means all)."""

    name: str
    label: str
    kind: Literal["search", "choice"] = "choice"
    choices: Iterable[tuple[str, str]] = ()
    value: str = ""
    required: bool = False  # a choice without "all"

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(str(value), gettext(str(label)) if label else "") for value, label in self.choices]


class Filters:
    """The bar. A value that is no choice counts as empty. ``filters["task"]`` gives the chosen value or ``""``."""

    def __init__(self, request: HttpRequest, *fields: Filter, keep: Iterable[str] = ()) -> None:
        """``keep`` names other parts of the address that filtering leaves as they are."""
        self.fields = list(fields)
        self.kept = [(name, request.GET[name]) for name in keep if name in request.GET]
        for f in self.fields:
            f.choices = list(f.choices)
            value = request.GET.get(f.name, "").strip()[:200]
            if f.kind == "search" or value in {str(v) for v, _label in f.choices}:
                f.value = value

    def __getitem__(self, name: str) -> str:
        return {f.name: f.value for f in self.fields}[name]

    @property
    def active(self) -> bool:
        return any(f.value and not f.required for f in self.fields)
