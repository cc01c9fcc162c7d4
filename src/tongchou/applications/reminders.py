"""What units are reminded of while they declare: drafts whose last day comes near, and tasks that open or close unbegun.

Set-wise: a constant number of queries, whatever the number of units. Each function yields what is due, or reminders, that
the outbox tells once; asked again, it yields the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tongchou.applications.extension_models import Extension
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.orgs import addressees
from tongchou.orgs.models import Unit
from tongchou.outbox.actions import Reminder
from tongchou.outbox.kinds import Kind
from tongchou.programmes.deadlines import Deadlines, day_said, is_open, left_text
from tongchou.programmes.due import Due
from tongchou.programmes.models import Task, TaskEdition, Window

S = Application.State
DECLARE, UNITS = Window.Purpose.DECLARE, Window.Binds.UNITS
UNBEGUN_DAYS = 7  # before the last day on which units without a draft are told
NEWS_DAYS = 7  # after its first day for which a window's opening is still news


def drafts(deadlines: Deadlines) -> Iterator[Due]:
    """Drafts not submitted, before declaring ends for them (a running extension counts)."""
    extensions = running_extensions()
    tasks = {w.task_id for w in deadlines.near(DECLARE)} | {task for _unit, task, _round in extensions}
    if not tasks:
        return
    rows = Application.objects.filter(state=S.DRAFT).select_related("task", "round", "unit")
    cases = list(rows if None in tasks else rows.filter(task__in=tasks))
    people = addressees.of_units(case.unit_id for case in cases)
    for case in cases:
        last, cite = last_day(case, deadlines, extensions)
        if last is None:
            continue
        yield Due(
            thing=f"draft:{case.pk}",
            last=last,
            since=case.begun_at,
            to=people.get(case.unit_id, ()),
            heading=("申报", f"：{case.project_name or case.task.name}"),
            body=f"{case.unit.name}的申报 {case.number}（{case.task.name}）还没有提交。",
            cite=deadlines.cited(cite),
            link=f"/unit/applications/{case.pk}/fill/",
            about=str(case),
        )


def last_day(
    case: Application, deadlines: Deadlines, extensions: Mapping[tuple[int, int, int], list[Extension]]
) -> tuple[date | None, list[str]]:
    """The last day on which a case may be submitted, with the clauses; ``None`` where time is not limited or is over."""
    closing = deadlines.closing(
        DECLARE, UNITS, case.task, case.scope_path, year=case.round.year, variant=case.variant
    )
    if closing is None:
        return None, []
    own = [
        e.until
        for e in extensions.get((case.unit_id, case.task_id, case.round_id), ())
        if e.until and e.application_id in {None, case.pk}
    ]
    last = max([closing.last, *own])
    return (last if last >= clock.today() else None), closing.window.cite


def running_extensions() -> dict[tuple[int, int, int], list[Extension]]:
    """The extensions that run today, by unit, task and round (one query)."""
    found = defaultdict(list)
    rows = Extension.objects.filter(state=Extension.State.GRANTED, until__gte=clock.today())
    for extension in rows:
        found[extension.unit_id, extension.task_id, extension.round_id].append(extension)
    return found


# ---------------------------------------------------------------- tasks not begun


@dataclass(frozen=True, slots=True)
class _Offer:
    """A task that units of a kind may lead where they stand, and the window in which they declare it."""

    task: Task
    year: int | None
    window: Window

    def line(self, note: str, deadlines: Deadlines) -> str:
        clauses = "；".join(deadlines.cited(self.window.cite))
        return f"· {self.task.name}：{note}" + (f"（依据：{clauses}）" if clauses else "")


def openings(deadlines: Deadlines) -> Iterator[Reminder]:
    """Tasks that have just opened, to the units that may lead them and have not begun: one message for each day."""
    now, today = clock.now(), clock.today()
    news = {
        w.pk
        for w in deadlines.windows
        if w.purpose == DECLARE
        and w.opens_at is not None
        and is_open(w, now)
        and _day(w.opens_at) > today - timedelta(days=NEWS_DAYS)
    }
    for unit, person, offers in _to_tell(deadlines, news):
        by_day: dict[date, list[_Offer]] = defaultdict(list)
        for offer in offers:
            if offer.window.opens_at is not None:
                by_day[_day(offer.window.opens_at)].append(offer)
        for day, opened in by_day.items():
            lines = [offer.line(_ends(offer.window), deadlines) for offer in opened]
            yield Reminder(
                to=person.pk,
                has_mail=person.has_mail,
                once=f"opens:{unit.pk}:{day:%Y%m%d}",
                kind=Kind.OPENS,
                subject=f"开放申报：{_names(opened)}",
                body=f"{unit.name}可以牵头申报：\n" + "\n".join(lines),
                link=f"/unit/begin/?unit={unit.pk}",
                about=unit.name,
            )


def unbegun(deadlines: Deadlines) -> Iterator[Reminder]:
    """Tasks that close in a week, to the units that may lead them and have not begun: one message for each last day."""
    now, today = clock.now(), clock.today()
    closing = {
        w.pk
        for w in deadlines.near(DECLARE)
        if is_open(w, now)
        and w.closes_at is not None
        and (clock.last_day(w.closes_at) - today).days <= UNBEGUN_DAYS
        and (
            w.opens_at is None
            or _day(w.opens_at) < clock.last_day(w.closes_at) - timedelta(days=UNBEGUN_DAYS)
        )
    }
    for unit, person, offers in _to_tell(deadlines, closing):
        by_day: dict[date, list[_Offer]] = defaultdict(list)
        for offer in offers:
            if offer.window.closes_at is not None:
                by_day[clock.last_day(offer.window.closes_at)].append(offer)
        for last, ending in by_day.items():
            lines = [offer.line(left_text(last, today), deadlines) for offer in ending]
            yield Reminder(
                to=person.pk,
                has_mail=person.has_mail,
                once=f"unbegun:{unit.pk}:{last:%Y%m%d}",
                kind=Kind.DUE,
                subject=f"还没有开始申报：{_names(ending)}{left_text(last, today)}",
                body=f"{unit.name}可以牵头、还没有开始的申报：\n" + "\n".join(lines) + f"\n{day_said(last)}",
                link=f"/unit/begin/?unit={unit.pk}",
                about=unit.name,
            )


def _to_tell(
    deadlines: Deadlines, windows: set[int]
) -> Iterator[tuple[Unit, addressees.Addressee, list[_Offer]]]:
    """Everybody of the verified units with what they may lead in some windows and have not begun (four queries)."""
    if not windows:
        return
    units = list(Unit.objects.filter(state=Unit.State.VERIFIED).only("pk", "name", "kind", "scope_path"))
    begun = set(Application.objects.values_list("unit_id", "task_id", "round__year"))
    people = addressees.of_units(unit.pk for unit in units)
    leads = Leads.read()
    offers: dict[tuple[str, str], list[_Offer]] = {}
    for unit in units:
        key = (unit.scope_path, unit.kind)
        if key not in offers:
            offers[key] = list(_offers(deadlines, leads, windows, *key))
        own = [o for o in offers[key] if not _is_begun(begun, unit, o)]
        for person in people.get(unit.pk, ()) if own else ():
            yield unit, person, own


def _is_begun(begun: set[tuple[int, int, int]], unit: Unit, offer: _Offer) -> bool:
    return (unit.pk, offer.task.pk, offer.year) in begun


def _offers(deadlines: Deadlines, leads: Leads, windows: set[int], path: str, kind: str) -> Iterator[_Offer]:
    for task in leads.tasks:
        for year in sorted({w.year for w in deadlines.windows if w.pk in windows}, key=lambda y: y or 0):
            bound = deadlines.binding(DECLARE, UNITS, task, path, year=year)
            variants = leads.variants(task, path, kind)
            fits = [
                w
                for w in bound
                if w.pk in windows and (w.variant in variants or (variants and not w.variant))
            ]
            if fits:
                yield _Offer(task, year, fits[0])


class Leads:
    """Which variants of which tasks units of a kind may lead where they stand (one query)."""

    def __init__(self, editions: Iterable[TaskEdition]) -> None:
        self._at: dict[int, dict[str, TaskEdition]] = defaultdict(dict)
        for edition in editions:
            self._at[edition.task_id][edition.place_id] = edition
        self.tasks = sorted(
            {e.task for places in self._at.values() for e in places.values()}, key=lambda t: t.number
        )

    @classmethod
    def read(cls) -> Leads:
        return cls(TaskEdition.objects.filter(current=True).select_related("task"))

    def variants(self, task: Task, path: str, kind: str) -> set[str]:
        """The codes of the variants; empty when there are none, or the task is not offered there."""
        places = self._at[task.pk]
        deepest = next((places[c] for c in reversed(path.strip("/").split("/")) if c in places), None)
        return {v.code for v in deepest.pack.variants if kind in v.leads} if deepest else set()


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.SHANGHAI).date()


def _ends(window: Window) -> str:
    if window.closes_at is None:
        return "持续开放"
    last = clock.last_day(window.closes_at)
    return f"{last.year}年{last.month}月{last.day}日截止"


def _names(offers: list[_Offer]) -> str:
    return offers[0].task.name if len(offers) == 1 else f"{len(offers)} 项任务"
