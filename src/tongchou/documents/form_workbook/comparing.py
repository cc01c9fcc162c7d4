"""The dry run: what a filled template would change, cell by cell, and what is wrong with it. Nothing is written.

Answers are cleaned and checked as those typed on the screen are. A field with a faulty cell is left as it is, a table whole;
what is well-formed but not enough (a limit, a rule) may be taken over like a draft and is told beside its cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tongchou.documents.form_workbook.layout import Template, template_of
from tongchou.documents.form_workbook.opening import open_workbook
from tongchou.documents.form_workbook.reading import Fault, Filled, Spot, read_answers
from tongchou.forms import answers as form_answers
from tongchou.forms import checks
from tongchou.forms.definition import FieldDef
from tongchou.forms.display import show
from tongchou.forms.schema import TABLE_TYPES, columns_of, target_field
from tongchou.orgs.queries import unit_facts

if TYPE_CHECKING:
    from tongchou.applications.models import Application


class Line(NamedTuple):
    """An answer that would change. A template may hold thousands: what people read of it is put together when shown."""

    filled: Filled
    name: str
    row: int
    title: str
    field: FieldDef
    before: Any
    after: Any

    @property
    def where(self) -> Spot | None:
        """The cell it stands in; none for a row that the file no longer has."""
        return self.filled.spot(self.name if self.row < 0 else f"{self.name}-{self.row}-{self.field.code}")

    @property
    def label(self) -> str:
        return self.title if self.row < 0 else f"{self.title} · {self.row + 1} · {self.field.label}"

    @property
    def old(self) -> str:
        return show(self.field, self.before)

    @property
    def new(self) -> str:
        return show(self.field, self.after)


@dataclass(frozen=True, slots=True)
class Warned:
    """What the form finds wrong with an answer that may be taken over."""

    where: Spot
    message: str
    cite: tuple[str, ...]


MOST_LINES = 500
"""Cells that differ are listed up to so many; all are counted."""


@dataclass(slots=True)
class Report:
    """``changes`` are the answers that would be saved, on the draft of ``version``; ``held_back`` fields are left out for
    their faults. ``changed`` counts the cells that differ; ``lines`` are the first of them.
    """

    version: int
    changes: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    warnings: list[Warned] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    marks: list[tuple[Spot, str, bool]] = field(default_factory=list)
    """Cells to be marked in the file: which, why, and whether it is a fault (or a warning)."""
    held_back: list[FieldDef] = field(default_factory=list)
    changed: int = 0
    same: int = 0
    empty: int = 0


def dry_run(application: Application, path: Path, *, evidence_fields: frozenset[str] = frozenset()) -> Report:
    """Read a filled template against the draft as it stands. Refused when the file is not its template.

    ``application`` is read with edition, task, round (and programme), unit and draft.
    """
    template = template_of(application)
    sheets, version = open_workbook(path, template)
    filled = read_answers(sheets, template)
    report = _compare(template, filled, version)
    if report.changes:
        seen = checks.look(
            application.edition.pack,
            {**template.answers, **report.changes},
            variant=template.variant,
            unit=unit_facts(application.unit),
            evidence_fields=evidence_fields,
            years=template.years,
        )
        _warn(report, filled, seen)
    report.marks = [(f.spot, _said(f), True) for f in report.faults] + report.marks
    return report


def _compare(template: Template, filled: Filled, version: int) -> Report:
    report = Report(version, faults=list(filled.faults), empty=filled.empty)
    fields = {f.code: f for f in template.fields}
    values: dict[str, Any] = {}
    for code, raw in filled.posted.items():
        if fields[code].type in TABLE_TYPES:  # cleaned cell by cell as they were read
            values[code] = raw or None
            continue
        cleaned = form_answers.clean(
            template.sections, {code: raw}, indicators=template.indicators, years=template.years
        )
        values |= cleaned.values
        for name, message in cleaned.errors.items():
            spot = filled.spot(name) or filled.spots[code]
            report.faults.append(Fault(spot, code, fields[code].label, "", message))
    faulty = {fault.code for fault in report.faults}
    report.held_back = [field for code, field in fields.items() if code in faulty]
    for code, value in values.items():
        old = template.answers.get(code)
        if code in faulty:
            continue
        if value != old:
            report.changes[code] = value
        if fields[code].type in TABLE_TYPES:
            _compare_rows(report, filled, fields[code], old or [], value or [])
        elif fields[code].type == "targets":
            _compare_targets(report, filled, code, old or {}, value or {}, template)
        else:
            _add(report, Line(filled, code, -1, fields[code].label, fields[code], old, value))
    return report


def _add(report: Report, line: Line) -> None:
    if line.before == line.after:
        report.same += 1
        return
    report.changed += 1
    if len(report.lines) < MOST_LINES:
        report.lines.append(line)


def _compare_rows(
    report: Report, filled: Filled, asked: FieldDef, before: Sequence[Any], after: Sequence[Any]
) -> None:
    """Rows that are new or equal are counted whole: most are the one or the other."""
    columns = columns_of(asked)
    for number in range(max(len(before), len(after))):
        old = before[number] if number < len(before) else {}
        new = after[number] if number < len(after) else {}
        if old == new:
            report.same += len(columns)
        elif not old and len(report.lines) >= MOST_LINES:
            blank = sum(value is None for value in new.values())
            report.same += blank
            report.changed += len(columns) - blank
        else:
            for column in columns:
                was, now = old.get(column.code), new.get(column.code)
                _add(report, Line(filled, asked.code, number, asked.label, column, was, now))


def _compare_targets(
    report: Report,
    filled: Filled,
    code: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    template: Template,
) -> None:
    for indicator in template.indicators:
        holder = target_field(indicator)
        for year in map(str, template.years):
            was = before.get(indicator.code, {}).get(year)
            now = after.get(indicator.code, {}).get(year)
            name = f"{code}-{indicator.code}-{year}"
            _add(report, Line(filled, name, -1, f"{indicator.name} · {year}", holder, was, now))


def _warn(report: Report, filled: Filled, seen: checks.Look) -> None:
    """What the form finds wrong in the cells that would be taken over."""
    for finding in seen.findings:
        if finding.code not in report.changes or finding.severity == "missing":
            continue
        spot = filled.spot(finding.field)
        if spot is not None:
            report.warnings.append(Warned(spot, finding.message, finding.cite))
            report.marks.append((spot, finding.message, False))


def _said(fault: Fault) -> str:
    return f"{fault.message}\n{fault.remedy}" if fault.remedy else fault.message
