"""Workbooks by XlsxWriter, in memory, with a fixed date of creation: the same data gives the same bytes.

Text is written as text: nothing a user wrote can become a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

_WIDEST = 48


class _Book:
    """A workbook with the house's formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        base = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter"}
        self.title = book.add_format(base | {"font_size": 14, "bold": True})
        self.quiet = book.add_format(base | {"font_color": "#555555"})
        self.head = book.add_format(
            base | {"bold": True, "border": 1, "bg_color": "#EEF2F7", "align": "center", "text_wrap": True}
        )
        self.text = book.add_format(base | {"border": 1, "text_wrap": True})
        self.whole = book.add_format(base | {"border": 1, "num_format": "#,##0"})
        self.exact = book.add_format(base | {"border": 1, "num_format": "#,##0.######"})
        self.day = book.add_format(base | {"border": 1, "num_format": "yyyy-mm-dd", "align": "center"})

    def sheet(
        self, name: str, title: str, note: str, head: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> None:
        """One sheet: title, a line on what the figures mean, the head (frozen, filtered) and the rows."""
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, title, self.title)
        sheet.write_string(1, 0, note, self.quiet)
        for column, words in enumerate(head):
            sheet.write_string(2, column, words, self.head)
        for number, row in enumerate(rows, 3):
            for column, value in enumerate(row):
                self._cell(sheet, number, column, value)
        sheet.freeze_panes(3, 1)
        if rows:
            sheet.autofilter(2, 0, 2 + len(rows), len(head) - 1)
        for column, words in enumerate(head):
            longest = max([_width(words), *(_width(row[column]) for row in rows)])
            sheet.set_column(column, column, min(longest + 3, _WIDEST))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
        sheet.set_footer("&C&P / &N")

    def _cell(self, sheet: Worksheet, row: int, column: int, value: Any) -> None:
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.text)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self.whole)
        elif isinstance(value, Decimal):
            sheet.write_number(row, column, float(value), self._number(value))
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.day)
        else:
            sheet.write_string(row, column, str(value), self.text)

    def _number(self, value: Decimal) -> Format:
        return self.whole if value == value.to_integral_value() else self.exact


def _width(value: Any) -> int:
    """Columns a value needs: a Chinese character takes two."""
    text = f"{value:,}" if isinstance(value, int | Decimal) else str(value or "")
    return max(sum(2 if ord(c) > 0x2E7F else 1 for c in line) for line in text.split("\n"))


@contextmanager
def _workbook(title: str, author: str, on: date) -> Iterator[tuple[_Book, io.BytesIO]]:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    book.set_properties({"title": title, "author": author, "created": datetime(on.year, on.month, on.day)})  # noqa: DTZ001 - the format has no zone
    yield _Book(book), out
    book.close()


