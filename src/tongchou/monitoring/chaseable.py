"""What can be chased: everything that can be late, as it stands, with who owes it and why it can't be chased if it can't."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext as _

from tongchou.applications import steps
from tongchou.applications.models import Application
from tongchou.applications.reminders import DECLARE, UNITS, Leads, last_day, running_extensions
from tongchou.core import clock
from tongchou.core.access import Denied
from tongchou.core.dates import day_text
from tongchou.monitoring import queries
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.monitoring.states import OWED, STILL_OWED
from tongchou.orgs.models import Authority, Unit
from tongchou.programmes.deadlines import Deadlines, is_open, last_of
from tongchou.reviews.reminders import BINDS, Deciders

if TYPE_CHECKING:
    from tongchou.programmes.models import Round, Task


@dataclass(frozen=True, slots=True)
class Unbegun:
    """A task that a unit may lead and has not begun in a round."""

    unit: Unit
    task: Task
    round: Round


Thing: TypeAlias = Application | PerformanceReport | PeriodicReport | Unbegun


KEY = ("application_id", "performance_id", "periodic_id", "unit_id", "task_id", "round_id")
Key: TypeAlias = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A thing as chasing sees it: who owes it, what is said of it, and why it can't be chased if it can't."""

    key: Key
    row: Application | PerformanceReport | PeriodicReport | Unit
    name: str
    said: str
    link: str
    scope_path: str
    last: date | None = None
    cite: Sequence[str] = ()
    unit_id: int | None = None
    authority_id: int | None = None
    beside: bool = False
    """Whether it is owed by a department that signs with the education authority of its place, which may press for it."""
    denied: Denied | None = None


def key_of(thing: Thing) -> Key:
    """By what a chase names a thing."""
    if isinstance(thing, Unbegun):
        return (None, None, None, thing.unit.pk, thing.task.pk, thing.round.pk)
    place = (Application, PerformanceReport, PeriodicReport).index(type(thing))
    return tuple(thing.pk if n == place else None for n in range(len(KEY)))


def read(things: Sequence[Thing]) -> list[Case]:
    """The things as they stand now, locked in a fixed order."""
    declares = any(isinstance(thing, Application | Unbegun) for thing in things)
    deadlines = Deadlines.read(DECLARE, "recommend", "designate") if declares else Deadlines([])
    return [
        *_applications([t.pk for t in things if isinstance(t, Application)], deadlines),
        *_unbegun([t for t in things if isinstance(t, Unbegun)], deadlines),
        *_performance([t.pk for t in things if isinstance(t, PerformanceReport)], deadlines),
        *_periodic([t.pk for t in things if isinstance(t, PeriodicReport)], deadlines),
    ]


def _applications(wanted: list[int], deadlines: Deadlines) -> Iterator[Case]:
    if not wanted:
        return
    extensions = running_extensions()
    rows = Application.objects.select_for_update(of=("self",)).select_related(
        "task", "round", "unit", "edition"
    )
    found = list(rows.filter(pk__in=wanted).order_by("pk"))
    deciders = Deciders([row for row in found if row.state == Application.State.IN_REVIEW])
    for row in found:
        if (authority := deciders.of(row)) is not None:
            yield _undecided(row, authority, deadlines)
            continue
        last, cite, denied = row.returned_due, list[str](), None
        if row.state == Application.State.DRAFT:
            last, cite = last_day(row, deadlines, extensions)
            closing = deadlines.closing(
                DECLARE, UNITS, row.task, row.scope_path, year=row.round.year, variant=row.variant
            )
            if closing is not None and last is None:
                denied = Denied(
                    "window",
                    _("申报 %(number)s 已过截止日（%(day)s），催办已无意义。")
                    % {"number": row.number, "day": day_text(closing.last)},
                    clause="；".join(closing.window.cite),
                    remedy=_("确有原因的，可先给予个别延期。"),
                )
        elif row.state != Application.State.RETURNED:
            denied = _nothing_due(row.number, _(row.get_state_display()))
        returned = row.state == Application.State.RETURNED
        yield Case(
            key=key_of(row),
            row=row,
            name=f"{row.number}（{row.task.name}）",
            said=f"{row.unit.name}的申报 {row.number}（{row.task.name}）"
            + ("退回后还没有重新提交。" if returned else "还没有提交。"),
            link=f"/unit/applications/{row.pk}/",
            scope_path=row.scope_path,
            last=last,
            cite=deadlines.cited(cite),
            unit_id=row.unit_id,
            denied=denied,
        )


