"""A bulletin's snapshot as an official document: what it says in which order, with tables and lists as annexes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongchou.documents.official.paper import (
    Annex,
    Bar,
    Block,
    Chart,
    Column,
    Heading,
    Notes,
    Paper,
    Sheet,
    Text,
    Tile,
    Tiles,
)
from tongchou.forms.display import show_date
from tongchou.insight.tiles import TILES

_NOTES = (
    "“实际值”按指标汇总：数量和金额为各项目之和，比率为分子之和除以分母之和，仅填报百分数的为简单平均。",
    "“目标值”“完成率”“达标项目”只计承诺了年度目标的项目；比率类目标按实际分母加权。",
    "“比上年”按同一口径与上一年度比较；金额以万元为单位；“—”表示没有数据或者不适用。",
)


def paper(snapshot: Mapping[str, Any]) -> Paper:
    """The whole document. Everything in it comes from the snapshot."""
    made, said = snapshot, snapshot["text"]
    return Paper(
        title=made["title"],
        lines=(f"{made['authority']}关于{made['programme']['name']}", f"{made['year']}年度建设情况的通报")
        if len(made["authority"]) + len(made["programme"]["name"]) <= 18
        else (),
        issuer=made["authority"],
        on=date.fromisoformat(made["as_of"]),
        number=made["document_number"],
        edition=f"（第{made['edition']}版）" if made["edition"] > 1 else "",
        addressee=made["addressee"],
        blocks=[
            Text(said["opening"]),
            *([Text(f"{said['correction']}。更正内容见附件。")] if said["correction"] else []),
            *_progress(made),
            *_goals(made),
            *_performance(made),
            *_timeliness(made),
            *_demands(made),
        ],
        annexes=_annexes(made),
        notes=[f"数据取自管理平台，截至{made['as_of_text']}。"],
    )


def _demands(made: Mapping[str, Any]) -> list[Block]:
    if not made["remarks"]:
        return []
    return [Heading(1, "工作要求"), *(Text(line) for line in made["remarks"])]


def _progress(made: Mapping[str, Any]) -> list[Block]:
    level = next(lv for lv in made["levels"] if lv["code"] == made["place"]["level"])
    tasks = [t for t in made["tasks"] if t["applications"]]
    blocks: list[Block] = [Heading(1, "总体进展"), *(Text(line) for line in made["text"]["overall"])]
    if tasks:
        bars = [
            Bar(
                task["name"],
                [task["applications"], task["held"][level["code"]]],
                [f"{task['applications']}", f"{task['held'][level['code']]}"],
            )
            for task in tasks
        ]
        most = max(max(task["applications"], task["held"][level["code"]]) for task in tasks)
        blocks.append(Chart("各项重点任务进展（单位：项）", ("申报", f"{level['name']}项目"), bars, most))
    return blocks


def _goals(made: Mapping[str, Any]) -> list[Block]:
    if not made["goals"]:
        return []
    lines = [Text(f"{n}.{line}") for n, line in enumerate(made["text"]["goals"], 1)]
    bars = [
        Bar(
            g["text"].partition("年")[2],
            [g["rate_number"]],
            [f"{g['held']}，{g['rate']}"],
        )
        for g in made["goals"]
    ]
    return [Heading(1, "对照建设目标"), *lines, Chart("建设目标完成率", ("完成率",), bars, 100)]


def _performance(made: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [
        Heading(1, "绩效数据"),
        *(Text(line) for line in made["text"]["performance"]),
    ]
    for task in made["indicators"]:
        blocks += [Heading(2, task["task_name"]), Text(made["text"]["indicators"][task["task"]])]
    return blocks


def _timeliness(made: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [Heading(1, "报送情况"), *(Text(line) for line in made["text"]["timeliness"])]
    rows = [row for row in made["completeness"]["by_place"] if row["expected"]]
    if made["tiles"] and rows:
        known = {row["key"]: row for row in rows}
        tiles = [
            Tile(
                tile["name"][:3],
                known[tile["code"]]["rate"] if tile["code"] in known else "—",
                *TILES[tile["code"]],
                known[tile["code"]]["rate_number"] / 100 if tile["code"] in known else None,
            )
            for tile in made["tiles"]
        ]
        blocks.append(Tiles("各省（区、市）绩效数据报送率", tiles))
    elif len(rows) > 1:
        bars = [
            Bar(r["name"], [r["rate_number"]], [f"{r['submitted']}/{r['expected']}，{r['rate']}"])
            for r in rows
        ]
        blocks.append(Chart("各地绩效数据报送率", ("报送率",), bars, 100))
    return blocks


def _annexes(made: Mapping[str, Any]) -> list[Annex]:
    annexes = [Annex("各项重点任务进展情况表", [_cases(made, "重点任务", "tasks")])]
    if made["places"]:
        annexes.append(Annex("各地进展情况表", [_cases(made, "地区", "places")]))
    if made["indicators"]:
        annexes.append(Annex("绩效指标汇总表", [*map(_indicators, made["indicators"]), Notes(_NOTES)]))
    annexes.append(Annex("报送情况表", _completeness(made["completeness"])))
    if made["late"]:
        annexes.append(Annex("逾期未报送和逾期补报名单", [_late(made["late"])]))
    if made["quotas"]:
        annexes.append(Annex("推荐限额使用情况表", [_quotas(made["quotas"])]))
    if made["changes"]:
        annexes.append(Annex("更正对照表", [_changes(made["changes"])]))
    return annexes


def _numbers(*heads: str) -> list[Column]:
    return [Column(head, 0.42, "right") for head in heads]


def _cases(made: Mapping[str, Any], first: str, part: str) -> Sheet:
    counts = ("applications", "applications_new", "by_city", "by_province")
    levels = made["levels"]
    return Sheet(
        "进展情况（单位：项）",
        [
            Column(first, 1.6),
            *_numbers(
                "申报", "本年申报", "市级推荐", "省级推荐", *(lv["name"] for lv in levels), "本年新认定"
            ),
        ],
        [
            (
                row["name"],
                *(str(row[key]) for key in counts),
                *(str(row["held"][lv["code"]]) for lv in levels),
                str(row["designated_new"]),
            )
            for row in made[part]
        ],
    )


def _indicators(task: Mapping[str, Any]) -> Sheet:
    return Sheet(
        task["task_name"],
        [
            Column("指标", 1.8),
            Column("填报", 0.5, "right"),
            Column("实际值", 1.1, "right"),
            Column("比上年", 1, "right"),
            Column("目标值", 1.1, "right"),
            Column("完成率", 0.85, "right"),
            Column("达标", 0.6, "right"),
        ],
        [
            (
                row["name"],
                str(row["reports"]),
                row["text"],
                row["change"],
                row["target_text"],
                row["completion"],
                f"{row['met']}/{row['targeted']}" if row["targeted"] else "—",
            )
            for row in task["rows"]
        ],
    )


def _completeness(owed: Mapping[str, Any]) -> list[Block]:
    def sheet(caption: str, first: str, rows: Sequence[Mapping[str, Any]]) -> Sheet:
        return Sheet(
            caption,
            [Column(first, 1.8), *_numbers("应报", "已报", "未报", "迟报"), Column("报送率", 0.6, "right")],
            [
                (r["name"], *(str(r[key]) for key in ("expected", "submitted", "missing", "late")), r["rate"])
                for r in rows
            ],
        )

    parts = (
        ("绩效数据（按地区）", "地区", owed["by_place"]),
        ("绩效数据（按任务）", "重点任务", owed["by_task"]),
        ("年度报告", "报告", owed["by_kind"]),
    )
    return [sheet(caption, first, rows) for caption, first, rows in parts if rows]


def _late(rows: Sequence[Mapping[str, Any]]) -> Sheet:
    def what(row: Mapping[str, Any]) -> str:
        of = row["project"] or row["task"]
        return f"{row['what']}（{of}）" if of else row["what"]

    return Sheet(
        "",
        [
            Column("序号", 0.5, "center"),
            Column("报送单位", 1.3),
            Column("事项", 1.75),
            Column("截止日", 1.15, "center"),
            Column("情况", 1.42, "center"),
        ],
        [(str(n), r["who"], what(r), show_date(r["due"]), r["text"]) for n, r in enumerate(rows, 1)],
    )


def _quotas(rows: Sequence[Mapping[str, Any]]) -> Sheet:
    def number(value: int | None) -> str:
        return "—" if value is None else str(value)

    return Sheet(
        "推荐限额（单位：项）",
        [
            Column("限额名称", 1.5),
            Column("使用单位", 1.1),
            *_numbers("限额", "最低数", "已用", "免占", "剩余"),
        ],
        [
            (
                f"{q['quota']}（{q['cite_text'].split('；')[0]}）",
                q["holder"],
                number(q["limit"]),
                number(q["minimum"]),
                str(q["taken"]),
                str(q["exempt"]),
                number(q["left"]),
            )
            for q in rows
        ],
        merged=True,
    )


def _changes(rows: Sequence[Mapping[str, Any]]) -> Sheet:
    return Sheet(
        "",
        [Column("项目", 1.9), Column("更正前", 1.2), Column("更正后", 1.2), Column("原因", 1.4)],
        [(c["what"], c["before"], c["after"], c["reason"]) for c in rows],
    )
