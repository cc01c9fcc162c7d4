"""Reading programmes: the edition in force in a place, its windows and quotas.

A place is given by its path (``"000000/220000/220100/"``): what holds in a place is set by any place on it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Length
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.core import clock
from tongchou.core.dates import day_text
from tongchou.core.prepared import Prepared
from tongchou.programmes.mapping_models import Mapping
from tongchou.programmes.models import Programme, Quota, Round, Task, TaskEdition, Window
from tongchou.programmes.pack_format import TaskPack
from tongchou.programmes.translating import Translator
from tongchou.programmes.working_days import rest_day_text


@dataclass(frozen=True, slots=True)
class WindowState:
    """Whether one may now, by which window, and what to tell people. ``cite`` names the clauses."""

    open: bool
    window: Window | None
    message: str
    cite: tuple[str, ...] = ()

    @property
    def waiting(self) -> bool:
        """Shut until further notice: asking for more time is of no use."""
        return self.window is not None and self.window.waiting


def edition_for(task: Task, place_path: str) -> TaskEdition:
    """The current edition of the deepest place on the path. Raises ``TaskEdition.DoesNotExist``."""
    editions = task.editions.filter(current=True, place__in=_codes(place_path))
    edition = editions.order_by(Length("place__path").desc()).first()
    if edition is None:
        raise TaskEdition.DoesNotExist
    return edition


def windows_for(
    task: Task,
    place_path: str,
    *,
    purpose: str | None = None,
    year: int | None = None,
    binds: str | None = None,
    variant: str = "",
) -> list[Window]:
    """Every window that holds in the place, those across all tasks too; of ``year`` or of no year in particular.

    An empty ``variant`` asks for every variant's; one that was given another code is asked for under both.
    """
    windows = _WINDOWS(
        programme=task.programme_id,
        task=task.pk,
        places=_codes(place_path),
        purpose=purpose or None,
        binds=binds or None,
    )
    variants = {"", *translator(task, place_path).chain("variant", variant)} if variant else None
    return [
        window
        for window in windows
        if (year is None or window.year in {year, None}) and (variants is None or window.variant in variants)
    ]


def _windows(
    programme: int, task: int, places: tuple[str, ...], purpose: str | None, binds: str | None
) -> QuerySet[Window]:
    windows = Window.objects.filter(Q(task=task) | Q(task=None), programme=programme, place__in=places)
    if purpose:
        windows = windows.filter(purpose=purpose)
    if binds:
        windows = windows.filter(binds=binds)
    return windows.select_related("place")


_WINDOWS = Prepared(_windows)


def binding(windows: Iterable[Window]) -> list[Window]:
    """Of windows for one purpose and the same people, those that bind: set by the deepest place, and there for the task
    itself rather than across all tasks.
    """
    ranked = [(len(window.place.path), window.task_id is not None, window) for window in windows]
    best = max((rank[:2] for rank in ranked), default=None)
    return [window for depth, own, window in ranked if (depth, own) == best]


def window_state(
    task: Task,
    place_path: str,
    purpose: str,
    *,
    binds: str,
    variant: str = "",
    at: datetime,
    year: int | None = None,
) -> WindowState:
    """Whether ``purpose`` is open at ``at`` for those whom ``binds`` names; ``year`` limits it to a round's year.

    No window set anywhere means no limit in time.
    """
    windows = binding(windows_for(task, place_path, purpose=purpose, binds=binds, variant=variant, year=year))
    if not windows:
        return WindowState(open=True, window=None, message=_("未限定时间"))
    running = [
        w
        for w in windows
        if not w.waiting
        and (w.opens_at is None or w.opens_at <= at)
        and (w.closes_at is None or at < w.closes_at)
    ]
    if running:
        window = max(running, key=_end)
        return WindowState(
            open=True, window=window, message=_open_message(window, at), cite=tuple(window.cite)
        )
    coming = [w for w in windows if w.opens_at is not None and w.opens_at > at]
    if coming:
        window = min(coming, key=lambda w: w.opens_at or at)
        message = _("“%(window)s”尚未开始，%(day)s起办理") % {
            "window": window.name,
            "day": _day(window.opens_at),
        }
    elif waiting := [w for w in windows if w.waiting]:
        window = waiting[0]
        message = _("“%(window)s”尚未开放，以后另行通知") % {"window": window.name}
    else:
        window = max(windows, key=_end)
        message = _("“%(window)s”已截止（%(day)s）") % {"window": window.name, "day": _last_day(window)}
    return WindowState(open=False, window=window, message=message, cite=tuple(window.cite))


def quotas_for(task: Task, path: str, step: str, *, variant: str, kind: str, round: Round) -> list[Quota]:
    """The quotas a case meets at a step: of its place and round, its variant, and the kind of unit that leads it.

    A step or variant that was given another code since the case was begun is meant by either.
    """
    meant = translator(task, path)
    variants = set(meant.chain("variant", variant))
    found = [
        quota
        for quota in _QUOTAS(
            task=task.pk, places=_codes(path), steps=tuple(meant.chain("step", step)), held=round.pk
        )
        if (not quota.variants or variants.intersection(quota.variants))
        and (not quota.kinds or kind in quota.kinds)
    ]
    prefetch_related_objects(found, "lines")
    return found


_QUOTAS = Prepared(
    lambda task, places, steps, held: Quota.objects.filter(
        task=task, place__in=places, step__in=steps, rounds=held, current=True
    ).order_by("place__path", "code")
)


def translator(task: Task, place_path: str, *, pack: TaskPack | None = None) -> Translator:
    """What older codes of the task mean in a place, by the mappings loaded for it and the places above.

    They are read as ``pack`` has them, by default the edition in force. One query where there are no mappings.
    """
    rows = _MAPPINGS(task=task.pk, places=_codes(place_path))
    if rows and pack is None:
        pack = edition_for(task, place_path).pack
    return Translator(rows, pack)


_MAPPINGS = Prepared(lambda task, places: Mapping.objects.filter(task=task, place__in=places))


def translators(programme: Programme) -> dict[int, Translator]:
    """What older codes mean today, by task, as the programme's own packs say (one query where there are no mappings)."""
    by_task: dict[int, list[Mapping]] = {}
    for row in Mapping.objects.filter(programme=programme, place=programme.place_id):
        by_task.setdefault(row.task_id, []).append(row)
    editions = TaskEdition.objects.filter(task__in=by_task, place=programme.place_id, current=True)
    packs = {edition.task_id: edition.pack for edition in editions} if by_task else {}
    return {task: Translator(rows, packs.get(task)) for task, rows in by_task.items()}


def _end(window: Window) -> datetime:
    return window.closes_at or datetime.max.replace(tzinfo=UTC)


def _codes(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


def _open_message(window: Window, at: datetime) -> str:
    if window.closes_at is None:
        return _("“%(window)s”持续开放") % {"window": window.name}
    last = clock.last_day(window.closes_at)
    left = (last - at.astimezone(clock.SHANGHAI).date()).days
    left_text = (
        ngettext("还有 %(count)s 天", "还有 %(count)s 天", left) % {"count": left}
        if left
        else _("今天是最后一天")
    )
    message = _("“%(window)s”到%(day)s为止，%(left)s") % {
        "window": window.name,
        "day": day_text(last),
        "left": left_text,
    }
    note = rest_day_text(last)
    return _("%(message)s（%(note)s）") % {"message": message, "note": note} if note else message


def _last_day(window: Window) -> str:
    if window.closes_at is None:
        return _("不限")
    last = clock.last_day(window.closes_at)
    return day_text(last)


def _day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    day = moment.astimezone(clock.SHANGHAI).date()
    return day_text(day)
