"""Writing the sheet: what was committed and reported a year before, locked, and the inputs with what is filled in so far."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import xlsxwriter

from tongchou.documents.form_workbook import cells
from tongchou.documents.form_workbook.layout import unit_of
from tongchou.documents.report_workbook import layout
from tongchou.monitoring import indicators
from tongchou.monitoring.attainment import NO_TARGET
from tongchou.monitoring.queries import committed, last_year

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from tongchou.forms.definition import Indicator
    from tongchou.monitoring.models import PerformanceReport


def workbook(reports: Iterable[PerformanceReport]) -> bytes:
    """The sheet of these reports. They are read with period (and task), edition and application."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        base = {
            "font_name": "宋体",
            "font_size": 10.5,
            "valign": "vcenter",
            "border": 1,
            "border_color": "#C9D0DA",
        }
        locked = book.add_format(base | {"bg_color": "#F1F3F6", "text_wrap": True})
        head = book.add_format(base | {"bg_color": "#DFE5EE", "bold": True, "align": "center"})
        given = {kind: book.add_format(base | words | {"locked": False}) for kind, words in _INPUTS.items()}
        guide, page = book.add_worksheet(layout.GUIDE), book.add_worksheet(layout.SHEET)
        guide.set_column(0, 0, 100)
        for number, rule in enumerate(layout.RULES):
            guide.write_string(number, 0, f"{number + 1}. {rule}", locked)
        for number, (name, width) in enumerate(layout.COLUMNS):
            page.set_column(number, number, width)
            page.write_string(0, number, name, head)
        page.set_column(len(layout.COLUMNS) - 1, len(layout.COLUMNS) - 1, None, None, {"hidden": True})
        line = 1
        for report in reports:
            line = _write_report(page, line, report, locked, given)
        page.freeze_panes(1, 2)
        page.autofilter(0, 0, max(line - 1, 1), len(layout.COLUMNS) - 1)
        page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
        page.activate()
    return out.getvalue()


_INPUTS: dict[str, dict[str, Any]] = {
    "number": {"num_format": "#,##0.##########", "align": "right"},
    "text": {"num_format": "@", "text_wrap": True},
    "none": {"bg_color": "#F1F3F6"},
}


def _write_report(
    page: Worksheet, line: int, report: PerformanceReport, locked: Format, given: dict[str, Format]
) -> int:
    targets, before = committed(report), last_year(report)
    for indicator in indicators.asked(report.edition.pack.indicators, report.variant):
        answer = report.answers.get(indicator.code, {})
        target = targets.get(indicator.code, NO_TARGET)
        told = (
            report.application.number,
            report.application.project_name,
            report.period.year,
            indicator.code,
            indicator.name,
            unit_of(indicator.value_field),
            indicators.show_answer(indicator, before.get(indicator.code, {})),
            indicators.show_target(indicator, target),
        )
        for column, text in enumerate(told):
            page.write(line, column, text, locked)
        for column, part in enumerate(layout.PARTS.values(), len(told)):
            _write_part(page, line, column, indicator, part, answer.get(part), given)
        page.write_number(line, len(layout.COLUMNS) - 1, report.version, locked)
        line += 1
    return line


def _write_part(
    page: Worksheet,
    line: int,
    column: int,
    indicator: Indicator,
    part: str,
    value: Any,
    given: dict[str, Format],
) -> None:
    if part == "note":
        page.write_string(line, column, value or "", given["text"])
    elif part not in indicators.parts_of(indicator):
        page.write_blank(line, column, None, given["none"])
    else:
        field = indicators.part_field(indicator, part)
        shown = cells.written(field, value)
        form = given["number" if field.type in cells.NUMBERS else "text"]
        if shown is None:
            page.write_blank(line, column, None, form)
        else:
            page.write(line, column, shown, form)
        page.data_validation(line, column, line, column, _validation(field))


def _validation(field: Any) -> dict[str, Any]:
    """What Excel itself checks; choices are offered in the cell."""
    if field.type == "choice":
        return {"validate": "list", "source": _fitting(cells.labels(field)), "ignore_blank": True}
    return cells.validation(field, {}) or {"validate": "any"}


def _fitting(labels: Sequence[str]) -> list[str]:
    """As many choices as Excel takes in a list of its own (255 characters)."""
    kept: list[str] = []
    for label in labels:
        if sum(map(len, kept)) + len(kept) + len(label) > 250:
            break
        kept.append(label)
    return kept
