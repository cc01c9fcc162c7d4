"""Reading a filled template: every answer found by its hidden codes, as JSON, with the cell it stands in.

Nothing is raised for what a cell holds: it becomes a :class:`Fault` at that cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tongchou.documents.form_workbook import cells
from tongchou.documents.form_workbook.layout import FORM, Template
from tongchou.documents.form_workbook.opening import Sheet
from tongchou.documents.form_workbook.writing import HEAD, INPUT
from tongchou.forms.definition import FieldDef
from tongchou.forms.schema import TABLE_TYPES, columns_of, target_field
from tongchou.forms.values import MOST_ROWS, Malformed

_SEARCHED = 10
"""Rows in which the code of a sheet is looked for: somebody may have put lines above it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell; row and column count from 0."""

    sheet: str
    row: int
    column: int

    @property
    def address(self) -> str:
        letters, number = "", self.column + 1
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(65 + rest) + letters
        return f"{letters}{self.row + 1}"

    def __str__(self) -> str:
        return f"{self.sheet}!{self.address}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a cell: what it holds, why that is no answer, and what may stand there."""

    spot: Spot
    code: str
    label: str
    cell: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a table's rows and columns stand: lines of the sheet by row, columns by code."""

    head: Spot
    lines: Sequence[int]
    columns: Mapping[str, int]


@dataclass(slots=True)
class Filled:
    """What a workbook says. ``posted`` is answers as JSON, rows of tables in their stored format, ``empty`` how many inputs
    hold nothing.
    """

    posted: dict[str, Any] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)
    tables: dict[str, Placed] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    empty: int = 0

    def spot(self, name: str) -> Spot | None:
        """Where an input stands, by its name in ``forms.answers``; of a whole table, its title."""
        if name in self.spots:
            return self.spots[name]
        code, _dash, rest = name.partition("-")
        placed = self.tables.get(code)
        if placed is None:
            return self.spots.get(code)
        row, _dash, column = rest.partition("-")
        if row.isdecimal() and int(row) < len(placed.lines) and column in placed.columns:
            return Spot(placed.head.sheet, placed.lines[int(row)], placed.columns[column])
        return placed.head


def read_answers(sheets: dict[str, Sheet], template: Template) -> Filled:
    """Every answer in the sheets of a template."""
    filled = Filled()
    fields = {field.code: field for field in template.fields}
    _read_form(sheets.get(FORM, []), fields, filled)
    for title, sheet in sheets.items():
        if not (marked := _mark(sheet)):
            continue
        top, kind, code = marked
        asked = fields.get(code)
        if asked is None or code in filled.posted:
            continue
        if kind == "table" and asked.type in TABLE_TYPES:
            _read_table(title, sheet, top, asked, filled)
        elif kind == "targets" and asked.type == "targets":
            _read_targets(title, sheet, top, asked, template, filled)
    return filled


def _mark(sheet: Sheet) -> tuple[int, str, str] | None:
    """The row that holds the codes of a sheet of its own, its kind, and its field."""
    for number, row in enumerate(sheet[:_SEARCHED]):
        first = row[0] if row else ""
        kind, colon, code = first.partition(":") if isinstance(first, str) else ("", "", "")
        if colon and kind in {"table", "targets"}:
            return number, kind, code
    return None


def _fault(
    filled: Filled, spot: Spot, code: str, asked: FieldDef, label: str, cell: Any, message: str
) -> None:
    filled.faults.append(Fault(spot, code, label, cells.plain(cell)[:200], message, cells.requirement(asked)))


def _read_form(sheet: Sheet, fields: dict[str, FieldDef], filled: Filled) -> None:
    for number, row in enumerate(sheet):
        code = row[0] if row else ""
        asked = fields.get(code) if isinstance(code, str) else None
        if asked is None or asked.type in TABLE_TYPES | {"targets"}:
            continue
        cell = row[INPUT] if len(row) > INPUT else None
        if cells.is_blank(cell):
            filled.empty += 1
            continue
        spot = Spot(FORM, number, INPUT)
        if asked.code in filled.spots:
            message = _("“%(label)s”在表中出现了两次，只能留一行") % {"label": asked.label}
            _fault(filled, spot, asked.code, asked, asked.label, cell, message)
            continue
        filled.spots[asked.code] = spot
        try:
            filled.posted[asked.code] = cells.read(asked, cell)
        except Malformed as error:
            _fault(filled, spot, asked.code, asked, asked.label, cell, str(error))


