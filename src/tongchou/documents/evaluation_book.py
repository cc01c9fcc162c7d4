"""An evaluation as a workbook: one row a project, with the marks of each level, the conclusion and what followed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tongchou.core import clock
from tongchou.documents.excel import workbook
from tongchou.monitoring import grading, schemes
from tongchou.monitoring.evaluation_models import LevelScore
from tongchou.programmes.evaluation_words import grades_text, shares_text

if TYPE_CHECKING:
    from tongchou.monitoring.evaluation_models import Evaluation
    from tongchou.monitoring.evaluation_queries import Row

_HEAD = ("项目编号", "项目名称", "单位", "状态")
_TAIL = ("总分", "等级", "理由", "结果运用", "整改期限", "整改状态")


def made(evaluation: Evaluation, rows: Sequence[Row]) -> bytes:
    """The rows of ``evaluation`` as they stand."""
    scheme = schemes.scheme_of(evaluation)
    levels = [level for level in grading.ORDER if any(level in row.marks for row in rows)]
    note = "　".join(
        part
        for part in (
            f"数据截至{clock.today().isoformat()}。",
            f"权重：{shares_text(scheme.shares)}。" if scheme.shares else "",
            f"等级：{grades_text(scheme.grades)}。",
        )
        if part
    )
    lines = []
    for row in rows:
        assessment, conclusion, mending = row.assessment, row.conclusion, row.rectification
        lines.append(
            (
                assessment.application.number,
                str(assessment),
                assessment.unit.name,
                assessment.get_state_display(),
                *(row.marks.get(level) for level in levels),
                conclusion.total if conclusion else None,
                conclusion.grade_name if conclusion else "",
                conclusion.reason if conclusion else "",
                "、".join(measure.get_does_display() for measure in row.measures),
                mending.due if mending else None,
                mending.get_state_display() if mending else "",
            )
        )
    with workbook(str(evaluation), evaluation.authority.name, clock.today()) as (book, out):
        book.sheet(
            "考核评价",
            str(evaluation),
            note,
            (*_HEAD, *(LevelScore.Level(level).label for level in levels), *_TAIL),
            lines,
        )
    return out.getvalue()
