"""Checking the course of a task: steps, calendar, quotas, reports."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tongchou.programmes import calendar, holders
from tongchou.programmes.checking.known import Report
from tongchou.programmes.checking.rules import check_rule
from tongchou.programmes.pack_format import CalendarEntry, Match, QuotaDef, Step
from tongchou.programmes.packs import ItemPath

DECLARE = "declare"
"""The unit's own step has this code in every task: a case stands at it while it is with the unit."""


def check_steps(report: Report, steps: Sequence[Step]) -> None:
    """The first step is the unit's own; each step can be reached and says what it grants."""
    for number, step in enumerate(steps):
        path = ("steps", number)
        if (number == 0) != (step.kind == "declare"):
            remedy = "第一步写 kind: declare，且只有这一步是"
            report.add((*path, "kind"), "单位申报应是第一个环节，且只有一个", remedy)
        if step.kind == "declare" and step.code != DECLARE:
            report.add(
                (*path, "code"), f"单位申报环节的编码应为“{DECLARE}”，现为“{step.code}”", f"改为 {DECLARE}"
            )
        if (step.kind == "declare") != (step.level == "unit"):
            report.add((*path, "level"), "单位一级只做申报，申报只在单位一级", "核对 kind 和 level")
        if step.kind == "designate" and step.grants is None:
            report.add(path, f"认定环节“{step.code}”没有写授予的级别", "补写 grants")
        if step.kind in {"declare", "score"} and step.grants is not None:
            report.add((*path, "grants"), f"{step.kind} 环节不授予级别", "删去 grants，或改为认定、推荐环节")
        if step.kind != "score":
            for key in sorted({"blind", "avoid", "aggregate"} & step.model_fields_set):
                report.add((*path, key), f"{step.kind} 环节不评分，不写 {key}", "删去，或写在 score 环节")
        _check_kinds(report, (*path, "kinds"), step.kinds)
        _check_designating(report, path, step)
        _check_passing(report, path, step)
    _check_declined(report, steps)


def _check_passing(report: Report, path: ItemPath, step: Step) -> None:
    """What must be there before a case passes on: signatures and the formal check, where somebody decides."""
    if step.kind not in {"recommend", "designate"}:
        for key in sorted({"countersign", "formal", "remarks"} & step.model_fields_set):
            report.add((*path, key), f"{step.kind} 环节不作决定，不写 {key}", "删去，或写在推荐、认定环节")
    report.once((*path, "formal"), "形式审查要点", step.formal)
    for number, item in enumerate(step.formal):
        at = (*path, "formal", number)
        check_rule(report, (*at, "rule"), item.rule)
        if item.rule and item.machine:
            report.add((*at, "machine"), "rule 和 machine 只写一个", "一个要点只核对一件事，分成两条")


_DESIGNATING = ("notice_days", "notice_working", "valid_years", "certificate")
_CERTIFICATE = {"{year}", "{task}", "{place}", "{serial}"}


def _check_designating(report: Report, path: ItemPath, step: Step) -> None:
    """Notice, years and certificates belong to designating; working days need days; a certificate needs its number."""
    if step.kind != "designate":
        for key in _DESIGNATING:
            if key in step.model_fields_set:
                report.add((*path, key), f"{step.kind} 环节不认定，不写 {key}", "删去，或写在 designate 环节")
        return
    if step.notice_working and step.notice_days is None:
        report.add((*path, "notice_working"), "没有写公示几天", "补写 notice_days")
    if step.certificate:
        unknown = set(re.findall(r"\{[^{}]*\}|[{}]", step.certificate)) - _CERTIFICATE
        if unknown or step.certificate.count("{serial}") != 1:
            remedy = "只用 {year}、{task}、{place}、{serial}，{serial} 写一次"
            report.add((*path, "certificate"), "证书编号的写法不对", remedy)


def check_leader(report: Report, fields: Sequence[str]) -> None:
    """What names the leader stands in the form."""
    for number, code in enumerate(fields):
        report.refer(("leader", number), "字段", code, report.known.fields)


_RANK = {level: rank for rank, level in enumerate(("school", "city", "province", "nation"))}


def _check_declined(report: Report, steps: Sequence[Step]) -> None:
    """Where declined cases go: further down, to a step that decides and grants less, which nothing else leads to."""
    number_of = {step.code: number for number, step in enumerate(steps)}
    led_from: dict[str, str] = {}
    for number, step in enumerate(steps):
        path = ("steps", number, "on_decline")
        target = step.on_decline
        if target is None or not report.refer(path, "环节", target, number_of):
            continue
        if step.kind not in {"recommend", "designate"}:
            report.add(path, f"{step.kind} 环节不会不予通过，不写 on_decline", "删去，或写在推荐、认定环节")
        if target not in number_of:
            continue
        onward = steps[number_of[target]]
        if number_of[target] <= number:
            remedy = "转到排在后面的环节；转回前面会成环"
            report.add(path, f"“{step.code}”不予通过后不能转到它自己或前面的环节“{target}”", remedy)
        elif onward.kind not in {"recommend", "designate"} or onward.grants is None:
            remedy = "写一个有 grants 的认定或推荐环节"
            report.add(path, f"不予通过的转入环节“{target}”，而它不授予级别", remedy)
        elif _RANK[onward.grants] > _RANK.get(step.level, 0) - (step.grants == step.level):
            remedy = "转入的环节授予低一级的级别"
            report.add(path, f"“{step.code}”不予通过的，不能再由“{target}”授予 {onward.grants}", remedy)
        if target in led_from:
            remedy = "为每个环节各写一个转入的环节，编码不同"
            report.add(path, f"“{led_from[target]}”和“{step.code}”都转入“{target}”，分不清来自哪里", remedy)
        led_from.setdefault(target, step.code)


