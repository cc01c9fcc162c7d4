"""A bulletin's snapshot as a workbook, a sheet a part, each saying what its figures mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from tongchou.documents.excel import Book, workbook


def made(snapshot: Mapping[str, Any]) -> bytes:
    """The workbook. Everything in it comes from the snapshot."""
    on = date.fromisoformat(snapshot["as_of"])
    as_of = f"数据截至{snapshot['as_of_text']}。"
    with workbook(snapshot["title"], snapshot["authority"], on) as (book, out):
        _about(book, snapshot)
        _progress(book, snapshot, as_of)
        _figures(book, snapshot, as_of)
        _reporting(book, snapshot, as_of)
        _quotas(book, snapshot, as_of)
        if snapshot["changes"]:
            book.sheet(
                "更正对照",
                "与上一版不同之处",
                snapshot["reason"],
                ("项目", "更正前", "更正后", "原因"),
                [(c["what"], c["before"], c["after"], c["reason"]) for c in snapshot["changes"]],
            )
    return out.getvalue()


def _about(book: Book, made: Mapping[str, Any]) -> None:
    book.sheet(
        "说明",
        made["title"],
        f"{made['document_number']}　第{made['edition']}版",
        ("项目", "内容"),
        [
            ("发布单位", made["authority"]),
            ("年度", f"{made['year']}年"),
            ("数据截止", made["as_of_text"]),
            ("数据范围", "仅含审核确认的填报" if made["confirmed_only"] else "含已报送、尚未审核确认的填报"),
            *(
                (f"依据 {n}", f"《{d['title']}》（{d['number']}）")
                for n, d in enumerate(made["documents"], 1)
            ),
            *([("更正原因", made["reason"])] if made["reason"] else []),
        ],
    )


def _progress(book: Book, made: Mapping[str, Any], as_of: str) -> None:
    levels = made["levels"]
    head = ("申报", "本年申报", "市级推荐", "省级推荐", *(f"{lv['name']}项目" for lv in levels), "本年新认定")
    counts = ("applications", "applications_new", "by_city", "by_province")
    note = (
        f"{as_of}申报：累计提交过的申报；本年申报：本年度批次的；推荐：现行有效的推荐；"
        "各级项目：现持有该级认定、未撤销的项目；本年新认定：本年度认定、未撤销的项目。单位：项。"
    )
    for name, first, key in (("各任务进展", "重点任务", "tasks"), ("各地进展", "地区", "places")):
        rows = [
            (
                row["name"],
                *(row[count] for count in counts),
                *(row["held"][lv["code"]] for lv in levels),
                row["designated_new"],
            )
            for row in made[key]
        ]
        book.sheet(name, f"{name}（{made['place']['name']}）", note, (first, *head), rows)
        if rows:
            held = 5 + [lv["code"] for lv in levels].index(made["place"]["level"])
            book.bars(name, f"{name}（项）", len(rows), (1, held), at="L3")
    book.sheet(
        "建设目标",
        "对照建设目标",
        f"{as_of}完成率＝现有÷目标。",
        ("重点任务", "目标", "年份", "目标数", "现有", "尚差", "完成率", "依据"),
        [
            (
                g["task_name"],
                g["text"],
                f"{g['by']}年",
                g["count"],
                g["held"],
                g["gap"],
                g["rate"],
                g["cite_text"],
            )
            for g in made["goals"]
        ],
    )


def _figures(book: Book, made: Mapping[str, Any], as_of: str) -> None:
    book.sheet(
        "绩效指标",
        "绩效指标",
        as_of + "完成率、达标项目只计承诺了年度目标的项目；比率的目标按实际分母加权；金额单位为万元。",
        (
            "重点任务",
            "类别",
            "指标",
            "单位",
            "汇总方法",
            "填报项目",
            "实际值",
            "上年实际值",
            "比上年",
            "目标值",
            "完成率（%）",
            "达标项目",
            "有目标项目",
        ),
        [
            (
                task["task_name"],
                row["group"],
                row["name"],
                row["unit"],
                row["method"],
                row["reports"],
                _decimal(row["number"]) if row["number"] is not None else row["text"],
                _decimal(row["before_number"]),
                row["change"],
                _decimal(row["target_number"]),
                _decimal(row["completion_number"]),
                row["met"],
                row["targeted"],
            )
            for task in made["indicators"]
            for row in task["rows"]
        ],
    )


def _reporting(book: Book, made: Mapping[str, Any], as_of: str) -> None:
    book.sheet(
        "报送情况",
        "报送情况",
        f"{as_of}应报在采集期开启时固定；迟报：截止日以后才首次报送。",
        ("分类", "名称", "应报", "已报", "未报", "迟报", "报送率", "上年报送率", "比上年"),
        list(_owed(made["completeness"])),
    )
    covers = "仅列省级主管部门。" if made["late_covers"] == "authorities" else "列出全部单位和主管部门。"
    book.sheet(
        "逾期名单",
        "逾期未报送和逾期补报名单",
        as_of + covers,
        ("报送单位", "事项", "重点任务", "项目", "截止日", "首次报送", "情况"),
        [
            (r["who"], r["what"], r["task"], r["project"], _day(r["due"]), _day(r["handed_in"]), r["text"])
            for r in made["late"]
        ],
    )


def _owed(owed: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    parts = (
        ("绩效数据", [owed["performance"]]),
        ("绩效数据·按任务", owed["by_task"]),
        ("绩效数据·按地区", owed["by_place"]),
        ("年度报告", owed["by_kind"]),
    )
    keys = ("name", "expected", "submitted", "missing", "late", "rate", "before", "change")
    for kind, rows in parts:
        yield from ((kind, *(row[key] for key in keys)) for row in rows)


def _quotas(book: Book, made: Mapping[str, Any], as_of: str) -> None:
    keys = ("task", "quota", "holder", "limit", "minimum", "taken", "exempt", "left", "cite_text")
    book.sheet(
        "推荐限额",
        "推荐限额使用情况",
        f"{as_of}已用：占用限额的推荐；免占：按规定不占限额的推荐。单位：项。",
        ("重点任务", "限额名称", "使用单位", "限额", "最低数", "已用", "免占", "剩余", "依据"),
        [tuple(q[key] for key in keys) for q in made["quotas"]],
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
