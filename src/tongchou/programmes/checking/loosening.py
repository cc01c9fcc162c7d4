"""An overlay may be stricter than what is fixed above it, never looser.

Refused, with the clauses of both sides and where the other one stands: a larger limit or a smaller minimum of a quota, a
later last day or one where the day above is not known yet, a rubric that drops or rewrites a veto, a report no longer sealed,
published or owed by all, a step of the nation left out, moved or granting another level, and whatever is written anew under
the code of a part above (a condition, a quota). Pure. What counts other cases than the quota above may be larger: both hold.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, get_args

from tongchou.programmes import holders
from tongchou.programmes.calendar import Span
from tongchou.programmes.checking.known import Report
from tongchou.programmes.pack_format import (
    HolderRule,
    OverlayPack,
    OverlayTask,
    ProgrammePack,
    QuotaDef,
    TaskPack,
    UnitKind,
)
from tongchou.programmes.packs import ItemPath, Source

_DEPTH = {"city": 3, "province": 2}
"""How many codes the path of a place of a level has."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One part of a pack around or above an overlay, with the file it stands in and the windows it makes."""

    source: Source
    part: TaskPack | OverlayTask | ProgrammePack | OverlayPack
    spans: Sequence[Span]

    def items(self, key: str) -> Iterator[tuple[Any, str]]:
        """The parts in one of its lists, each with its clauses and where it stands, in words."""
        for number, item in enumerate(getattr(self.part, key, ())):
            yield item, self.where((key, number), item.cite)

    def where(self, path: ItemPath, cite: Sequence[str]) -> str:
        mark = self.source.at(path)
        return f"上级 {'；'.join(cite)}（{mark.file}:{mark.line}）"


def check_task(
    report: Report, own: Layer, above: Sequence[Layer], *, place: str, places: Mapping[str, str]
) -> None:
    """Hold an overlay of a task against the layers above it, widest first (the nation's programme, its task, …)."""
    check_days(report, own, above)
    _check_reports(report, own, above)
    if not isinstance(own.part, OverlayTask):
        return
    _check_codes(report, own.part, above)
    _check_quotas(report, own.part, above, place, places)
    _check_rubrics(report, own.part, above)
    _check_steps(report, own.part, above)


_CODED = {
    "conditions": "条件",
    "unique": "唯一性规则",
    "materials": "材料",
    "quotas": "限额",
    "rubrics": "评分表",
}


def _check_codes(report: Report, own: OverlayTask, above: Sequence[Layer]) -> None:
    """What stands above is not written anew under its code: it would be read instead of the one above."""
    for key, what in _CODED.items():
        taken = {item.code: where for layer in above for item, where in layer.items(key)}
        for number, item in enumerate(getattr(own, key)):
            if item.code in taken:
                message = (
                    f"{what}“{item.code}”与上级配置包的重复：{_clauses(item.cite)} 不能改写{taken[item.code]}"
                )
                report.add((key, number, "code"), message, "换一个编码另加一条；上级的照旧适用")


# ---------------------------------------------------------------- days


def check_days(report: Report, own: Layer, above: Sequence[Layer]) -> None:
    """No last day after the one above for the same people and purpose, nor after that of the entry it replaces, and none
    where the one above waits for notice.
    """
    number_of = {id(entry): number for number, entry in enumerate(own.part.calendar)}
    told: set[int] = set()
    for span in own.spans:
        number = number_of[id(span.entry)]
        if span.entry.waiting or number in told:
            continue
        for upper, where in _answers_to(span, above, report.known.variants):
            named = f"“{span.entry.name}”（{_clauses(span.entry.cite)}）"
            if upper.entry.waiting:
                message = f"{named}写了日期，而“{upper.entry.name}”尚待另行通知，{where}"
                report.add(("calendar", number), message, "照上级写 waiting: true，等上级定了日期再写")
            elif upper.last is not None and (span.last is None or span.last > upper.last):
                message = (
                    f"{named}截止 {span.last or '不限'}，晚于“{upper.entry.name}”的 {upper.last}，{where}"
                )
                other = "；是别的批次的，写明 round" if span.year is None and upper.year is not None else ""
                report.add(("calendar", number, "until"), message, f"不晚于 {upper.last}{other}")
            else:
                continue
            told.add(number)
            break


