"""Figures of many projects from one sheet: looked at first, cell by cell, then saved as the screens save.

What is malformed is told at its cell and left out, the rest may be saved; what is well-formed but not enough (a limit, a missed
target without a reason) is saved like a draft and told beside its cell. Reports are read, checked and written in parts, so a
sheet of a million rows needs no more of them in memory than one of ten thousand.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.documents.form_workbook import cells
from tongchou.documents.form_workbook.reading import Fault, Spot
from tongchou.documents.report_workbook import layout
from tongchou.documents.report_workbook.reading import Row, Sheet, open_sheet
from tongchou.forms.values import Malformed
from tongchou.monitoring import access, checks, drafts, indicators, states
from tongchou.monitoring.attainment import Target
from tongchou.monitoring.drafts import Given, Looked
from tongchou.monitoring.models import AnnualTarget, PerformanceReport
from tongchou.orgs.scopes import actor
from tongchou.programmes.models import TaskEdition

if TYPE_CHECKING:
    from pathlib import Path

    from tongchou.forms.definition import FieldDef, Indicator
    from tongchou.orgs.models import Person
    from tongchou.orgs.scopes import Actor

MOST_ROWS = 50_000
"""Of a sheet that somebody uploads."""
TOGETHER = 1000
"""Projects read, checked and written together."""
MOST_LINES = 500
MOST_FAULTS = 2000
_TITLES = {part: title for title, part in layout.PARTS.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """A figure that changes, as people read it."""

    where: Spot
    label: str
    old: str
    new: str


@dataclass(slots=True)
class Result:
    """What a sheet would do, or did. Everything is counted; ``lines`` and ``faults`` are the first of them."""

    rows: int = 0
    changed: int = 0
    same: int = 0
    faulty: int = 0
    reports: int = 0
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[tuple[Spot, str, tuple[str, ...]]] = field(default_factory=list)

    @property
    def marks(self) -> list[tuple[Spot, str, bool]]:
        """Cells to be marked in the file: which, why, and whether it is a fault."""
        faults = [(f.spot, "\n".join(filter(None, [f.message, f.remedy])), True) for f in self.faults]
        return faults + [(spot, message, False) for spot, message, _cite in self.warnings]


def run(path: Path, *, by: Person, write: bool, most_rows: int = MOST_ROWS) -> Result:
    """Read a sheet, check every cell, and with ``write`` save what has no fault, in one transaction.

    Refused (``file``) when the file holds no such sheet. A row of a project that ``by`` may not fill is a fault of its own.
    """
    sheet = open_sheet(path, most_rows=most_rows)
    pass_ = _Pass(sheet, actor(by), by, write)
    part: list[Row] = []
    numbers: set[str] = set()
    with transaction.atomic() if write else nullcontext():
        for row in sheet.rows:
            if row.number not in numbers:
                if len(numbers) == TOGETHER:
                    pass_.take(part, numbers)
                    part, numbers = [], set()
                numbers.add(row.number)
            part.append(row)
        pass_.take(part, numbers)
    return pass_.result


@dataclass(slots=True)
class _Reader:
    """How the cells of one indicator are read: place among a row's cells, part, field; and what must be empty."""

    indicator: Indicator
    inputs: list[tuple[int, str, FieldDef]]
    foreign: list[int]


