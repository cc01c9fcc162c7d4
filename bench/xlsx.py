"""Reading filled Excel templates back with full checking, against reading the files and COPYing their rows.

Each of the workbooks is the platform's own template of a case whose form has a table of eight columns, filled to 200 rows. The
dry run finds every answer by its codes, cleans it as autosave does, compares it with the draft cell by cell, and checks
all the task asks. The bare side reads every sheet of the same file and COPYs the rows of the table into a table of text.
"""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from bench import wide
from bench.house import House, house, machine, say

HEAD_ROWS = 3
_COLUMNS = [
    {"code": "name", "label": "姓名", "type": "text", "required": True, "max_length": 60},
    {"code": "born", "label": "出生年月", "type": "date"},
    {"code": "title", "label": "职称", "type": "choice", "choices": [
        {"value": "senior", "label": "高级"}, {"value": "middle", "label": "中级"}, {"value": "junior", "label": "初级"},
    ]},
    {"code": "years", "label": "从教年限", "type": "integer", "min": 0, "max": 60, "unit": "年"},
    {"code": "hours", "label": "课时", "type": "number", "min": 0, "decimals": 1},
    {"code": "share", "label": "实践课时占比", "type": "percent"},
    {"code": "funds", "label": "经费", "type": "money", "min": 0},
    {"code": "course", "label": "主讲课程", "type": "text", "max_length": 100},
]  # fmt: skip


def measure(workbooks: int = 50, rows: int = 200, rounds: int = 3) -> dict[str, Any]:
    with house() as home:
        from tongchou.documents.form_workbook.comparing import dry_run

        application = _case(home, rows)
        say(f"Making {workbooks} workbooks of {rows} rows")
        paths = [_filled(application, home.home, number, rows) for number in range(workbooks)]
        with psycopg.connect(home.cluster.url, autocommit=True) as connection:
            columns = ", ".join(f"{column['code']} text" for column in _COLUMNS)
            connection.execute(f"CREATE TABLE bare_row ({columns})")
        home.ready()
        spent = {"full": 0.0, "bare": 0.0}
        with psycopg.connect(home.cluster.url, autocommit=True) as connection:
            _read_and_copy(paths[0], connection)  # warm, both
            _require_whole(dry_run(application, paths[0]), rows)
            for turn in range(rounds):
                for path in paths:
                    began = time.perf_counter()
                    report = dry_run(application, path)
                    between = time.perf_counter()
                    _read_and_copy(path, connection)
                    spent["full"] += between - began
                    spent["bare"] += time.perf_counter() - between
                    _require_whole(report, rows)
                say(f"turn {turn + 1} of {rounds}")
        total = workbooks * rows * rounds
        copied = _copied(home) - rows
    return {
        "settings": {
            **machine(),
            "workbooks": workbooks,
            "rows": rows,
            "columns": len(_COLUMNS),
            "rounds": rounds,
        },
        "goal": 0.5,
        "full_rows_per_second": round(total / spent["full"]),
        "bare_rows_per_second": round(total / spent["bare"]),
        "ratio": round(spent["bare"] / spent["full"], 3),
        "rows_read": total,
        "rows_copied": copied,
    }


def _case(home: House, rows: int) -> Any:
    """A draft of a task whose form is one table and a few fields."""
    from tongchou.applications import actions
    from tongchou.applications.models import Application
    from tongchou.orgs.models import Unit
    from tongchou.orgs.queries import leaders
    from tongchou.programmes.actions import load_pack
    from tongchou.programmes.models import Round, Task

    wide.people_and_cases(1, home.home / "pack")
    load_pack(_pack(home.home / "table", rows))
    unit = Unit.objects.get()
    task = Task.objects.get(code="table")
    round_ = Round.objects.select_related("programme").get(programme=task.programme)
    begun = actions.begin(unit, task=task, variant="main", round=round_, by=leaders(unit).get())
    return Application.objects.select_related(
        "draft", "edition", "task", "round__programme", "unit__place", "unit__authority"
    ).get(pk=begun.pk)


def _pack(folder: Path, rows: int) -> Path:
    beside = folder / "tasks" / "01-table"
    beside.mkdir(parents=True)
    year = date.today().year  # noqa: DTZ011 -- the round of today
    programme = {
        "code": "table",
        "version": "1",
        "name": "大表",
        "place": "000000",
        "horizon": year,
        "documents": [{"id": "notice", "title": "通知"}],
        "rounds": [{"code": "table-now", "name": "本年批次", "year": year}],
    }
    task = wide.task()
    fields = [
        {"code": "project_name", "label": "项目名称", "type": "text", "required": True},
        {
            "code": "staff",
            "label": "教师",
            "type": "table",
            "columns": _COLUMNS,
            "max_rows": rows,
            "min_rows": 1,
        },
        {"code": "count", "label": "人数", "type": "computed", "compute": 'size(v["staff"])'},
    ]
    rule = 'v["staff"].all(r, !has(r.years) || r["years"] <= 60.0)'
    task |= {
        "code": "table",
        "form": [{"code": "s", "title": "教师", "fields": fields}],
        "conditions": [{"code": "c", "text": "从教年限", "rule": rule, "field": "staff", "cite": wide.CITE}],
    }
    (folder / "programme.yaml").write_text(json.dumps(programme))
    (beside / "task.yaml").write_text(json.dumps(task))
    return folder


def _filled(application: Any, folder: Path, number: int, rows: int) -> Path:
    """The case's own template with other rows in it."""
    from dataclasses import replace

    from tongchou.documents.form_workbook.layout import template_of
    from tongchou.documents.form_workbook.writing import workbook

    random = Random(number)

    def words(length: int) -> str:
        return "".join(chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(length))

    answers = {
        "project_name": words(12),
        "staff": [
            {
                "name": words(3),
                "born": f"{random.randrange(1960, 2000)}-{random.randrange(1, 13):02}-01",
                "title": random.choice(["senior", "middle", "junior"]),
                "years": random.randrange(40),
                "hours": random.randrange(4000) / 10,
                "share": float(random.randrange(100)),
                "funds": random.randrange(10**9),
                "course": words(10),
            }
            for _ in range(rows)
        ],
    }
    path = folder / f"{number}.xlsx"
    path.write_bytes(workbook(replace(template_of(application), answers=answers)))
    return path


def _read_and_copy(path: Path, connection: psycopg.Connection) -> None:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    table = next(rows for rows in sheets.values() if rows and str(rows[0][0]).startswith("table:"))
    with connection.cursor() as cursor, cursor.copy("COPY bare_row FROM STDIN") as copy:
        for row in table[HEAD_ROWS:]:
            copy.write_row([str(cell) for cell in row[1 : 1 + len(_COLUMNS)]])


def _require_whole(report: Any, rows: int) -> None:
    if report.faults or report.warnings or len(report.changes["staff"]) != rows:
        raise RuntimeError(f"{report.faults[:1]} {report.warnings[:1]} {len(report.changes['staff'])} rows")


def _copied(home: House) -> int:
    with psycopg.connect(home.cluster.url) as connection:
        found = connection.execute("SELECT count(*) FROM bare_row").fetchone()
    return int(found[0]) if found else 0
