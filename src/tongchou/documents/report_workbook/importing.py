"""Figures of many projects from one sheet: looked at first, cell by cell, then saved as the screens save.

What is malformed is told at its cell and left out, the rest may be saved; what is well-formed but not enough (a limit, a missed
target without a reason) is saved like a draft and told beside its cell. Reports are read, checked and written in parts, so a
sheet of a million rows needs no more of them in memory than one of ten thousand.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tongchou.documents.form_workbook import cells
from tongchou.documents.form_workbook.reading import Fault, Spot
from tongchou.documents.report_workbook import layout
from tongchou.documents.report_workbook.reading import Block, Sheet, open_sheet, text
from tongchou.forms.values import Malformed
from tongchou.monitoring import access, checks, drafts, indicators, states
from tongchou.monitoring.attainment import NO_TARGET, Target
from tongchou.monitoring.drafts import Given, Looked
from tongchou.monitoring.models import AnnualTarget, PerformanceReport
from tongchou.orgs.scopes import actor
from tongchou.programmes.models import TaskEdition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
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
    """What a sheet would do, or did. Everything is counted; ``lines``, ``faults`` and ``warnings`` are the first of them."""

    rows: int = 0
    changed: int = 0
    same: int = 0
    faulty: int = 0
    lacking: int = 0
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
    part: list[Block] = []
    numbers: set[str] = set()
    with transaction.atomic() if write else nullcontext(), _settled():
        for block in sheet.blocks:
            if block.number not in numbers:
                if len(numbers) == TOGETHER:
                    pass_.take(part, numbers)
                    part, numbers = [], set()
                numbers.add(block.number)
            part.append(block)
        pass_.take(part, numbers)
    return pass_.result


@contextmanager
def _settled() -> Iterator[None]:
    """What is in memory by now stays out of the way of the collector of cycles, which took a fifth of the time.

    Every part of a sheet makes some hundred thousand lists, which makes it walk through all that the process has loaded.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@dataclass(frozen=True, slots=True)
class _Reader:
    """How the cells of one indicator are read: their columns, parts and cleaning; and the columns that must be empty."""

    indicator: Indicator
    inputs: list[tuple[int, str, FieldDef, Callable[[Any], Any]]]
    foreign: list[tuple[int, str]]


class _Report(NamedTuple):
    """What must be known of a report before its rows are read."""

    pk: int
    number: str
    year: int
    application_id: int
    unit_id: int
    scope_path: str
    edition_id: int
    variant: str


@dataclass(slots=True)
class _Wanted:
    """What the sheet says of one report: the parts of its answers and the line of each, by indicator."""

    report: _Report
    base_version: int | None
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