def check_calendar(report: Report, entries: Sequence[CalendarEntry]) -> list[calendar.Span]:
    """References, days and overlaps of the entries of one task in one place; returns the windows they make."""
    report.once(("calendar",), "日历条目", entries)
    number_of = {id(entry): number for number, entry in enumerate(entries)}
    for number, entry in enumerate(entries):
        path = ("calendar", number)
        report.refer((*path, "round"), "批次", entry.round, report.known.rounds)
        report.refer((*path, "report"), "报告", entry.report, report.known.reports)
        if (entry.purpose == "report") != (entry.report is not None):
            report.add(
                (*path, "report"), "purpose 为 report 的条目要写 report，其他条目不写", "补写或删去 report"
            )
    spans, faults = calendar.lay_out(
        entries, above=report.known.calendar, rounds=report.known.rounds, horizon=report.known.horizon
    )
    for fault in faults:
        if fault.needs in report.known.ghosts:
            continue  # that entry could not be read whole, which is told there
        here: ItemPath = ("calendar", number_of[id(fault.entry)], *([fault.key] if fault.key else []))
        report.add(here, fault.message, fault.remedy)
    told: set[tuple[int, int]] = set()
    for one, other in calendar.overlapping(spans):
        pair = (number_of[id(one.entry)], number_of[id(other.entry)])
        if pair not in told:
            told.add(pair)
            remedy = "同一事项、同一对象的窗口不能重叠：写明 from，或分开日期"
            report.add(("calendar", pair[1]), f"窗口 {other.label} 与 {one.label} 重叠", remedy)
    return spans


def check_quotas(report: Report, quotas: Sequence[QuotaDef]) -> None:
    for q, quota in enumerate(quotas):
        path: ItemPath = ("quotas", q)
        if report.refer((*path, "step"), "环节", quota.step, report.known.steps):
            level = report.known.steps.get(quota.step, quota.holder)
            if level != quota.holder:
                message = f"限额由 {quota.holder} 持有，而环节“{quota.step}”属于 {level}"
                report.add((*path, "holder"), message, "持有者应是办理该环节的一级")
        for number, code in enumerate(quota.rounds):
            report.refer((*path, "rounds", number), "批次", code, report.known.rounds)
        _check_kinds(report, (*path, "kinds"), quota.kinds)
        check_rule(report, (*path, "when"), quota.when)
        _check_holders(report, path, quota)
        report.once((*path, "exempt"), "免占情形", quota.exempt)
        for number, exemption in enumerate(quota.exempt):
            here = (*path, "exempt", number)
            check_rule(report, (*here, "when"), exemption.when)
            for r, code in enumerate(exemption.rounds):
                if report.refer((*here, "rounds", r), "批次", code, report.known.rounds) and (
                    code not in quota.rounds
                ):
                    message = f"免占情形限于批次“{code}”，而限额“{quota.name}”不用于这个批次"
                    report.add((*here, "rounds", r), message, f"限额的批次有：{'、'.join(quota.rounds)}")


def _check_holders(report: Report, path: ItemPath, quota: QuotaDef) -> None:
    for h, line in enumerate(quota.holders):
        here = (*path, "holders", h)
        for number, code in enumerate(line.match.places):
            report.refer((*here, "match", "places", number), "地区", code, report.known.places)
        for number, code in enumerate(line.match.tags):
            report.refer((*here, "match", "tags", number), "标签", code, report.known.tags)
        _check_years(report, (*here, "match", "tag_years"), line.match)
        if quota.holder != "unit" and (line.match.kinds or line.match.tags):
            report.add(
                (*here, "match"), "主管部门没有单位类型和标签，这一行谁也不符合", "只按 places 区分主管部门"
            )
        if line.limit is None and line.minimum is None:
            report.add(here, f"“{line.name}”既无上限也无下限", "补写 limit 或 minimum")
        if line.limit is not None and line.minimum is not None and line.minimum > line.limit:
            report.add(
                (*here, "minimum"), f"下限 {line.minimum} 大于上限 {line.limit}", "核对 limit 和 minimum"
            )
        for earlier in quota.holders[:h]:
            if holders.covers(earlier.match, line.match):
                remedy = f"把它移到“{earlier.name}”之前，或改条件；先符合的一行算数"
                report.add(here, f"“{line.name}”永远轮不到：符合它的都已先符合“{earlier.name}”", remedy)
                break


def _check_years(report: Report, path: ItemPath, match: Match) -> None:
    years = match.tag_years
    if years is None:
        return
    if years.first is None and years.until is None:
        report.add(path, "tag_years 没有写年份", "写 from、until 中的一个或两个，或删去 tag_years")
    elif years.first is not None and years.until is not None and years.first > years.until:
        report.add(path, f"from {years.first} 晚于 until {years.until}", "核对年份")
    if not match.tags:
        report.add(path, "tag_years 没有标签可依", "同时写 tags，或删去 tag_years")
    for code in match.tags:
        if code in report.known.tags and code not in report.known.dated_tags:
            report.add(path, f"标签“{code}”没有年份", f"在标签“{code}”处写 dated: true，登记时才会问年份")


def _check_kinds(report: Report, path: ItemPath, kinds: Sequence[str]) -> None:
    for number, kind in enumerate(kinds):
        if kind not in report.known.leads:
            remedy = f"牵头单位类型有：{'、'.join(sorted(report.known.leads))}"
            report.add((*path, number), f"没有哪类项目由 {kind} 牵头", remedy)