Found = tuple[Span, str]
"""A window above, and where it stands, in words."""


def _answers_to(span: Span, above: Sequence[Layer], variants: Collection[str]) -> Iterator[Found]:
    """The windows above that a window answers to, for each year and each variant it holds for: the one of its code in
    the deepest layer, and the last one for the same purpose and people.
    """
    found: dict[int | None, list[Found]] = {}
    for layer in above:
        numbers = {id(entry): n for n, entry in enumerate(getattr(layer.part, "calendar", ()))}
        for upper in layer.spans:
            if span.year is None or upper.year is None or span.year == upper.year:
                where = layer.where(("calendar", numbers[id(upper.entry)]), upper.entry.cite)
                found.setdefault(upper.year, []).append((upper, where))
    for uppers in found.values():
        for variant in span.entry.variants or sorted(variants) or [""]:
            held = [
                pair
                for pair in uppers
                if not variant or not pair[0].entry.variants or variant in pair[0].entry.variants
            ]
            yield from [pair for pair in held if pair[0].entry.code == span.entry.code][-1:]
            if same := [pair for pair in held if _same_duty(span, pair[0])]:
                yield max(same, key=lambda pair: (not pair[0].entry.waiting, pair[0].last or date.max))


def _same_duty(one: Span, other: Span) -> bool:
    a, b = one.entry, other.entry
    return (a.purpose, a.binds, a.report) == (b.purpose, b.binds, b.report)


# ---------------------------------------------------------------- quotas


def _check_quotas(
    report: Report, own: OverlayTask, above: Sequence[Layer], place: str, places: Mapping[str, str]
) -> None:
    for q, quota in enumerate(own.quotas):
        for layer in above:
            for upper, where in layer.items("quotas"):
                if _within(quota, upper):
                    _compare(report, (q, quota), (upper, where), _subtree(place, places, quota.holder))


def _within(quota: QuotaDef, upper: QuotaDef) -> bool:
    """Whether every case that ``quota`` counts is one that ``upper`` counts, with the same holders."""
    return (
        (quota.step, quota.holder) == (upper.step, upper.holder)
        and (not upper.variants or (bool(quota.variants) and set(quota.variants) <= set(upper.variants)))
        and (not upper.kinds or (bool(quota.kinds) and set(quota.kinds) <= set(upper.kinds)))
        and set(quota.rounds) <= set(upper.rounds)
        and upper.when in {None, quota.when}
    )


def _subtree(place: str, places: Mapping[str, str], holder: str) -> list[str]:
    """The paths of the places that hold such a quota in the overlay's place; of units, where they may stand."""
    inside = [path for path in places.values() if f"/{place}/" in f"/{path}"]
    depth = _DEPTH.get(holder)
    return inside if depth is None else [path for path in inside if len(path.strip("/").split("/")) == depth]


