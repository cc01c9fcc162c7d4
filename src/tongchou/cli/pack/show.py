"""`tongchou pack show`."""

from __future__ import annotations

import json
from typing import Any

import click

from tongchou.cli.pack.database import database
from tongchou.core import clock
from tongchou.programmes.editor_schema import words
from tongchou.programmes.evaluation_format import Evaluation
from tongchou.programmes.evaluation_words import (
    consequence_note,
    grades_text,
    shares_text,
    when_held,
)


@click.command()
@click.argument("task")
@click.option("--place", default="000000", show_default=True, help="Code of the place.")
@click.option(
    "--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="The day to look from; by default today."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(task: str, place: str, day: Any, as_json: bool) -> None:
    """Show what holds for TASK in a place on a day, as loaded, each with its clauses.

    Edition, targets, conditions, steps, windows, quotas by holder, indicators, reports with their days,
    evaluations with their grades and what follows, dictionaries and the fields that choose from them.
    """
    with database():
        from tongchou.cli.pack.shown import shown
        from tongchou.orgs.models import Jurisdiction
        from tongchou.programmes.models import Task

        where = Jurisdiction.objects.filter(code=place).first()
        what = Task.objects.filter(code=task).select_related("programme").first()
        if where is None:
            raise click.BadParameter(f"没有这个地区：{place}", param_hint="--place")
        if what is None:
            known = "、".join(Task.objects.values_list("code", flat=True)) or "（尚未载入配置包）"
            raise click.BadParameter(f"没有这项任务：{task}；已有：{known}", param_hint="TASK")
        found = shown(what, where, day.date() if day else clock.today())
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    edition = found["edition"]
    click.echo(f"{found['name']} · {found['place_name']} · {found['date']}")
    click.echo(f"配置：{edition['place']} 第 {edition['number']} 版")
    _part("建设目标", [_target(target) for target in found["targets"]])
    _part("申报条件", _conditions(found))
    _part("不得重复", [_line(rule["text"], rule) for rule in found["unique"]])
    _part("环节", [_step(step) for step in found["steps"]])
    _part("时间窗口", [_window(window) for window in found["windows"]])
    _part("推荐限额", [line for quota in found["quotas"] for line in _quota(quota)])
    indicators = found["indicators"]
    counted = f"{indicators['count']} 项，其中 {indicators['targeted']} 项承诺年度目标"
    _part("绩效指标", [_line(counted, indicators)] if indicators["count"] else [])
    _part("字典", [_dictionary(dictionary) for dictionary in found["dictionaries"]])
    _part("报告", [_report(report) for report in found["reports"]])
    _part("考核评价", [line for each in found["evaluations"] for line in _evaluation(each)])


def _part(title: str, lines: list[str]) -> None:
    if lines:
        click.echo(title)
    for line in lines:
        click.echo(f"  {line}")


def _line(text: str, part: dict[str, Any]) -> str:
    return f"{text}　{'；'.join(part['cite'])}"


def _target(target: dict[str, Any]) -> str:
    bound = words().value("Target", "bound", target["bound"])
    level = words().value("Target", "level", target["level"])
    return _line(f"{target['by']} 年 {level} {bound} {target['count']} {target['unit']}", target)


def _dictionary(dictionary: dict[str, Any]) -> str:
    fields = "、".join(dictionary["fields"])
    return _line(f"{dictionary['code']}（{dictionary['count']} 项）用于 {fields}", dictionary)


def _conditions(found: dict[str, Any]) -> list[str]:
    """Conditions that stand alone, then each group with those of which so many must hold."""

    def told(condition: dict[str, Any]) -> str:
        by = "平台判断" if condition["decided_by"] == "platform" else "评审确认"
        advice = "，仅提示" if condition["severity"] == "advice" else ""
        return _line(f"{condition['text']}（{by}{advice}）", condition)

    lines = [told(condition) for condition in found["conditions"] if condition["group"] is None]
    for group in found["groups"]:
        lines.append(_line(f"{group['text']}：{len(group['of'])} 项中至少 {group['need']} 项", group))
        lines += [f"  {told(c)}" for c in found["conditions"] if c["group"] == group["code"]]
    return lines


def _step(step: dict[str, Any]) -> str:
    notes = [words().value("Step", "level", step["level"])]
    if step["kinds"]:
        notes.append("限" + "、".join(words().value("Step", "kinds", kind) for kind in step["kinds"]))
    if step["grants"]:
        notes.append(f"授予{words().value('Step', 'grants', step['grants'])}")
    if step["on_decline"]:
        notes.append(f"不予通过的转入 {step['on_decline']}")
    return _line(f"{step['name']}（{'；'.join(notes)}）", step)


def _window(window: dict[str, Any]) -> str:
    state = "开放" if window["open"] else "未开放"
    days = f"{window['first_day'] or '不限'} 至 {window['last_day'] or '不限'}"
    return _line(f"[{state}] {window['name']}　{'另行通知' if window['waiting'] else days}", window)


def _quota(quota: dict[str, Any]) -> list[str]:
    lines = [_line(f"{quota['name']}（批次 {'、'.join(quota['rounds'])}）", quota)]
    for line in quota["lines"]:
        limits = [f"不超过 {line['limit']}"] if line["limit"] is not None else []
        limits += [f"至少 {line['minimum']}"] if line["minimum"] is not None else []
        holders = f"　{'、'.join(line['holders'])}" if line["holders"] else ""
        lines.append(f"  {line['name']}：{'，'.join(limits)}{holders}")
    for exemption in quota["exempt"]:
        lapsed = "（已过期）" if exemption["lapsed"] else ""
        lines.append("  " + _line(f"不占限额{lapsed}：{exemption['text']}", exemption))
    return lines


def _evaluation(found: dict[str, Any]) -> list[str]:
    evaluation = Evaluation.model_validate(found)
    told = [when_held(evaluation), grades_text(evaluation.grades), shares_text(evaluation.shares)]
    lines = [_line(f"{evaluation.name}（{'；'.join(filter(None, told))}）", found)]
    for number, one in enumerate(evaluation.consequences):
        lines.append("  " + _line(f"{one.text}：{consequence_note(one)}", found["consequences"][number]))
    return lines


def _report(report: dict[str, Any]) -> str:
    by = words().value("ReportDef", "by", report["by"])
    due = f"{'、'.join(report['due'])}前" if report["due"] else "未写日期"
    return _line(f"{report['name']}（{by}）　{due}", report)