class _Pass:
    """One pass over a sheet."""

    def __init__(self, sheet: Sheet, who: Actor, by: Person, write: bool) -> None:
        self.sheet, self.who, self.by, self.write = sheet, who, by, write
        self.result = Result()
        self.editions: dict[int, TaskEdition] = {}
        self.readers: dict[tuple[int, str], dict[str, _Reader]] = {}

    def take(self, rows: list[Row], numbers: set[str]) -> None:
        """Read, check and save the rows of some projects."""
        known = self._reports(numbers, {row.year for row in rows if row.year is not None})
        changes: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
        lines: dict[int, dict[str, int]] = defaultdict(dict)
        versions: dict[int, int | None] = {}
        told: set[tuple[str, int | None]] = set()
        current: PerformanceReport | None = None
        readers: dict[str, _Reader] = {}
        placed: dict[str, int] = {}
        wanted: dict[str, dict[str, Any]] = {}
        self.result.rows += len(rows)
        for row in rows:
            key = (row.number, row.year)
            report = known.get(key)
            if report is None:
                if key not in told:
                    told.add(key)
                    self._fault(
                        row.line,
                        layout.NUMBER,
                        row.number,
                        _("没有应由您填报的项目“%(number)s”%(year)s年绩效")
                        % {"number": row.number, "year": row.year or _("（未写）")},
                    )
                continue
            if report is not current:
                current, pk = report, report.pk
                readers, placed, wanted = (
                    self.readers[report.edition_id, report.variant],
                    lines[pk],
                    changes[pk],
                )
                versions.setdefault(pk, row.version)
            reader = readers.get(row.code)
            if reader is None:
                self._fault(row.line, layout.CODE, row.code, _("不是这个项目应报的指标"))
                continue
            if row.code in placed:
                self._fault(row.line, layout.CODE, row.code, _("这项指标在表中出现了两次，只能留一行"))
                continue
            answer = self._answer(row, reader)
            if answer:
                wanted[row.code] = answer
                placed[row.code] = row.line
        self._save(
            {pk: Given(changed, versions[pk]) for pk, changed in changes.items() if changed},
            {report.pk: report for report in known.values()},
            lines,
        )

    def _reports(self, numbers: set[str], years: set[int]) -> dict[tuple[str, int | None], PerformanceReport]:
        """The reports that may be filled now, by number and year, with how their rows are read."""
        rows = (
            PerformanceReport.objects.filter(application__number__in=numbers, period__year__in=years)
            .select_related("application", "period")
            .only(
                "unit_id",
                "scope_path",
                "state",
                "edition_id",
                "variant",
                "application__number",
                "period__year",
            )
        )
        found: dict[tuple[str, int | None], PerformanceReport] = {
            (report.application.number, report.period.year): report
            for report in rows
            if access.may_import(self.who, report) and report.state in states.OWED
        }
        missing = {report.edition_id for report in found.values()} - self.editions.keys()
        self.editions |= TaskEdition.objects.in_bulk(missing)
        for report in found.values():
            kind = (report.edition_id, report.variant)
            if kind not in self.readers:
                pack = self.editions[report.edition_id].pack
                self.readers[kind] = _readers(indicators.asked(pack.indicators, report.variant))
        return found

    def _answer(self, row: Row, reader: _Reader) -> dict[str, Any]:
        """What the filled cells of a row say; none where one of them is faulty."""
        answer, faulty = {}, False
        for at, part, asked in reader.inputs:
            cell = row.cells[at]
            if cell == "" or (type(cell) is str and not cell.strip()):
                continue
            try:
                answer[part] = cells.read(asked, cell)
            except Malformed as error:
                faulty = True
                self._fault(row.line, _TITLES[part], cell, str(error), asked, reader.indicator)
        for at in reader.foreign:
            if row.cells[at] != "" and not cells.is_blank(row.cells[at]):
                faulty = True
                self._fault(
                    row.line,
                    list(layout.PARTS)[at],
                    row.cells[at],
                    _("比率指标填分子、分母两栏，其他指标只填数值一栏"),
                    indicator=reader.indicator,
                )
        return {} if faulty else answer

    def _save(
        self,
        given: dict[int, Given],
        reports: dict[int, PerformanceReport],
        lines: dict[int, dict[str, int]],
    ) -> None:
        if not given:
            return
        before = {}
        if len(self.result.lines) < MOST_LINES:
            held = PerformanceReport.objects.filter(pk__in=given)
            before = dict(held.values_list("pk", "answers"))
        looked = drafts.save_reports(given, by=self.by) if self.write else list(drafts.look(given))
        targets = self._targets(reports, looked)
        for one in looked:
            pk, saved = one.report.pk, one.saved
            wanted = given[pk].changes
            self.result.reports += bool(saved.accepted)
            self.result.changed += len(saved.accepted)
            self.result.same += len(wanted) - len(saved.accepted)
            at = lines[pk]
            for name, message in saved.errors.items():
                code, _dash, part = name.rpartition("-")
                self._fault(at.get(code, 0), _TITLES.get(part, layout.VALUE), "", message)
            for code in saved.conflicts:
                self._fault(at[code], layout.CODE, code, _("下载模板以后这一项已在平台上改过，没有覆盖"))
            touched = [i for i in one.asked if i.code in wanted]
            for finding in checks.check(
                touched, one.report.variant, saved.answers, targets=targets.get(pk, {}), pages=None
            ):
                code, _dash, part = finding.field.rpartition("-")
                if part in _TITLES and len(self.result.warnings) < MOST_FAULTS:
                    self.result.warnings.append(
                        (self._spot(at[code], _TITLES[part]), finding.message, finding.cite)
                    )
            if len(self.result.lines) < MOST_LINES:
                self._tell(reports[pk], one, before.get(pk, {}), at)

    def _targets(
        self, reports: dict[int, PerformanceReport], looked: list[Looked]
    ) -> dict[int, dict[str, Target]]:
        """What was committed for the reports, by report and indicator (one query)."""
        by_case = {
            (of.application_id, of.period.year): of.pk for of in (reports[one.report.pk] for one in looked)
        }
        rows = AnnualTarget.objects.filter(
            application_id__in={case for case, _year in by_case}, year__in={year for _case, year in by_case}
        ).values_list("application_id", "year", "indicator", "value", "upper", "text")
        found: dict[int, dict[str, Target]] = defaultdict(dict)
        for case, year, code, value, upper, text in rows:
            if (pk := by_case.get((case, year))) is not None:
                found[pk][code] = Target(value, upper, text)
        return found

    def _tell(
        self, report: PerformanceReport, one: Looked, before: dict[str, Any], lines: dict[str, int]
    ) -> None:
        """List what changes, as people read it."""
        known = {indicator.code: indicator for indicator in one.asked}
        for code in one.saved.accepted:
            indicator = known[code]
            old, new = before.get(code, {}), one.saved.answers.get(code, {})
            title = layout.NUMERATOR if indicator.kind == "ratio" else layout.VALUE
            self.result.lines.append(
                Line(
                    self._spot(lines[code], title),
                    f"{report.application.number} · {indicator.name}",
                    _shown(indicator, old),
                    _shown(indicator, new),
                )
            )

    def _spot(self, line: int, title: str) -> Spot:
        return Spot(self.sheet.title, line, self.sheet.column(title))

    def _fault(
        self,
        line: int,
        title: str,
        cell: Any,
        message: str,
        asked: FieldDef | None = None,
        indicator: Indicator | None = None,
    ) -> None:
        self.result.faulty += 1
        if len(self.result.faults) < MOST_FAULTS:
            label = f"{indicator.name} · {title}" if indicator else title
            remedy = cells.requirement(asked) if asked else ""
            said = cells.plain(cell)[:200]
            self.result.faults.append(Fault(self._spot(line, title), title, label, said, message, remedy))


def _readers(asked: list[Indicator]) -> dict[str, _Reader]:
    parts = list(layout.PARTS.values())
    readers = {}
    for indicator in asked:
        own = indicators.parts_of(indicator)
        inputs = [(parts.index(part), part, indicators.part_field(indicator, part)) for part in own]
        inputs.append((parts.index("note"), "note", checks.NOTE))
        foreign = [at for at, part in enumerate(parts) if part not in own and part != "note"]
        readers[indicator.code] = _Reader(indicator, inputs, foreign)
    return readers


def _shown(indicator: Indicator, answer: dict[str, Any]) -> str:
    note = answer.get("note")
    return indicators.show_answer(indicator, answer) + (f"　{note}" if note else "")
