"""The sentences of a bulletin, each stating figures of its snapshot. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tongchou.forms.display import show_number

_NAMED = 5
_HEADLINES = 4
LOW_RATE = 60
"""Below this share, in per cent, a place is named as lagging."""


def wording(made: Mapping[str, Any]) -> dict[str, Any]:
    """The sentences, by part. ``indicators`` has one paragraph for each task that reported figures."""
    based = "、".join(f"《{d['issuer']}{d['title']}》（{d['number']}）" for d in made["documents"])
    programme, year = made["programme"]["name"], made["year"]
    return {
        "opening": (f"根据{based}要求，" if based else "") + f"现将{programme}{year}年度建设情况通报如下。",
        "correction": f"本通报为第{made['edition']}版，更正原因：{made['reason'].rstrip('。')}"
        if made["edition"] > 1
        else "",
        "overall": _overall(made),
        "goals": [_goal(goal) for goal in made["goals"]],
        "performance": _performance(made),
        "indicators": {task["task"]: _task(task) for task in made["indicators"]},
        "timeliness": _timeliness(made),
    }


def area(place: Mapping[str, str]) -> str:
    """How a place is called as a whole: 全国, 全省, 全市 …"""
    for ending, whole in (("自治区", "全区"), ("省", "全省"), ("市", "全市")):
        if place["name"].endswith(ending):
            return whole
    return {"nation": "全国", "province": "全省（区、市）"}.get(place["level"], place["name"])


def _overall(made: Mapping[str, Any]) -> list[str]:
    tasks, year = made["tasks"], made["year"]
    held = {level["code"]: sum(t["held"][level["code"]] for t in tasks) for level in made["levels"]}
    total = {
        key: sum(t[key] for t in tasks)
        for key in ("applications", "applications_new", "designated_new", "by_city", "by_province")
    }
    active = sum(1 for t in tasks if t["applications"])
    lines = [
        f"截至{made['as_of_text']}，{area(made['place'])}累计申报{total['applications']}项，涉及{active}项重点任务，"
        f"其中{year}年批次申报{total['applications_new']}项；市级推荐{total['by_city']}项，省级推荐{total['by_province']}项。"
        + (
            "现有"
            + "、".join(f"{lv['name']}项目{held[lv['code']]}个" for lv in made["levels"] if held[lv["code"]])
            + f"，其中{year}年新认定项目{total['designated_new']}个。"
            if any(held.values())
            else "尚无获得认定的项目。"
        )
    ]
    most = sorted((t for t in tasks if t["applications"]), key=lambda t: -t["applications"])[:3]
    none = [t["name"] for t in tasks if not t["applications"]]
    if len(most) > 1:
        lines.append(
            "申报较多的任务是"
            + "、".join(f"“{t['name']}”（{t['applications']}项）" for t in most)
            + (f"；“{none[0]}”等{len(none)}项任务尚无申报。" if none else "。")
        )
    return lines


def _goal(goal: Mapping[str, Any]) -> str:
    if not goal["gap"]:
        reached = "已经达到目标"
    elif goal["past"]:
        reached = f"未达到目标，尚差{goal['gap']}{goal['unit'][:1]}"
    else:
        reached = f"距目标尚差{goal['gap']}{goal['unit'][:1]}"
    return f"{goal['task_name']}：目标为{goal['text']}，现有{goal['held']}{goal['unit'][:1]}，完成{goal['rate']}，{reached}（{goal['cite_text']}）。"


def _performance(made: Mapping[str, Any]) -> list[str]:
    whole, reports = made["completeness"]["performance"], made["reports"]
    rows = [row for task in made["indicators"] for row in task["rows"]]
    met, targeted = sum(r["met"] for r in rows), sum(r["targeted"] for r in rows)
    if made["confirmed_only"]:
        counted = "以下数据只计已经审核确认的填报。"
    elif reports["confirmed"] < reports["submitted"]:
        counted = "以下数据按已报送的填报汇总，含尚未审核确认的。"
    else:
        counted = "以下数据按已报送的填报汇总。"
    first = (
        f"{made['year']}年度应报送绩效数据的项目{whole['expected']}个，已报送{whole['submitted']}个，"
        f"报送率{whole['rate']}{_against(whole['change'])}；其中{reports['confirmed']}个已经审核确认。{counted}"
        "比率类指标按分子之和除以分母之和计算。"
    )
    if not targeted:
        return [first]
    share = show_number(round(100 * met / targeted, 1))
    return [first, f"承诺了年度目标的指标项共{targeted}项次，达到目标{met}项次，占{share}%。"]


def _task(task: Mapping[str, Any]) -> str:
    """The task in one paragraph: the figures with a target first, then the others, in the order of the guide."""
    figures = [r for r in task["rows"] if r["number"] is not None]
    chosen = sorted(figures, key=lambda r: not r["targeted"])[:_HEADLINES]
    met, targeted = sum(r["met"] for r in task["rows"]), sum(r["targeted"] for r in task["rows"])
    said = "；".join(
        f"{r['name']}{r['text'].replace(' ', '')}{_against(r['change'])}"
        + (f"，完成年度目标的{r['completion']}" if r["completion"] != "—" else "")
        for r in chosen
    )
    reports, before = task["reports"], task["before_reports"]
    ended = (
        f"各项指标达到年度目标{met}项次，占{targeted}项次的{show_number(round(100 * met / targeted, 1))}%。"
        if targeted
        else ""
    )
    counted = f"已有{reports}个项目填报" + (f"（上年{before}个）" if before not in {0, reports} else "")
    return f"{counted}。" + (f"{said}。" if said else "") + ended


def _against(change: str) -> str:
    return "" if change == "—" else "，与上年持平" if change == "持平" else f"，比上年{change}"


def _timeliness(made: Mapping[str, Any]) -> list[str]:
    missing = [row for row in made["late"] if row["handed_in"] is None]
    late = [row for row in made["late"] if row["handed_in"] is not None]
    owed = made["completeness"]["by_kind"]
    lines = _places(made["completeness"]["by_place"])
    lines.append(
        "各类年度报告报送情况："
        + "；".join(f"{k['name']}应报{k['expected']}份，已报{k['submitted']}份" for k in owed)
        + "。"
        if owed
        else "本年度没有应报送的年度报告。"
    )
    whose = "省级主管部门" if made["late_covers"] == "authorities" else "单位和部门"
    lines.append(
        f"截至{made['as_of_text']}，逾期未报送{len(missing)}项，逾期补报{len(late)}项，有关{whose}名单见附件。"
        if made["late"]
        else f"截至{made['as_of_text']}，没有逾期未报送或者逾期补报的{whose}。"
    )
    return lines


def _places(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Which places handed in everything, and which lag behind."""
    owing = [row for row in rows if row["expected"]]
    if len(owing) < 2:
        return []
    whole = [row["name"] for row in owing if not row["missing"]]
    low = sorted((r for r in owing if r["rate_number"] < LOW_RATE), key=lambda r: r["rate_number"])
    said = [f"绩效数据全部报送的地区{len(whole)}个" + (f"（{_some(whole)}）" if whole else "")]
    if low:
        named = [f"{row['name']}{row['rate']}" for row in low]
        said.append(f"报送率低于{LOW_RATE}%的地区{len(low)}个（{_some(named)}）")
    return ["，".join(said) + "。"]


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
