"""Reading one sheet: its columns found by their names, its rows with the place of every value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from tongchou.documents.pack_workbook.kinds import MORE, CellError, blank, plain, read
from tongchou.documents.pack_workbook.layout import Column, Sheet
from tongchou.programmes.packs import Mark, Problem


@dataclass(slots=True)
class ReadRow:
    """A row as a part: what it belongs to, its data, and where each stands."""

    keys: dict[str, str]
    key_marks: dict[str, Mark]
    data: dict[str, Any]
    mark: Mark


@dataclass(slots=True)
class Table:
    """A sheet's columns by title, and its rows with their line in the sheet."""

    file: str
    columns: dict[str, int]
    rows: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    def mark(self, line: int, title: str) -> Mark:
        return Mark(self.file, line, self.columns.get(title, 0) + 1)


def table(
    file: str,
    lines: Sequence[Sequence[Any]],
    titles: Sequence[str],
    needed: Sequence[str],
    problems: list[Problem],
) -> Table:
    """Find the columns and join rows that go on; tells of unknown, missing and doubled columns."""
    head = [plain(cell).strip() for cell in lines[0]] if lines else []
    found = Table(file, {})
    for number, title in enumerate(head):
        if title in titles and title not in found.columns:
            found.columns[title] = number
        elif title or any(not blank(line[number]) for line in lines[1:]):
            problems.append(_odd_column(file, number, title, titles, found.columns))
    problems += [
        Problem(file, 1, 1, f"缺少列“{title}”", f"在第一行加上列名“{title}”")
        for title in needed
        if title not in found.columns
    ]
    for number, cells in enumerate(lines[1:], 2):
        if all(blank(cell) or not plain(cell).strip() for cell in cells):
            continue
        cell_of = {title: cells[column] for title, column in found.columns.items()}
        if cells[0] == MORE:
            first = next(iter(found.columns), "")
            _go_on(found, number, {t: c for t, c in cell_of.items() if t != first}, problems)
        else:
            found.rows.append((number, cell_of))
    return found


def _odd_column(
    file: str, number: int, title: str, titles: Sequence[str], found: Mapping[str, int]
) -> Problem:
    if not title:
        return Problem(file, 1, number + 1, "这一列有内容，没有列名", "补上列名，或清空这一列")
    if title in found:
        return Problem(file, 1, number + 1, f"列“{title}”出现了两次", "只留一列")
    close = get_close_matches(title, titles, n=1, cutoff=0.4)
    remedy = f"是否应为“{close[0]}”？" if close else f"可用的列：{'、'.join(titles)}"
    return Problem(file, 1, number + 1, f"不认识的列“{title}”", remedy)


def _go_on(found: Table, line: int, cells: Mapping[str, Any], problems: list[Problem]) -> None:
    if not found.rows:
        problems.append(Problem(found.file, line, 1, f"{MORE}的上面没有行", "删去这一行，或补上前文"))
        return
    above = found.rows[-1][1]
    for title, cell in cells.items():
        if not blank(cell):
            above[title] = plain(above[title]) + plain(cell)


def rows(found: Table, sheet: Sheet, problems: list[Problem]) -> Iterator[ReadRow]:
    """The rows as parts. A value that cannot be read is told here and left as it is, for the shape to set aside."""
    for line, cells in found.rows:
        marks: dict[str, Mark] = {}
        row = ReadRow({}, {}, {}, Mark(found.file, line, 1, marks))
        for key in sheet.keys:
            row.keys[key] = plain(cells.get(key, "")).strip()
            row.key_marks[key] = found.mark(line, key)
        for column in sheet.columns:
            if column.title in found.columns:
                _place(row.data, marks, column, cells[column.title], found.mark(line, column.title), problems)
        yield row


def _place(
    data: dict[str, Any],
    marks: dict[str, Mark],
    column: Column,
    cell: Any,
    mark: Mark,
    problems: list[Problem],
) -> None:
    """Put a cell's value where its path leads; the mark of a blank one too, to say where a missing value belongs."""
    for key in column.path[:-1]:
        inner = marks.setdefault(key, Mark(mark.file, mark.line, mark.column, {}))
        marks = inner.parts if isinstance(inner.parts, dict) else {}
    key = column.path[-1]
    marks[key] = mark
    if blank(cell):
        return
    try:
        value = read(column.kind, cell, column.words())
    except CellError as error:
        problems.append(Problem(mark.file, mark.line, mark.column, error.message, error.remedy))
        value = plain(cell)
    if isinstance(value, list):
        mark.parts = [Mark(mark.file, mark.line, mark.column) for _ in value]
    for step in column.path[:-1]:
        data = data.setdefault(step, {})
    data[key] = value
