"""The parts of a pack as rows of sheets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from tongchou.documents.pack_workbook import names
from tongchou.documents.pack_workbook.kinds import EMPTY, MORE, Cell, Kind, written
from tongchou.documents.pack_workbook.layout import (
    GUIDE,
    Column,
    Sheet,
    around,
    branches,
    sheet_title,
    sheets,
)
from tongchou.programmes.pack_format import OverlayTask, TaskPack
from tongchou.programmes.parts import WholePart, name_key

_MOST_IN_A_CELL = 16_000
"""Half of what a cell holds: some characters count twice."""
_BETWEEN_SECTIONS = re.compile(r"\n\n(?=#{1,6} )")
SECTIONS = "\n\n"
"""Between two rows of a guide."""


Row = list[Cell | None]


def rows_of(parts: Sequence[WholePart]) -> dict[str, list[Row]]:
    """The rows by sheet, a task's own before those of places, all rows of a task together."""
    rows: dict[str, list[Row]] = {title: [] for title in [*sheets(), names.GUIDE]}
    tasks = list(dict.fromkeys(part.task for part in parts))
    for part in sorted(parts, key=lambda part: tasks.index(part.task) if part.task else -1):
        own = {names.PLACE: part.place} if part.model is OverlayTask else {}
        sheet = sheets()[sheet_title(part.model)]
        rows[sheet.title] += _rows(sheet, own, part.data)
        keys = {names.PLACE: part.place, names.TASK: part.task}
        for title, row in _inside(part.model, part.data, keys):
            rows[title].append(row)
        if part.model is TaskPack and part.data.get(GUIDE):
            for section in _BETWEEN_SECTIONS.split(part.data[GUIDE]):
                rows[names.GUIDE] += _continued([part.task, written(Kind("text"), section, {})])
    return rows


def _inside(model: type[BaseModel], data: dict[str, Any], keys: dict[str, str]) -> Iterator[tuple[str, Row]]:
    for branch in branches(model):
        sheet = sheets()[branch.sheet]
        here = dict(keys)
        if branch.recursive:
            here[around(branch.sheet)] = here.pop(branch.sheet)
        for item in data.get(branch.key, []):
            for row in _rows(sheet, here, item):
                yield sheet.title, row
            path = filter(
                None, [here.get(around(branch.sheet), ""), str(item.get(name_key(branch.model), ""))]
            )
            inner = {key: text for key, text in here.items() if key != around(branch.sheet)}
            yield from _inside(branch.model, item, inner | {branch.sheet: "/".join(path)})


def _rows(sheet: Sheet, keys: dict[str, str], item: dict[str, Any]) -> list[Row]:
    row: Row = [keys.get(key) or None for key in sheet.keys]
    row += [_cell(column, item) for column in sheet.columns]
    return _continued(row)


def _cell(column: Column, item: dict[str, Any]) -> Cell | None:
    value: Any = item
    for key in column.path:
        if not isinstance(value, dict) or key not in value:
            return EMPTY if value == {} and column.opens else None
        value = value[key]
    return written(column.kind, value, column.words())


def _continued(row: Row) -> list[Row]:
    """The row, and below it what did not fit into its cells."""
    rows: list[Row] = [[cell[:_MOST_IN_A_CELL] if isinstance(cell, str) else cell for cell in row]]
    rest: Row = [cell[_MOST_IN_A_CELL:] or None if isinstance(cell, str) else None for cell in row]
    if any(rest):
        more = _continued(rest)
        for further in more:
            further[0] = MORE
        rows += more
    return rows
