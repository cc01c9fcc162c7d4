"""A sheet of yearly figures of many projects imported with full checks, against reading the file and COPYing its rows.

The sheet has a row for each indicator of each project, as the platform's own template has. The full side finds project and
indicator of every row, reads and cleans every cell, holds it against limits and committed targets, merges it into the answers of
the report and writes them with their audit records, all in one transaction. The bare side reads the same sheet with the same
reader and COPYs its rows as text.
"""

from __future__ import annotations

import json
import resource
import time
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from bench import wide
from bench.house import House, house, machine, say

PROVINCE = "220000"
INDICATORS = 40
YEAR = date.today().year  # noqa: DTZ011 -- the round of today


def measure(values: int = 100_000, rounds: int = 2) -> dict[str, Any]:
    with house() as home:
        from tongchou.documents.report_workbook.importing import run
        from tongchou.monitoring.models import PerformanceReport

        projects = max(1, values // INDICATORS)
        officer = _world(home, projects)
        path = home.home / "figures.xlsx"
        say(f"Writing a sheet of {projects * INDICATORS:,} rows")
        _write(path, projects)
        with psycopg.connect(home.cluster.url, autocommit=True) as connection:
            connection.execute(
                "CREATE TABLE bare_row (number text, year text, code text, a text, b text, c text, d text)"
            )
        home.ready()
        spent = {"full": 0.0, "bare": 0.0}
        with psycopg.connect(home.cluster.url, autocommit=True) as connection:
            for turn in range(rounds):
                PerformanceReport.objects.update(answers={}, field_versions={}, version=0)
                connection.execute("TRUNCATE bare_row")
                home.ready()
                began = time.perf_counter()
                done = run(path, by=officer, write=True, most_rows=projects * INDICATORS)
                between = time.perf_counter()
                copied = _read_and_copy(path, connection)
                spent["full"] += between - began
                spent["bare"] += time.perf_counter() - between
                _require_whole(done, copied, projects)
                say(
                    f"turn {turn + 1} of {rounds}: {between - began:.1f} s against {time.perf_counter() - between:.1f} s"
                )
        stored = sum(
            len(answers) for answers in PerformanceReport.objects.values_list("answers", flat=True).iterator()
        )
    total = projects * INDICATORS * rounds
    return {
        "settings": {**machine(), "values": projects * INDICATORS, "projects": projects, "rounds": rounds},
        "goal": 0.5,
        "full_values_per_second": round(total / spent["full"]),
        "bare_rows_per_second": round(total / spent["bare"]),
        "ratio": round(spent["bare"] / spent["full"], 3),
        "values_stored": stored,
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _indicator(number: int) -> dict[str, Any]:
    about: dict[str, Any] = {"code": f"i{number:02}", "name": f"指标 {number}", "cite": wide.CITE}
    match number % 10:
        case 0:
            return about | {"kind": "ratio", "unit": "%", "numerator": "甲", "denominator": "乙", "max": 100}
        case 1 | 2:
            return about | {"kind": "money", "unit": "万元"}
        case 3:
            return about | {"kind": "percent", "max": 100}
        case 4:
            return about | {"kind": "number", "unit": "学时", "better": "lower"}
        case _other:
            return about | {"kind": "integer", "unit": "人"}


def _world(home: House, projects: int) -> Any:
    """A province's projects, each with a report that waits to be filled and a target for every indicator; its officer."""
    from tongchou.applications.models import Application
    from tongchou.monitoring.models import AnnualTarget, PerformanceReport, Period
    from tongchou.orgs import actions as orgs
    from tongchou.orgs.models import Authority, Unit
    from tongchou.programmes.actions import load_pack
    from tongchou.programmes.models import Round, Task
    from tongchou.programmes.queries import edition_for

    wide.people_and_cases(1, home.home / "pack")
    load_pack(_pack(home.home / "figures"))
    authority = Authority.objects.select_related("place").get(place_id=PROVINCE, department="education")
    officer = orgs.install_person(
        username="province",
        name="经办",
        email="p@example.org",
        password=None,
        role="officer",
        authority=authority,
    )
    unit, task = Unit.objects.get(), Task.objects.get(code="figures")
    edition, now = edition_for(task, unit.scope_path), datetime.now(UTC)
    say(f"Writing {projects:,} projects")
    cases = Application.objects.bulk_create(
        Application(
            round=Round.objects.get(programme=task.programme),
            task=task,
            edition=edition,
            variant="main",
            unit=unit,
            place_path=unit.place_path,
            scope_path=unit.scope_path,
            number=f"F{number:07}",
            project_name=f"项目{number}",
            state="concluded",
            begun_at=now,
            submitted_at=now,
        )
        for number in range(projects)
    )
    period = Period.objects.create(
        task=task, place=authority.place, year=YEAR, opened_at=now, opened_by=officer
    )
    PerformanceReport.objects.bulk_create(
        PerformanceReport(
            period=period,
            application=case,
            edition=edition,
            variant="main",
            unit=unit,
            place_path=unit.place_path,
            scope_path=unit.scope_path,
            level="province",
        )
        for case in cases
    )
    for case in cases:
        AnnualTarget.objects.bulk_create(
            AnnualTarget(application=case, indicator=f"i{number:02}", year=YEAR, value=25)
            for number in range(INDICATORS)
        )
    return officer


def _pack(folder: Path) -> Path:
    beside = folder / "tasks" / "01-figures"
    beside.mkdir(parents=True)
    programme = {
        "code": "figures",
        "version": "1",
        "name": "绩效",
        "place": "000000",
        "horizon": YEAR,
        "documents": [{"id": "notice", "title": "通知"}],
        "rounds": [{"code": "figures-now", "name": "本年批次", "year": YEAR}],
    }
    fields = [{"code": "project_name", "label": "项目名称", "type": "text", "required": True}]
    task = wide.task() | {
        "code": "figures",
        "form": [{"code": "s", "title": "基本情况", "fields": fields}],
        "conditions": [],
        "indicators": [_indicator(number) for number in range(INDICATORS)],
    }
    (folder / "programme.yaml").write_text(json.dumps(programme))
    (beside / "task.yaml").write_text(json.dumps(task))
    return folder


def _write(path: Path, projects: int) -> None:
    """The columns that are read, filled; every fifth row with a note."""
    import xlsxwriter

    random = Random(7)
    kinds = [_indicator(number) for number in range(INDICATORS)]
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        page = book.add_worksheet("绩效数据")
        page.write_row(0, 0, ["项目编号", "年度", "指标编码", "数值", "分子", "分母", "说明"])
        line = 1
        for project in range(projects):
            for number, indicator in enumerate(kinds):
                page.write_string(line, 0, f"F{project:07}")
                page.write_number(line, 1, YEAR)
                page.write_string(line, 2, indicator["code"])
                if indicator["kind"] == "ratio":
                    page.write_number(line, 4, random.randrange(60, 90))
                    page.write_number(line, 5, 100)
                else:
                    page.write_number(line, 3, random.randrange(20, 100))
                if number % 5 == 0:
                    page.write_string(line, 6, "按台账统计，含校企合作部分")
                line += 1


def _read_and_copy(path: Path, connection: psycopg.Connection) -> int:
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    count = 0
    with connection.cursor() as cursor, cursor.copy("COPY bare_row FROM STDIN") as copy:
        for number, row in enumerate(sheet.iter_rows()):
            if number:
                copy.write_row([str(cell) for cell in row])
                count += 1
    return count


def _require_whole(done: Any, copied: int, projects: int) -> None:
    if (done.changed, done.faulty, copied) != (projects * INDICATORS, 0, projects * INDICATORS):
        raise RuntimeError(f"{done.changed} values, {copied} rows, {done.faults[:2]}")