class _Pass:
    """One pass over a sheet."""

    def __init__(self, sheet: Sheet, who: Actor, by: Person, write: bool) -> None:
        self.sheet, self.who, self.by, self.write = sheet, who, by, write
        self.result = Result()
        self.code_at = sheet.columns[layout.CODE]
        self.editions: dict[int, TaskEdition] = {}
        self.readers: dict[tuple[int, str], dict[str, _Reader]] = {}

    def take(self, blocks: list[Block], numbers: set[str]) -> None:
        """Read, check and save the rows of some projects."""
        known = self._reports(numbers, {block.year for block in blocks if block.year is not None})
        wanted: dict[int, _Wanted] = {}
        told: set[tuple[str, int | None]] = set()
        for block in blocks:
            self.result.rows += len(block.rows)
            key = (block.number, block.year)
            if report := known.get(key):
                self._read(block, wanted.setdefault(report.pk, _Wanted(report, block.version)))
            elif key not in told:
                told.add(key)
                self._fault(
                    block.rows[0][0],
                    layout.NUMBER,
                    block.number,
                    _("没有应由您填报的项目“%(number)s”%(year)s年绩效")
                    % {"number": block.number, "year": block.year or _("（未写）")},
                )
        self._save({pk: one for pk, one in wanted.items() if one.parts})

    def _read(self, block: Block, wanted: _Wanted) -> None:
        """Lay the rows of a block to what is wanted of its report."""
        readers = self.readers[wanted.report.edition_id, wanted.report.variant]
        for line, row in block.rows:
            code = row[self.code_at]
            reader = readers.get(code)
            if reader is None:
                code = text(code)
                reader = readers.get(code)
            if reader is None:
                self._fault(line, layout.CODE, code, _("不是这个项目应报的指标"))
            elif code in wanted.parts:
                self._fault(line, layout.CODE, code, _("这项指标在表中出现了两次，只能留一行"))
            elif parts := self._parts(line, row, reader):
                wanted.parts[code] = parts
                wanted.lines[code] = line

    def _reports(self, numbers: set[str], years: set[int]) -> dict[tuple[str, int | None], _Report]:
        """The reports that may be filled now, by number and year, with how their rows are read (one query)."""
        rows = PerformanceReport.objects.filter(
            application__number__in=numbers, period__year__in=years, state__in=states.OWED
        ).annotate(number=F("application__number"), year=F("period__year"))
        found: dict[tuple[str, int | None], _Report] = {
            (report.number, report.year): report
            for report in map(_Report._make, rows.values_list(*_Report._fields))
            if access.may_import(self.who, report)
        }
        missing = {report.edition_id for report in found.values()} - self.editions.keys()
        self.editions |= TaskEdition.objects.in_bulk(missing)
        for report in found.values():
            kind = (report.edition_id, report.variant)
            if kind not in self.readers:
                pack = self.editions[report.edition_id].pack
                self.readers[kind] = _readers(
                    indicators.asked(pack.indicators, report.variant), self.sheet.columns
                )
        return found

    def _parts(self, line: int, row: list[Any], reader: _Reader) -> dict[str, Any]:
        """What the filled cells of a row say, cleaned; nothing where one of them is faulty."""
        parts, faulty = {}, False
        for at, part, asked, take in reader.inputs:
            cell = row[at]
            if cell == "" or cells.is_blank(cell):
                continue
            try:
                parts[part] = take(cell)
            except Malformed as error:
                faulty = True
                self._fault(line, _TITLES[part], cell, str(error), asked, reader.indicator)
        for at, title in reader.foreign:
            if row[at] != "" and not cells.is_blank(row[at]):
                faulty = True
                self._fault(
                    line,
                    title,
                    row[at],
                    _("比率指标填分子、分母两栏，其他指标只填数值一栏"),
                    indicator=reader.indicator,
                )
        return {} if faulty else parts

    def _save(self, wanted: dict[int, _Wanted]) -> None:
        if not wanted:
            return
        before = {}
        if len(self.result.lines) < MOST_LINES:
            held = PerformanceReport.objects.filter(pk__in=wanted)
            before = dict(held.values_list("pk", "answers"))
        given = {pk: Given(one.parts, one.base_version) for pk, one in wanted.items()}
        looked = drafts.save_reports(given, by=self.by) if self.write else list(drafts.look(given))
        targets = self._targets(wanted)
        for one in looked:
            mine, saved = wanted[one.report.pk], one.saved
            self.result.reports += bool(saved.accepted)
            self.result.changed += len(saved.accepted)
            self.result.same += len(mine.parts) - len(saved.accepted) - len(saved.conflicts)
            for code in saved.conflicts:
                self._fault(
                    mine.lines[code], layout.CODE, code, _("下载模板以后这一项已在平台上改过，没有覆盖")
                )
            self._check(one, mine, targets.get(one.report.pk, {}))
            if len(self.result.lines) < MOST_LINES:
                self._tell(mine, one, before.get(one.report.pk, {}))

    def _check(self, one: Looked, mine: _Wanted, targets: Mapping[str, Target]) -> None:
        """Count what is not enough yet in the figures that the sheet gives, and tell the first of it."""
        for code in mine.parts:
            indicator, answer = one.asked[code], one.saved.answers.get(code, {})
            target = targets.get(code, NO_TARGET)
            for lack in checks.lacks(indicator, answer, target):
                self.result.lacking += 1
                if len(self.result.warnings) < MOST_FAULTS:
                    finding = checks.told(indicator, answer, target, lack)
                    spot = self._spot(mine.lines[code], _TITLES[lack.part])
                    self.result.warnings.append((spot, finding.message, finding.cite))

    def _targets(self, wanted: dict[int, _Wanted]) -> dict[int, dict[str, Target]]:
        """What was committed for the reports, by report and indicator (one query)."""
        by_case = {(of.report.application_id, of.report.year): pk for pk, of in wanted.items()}
        rows = (
            AnnualTarget.objects.filter(
                application_id__in={case for case, _year in by_case},
                year__in={year for _case, year in by_case},
            )
            .values_list("application_id", "year")
            .annotate(
                codes=ArrayAgg("indicator"),
                least=ArrayAgg("value"),
                most=ArrayAgg("upper"),
                goals=ArrayAgg("text"),
            )
        )
        return {
            by_case[case, year]: dict(zip(codes, map(Target, *committed), strict=True))
            for case, year, codes, *committed in rows
            if (case, year) in by_case
        }

    def _tell(self, mine: _Wanted, one: Looked, before: dict[str, Any]) -> None:
        """List what changes, as people read it."""
        for code in one.saved.accepted:
            indicator = one.asked[code]
            old, new = before.get(code, {}), one.saved.answers.get(code, {})
            title = layout.NUMERATOR if indicator.kind == "ratio" else layout.VALUE
            self.result.lines.append(
                Line(
                    self._spot(mine.lines[code], title),
                    f"{mine.report.number} · {indicator.name}",
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


def _readers(asked: Iterable[Indicator], columns: Mapping[str, int]) -> dict[str, _Reader]:
    """By indicator, how its cells are read on a sheet with these columns."""
    given = [(title, part, columns[title]) for title, part in layout.PARTS.items() if title in columns]
    readers = {}
    for indicator in asked:
        own = (*indicators.parts_of(indicator), "note")
        inputs = []
        for _title, part, at in given:
            if part in own:
                field_ = checks.NOTE if part == "note" else indicators.part_field(indicator, part)
                inputs.append((at, part, field_, cells.reader(field_)))
        foreign = [(at, title) for title, part, at in given if part not in own]
        readers[indicator.code] = _Reader(indicator, inputs, foreign)
    return readers


def _shown(indicator: Indicator, answer: dict[str, Any]) -> str:
    note = answer.get("note")
    return indicators.show_answer(indicator, answer) + (f"　{note}" if note else "")
