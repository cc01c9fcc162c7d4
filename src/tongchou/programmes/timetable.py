"""Windows in the database, kept as the checked pack lays them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tongchou.core import clock
from tongchou.programmes.calendar import Span
from tongchou.programmes.check import Checked
from tongchou.programmes.models import Programme, Round, Task, Window

_KEPT = (
    "task_id",
    "place_id",
    "code",
    "name",
    "purpose",
    "binds",
    "report",
    "variant",
    "year",
    "round_id",
    "opens_at",
    "closes_at",
    "waiting",
    "cite",
)


def sync(
    programme: Programme, checked: Checked, tasks: Mapping[str, Task], rounds: Mapping[str, Round]
) -> list[str]:
    """Remove the windows the pack no longer lays out and add the new ones; unchanged ones keep their rows."""
    wanted = {_key(window): window for window in _wanted(programme, checked, tasks, rounds)}
    standing = {_key(window): window for window in programme.windows.all()}
    gone = [window.pk for key, window in standing.items() if key not in wanted]
    new = [window for key, window in wanted.items() if key not in standing]
    Window.objects.filter(pk__in=gone).delete()
    Window.objects.bulk_create(new)
    return [f"时间窗口：新增 {len(new)} 个，撤去 {len(gone)} 个"] if new or gone else []


def _key(window: Window) -> tuple[Any, ...]:
    values = (getattr(window, name) for name in _KEPT)
    return tuple(tuple(value) if isinstance(value, list) else value for value in values)


def _wanted(
    programme: Programme, checked: Checked, tasks: Mapping[str, Task], rounds: Mapping[str, Round]
) -> Iterator[Window]:
    calendars = [(programme.place_id, checked.spans)]
    calendars += [(overlay.place, overlay.spans) for overlay in checked.overlays]
    for place, spans in calendars:
        for code, windows in spans.items():
            for span in windows:
                for variant in span.entry.variants or [""]:
                    task = tasks[code] if code else None
                    yield _window(programme, place, task, span, variant, rounds.get(span.round or ""))


def _window(
    programme: Programme, place: str, task: Task | None, span: Span, variant: str, round_: Round | None
) -> Window:
    return Window(
        programme=programme,
        task=task,
        place_id=place,
        code=span.entry.code,
        name=span.entry.name,
        purpose=span.entry.purpose,
        binds=span.entry.binds,
        report=span.entry.report or "",
        variant=variant,
        year=span.year,
        round=round_,
        opens_at=clock.start_of(span.first) if span.first else None,
        closes_at=clock.end_of(span.last) if span.last else None,
        waiting=span.entry.waiting,
        cite=list(span.entry.cite),
    )
