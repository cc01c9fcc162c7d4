"""The data table: columns declared once, drawn by one template; a card list on a narrow screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Literal

from tongchou.web.paging import Page

Kind = Literal["text", "number", "money", "percent", "day", "moment", "due", "badge", "html"]
NUMERIC = {"number", "money", "percent"}
SHORT = 10  # characters


@dataclass(frozen=True)
class Column:
    """One column. ``value``: an attribute path (``unit__name`` or ``unit.name``), a key of a dict, or a function of the row."""

    label: str
    value: str | Callable[[Any], Any]
    kind: Kind = "text"
    link: Callable[[Any], str | None] | None = None
    note: Callable[[Any], str] | None = None  # small text below the value

    def of(self, row: Any) -> Any:
        if callable(self.value):
            return self.value(row)
        if isinstance(row, dict):
            return row.get(self.value)
        try:
            return attrgetter(self.value.replace("__", "."))(row)
        except AttributeError:
            return None


@dataclass(frozen=True)
class Cell:
    column: Column
    value: Any
    link: str | None
    note: str

    @property
    def numeric(self) -> bool:
        return self.column.kind in NUMERIC

    @property
    def short(self) -> bool:
        """A few words that should not break over lines."""
        return isinstance(self.value, str) and len(self.value) <= SHORT


@dataclass(frozen=True)
class Empty:
    """What an empty table says: that it is empty, and what to do."""

    title: str
    hint: str = ""
    url: str = ""
    action: str = ""


@dataclass
class Table:
    """A table of a page of rows. ``select``: the value of a row's checkbox (bulk actions); the checkboxes belong to the
    form ``form`` and are named ``rows``.
    """

    columns: list[Column]
    page: Page
    caption: str
    empty: Empty
    select: Callable[[Any], Any] | None = None
    form: str = ""
    marked: Callable[[Any], str] | None = None  # CSS class of a row

    @property
    def selects(self) -> bool:
        """Whether rows have checkboxes (a template would call ``select`` itself)."""
        return self.select is not None

    def lines(self) -> Iterator[dict[str, Any]]:
        for row in self.page.rows:
            yield {
                "cells": list(self._cells(row)),
                "select": self.select(row) if self.select else None,
                "label": str(self.columns[0].of(row)),
                "class": self.marked(row) if self.marked else "",
            }

    def _cells(self, row: Any) -> Iterable[Cell]:
        for column in self.columns:
            yield Cell(
                column,
                column.of(row),
                column.link(row) if column.link else None,
                column.note(row) if column.note else "",
            )
