"""Checking evaluations: grades without gaps, shares that make 100, consequences that can come about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tongchou.programmes.checking.known import Report
from tongchou.programmes.evaluation_format import Consequence, Evaluation
from tongchou.programmes.pack_format import OverlayTask, TaskPack
from tongchou.programmes.packs import ItemPath

_COUNTED = {"number", "integer", "money", "percent", "ratio"}


def check_evaluations(report: Report, part: TaskPack | OverlayTask, rubrics: Sequence[str]) -> None:
    """What can be seen in the task itself. ``rubrics``: the codes of those that hold there."""
    for number, evaluation in enumerate(part.evaluations):
        path: ItemPath = ("evaluations", number)
        report.refer((*path, "rubric"), "评分表", evaluation.rubric, rubrics)
        if (evaluation.kind == "period") != (evaluation.years is not None):
            message = "期满考核须写周期几年（years），其他考核不写"
            report.add((*path, "years" if evaluation.years else "kind"), message, "核对 kind 和 years")
        _check_cards(report, path, evaluation)
        _check_grades(report, path, evaluation)
        _check_shares(report, path, evaluation)
        report.once((*path, "consequences"), "考核结果的运用", evaluation.consequences)
        for at, consequence in enumerate(evaluation.consequences):
            _check_consequence(report, (*path, "consequences", at), consequence, evaluation)


def check_evaluated(report: Report, part: TaskPack | OverlayTask, tasks: Mapping[str, TaskPack]) -> None:
    """What an evaluation names of the task whose projects it is about."""
    for number, evaluation in enumerate(part.evaluations):
        path: ItemPath = ("evaluations", number)
        if not report.refer((*path, "of"), "任务", evaluation.of, tasks):
            continue
        about = tasks.get(evaluation.of or part.code)
        if about is None:
            continue
        known = {item.code for item in about.reports} | report.known.reports
        for at, code in enumerate(evaluation.reports):
            report.refer((*path, "reports", at), "报告", code, known)
        indicators = {item.code: item for item in about.indicators}
        for at, consequence in enumerate(evaluation.consequences):
            here = (*path, "consequences", at, "indicator")
            report.refer(here, "指标", consequence.indicator, indicators)
            found = indicators.get(consequence.indicator or "")
            if found is not None and found.kind not in _COUNTED:
                report.add(here, f"指标“{found.code}”不是数，不能与 below 比较", "换一个数值类指标")


def _check_cards(report: Report, path: ItemPath, evaluation: Evaluation) -> None:
    named = [key for key in ("late_red", "met_yellow", "met_red") if getattr(evaluation, key) is not None]
    if named and evaluation.kind != "yearly":
        report.add((*path, named[0]), "红黄牌的界限只写在年度考核（kind: yearly）中", f"删去 {named[0]}")
    yellow, red = evaluation.met_yellow, evaluation.met_red
    if yellow is not None and red is not None and red >= yellow:
        report.add((*path, "met_red"), f"红牌的界限 {red:g} 不低于黄牌的 {yellow:g}", "红牌的界限应更低")


def _check_grades(report: Report, path: ItemPath, evaluation: Evaluation) -> None:
    grades = evaluation.grades
    report.once((*path, "grades"), "等级", grades)
    report.once((*path, "grades"), "等级名称", grades, key="name")
    marks = [grade.least for grade in grades]
    known = [mark for mark in marks if mark is not None]
    if not known:
        return
    if len(known) < len(marks):
        at = marks.index(None)
        report.add(
            (*path, "grades", at),
            f"等级“{grades[at].name}”没有写最低分（least）",
            "各等级都写最低分，或都不写",
        )
        return
    for at in range(1, len(known)):
        if known[at] >= known[at - 1]:
            message = f"等级“{grades[at].name}”的最低分 {known[at]:g} 不低于前一等级的 {known[at - 1]:g}"
            report.add((*path, "grades", at, "least"), message, "等级从高到低排列，最低分逐级降低")
    if known[-1] != 0:
        message = f"0 至 {known[-1]:g} 分没有等级：最后一个等级“{grades[-1].name}”应从 0 分起"
        report.add((*path, "grades", len(known) - 1, "least"), message, "写 least: 0")


def _check_shares(report: Report, path: ItemPath, evaluation: Evaluation) -> None:
    report.once((*path, "shares"), "评分层级", evaluation.shares, key="level")
    total = sum(share.weight for share in evaluation.shares)
    if evaluation.shares and abs(total - 100) > 1e-6:
        report.add((*path, "shares"), f"各级权重合计 {total:g}，应为 100", "核对 weight")


def _check_consequence(
    report: Report, path: ItemPath, consequence: Consequence, evaluation: Evaluation
) -> None:
    codes = [grade.code for grade in evaluation.grades]
    for at, code in enumerate(consequence.grades):
        report.refer((*path, "grades", at), "等级", code, codes)
    if consequence.grades and consequence.indicator:
        report.add((*path, "indicator"), "一项结果只看等级或只看一个指标", "分成两项")
    if (consequence.indicator is None) != (consequence.below is None):
        missing = "below" if consequence.below is None else "indicator"
        report.add(path, f"指标和界限要一起写，缺 {missing}", f"补写 {missing}")
    if (consequence.over in {"in_a_row", "in_total"}) != (consequence.years is not None):
        report.add(
            path, "连续（in_a_row）或累计（in_total）须写几年（years），其他不写", "核对 over 和 years"
        )
    counts = consequence.grades or consequence.indicator
    if consequence.over != "once" and not counts:
        report.add((*path, "over"), "没有写等级或指标，无从按年计数", "补写 grades 或 indicator，或删去 over")
    if consequence.over != "once" and evaluation.kind != "yearly":
        report.add((*path, "over"), "只有年度考核可以按年计数", "写到年度考核（kind: yearly）中")
    if consequence.days is not None and consequence.does != "rectify":
        report.add((*path, "days"), "只有限期整改（rectify）写天数", "删去 days")