def _compare(
    report: Report, own: tuple[int, QuotaDef], upper: tuple[QuotaDef, str], paths: Iterable[str]
) -> None:
    number, quota = own
    above, where = upper
    told: set[int] = set()
    for line, wider in _pairs(quota, above, paths):
        h = quota.holders.index(line)
        if h in told:
            continue
        path: ItemPath = ("quotas", number, "holders", h)
        name = f"“{quota.name}”（{_clauses(quota.cite)}）给“{line.name}”"
        if line.limit is not None and wider.limit is not None and line.limit > wider.limit:
            told.add(h)
            message = f"{name}的上限 {line.limit} 高于“{above.name}”的 {wider.limit}，{where}"
            report.add((*path, "limit"), message, f"不超过 {wider.limit}")
        if line.minimum is not None and wider.minimum is not None and line.minimum < wider.minimum:
            told.add(h)
            message = f"{name}的下限 {line.minimum} 低于“{above.name}”的 {wider.minimum}，{where}"
            report.add((*path, "minimum"), message, f"不少于 {wider.minimum}")
        if line.limit is not None and wider.minimum is not None and line.limit < wider.minimum:
            told.add(h)
            message = f"{name}的上限 {line.limit} 低于“{above.name}”的下限 {wider.minimum}，{where}"
            report.add((*path, "limit"), message, f"不少于 {wider.minimum}")
        if line.minimum is not None and wider.limit is not None and line.minimum > wider.limit:
            told.add(h)
            message = f"{name}的下限 {line.minimum} 高于“{above.name}”的上限 {wider.limit}，{where}"
            report.add((*path, "minimum"), message, f"不超过 {wider.limit}")


def _pairs(quota: QuotaDef, above: QuotaDef, paths: Iterable[str]) -> Iterator[tuple[HolderRule, HolderRule]]:
    """The line of each holder in both quotas. Of units, one of each kind with the tags that a line asks for."""
    own, wider = _Lines(quota.holders), _Lines(above.holders)
    tagged: list[dict[str, int | None]] = [{}]
    kinds: Sequence[str] = [""]
    if quota.holder == "unit":
        kinds = quota.kinds or get_args(UnitKind)
        for line in (*quota.holders, *above.holders):
            year = line.match.tag_until or line.match.tag_from
            tagged.append(dict.fromkeys(line.match.tags, year))
    for path in paths:
        for kind in kinds:
            for tags in tagged:
                mine, theirs = (lines.of(path, kind, tags) for lines in (own, wider))
                if mine and theirs:
                    yield mine, theirs


class _Lines:
    """The lines of a quota, found by holder."""

    def __init__(self, lines: Sequence[HolderRule]) -> None:
        self.matches = [line.match for line in lines]
        self.lines = lines

    def of(self, path: str, kind: str, tags: holders.Tags) -> HolderRule | None:
        match = holders.first_match(self.matches, path=path, kind=kind, tags=tags)
        return next((r for r, m in zip(self.lines, self.matches, strict=True) if m is match), None)


# ---------------------------------------------------------------- rubrics, reports, steps


def _check_rubrics(report: Report, own: OverlayTask, above: Sequence[Layer]) -> None:
    for number, rubric in enumerate(own.rubrics):
        kept = {veto.code: (v, veto) for v, veto in enumerate(rubric.vetoes)}
        for layer in above:
            for r, upper in enumerate(getattr(layer.part, "rubrics", ())):
                if rubric.variants and upper.variants and not set(rubric.variants) & set(upper.variants):
                    continue
                for v, veto in enumerate(upper.vetoes):
                    where = layer.where(("rubrics", r, "vetoes", v), veto.cite)
                    if veto.code in kept:
                        own_number, written = kept[veto.code]
                        if written.text != veto.text:
                            message = f"一票否决项“{veto.code}”（{_clauses(written.cite)}）改写了“{veto.text}”，{where}"
                            path = ("rubrics", number, "vetoes", own_number, "text")
                            report.add(path, message, "照上级的文字写；另有规定的，用新的编码另加一项")
                    else:
                        message = (
                            f"评分表“{rubric.name}”（{_clauses(rubric.cite)}）少了一票否决项"
                            f"“{veto.code}”（{veto.text}），{where}"
                        )
                        report.add(("rubrics", number), message, f"在 vetoes 中补写 {veto.code}")