def _read_table(title: str, sheet: Sheet, top: int, asked: FieldDef, filled: Filled) -> None:
    known = {column.code: column for column in columns_of(asked)}
    places = [(n, known[code]) for n, code in enumerate(sheet[top]) if n and code in known]
    strange = [n for n, code in enumerate(sheet[top]) if n and code not in known]
    first = top + HEAD + 1
    filled_rows = [(n, row) for n, row in enumerate(sheet[first:], first) if _holds(row, places)]
    _tell_strange(title, sheet, first, strange, asked, filled)
    if not filled_rows:
        filled.empty += 1
        return
    most = max(MOST_ROWS, asked.max_rows or 0)
    lines: list[int] = []
    head = Spot(title, top + 1, 1)
    filled.tables[asked.code] = Placed(head, lines, {column.code: at for at, column in places})
    if len(filled_rows) > most:
        message = _("有 %(count)s 行，最多可存 %(most)s 行，请改为上传附件") % {
            "count": f"{len(filled_rows):,}",
            "most": most,
        }
        _fault(filled, Spot(title, filled_rows[most][0], 1), asked.code, asked, asked.label, "", message)
        return
    rows = []
    nothing: dict[str, Any] = dict.fromkeys(known)
    readers = [(at, column, column.code, cells.reader(column)) for at, column in places]
    for number, (line, row) in enumerate(filled_rows):
        made = nothing.copy()
        for at, column, code, take in readers:
            cell = row[at]
            if cell is None or (cell.__class__ is str and not cell.strip()):  # is_blank, a call a cell less
                continue
            try:
                made[code] = take(cell)
            except Malformed as error:
                label = _("%(field)s · 第 %(number)s 行 · %(column)s") % {
                    "field": asked.label,
                    "number": number + 1,
                    "column": column.label,
                }
                _fault(filled, Spot(title, line, at), asked.code, column, label, cell, str(error))
        if made != nothing:
            rows.append(made)
            lines.append(line)
    filled.posted[asked.code] = rows


def _holds(row: Sequence[Any], places: Sequence[tuple[int, FieldDef]]) -> bool:
    return any(not cells.is_blank(row[at]) for at, _column in places if at < len(row))


def _tell_strange(
    title: str, sheet: Sheet, first: int, strange: Sequence[int], asked: FieldDef, filled: Filled
) -> None:
    """Something written beside the table is not lost in silence."""
    for at in strange:
        for line, row in enumerate(sheet[first:], first):
            if at < len(row) and not cells.is_blank(row[at]):
                message = _("这一列不是本表的列，内容不会读入")
                spot = Spot(title, line, at)
                filled.faults.append(Fault(spot, "", asked.label, cells.plain(row[at])[:200], message))
                break


def _read_targets(
    title: str, sheet: Sheet, top: int, asked: FieldDef, template: Template, filled: Filled
) -> None:
    """Only what is filled: empty cells leave the target of that year as it is."""
    known = {indicator.code: indicator for indicator in template.indicators}
    years = {n: cells.plain(year) for n, year in enumerate(sheet[top]) if n and not cells.is_blank(year)}
    before = template.answers.get(asked.code) or {}
    made = {code: dict(by_year) for code, by_year in before.items()}
    any_filled = False
    for line, row in enumerate(sheet[top + HEAD + 1 :], top + HEAD + 1):
        indicator = known.get(row[0]) if row and isinstance(row[0], str) else None
        if indicator is None:
            continue
        holder = target_field(indicator)
        for at, year in years.items():
            cell = row[at] if at < len(row) else None
            if cells.is_blank(cell):
                filled.empty += 1
                continue
            any_filled = True
            spot = Spot(title, line, at)
            filled.spots[f"{asked.code}-{indicator.code}-{year}"] = spot
            try:
                made.setdefault(indicator.code, {})[year] = cells.read(holder, cell)
            except Malformed as error:
                label = _("%(field)s · %(indicator)s · %(year)s 年") % {
                    "field": asked.label,
                    "indicator": indicator.name,
                    "year": year,
                }
                _fault(filled, spot, asked.code, holder, label, cell, str(error))
    if any_filled:
        filled.posted[asked.code] = made
