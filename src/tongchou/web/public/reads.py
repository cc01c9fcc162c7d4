"""What the public pages read: editions and windows of every task in one place, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from tongchou.core import clock
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Quota, Task, TaskEdition, Window
from tongchou.web.screens import Request, actor_of

NATION = "000000"


def codes_on(path: str) -> list[str]:
    """The codes from the root to a place."""
    return path.strip("/").split("/")


def provinces() -> list[Jurisdiction]:
    """The nation and its provinces, in pinyin order."""
    rows = Jurisdiction.objects.filter(level__in=["nation", "province"], valid_to=None)
    return sorted(rows, key=lambda p: (p.level != "nation", p.sort_key))


def chosen_place(request: Request, among: Iterable[Jurisdiction]) -> Jurisdiction | None:
    """The province asked for; else that of the visitor; else the only one with rules of its own; else the nation."""
    by_code = {p.code: p for p in among}
    if asked := by_code.get(request.GET.get("place", "")):
        return asked
    if actor := actor_of(request):
        paths = [m.unit.scope_path if m.unit else m.authority.place.path for m in actor.memberships]  # type: ignore[union-attr]
        for path in paths:
            for code in codes_on(path)[1:2]:
                if code in by_code:
                    return by_code[code]
    with_rules = (
        set(TaskEdition.objects.exclude(place_id=NATION).values_list("place_id", flat=True)) & by_code.keys()
    )
    return by_code.get(next(iter(with_rules)) if len(with_rules) == 1 else NATION)


@dataclass(frozen=True)
class Dated:
    """A window as the pages show it."""

    window: Window
    now: datetime

    @property
    def state(self) -> str:
        w = self.window
        if w.waiting:
            return "waiting"
        if w.opens_at and self.now < w.opens_at:
            return "ahead"
        if w.closes_at and self.now >= w.closes_at:
            return "past"
        return "open"


@dataclass
class TaskCard:
    task: Task
    summary: str = ""
    open: list[Dated] = field(default_factory=list)
    ahead: list[Dated] = field(default_factory=list)


def windows_on(path: str, *, task: Task | None = None) -> list[Dated]:
    """All windows that hold at ``path``: of one task with those across all tasks, or of all. By day of closing."""
    rows = Window.objects.filter(place_id__in=codes_on(path)).select_related("place", "task", "round")
    if task is not None:
        rows = rows.filter(Q(task=task) | Q(task=None), programme_id=task.programme_id)
    now = clock.now()
    return [Dated(w, now) for w in rows]


def dates_of(task: Task, path: str, *, past: bool) -> list[Dated]:
    """The dates of a task: what runs and what comes until the end of next year; with ``past`` everything."""
    found = windows_on(path, task=task)
    until = clock.today().year + 1
    return [d for d in found if past or (d.state != "past" and (d.window.year or 0) <= until)]


def cards(path: str) -> list[TaskCard]:
    """Every task with its summary there, what is open for units now and what comes next."""
    found = {t.pk: TaskCard(t) for t in Task.objects.select_related("programme")}
    deepest: dict[int, TaskEdition] = {}
    for edition in TaskEdition.objects.filter(current=True, place_id__in=codes_on(path)).select_related(
        "place"
    ):
        held = deepest.get(edition.task_id)
        if held is None or len(edition.place.path) > len(held.place.path):
            deepest[edition.task_id] = edition
    for task_id, edition in deepest.items():
        found[task_id].summary = edition.pack.summary
    for dated in windows_on(path):
        window = dated.window
        if window.task_id not in found or window.binds not in {"units", "designated"}:
            continue
        if dated.state == "open" and window.closes_at is not None:
            found[window.task_id].open.append(dated)
        elif dated.state == "ahead":
            found[window.task_id].ahead.append(dated)
    for card in found.values():
        card.ahead.sort(key=lambda d: d.window.opens_at or d.now)
        del card.ahead[2:]
        del card.open[3:]
    return list(found.values())


def edition_of(task: Task, path: str) -> TaskEdition | None:
    """The edition in force at ``path``: that of the deepest place."""
    rows = TaskEdition.objects.filter(task=task, current=True, place_id__in=codes_on(path)).select_related(
        "place"
    )
    return max(rows, key=lambda e: len(e.place.path), default=None)


def quotas_on(task: Task, path: str) -> list[Quota]:
    """The quotas of a task at ``path``, with their lines."""
    return list(
        Quota.objects.filter(task=task, current=True, place_id__in=codes_on(path))
        .select_related("place")
        .prefetch_related("lines", "rounds")
        .order_by("place__path", "step", "code")
    )
