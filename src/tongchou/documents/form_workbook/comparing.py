"""The dry run: what a filled template would change, cell by cell, and what is wrong with it. Nothing is written.

Answers are cleaned and checked as those typed on the screen are. A field with a faulty cell is left as it is, a table whole;
what is well-formed but not enough (a limit, a rule) may be taken over like a draft and is told beside its cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tongchou.documents.form_workbook.layout import Template, template_of
from tongchou.documents.form_workbook.opening import open_workbook
from tongchou.documents.form_workbook.reading import Fault, Filled, Spot, read_answers
from tongchou.forms import answers as form_answers
from tongchou.forms import checks
from tongchou.forms.definition import FieldDef
from tongchou.forms.display import show
from tongchou.forms.schema import TABLE_TYPES, columns_of, indicator_field
from tongchou.orgs.queries import unit_facts

if TYPE_CHECKING:
    from tongchou.applications.models import Application


@dataclass(frozen=True, slots=True)
class Line:
    """One cell that would change its answer, or whose answer the form finds fault with."""

    kind: Literal["change", "warning"]
    where: str
    label: str
    old: str
    new: str
    message: str = ""
    cite: tuple[str, ...] = ()


@dataclass(slots=True)
class Report:
    """``changes`` are the answers that would be saved, on the draft of ``version``; ``held_back`` fields are left out for
    their faults.
    """

    version: int
    changes: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    warnings: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    marks: list[tuple[Spot, str, bool]] = field(default_factory=list)
    """Cells to be marked in the file: which, why, and whether it is a fault (or a warning)."""
    held_back: list[FieldDef] = field(default_factory=list)
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
        _warn(report, filled, template, seen)
    report.marks = [(f.spot, _said(f), True) for f in report.faults] + report.marks
    return report


def _compare(template: Template, filled: Filled, version: int) -> Report:
    report = Report(version, faults=list(filled.faults), empty=filled.empty)
    fields = {f.code: f for f in template.fields}
    values: dict[str, Any] = {}
    for code, raw in filled.posted.items():
        cleaned = form_answers.clean(
            template.sections, {code: raw}, indicators=template.indicators, years=template.years
        )
        values |= cleaned.values
        for name, message in cleaned.errors.items():
            spot = filled.spots.get(name) or filled.spots[code]
            report.faults.append(Fault(spot, code, fields[code].label, "", message))
    faulty = {fault.code for fault in report.faults}
    report.held_back = [field for code, field in fields.items() if code in faulty]
    for code, value in values.items():
        old = template.answers.get(code)
        if code in faulty:
            continue
        cells = _cells(fields[code], value, old, template)
        changed = [cell for cell in cells if cell[1] != cell[2]]
        report.same += len(cells) - len(changed)
        if value != old:
            report.changes[code] = value
            report.lines += [_line(fields[code], cell, filled) for cell in changed]
    return report


_Cell = tuple[str, Any, Any, FieldDef, str]
"""An input: its name, its old and new value, what they are values of, its label."""


def _cells(asked: FieldDef, value: Any, old: Any, template: Template) -> list[_Cell]:
    if asked.type in TABLE_TYPES:
        after, before = value or [], old or []
        return [
            (
                f"{asked.code}-{number}-{column.code}",
                before[number].get(column.code) if number < len(before) else None,
                after[number].get(column.code) if number < len(after) else None,
                column,
                f"{asked.label} · {number + 1} · {column.label}",
            )
            for number in range(max(len(after), len(before)))
            for column in columns_of(asked)
        ]
    if asked.type == "targets":
        return [
            (
                f"{asked.code}-{indicator.code}-{year}",
                _of(old, indicator.code, year),
                _of(value, indicator.code, year),
                indicator_field(indicator),
                f"{indicator.name} · {year}",
            )
            for indicator in template.indicators
            for year in template.years
        ]
    return [(asked.code, old, value, asked, asked.label)]


def _of(targets: Mapping[str, Mapping[str, Any]] | None, indicator: str, year: int) -> Any:
    return (targets or {}).get(indicator, {}).get(str(year))


def _line(asked: FieldDef, cell: _Cell, filled: Filled) -> Line:
    name, old, new, holder, label = cell
    spot = filled.spots.get(name) or filled.spots.get(asked.code)
    return Line("change", str(spot or ""), label, show(holder, old), show(holder, new))


def _warn(report: Report, filled: Filled, template: Template, seen: checks.Look) -> None:
    """What the form finds wrong in the cells that would be taken over."""
    for finding in seen.findings:
        if finding.code not in report.changes or finding.severity == "missing":
            continue
        spot = filled.spots.get(finding.field) or filled.spots.get(finding.code)
        if spot is None:
            continue
        label = next((f.label for f in template.fields if f.code == finding.code), finding.code)
        report.warnings.append(Line("warning", str(spot), label, "", "", finding.message, finding.cite))
        report.marks.append((spot, finding.message, False))


def _said(fault: Fault) -> str:
    return f"{fault.message}\n{fault.remedy}" if fault.remedy else fault.message