def _undecided(row: Application, authority: Authority, deadlines: Deadlines) -> Case:
    """A case that waits for an authority's decision, or for its signature."""
    step = steps.find(row.edition.pack, row.step)
    binds = BINDS.get(step.level, "")
    closing = deadlines.closing(
        step.kind, binds, row.task, row.scope_path, year=row.round.year, variant=row.variant
    )
    return Case(
        key=key_of(row),
        row=row,
        name=f"{row.number}（{row.task.name}）",
        said=f"{row.unit.name}的申报 {row.number}（{row.task.name}）在“{step.name}”等待{authority.name}办理。",
        link=f"/authority/cases/{row.pk}/",
        scope_path=authority.place.path,
        beside=authority.department != Authority.Department.EDUCATION,
        last=closing.last if closing else None,
        cite=deadlines.cited(closing.window.cite if closing else step.cite),
        authority_id=authority.pk,
    )


def _unbegun(wanted: list[Unbegun], deadlines: Deadlines) -> Iterator[Case]:
    if not wanted:
        return
    now, leads = clock.now(), Leads.read()
    locked = Unit.objects.select_for_update(of=("self",)).filter(pk__in={t.unit.pk for t in wanted})
    units = {unit.pk: unit for unit in locked.order_by("pk")}
    begun = set(
        Application.objects.filter(unit__in=units).values_list("unit_id", "task_id", "round_id").distinct()
    )
    for thing in wanted:
        unit, task, round_ = units[thing.unit.pk], thing.task, thing.round
        bound = deadlines.binding(DECLARE, UNITS, task, unit.scope_path, year=round_.year)
        closing = last_of(bound)
        offered = unit.state == Unit.State.VERIFIED and leads.variants(task, unit.scope_path, unit.kind)
        denied = None
        if (unit.pk, task.pk, round_.pk) in begun:
            denied = _nothing_due(unit.name, _("已开始申报"))
        elif not offered:
            denied = _nothing_due(unit.name, _("不能牵头这项任务"))
        elif bound and not any(is_open(window, now) for window in bound):
            denied = Denied(
                "window",
                _("“%(task)s”现在不开放申报，不能催办。") % {"task": task.name},
                clause="；".join(bound[0].cite),
            )
        yield Case(
            key=key_of(thing),
            row=unit,
            name=f"{unit.name}：{task.name}",
            said=f"{unit.name}还没有开始“{task.name}”（{round_.name}）的申报。",
            link=f"/unit/begin/{task.pk}/?unit={unit.pk}",
            scope_path=unit.scope_path,
            last=closing.last if closing else None,
            cite=deadlines.cited(closing.window.cite) if closing else (),
            unit_id=unit.pk,
            denied=denied,
        )


def _performance(wanted: list[int], deadlines: Deadlines) -> Iterator[Case]:
    if not wanted:
        return
    rows = (
        PerformanceReport.objects.select_for_update(of=("self",))
        .select_related("period__task", "application", "unit")
        .defer("answers", "field_versions", "dates")
    )
    for row in rows.filter(pk__in=wanted).order_by("pk"):
        name = row.application.project_name or row.application.number
        denied = None
        if row.state not in OWED:
            denied = _nothing_due(name, _(row.get_state_display()))
        elif row.opens and row.opens > clock.today():
            denied = _nothing_due(name, _("%(day)s才开始报送") % {"day": day_text(row.opens)})
        returned = row.state != PerformanceReport.State.DUE
        yield Case(
            key=key_of(row),
            row=row,
            name=name,
            said=f"{row.unit.name}的{row.period.year}年绩效填报（{name}）{STILL_OWED.get(row.state, '')}。",
            link=f"/unit/reports/{row.pk}/",
            scope_path=row.scope_path,
            last=queries.last_day(row),
            cite=() if returned else deadlines.cited([row.due_cite]),
            unit_id=row.unit_id,
            denied=denied,
        )


def _periodic(wanted: list[int], deadlines: Deadlines) -> Iterator[Case]:
    if not wanted:
        return
    rows = (
        PeriodicReport.objects.select_for_update(of=("self",))
        .select_related("application", "unit", "authority")
        .defer("text", "dates")
    )
    for row in rows.filter(pk__in=wanted).order_by("pk"):
        owner = row.unit or row.authority
        project = f"（{row.application.project_name}）" if row.application else ""
        by_unit = row.unit_id is not None
        yield Case(
            key=key_of(row),
            row=row,
            name=f"{owner}：{row.name}{project}",
            said=f"{owner}应报的{row.year}年《{row.name}》{project}还没有报送。",
            link=f"/unit/reports/periodic/{row.pk}/"
            if by_unit
            else f"/authority/monitoring/periodic/{row.pk}/",
            scope_path=row.scope_path,
            last=row.due,
            cite=deadlines.cited([row.cite]),
            unit_id=row.unit_id,
            authority_id=None if by_unit else row.authority_id,
            denied=None
            if row.state == PeriodicReport.State.DUE
            else _nothing_due(row.name, _(row.get_state_display())),
        )


def _nothing_due(name: str, why: str) -> Denied:
    return Denied("state", _("%(name)s没有要催办的：%(why)s。") % {"name": name, "why": why})
