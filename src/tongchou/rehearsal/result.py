"""What a rehearsal came to: cases by task and step, quotas, refusals, seconds. As data and as a table for a terminal."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Q

from tongchou.applications.models import Application
from tongchou.applications.steps import find
from tongchou.core import audit
from tongchou.designations.models import Designation
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.orgs.models import Unit
from tongchou.reviews.board import board

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongchou.insight.models import Bulletin
    from tongchou.rehearsal.play import Play

LEVELS = ["school", "city", "province", "nation"]
S = Application.State


def collect(play: Play, bulletins: Sequence[Bulletin]) -> dict[str, Any]:
    """Everything counted; equal for equal seeds but for ``seconds``."""
    chain = audit.verify()
    return {
        "programme": play.programme.code,
        "place": play.place.code,
        "seed": play.seed,
        "units": dict(sorted(Counter(Unit.objects.values_list("kind", flat=True)).items())),
        "cases": _cases(),
        "quotas": [
            {
                "task": row.quota.task.number,
                "quota": row.quota.name,
                "holder": row.holder,
                "limit": row.limit,
                "minimum": row.minimum,
                "used": row.taken,
                "exempt": row.exempt,
                "left": row.left,
                "minimum_met": row.minimum_met,
            }
            for row in board(play.place.path, Q(task__programme=play.programme))
            if not row.idle
        ],
        "done": dict(sorted(play.ledger.done.items())),
        "refusals": [
            {"action": what, "reason": code, "count": count, "example": play.ledger.example[what, code]}
            for (what, code), count in sorted(play.ledger.refused.items())
        ],
        "reports": {
            "performance": dict(
                sorted(Counter(PerformanceReport.objects.values_list("state", flat=True)).items())
            ),
            "periodic": dict(sorted(Counter(PeriodicReport.objects.values_list("state", flat=True)).items())),
        },
        "bulletins": [
            {"authority": b.authority.name, "year": b.year, "edition": b.edition, "digest": b.digest}
            for b in bulletins
        ],
        "audit": {"ok": chain.ok, "sealed": chain.sealed, "unsealed": chain.unsealed, "fault": chain.fault},
        "seconds": {name: round(took, 2) for name, took in play.ledger.seconds.items()},
    }


def _cases() -> list[dict[str, Any]]:
    """One row for each task and variant: where its cases are, and the levels they hold."""
    rows: dict[tuple[int, str, str], Counter[str]] = {}
    for case in Application.objects.select_related("task", "edition").order_by(
        "task__number", "variant", "pk"
    ):
        row = rows.setdefault((case.task.number, case.task.name, case.variant), Counter())
        row["begun"] += 1
        row["submitted"] += case.submitted_at is not None
        row[case.state] += 1
        if case.state == S.IN_REVIEW:
            row["at " + find(case.edition.pack, case.step).name] += 1
    held = Counter(
        Designation.objects.filter(revoked_on=None).values_list(
            "task__number", "application__variant", "level"
        )
    )
    return [
        {
            "task": number,
            "name": name,
            "variant": variant,
            "begun": row["begun"],
            "submitted": row["submitted"],
            "states": {state: row[state] for state in S.values if row[state]},
            "waiting_at": {key[3:]: count for key, count in sorted(row.items()) if key.startswith("at ")},
            "levels": {level: held[number, variant, level] for level in LEVELS},
        }
        for (number, name, variant), row in sorted(rows.items())
    ]


class Table(TypedDict):
    """A table of the result, ready to be printed or drawn."""

    title: str
    head: list[str]
    rows: list[list[Any]]


def tables(found: dict[str, Any]) -> list[Table]:
    """What was found as tables, in Chinese; none is empty."""
    labels = dict(S.choices)
    made = [
        Table(
            title=f"申报与认定（{found['programme']}，{found['place']}，种子 {found['seed']}）",
            head=["任务", "类别", "开始", "提交", *labels.values(), "校级", "市级", "省级", "国家级"],
            rows=[
                [
                    f"{row['task']} {row['name']}",
                    row["variant"],
                    row["begun"],
                    row["submitted"],
                    *(row["states"].get(state, 0) for state in labels),
                    *(row["levels"][level] for level in LEVELS),
                ]
                for row in found["cases"]
            ],
        ),
        Table(
            title="在办环节",
            head=["任务", "类别", "环节", "件数"],
            rows=[
                [r["task"], r["variant"], step, n]
                for r in found["cases"]
                for step, n in r["waiting_at"].items()
            ],
        ),
        Table(
            title="限额",
            head=["任务", "限额", "持有者", "限额数", "最低", "已用", "免占", "剩余", "最低已满足"],
            rows=[
                [
                    r["task"],
                    r["quota"],
                    r["holder"],
                    _or_dash(r["limit"]),
                    _or_dash(r["minimum"]),
                    r["used"],
                    r["exempt"],
                    _or_dash(r["left"]),
                    "—" if r["minimum"] is None else "是" if r["minimum_met"] else "否",
                ]
                for r in found["quotas"]
            ],
        ),
        Table(
            title="被拒绝的操作",
            head=["操作", "原因", "次数", "例"],
            rows=[
                [r["action"], r["reason"], r["count"], _short(r["example"], 60)] for r in found["refusals"]
            ],
        ),
        Table(
            title="用时（秒）",
            head=["阶段", "秒"],
            rows=[[name, f"{took:.1f}"] for name, took in found["seconds"].items()],
        ),
    ]
    return [table for table in made if table["rows"]]


def chain_said(found: dict[str, Any]) -> str:
    """Whether the audit chain held, in one line."""
    chain = found["audit"]
    state = "完好" if chain["ok"] else chain["fault"]
    return f"审计链：{state}，已封存 {chain['sealed']:,} 条，未封存 {chain['unsealed']:,} 条"


def render(found: dict[str, Any]) -> str:
    """The tables for a terminal, in Chinese."""
    return "\n\n".join([*(_table(**table) for table in tables(found)), chain_said(found)])


def _or_dash(value: Any) -> Any:
    return "—" if value is None else value


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    body = [[str(cell) for cell in row] for row in rows]
    widths = [max(_width(row[n]) for row in [list(head), *body]) for n in range(len(head))]
    numeric = [
        all(row[n].replace(",", "").replace(".", "").replace("—", "0").isdigit() for row in body)
        for n in range(len(head))
    ]

    def line(cells: Sequence[str]) -> str:
        return "  ".join(
            " " * (width - _width(cell)) + cell if right else cell + " " * (width - _width(cell))
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        ).rstrip()

    return "\n".join([title, line(head), "─" * (sum(widths) + 2 * (len(widths) - 1)), *map(line, body)])
