"""The filter bar over a table: declared fields, read from the address, so that a filtered list can be sent to a colleague."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    counts: Mapping[str, int] | None = None  # how many rows each choice would leave, where that is known

    @property
    def options(self) -> list[tuple[str, str]]:
        return [(str(value), self._said(str(value), str(label or ""))) for value, label in self.choices]

    def _said(self, value: str, label: str) -> str:
        label = gettext(label) if label else ""
        if self.counts is None:
            return label
        return f"{label}{gettext('（')}{self.counts.get(value, 0):,}{gettext('）')}"


class Filters:
    """The bar. A value that is no choice counts as empty. ``filters["task"]`` gives the chosen value or ``""``."""

    def __init__(self, request: HttpRequest, *fields: Filter, keep: Iterable[str] = ()) -> None:
        """``keep`` names other parts of the address that filtering leaves as they are."""
        self.fields = list(fields)
        self.cleared = "?"
        """Where "clear" leads; a screen with views kept by people has another (see ``saved_views``)."""
        self.kept = [(name, request.GET[name]) for name in keep if name in request.GET]
        for f in self.fields:
            f.choices = list(f.choices)
            value = request.GET.get(f.name, "").strip()[:200]
            if f.kind == "search" or value in {str(v) for v, _label in f.choices}:
                f.value = value

    def __getitem__(self, name: str) -> str:
        return {f.name: f.value for f in self.fields}[name]

    def get(self, name: str) -> str:
        """The chosen value; empty where there is no such filter here."""
        return next((f.value for f in self.fields if f.name == name), "")

    @property
    def active(self) -> bool:
        return any(f.value and not f.required for f in self.fields)