def bulletin(snapshot: Mapping[str, Any]) -> bytes:
    """The bulletin's figures, a sheet a part, each saying what its figures mean."""
    made = snapshot
    levels = made["levels"]
    as_of = f"数据截至{made['as_of_text']}。"
    with _workbook(made["title"], made["authority"], date.fromisoformat(made["as_of"])) as (book, out):
        book.sheet(
            "说明",
            made["title"],
            f"{made['document_number']}　第{made['edition']}版",
            ("项目", "内容"),
            [
                ("发布单位", made["authority"]),
                ("年度", f"{made['year']}年"),
                ("数据截止", made["as_of_text"]),
                (
                    "数据范围",
                    "仅含审核确认的填报" if made["confirmed_only"] else "含已报送、尚未审核确认的填报",
                ),
                *(
                    (f"依据 {n}", f"《{d['title']}》（{d['number']}）")
                    for n, d in enumerate(made["documents"], 1)
                ),
                *(("更正原因", made["reason"]) for _ in [0] if made["reason"]),
            ],
        )
        head = ("申报", "市级推荐", "省级推荐", *(f"{level['name']}项目" for level in levels))
        note = (
            as_of
            + "申报：累计提交过的申报；推荐：现行有效的推荐；各级项目：现持有该级认定、未撤销的项目。单位：项。"
        )
        for name, first, key in (("各任务进展", "重点任务", "tasks"), ("各地进展", "地区", "places")):
            book.sheet(
                name,
                f"{name}（{made['place']['name']}）",
                note,
                (first, *head),
                [_cases(r, levels) for r in made[key]],
            )
        book.sheet(
            "建设目标",
            "对照建设目标",
            as_of + "完成率＝现有÷目标。",
            ("重点任务", "目标", "目标数", "现有", "完成率", "依据"),
            [
                (g["task_name"], g["text"], g["count"], g["held"], g["rate"], g["cite_text"])
                for g in made["goals"]
            ],
        )
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
                    _decimal(row["target_number"]),
                    _decimal(row["completion_number"]),
                    row["met"],
                    row["targeted"],
                )
                for task in made["indicators"]
                for row in task["rows"]
            ],
        )
        owed = made["completeness"]
        book.sheet(
            "报送情况",
            "报送情况",
            as_of + "应报在采集期开启时固定；逾期补报：截止日以后才首次报送。",
            ("分类", "名称", "应报", "已报", "未报", "逾期补报", "报送率"),
            [
                (kind, r["name"], r["expected"], r["submitted"], r["missing"], r["late"], r["rate"])
                for kind, rows in (
                    ("绩效数据", [owed["performance"]]),
                    ("绩效数据·按任务", owed["by_task"]),
                    ("绩效数据·按地区", owed["by_place"]),
                    ("年度报告", owed["by_kind"]),
                )
                for r in rows
            ],
        )
        book.sheet(
            "逾期名单",
            "逾期未报送和逾期补报名单",
            as_of
            + ("仅列省级主管部门。" if made["late_covers"] == "authorities" else "列出全部单位和主管部门。"),
            ("报送单位", "事项", "重点任务", "项目", "截止日", "首次报送", "情况"),
            [
                (
                    r["who"],
                    r["what"],
                    r["task"],
                    r["project"],
                    _day(r["due"]),
                    _day(r["handed_in"]),
                    r["text"],
                )
                for r in made["late"]
            ],
        )
        book.sheet(
            "推荐限额",
            "推荐限额使用情况",
            as_of + "已用：占用限额的推荐；免占：按规定不占限额的推荐。单位：项。",
            ("重点任务", "限额名称", "使用单位", "限额", "最低数", "已用", "免占", "剩余", "依据"),
            [
                (
                    q["task"],
                    q["quota"],
                    q["holder"],
                    q["limit"],
                    q["minimum"],
                    q["taken"],
                    q["exempt"],
                    q["left"],
                    q["cite_text"],
                )
                for q in made["quotas"]
            ],
        )
        if made["changes"]:
            book.sheet(
                "更正对照",
                "与上一版不同之处",
                made["reason"],
                ("项目", "更正前", "更正后"),
                [(c["what"], c["before"], c["after"]) for c in made["changes"]],
            )
    return out.getvalue()


def designation_list(listed: Mapping[str, Any]) -> bytes:
    """A designation list (``documents.lists.designation_list``) as one sheet."""
    with _workbook(listed["title"], listed["authority"], date.fromisoformat(listed["date"])) as (book, out):
        book.sheet(
            "名单",
            listed["title"],
            f"{listed['document_number']}　{listed['authority']}　共{listed['count']}项",
            ("序号", "类别", "项目名称", "建设单位", "统一社会信用代码", "所在地区", "申报编号"),
            [
                (number, group, row["project"], row["unit"], row["uscc"], row["place"], row["number"])
                for number, (group, row) in enumerate(
                    ((group["name"], row) for group in listed["groups"] for row in group["rows"]), 1
                )
            ],
        )
    return out.getvalue()


def _cases(row: Mapping[str, Any], levels: Sequence[Mapping[str, str]]) -> tuple[Any, ...]:
    counts = (row["applications"], row["by_city"], row["by_province"])
    return (row["name"], *counts, *(row["held"][level["code"]] for level in levels))


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
