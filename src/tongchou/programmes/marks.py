"""Where every value of a pack stands, and what is told of one that is wrong. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from tongchou.programmes.model_walk import anchor_at

REFERENCE = "docs/packs-reference.md"

Step = str | int
ItemPath = tuple[Step, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where (line and column count from 1; 0: the file as a whole), what is wrong, how to mend it, and the
    ``anchor`` in the reference of the pack format that tells of it.

    In a workbook the file is its name, a space and the sheet: ``"限额表.xlsx 限额"``.
    """

    file: str
    line: int
    column: int
    message: str
    remedy: str = ""
    anchor: str = ""

    @property
    def sheet(self) -> str:
        """The sheet of a workbook; empty: it stands in a file of a folder."""
        _, is_workbook, sheet = self.file.rpartition(".xlsx ")
        return sheet if is_workbook else ""

    @property
    def cell(self) -> str:
        """The cell of a workbook's sheet, as ``D7``."""
        return f"{_column_letters(self.column)}{self.line}" if self.sheet and self.line else ""

    @property
    def link(self) -> str:
        """What tells of it in the reference: the page and the place in it."""
        return f"{REFERENCE}#{self.anchor}" if self.anchor else REFERENCE

    @property
    def where(self) -> str:
        """The place as one writes it: ``tasks/01-x/task.yaml:3:5``, in a workbook ``限额!D7``."""
        if not self.line:
            return self.file
        return f"{self.sheet}!{self.cell}" if self.sheet else f"{self.file}:{self.line}:{self.column}"

    def __str__(self) -> str:
        return f"{self.where} {self.message}" + (f" → {self.remedy}" if self.remedy else "")

    def as_json(self) -> dict[str, Any]:
        """For other programs: nothing of it in words only."""
        names = ("file", "line", "column", "sheet", "cell", "message", "remedy", "link")
        return {name: getattr(self, name) for name in names}


def _column_letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(slots=True)
class Mark:
    """Where a value stands, and where its parts stand (a dict or a list like the value's own)."""

    file: str
    line: int = 0
    column: int = 0
    parts: dict[str, Mark] | list[Mark] | None = None


@dataclass(slots=True)
class Source:
    """One part of a pack as plain data, with its marks; ``model`` is what it should be."""

    file: str
    data: dict[str, Any]
    mark: Mark
    guide_file: str = ""
    """Of a task: the name of the Markdown file whose text stands in its ``guide``."""
    model: type[BaseModel] | None = None

    def at(self, path: ItemPath) -> Mark:
        """Where the value at ``path`` stands; the nearest part around it where it stands nowhere (a missing key)."""
        mark = self.mark
        for step in path:
            parts = mark.parts
            if isinstance(parts, dict) and step in parts:
                mark = parts[str(step)]
            elif isinstance(parts, list) and isinstance(step, int) and step < len(parts):
                mark = parts[step]
            else:
                break
        return mark

    def problem(self, path: ItemPath, message: str, remedy: str = "") -> Problem:
        mark = self.at(path)
        anchor = anchor_at(self.model, path) if self.model else ""
        return Problem(mark.file, mark.line, mark.column, message, remedy, anchor)
