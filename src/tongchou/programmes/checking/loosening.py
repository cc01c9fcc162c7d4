"""An overlay may be stricter than what is fixed above it, never looser.

Refused, with the clauses of both sides and where the other one stands: a larger limit or a smaller minimum of a quota, a
later last day, a rubric that drops a veto, a report no longer sealed or published, a step of the nation left out or granting
another level. Pure. What has the same code as a part above (a condition, a quota) is refused where codes are checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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
    _check_quotas(report, own.part, above, place, places)
    _check_rubrics(report, own.part, above)
    _check_steps(report, own.part, above)


# ---------------------------------------------------------------- days


def check_days(report: Report, own: Layer, above: Sequence[Layer]) -> None:
    """No last day after the one above for the same people and purpose, nor after that of the entry it replaces."""
    number_of = {id(entry): number for number, entry in enumerate(own.part.calendar)}
    told: set[int] = set()
    for span in own.spans:
        number = number_of[id(span.entry)]
        if span.entry.waiting or number in told:
            continue
        latest = _latest(span, above)
        if latest is None or latest[0].last is None:
            continue
        upper, where = latest
        if span.last is None or span.last > latest[0].last:
            told.add(number)
            day = span.last or "不限"
            message = (
                f"“{span.entry.name}”（{_clauses(span.entry.cite)}）截止 {day}，"
                f"晚于“{upper.entry.name}”的 {upper.last}，{where}"
            )
            report.add(("calendar", number, "until"), message, f"不晚于 {upper.last}")


def _latest(span: Span, above: Sequence[Layer]) -> tuple[Span, str] | None:
    """The window above that ``span`` answers to: of its code, else the last one for the same purpose and people."""
    same_code: tuple[Span, str] | None = None
    latest: tuple[Span, str] | None = None
    for layer in above:
        numbers = {id(entry): n for n, entry in enumerate(getattr(layer.part, "calendar", ()))}
        for upper in layer.spans:
            if upper.entry.waiting or not _same_year(span, upper):
                continue
            found = (upper, layer.where(("calendar", numbers[id(upper.entry)]), upper.entry.cite))
            if upper.entry.code == span.entry.code:
                same_code = found  # of the deepest layer
            if _same_duty(span, upper) and (
                latest is None or (upper.last or date.max) > (latest[0].last or date.max)
            ):
                latest = found
    return same_code or latest


def _same_duty(one: Span, other: Span) -> bool:
    a, b = one.entry, other.entry
    shared = not a.variants or not b.variants or bool(set(a.variants) & set(b.variants))
    return shared and (a.purpose, a.binds, a.report) == (b.purpose, b.binds, b.report)


def _same_year(one: Span, other: Span) -> bool:
    if one.year is not None and other.year is not None:
        return one.year == other.year
    return one.last is None or other.last is None or one.last.year == other.last.year


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
        kept = {veto.code for veto in rubric.vetoes}
        for layer in above:
            for r, upper in enumerate(getattr(layer.part, "rubrics", ())):
                if rubric.variants and upper.variants and not set(rubric.variants) & set(upper.variants):
                    continue
                for v, veto in enumerate(upper.vetoes):
                    if veto.code not in kept:
                        where = layer.where(("rubrics", r, "vetoes", v), veto.cite)
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
            if step.kinds and not set(upper.kinds or get_args(UnitKind)) <= set(step.kinds):
                message = f"{named}只留给了 {'、'.join(step.kinds)}，{where}"
                report.add(("steps", number, "kinds"), message, "照上级写 kinds")


def _clauses(cites: Iterable[str]) -> str:
    return "；".join(cites)
