"""What stored data really hold under the codes that a new version takes away or gives another meaning.

An application keeps its edition, so only what was begun under an edition with the code can hold it; what reads across
editions is what is at stake (see :mod:`tongchou.programmes.diffing.stakes`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTransform

from tongchou.core.access import Denied, Refused
from tongchou.programmes.diffing import Key, Side
from tongchou.programmes.diffing.remedies import answer, knows, remedy
from tongchou.programmes.diffing.stakes import Stake, stakes
from tongchou.programmes.models import Programme, TaskEdition
from tongchou.programmes.pack_format import Mapping, TaskPack


@dataclass(frozen=True, slots=True)
class Held:
    """How much is stored: drafts, submitted cases, performance reports and figures (with committed targets)."""

    drafts: int = 0
    cases: int = 0
    reports: int = 0
    values: int = 0

    def __bool__(self) -> bool:
        return bool(self.drafts or self.cases or self.reports or self.values)

    def __add__(self, other: Held) -> Held:
        return Held(
            self.drafts + other.drafts,
            self.cases + other.cases,
            self.reports + other.reports,
            self.values + other.values,
        )

    def __str__(self) -> str:
        told = (
            (self.drafts, "草稿 {} 份"),
            (self.cases, "已报送的申报 {} 项"),
            (self.reports, "绩效填报 {} 份"),
            (self.values, "指标数据和年度目标 {} 条"),
        )
        return "、".join(text.format(count) for count, text in told if count) or "没有已存数据"


@dataclass(slots=True)
class Loss:
    """One thing that stored data forbid: what the new version would do, to how much, and what to write instead."""

    place: str
    task: str
    stake: Stake
    held: Held
    remedy: str

    def __str__(self) -> str:
        return f"任务“{self.task}”的{self.stake.said}，而已存有{self.held}"


class ChangeRefused(Refused):
    """The pack would lose or reinterpret what is stored, and no mapping answers for it; nothing was loaded."""

    def __init__(self, losses: list[Loss]) -> None:
        self.losses = losses
        first = losses[0]
        verb = "会改变已存数据的含义" if first.stake.severity == "reinterprets" else "会丢失已存数据"
        more = f"（共 {len(losses)} 处，用 pack diff 查看全部）" if len(losses) > 1 else ""
        super().__init__(
            Denied("data", f"{first}，{verb}{more}", clause="；".join(first.stake.cite), remedy=first.remedy)
        )


def losses(programme: Programme, new: Side, *, kept: Sequence[Mapping] = ()) -> list[Loss]:
    """What ``new`` would do to what is stored without a mapping that answers for it.

    ``kept`` are the mappings of earlier versions. Every edition that applications were begun with is asked, not only
    the latest.
    """
    found: dict[tuple[str, Key], Loss] = {}
    mappings = [*new.mappings(), *kept]
    for edition in in_use(programme):
        task = new.task_in(edition.task.code, edition.place.path)
        if task is None:
            continue
        before = edition.pack
        for key, stake in stakes(before, task).items():
            mapping, misfit = answer(key, before, task, mappings)
            if mapping is not None:
                continue
            held = held_under(key, before, [edition])
            if not held:
                continue
            overlay = _overlay_of(key, edition, new)
            said = misfit or remedy(stake, place=overlay)
            loss = found.setdefault((overlay, key), Loss(overlay, before.name, stake, Held(), said))
            loss.held += held
    return list(found.values())


def in_use(programme: Programme) -> QuerySet[TaskEdition]:
    """The editions that applications were begun with, newest first."""
    return (
        TaskEdition.objects.filter(task__programme=programme, applications__isnull=False)
        .select_related("task", "place")
        .distinct()
        .order_by("task__number", "place__path", "-number")
    )


def _overlay_of(key: Key, edition: TaskEdition, new: Side) -> str:
    """The place whose overlay has to answer for ``key``; empty: the pack, which knew it or still has the task."""
    if new.programme is None or edition.place_id == new.programme.place:
        return ""
    nation = (
        TaskEdition.objects.filter(
            task=edition.task_id, place=new.programme.place, made_at__lte=edition.made_at
        )
        .order_by("-number")
        .first()
    )
    return "" if nation is None or knows(nation.pack, key) else edition.place_id


# ---------------------------------------------------------------- counting


def held_under(key: Key, before: TaskPack, editions: Sequence[TaskEdition]) -> Held:
    """How much the applications that were begun with ``editions`` hold under ``key``. ``before``: what it was there."""
    cases = editions[0].task.applications.filter(edition__in=[edition.pk for edition in editions])
    match key.part:
        case "indicator":
            return _of_indicator(cases, key.code)
        case "variant":
            return _of_cases(cases.filter(variant=key.code))
        case "step":
            return _of_cases(cases.filter(Q(state="in_review", step=key.code) | Q(resume_step=key.code)))
        case "field":
            return _of_answers(cases, key.code, lambda value: value not in (None, "", [], {}), evidence=True)
        case "column":
            return _of_answers(cases, key.inside, lambda rows: _has(rows, key.code))
    table, _, column = key.inside.partition(".")
    if any(indicator.code == key.inside for indicator in before.indicators):
        reported = Q(performance__values__indicator=key.inside, performance__values__choice=key.code)
        return Held(values=cases.filter(reported).count())
    if column:
        return _of_answers(cases, table, lambda rows: _has(rows, column, key.code))
    return _of_answers(
        cases, table, lambda value: value == key.code or (isinstance(value, list) and key.code in value)
    )


def _of_cases(cases: QuerySet[Any]) -> Held:
    drafts = cases.filter(submitted_at=None).count()
    return Held(drafts=drafts, cases=cases.count() - drafts)


def _of_indicator(cases: QuerySet[Any], code: str) -> Held:
    """Whoever was begun with it goes on reporting it, and roll-ups read that together with what newer editions report."""
    values = cases.filter(performance__values__indicator=code).values("performance__values")
    targets = cases.filter(annual_targets__indicator=code).values("annual_targets")
    reports = cases.filter(performance__answers__has_key=code).values("performance")
    counted = Held(reports=reports.distinct().count(), values=values.count() + targets.count())
    return _of_cases(cases) + counted


def _of_answers(
    cases: QuerySet[Any], code: str, holds: Callable[[Any], bool], *, evidence: bool = False
) -> Held:
    """The drafts and cases in which an answer to the field ``code`` holds it, in the draft or in any revision."""
    drafts: set[int] = set()
    submitted: set[int] = set()
    for source in ("draft__answers", "revisions__answers"):
        answered = cases.filter(**{f"{source}__has_key": code}).annotate(answer=KeyTransform(code, source))
        rows = answered.values_list("pk", "submitted_at", "answer")
        for pk, submitted_at, value in rows.iterator():
            if holds(value):
                (submitted if submitted_at else drafts).add(pk)
    if evidence:
        for pk, submitted_at in cases.filter(evidence__field=code).values_list("pk", "submitted_at"):
            (submitted if submitted_at else drafts).add(pk)
    return Held(drafts=len(drafts), cases=len(submitted))


def _has(rows: Any, column: str, value: str | None = None) -> bool:
    """Whether any row of a table's answer has the column filled (with ``value``)."""
    if not isinstance(rows, list):
        return False
    cells = [row.get(column) for row in rows if isinstance(row, dict)]
    return value in cells if value is not None else any(cell not in (None, "") for cell in cells)
