"""The reports of a generated nation: for each project and year its answers, the frozen revision and the typed facts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from tongchou.monitoring.models import AnnualTarget, IndicatorValue, PerformanceReport, ReportRevision
from tongchou.rehearsal.bulk import NULL, Columns

if TYPE_CHECKING:
    from psycopg import Connection

    from tongchou.rehearsal.invented_programme import Shape
    from tongchou.rehearsal.invented_projects import Project

_NEVER, _RETURNED, _GAP, _LATE = 0.03, 0.015, 0.02, 0.03
"""Shares: reports that never came, that were sent back, answers that are missing, reports after their day."""
_CONFIRMED = 0.95
_CONFIRMED_LAST_YEAR = 0.55
_NOISE = 4096


class Figures:
    """Writes the reports of some projects for one year. What comes out hangs on project, year and indicator alone."""

    def __init__(
        self,
        shapes: Sequence[Shape],
        years: Sequence[int],
        projects: int,
        periods: dict[tuple[int, str, int], int],
        by: int,
    ) -> None:
        self.shapes = shapes
        self.years = list(years)
        self.projects = projects
        self.periods = periods
        self.by = by
        random = Random(3)  # noqa: S311 - invented, no secret
        self.noise = [random.lognormvariate(0, 0.25) for _ in range(_NOISE)]
        self.reports = Columns(
            PerformanceReport, "id", "period_id", "application_id", "edition_id", "variant", "unit_id", "place_path",
            "scope_path", "level", "due", "due_cite", "state", "answers", "version", "saved_at",
            "first_submitted_at", "submitted_at", "returned_reason", "returned_due", "confirmed_at",
        )  # fmt: skip
        self.revisions = Columns(
            ReportRevision,
            "id",
            "report_id",
            "number",
            "answers",
            "digest",
            "submitted_at",
            "submitted_by_id",
        )
        self.targets = Columns(AnnualTarget, "application_id", "indicator", "year", "value")
        self.facts = Columns(
            IndicatorValue, "report_id", "revision_id", "task_id", "variant", "unit_id", "unit_kind", "level",
            "place_path", "scope_path", "year", "indicator", "value", "denominator", "target", "met", "choice",
            "confirmed",
        )  # fmt: skip

    def copy(self, connection: Connection, projects: Sequence[Project], year: int) -> int:
        """Write the reports of ``projects``; return how many facts that made. Memory: the facts of these projects as text."""
        turn = self.years.index(year)
        last = turn == len(self.years) - 1
        random = Random(year * 1_000_003 + projects[0].pk)  # noqa: S311 - as above
        due = date(year, 12, 15)
        reports, revisions, targets = [], [], []
        facts = io.StringIO()
        written = 0
        for p in projects:
            pk = turn * self.projects + p.pk
            place = p.was if turn < len(self.years) - 1 else p.place_path
            common = (p.edition, p.variant, p.unit, place, p.scope_path, p.level, due, "plan 一")
            period = self.periods[p.task, p.place_path.split("/")[1], year]
            committed = self._targets(p, turn)
            targets += [self.targets.line(p.pk, code, year, value) for code, value in committed.items()]
            chance = random.random()
            if chance < _NEVER:
                reports.append(self.reports.line(
                    pk, period, p.pk, *common, "due", {}, 0, None, None, None, "", None, None
                ))  # fmt: skip
                continue
            late = random.random() < _LATE
            at = datetime(year, 12, 15, 3, tzinfo=UTC) + timedelta(days=4 if late else -random.randrange(12))
            state = "returned" if chance < _NEVER + _RETURNED else "confirmed"
            if state == "confirmed" and random.random() > (_CONFIRMED_LAST_YEAR if last else _CONFIRMED):
                state = "submitted"
            prefix = f"{pk}\t{pk}\t{p.task}\t{p.variant}\t{p.unit}\t{p.unit_kind}\t{p.level}\t{place}\t{p.scope_path}\t{year}\t"
            ending = f"\t{'t' if state == 'confirmed' else 'f'}{self.facts.suffix}\n"
            lines, answers = self._answers(p, turn, random, committed, prefix, ending)
            facts.write("".join(lines))
            written += len(lines)
            returned = ("请核对数据（演练）", due + timedelta(days=20)) if state == "returned" else ("", None)
            reports.append(self.reports.line(
                pk, period, p.pk, *common, state, answers, 1, at, at, at, *returned,
                at + timedelta(days=3) if state == "confirmed" else None,
            ))  # fmt: skip
            revisions.append(self.revisions.line(pk, pk, 1, answers, f"{pk:064d}", at, self.by))
        self.reports.copy(connection, reports)
        self.revisions.copy(connection, revisions)
        self.targets.copy(connection, targets)
        facts.seek(0)
        self.facts.copy(connection, facts)
        return written

    def _targets(self, p: Project, turn: int) -> dict[str, float]:
        """What was committed: a ratio's in per cent, money in whole 万元."""
        found: dict[str, float] = {}
        for number, shape in enumerate(self.shapes):
            if not shape.targeted:
                continue
            if shape.kind == "ratio":
                found[shape.code] = 65
                continue
            expected = shape.middle * p.size * shape.growth**turn * (0.8 + 0.2 * ((p.pk + number) % 3))
            found[shape.code] = (
                round(expected / 1_000_000) * 1_000_000 if shape.kind == "money" else int(expected)
            )
        return found

    def _answers(
        self, p: Project, turn: int, random: Random, committed: dict[str, float], prefix: str, ending: str
    ) -> tuple[list[str], str]:
        lines: list[str] = []
        answers: list[str] = []
        noise, at = self.noise, random.randrange(_NOISE)
        for shape in self.shapes:
            at = (at * 5 + 1) % _NOISE
            m = noise[at]
            code, kind = shape.code, shape.kind
            if at % 1000 < 1000 * _GAP:
                continue
            below = NULL
            choice = ""
            if kind in {"integer", "money"}:
                value: float = int(shape.middle * p.size * shape.growth**turn * m)
                compared = value
                answers.append(f'"{code}": {{"value": {value}}}')
            elif kind == "ratio":
                whole = 40 + at % 900
                value = int(min(whole, whole * shape.middle * m))
                compared = 100 * value / whole
                below = str(whole)
                answers.append(f'"{code}": {{"numerator": {value}, "denominator": {whole}}}')
            elif kind == "percent":
                value = compared = round(min(100.0, shape.middle * (0.9 + 0.1 * m)), 2)
                answers.append(f'"{code}": {{"value": {value}}}')
            else:
                choice = "abc"[min(2, at % 7 // (turn + 2))]
                value = compared = 1
                answers.append(f'"{code}": {{"value": "{choice}"}}')
            target = committed.get(code)
            if target is None:
                judged = f"{NULL}\t{NULL}"
            else:
                met = compared <= target if shape.lower_is_better else compared >= target
                judged = f"{target}\t{'t' if met else 'f'}"
            lines.append(f"{prefix}{code}\t{value}\t{below}\t{judged}\t{choice}{ending}")
        return lines, "{" + ", ".join(answers) + "}"