def _check_reports(report: Report, own: Layer, above: Sequence[Layer]) -> None:
    for number, due in enumerate(own.part.reports):
        for layer in above:
            for upper, where in layer.items("reports"):
                if upper.code != due.code:
                    continue
                for key, words in (("sealed", "盖章"), ("public", "公开")):
                    if getattr(upper, key) and not getattr(due, key):
                        message = f"报告“{due.name}”（{_clauses(due.cite)}）不再{words}，{where}"
                        report.add(("reports", number, key), message, f"写 {key}: true")
                if due.by != upper.by:
                    message = (
                        f"报告“{due.name}”（{_clauses(due.cite)}）由 {upper.by} 改成 {due.by} 来写，{where}"
                    )
                    report.add(("reports", number, "by"), message, f"写回 by: {upper.by}")
                if due.kinds and not set(upper.kinds or get_args(UnitKind)) <= set(due.kinds):
                    message = (
                        f"报告“{due.name}”（{_clauses(due.cite)}）只要 {'、'.join(due.kinds)} 写，{where}"
                    )
                    report.add(("reports", number, "kinds"), message, "照上级写 kinds")
                if due.variants and not set(upper.variants or report.known.variants) <= set(due.variants):
                    message = (
                        f"报告“{due.name}”（{_clauses(due.cite)}）只要 {'、'.join(due.variants)} 写，{where}"
                    )
                    report.add(("reports", number, "variants"), message, "照上级写 variants")
                if lost := [part for part in upper.parts if part not in due.parts]:
                    message = f"报告“{due.name}”（{_clauses(due.cite)}）少了内容“{lost[0]}”，{where}"
                    report.add(("reports", number, "parts"), message, "补上这一项")


def _check_steps(report: Report, own: OverlayTask, above: Sequence[Layer]) -> None:
    """The nation's own steps stay, for the same units, and grant what they grant."""
    if not own.steps:
        return
    kept = {step.code: (number, step) for number, step in enumerate(own.steps)}
    clauses = _clauses(dict.fromkeys(cite for step in own.steps for cite in step.cite))
    for layer in above:
        if not isinstance(layer.part, TaskPack):
            continue
        for upper, where in layer.items("steps"):
            if upper.level != "nation":
                continue
            if upper.code not in kept:
                message = f"环节重排（{clauses}）后没有了国家环节“{upper.code}”（{upper.name}），{where}"
                report.add(("steps",), message, f"保留编码为 {upper.code} 的环节")
                continue
            number, step = kept[upper.code]
            named = f"国家环节“{upper.code}”（{_clauses(step.cite)}）"
            for key in ("kind", "level", "grants"):
                was, now = getattr(upper, key), getattr(step, key)
                if was != now:
                    message = f"{named}的 {key} 由 {was} 改成了 {now}，{where}"
                    report.add(
                        ("steps", number, key), message, f"写回 {key}: {was}" if was else f"删去 {key}"
                    )
            for key, what in (("countersign", "会签部门"), ("formal", "形式审查要点")):
                if lost := _codes(getattr(upper, key)) - _codes(getattr(step, key)):
                    message = f"{named}少了{what} {'、'.join(sorted(lost))}，{where}"
                    report.add(("steps", number), message, f"照上级写 {key}")
            if step.kinds and not set(upper.kinds or get_args(UnitKind)) <= set(step.kinds):
                message = f"{named}只留给了 {'、'.join(step.kinds)}，{where}"
                report.add(("steps", number, "kinds"), message, "照上级写 kinds")
        national = [(code, where) for step, where in layer.items("steps") if (code := step.code) in kept]
        for (first, _), (then, where) in pairwise(
            [(code, where) for code, where in national if kept[code][1].level == "nation"]
        ):
            if kept[first][0] > kept[then][0]:
                number, step = kept[then]
                message = f"国家环节“{then}”（{_clauses(step.cite)}）排到了“{first}”之前，{where}"
                report.add(("steps", number), message, f"排在“{first}”之后")


def _codes(items: Iterable[Any]) -> set[str]:
    return {item if isinstance(item, str) else item.code for item in items}


def _clauses(cites: Iterable[str]) -> str:
    return "；".join(cites)
