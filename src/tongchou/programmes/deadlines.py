"""Last days near at hand: which one binds whom, over windows read once for everybody, and how people are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from tongchou.core import clock
from tongchou.programmes.models import Document, Task, Window
from tongchou.programmes.queries import binding
from tongchou.programmes.working_days import rest_day_note

THRESHOLDS = (1, 3, 7, 30)  # days before the last day on which people are reminded
AHEAD = timedelta(days=max(THRESHOLDS))


def threshold(last: date, today: date, *, since: date | None = None) -> int | None:
    """The threshold that stands on ``today`` for ``last``: the nearest of those reached, so that one missed comes late
    and four missed come once. ``None``: none is reached, the day is over, or it was reached before the thing itself
    began (``since``), which said the day anyway.
    """
    left = (last - today).days
    if left < 0:
        return None
    reached = next((t for t in THRESHOLDS if left <= t), None)
    if reached is None or (since is not None and last - timedelta(days=reached) <= since):
        return None
    return reached


def left_text(last: date, today: date) -> str:
    """How long is left, for a heading."""
    left = (last - today).days
    return {0: "今天截止", 1: "明天截止"}.get(left, f"还有 {left} 天截止")


def day_said(last: date, cite: Iterable[str] = ()) -> str:
    """The last day with the note on rest days and the clauses, in lines."""
    clauses = "；".join(c for c in cite if c)
    lines = [f"最后一天：{last.year}年{last.month}月{last.day}日。", rest_day_note(last)]
    return "\n".join([line for line in lines if line] + ([f"依据：{clauses}"] if clauses else []))


@dataclass(frozen=True, slots=True)
class Closing:
    """The last day that binds somebody, and the window that says so."""

    last: date
    window: Window


class Deadlines:
    """All windows of some purposes, asked for many cases without a query for each."""

    def __init__(self, windows: Iterable[Window]) -> None:
        self.windows = list(windows)
        self._kept: dict[tuple[str, str, int | None], list[Window]] = defaultdict(list)
        for window in self.windows:
            self._kept[window.purpose, window.binds, window.task_id].append(window)

    @classmethod
    def read(cls, *purposes: str) -> Deadlines:
        """Read the windows (one query)."""
        return cls(Window.objects.filter(purpose__in=purposes).select_related("place"))

    def binding(
        self, purpose: str, binds: str, task: Task, path: str, *, year: int | None, variant: str = ""
    ) -> list[Window]:
        """The windows that bind at ``path``, as ``programmes.queries.binding`` chooses them."""
        codes = path.strip("/").split("/")
        rows = self._kept[purpose, binds, task.pk] + self._kept[purpose, binds, None]
        return binding(
            w
            for w in rows
            if w.place_id in codes
            and w.programme_id == task.programme_id
            and (w.year is None or year is None or w.year == year)
            and (not variant or w.variant in {"", variant})
        )

    def closing(
        self, purpose: str, binds: str, task: Task, path: str, *, year: int | None, variant: str = ""
    ) -> Closing | None:
        """The last day that binds at ``path``; ``None`` where time is not limited or not set yet."""
        return last_of(self.binding(purpose, binds, task, path, year=year, variant=variant))

    def cited(self, cites: Iterable[str]) -> list[str]:
        """Clauses as people know them: by the document's number (its title where it has none), not by its code."""
        parts = (one.partition(" ") for cite in cites for one in cite.split("；") if one)
        return [f"{self._documents.get(code, code)} {clause}".strip() for code, _space, clause in parts]

    @cached_property
    def _documents(self) -> dict[str, str]:
        rows = Document.objects.order_by("-programme").values_list("code", "number", "title")
        return {code: number or f"《{title}》" for code, number, title in rows}

    def near(self, purpose: str) -> list[Window]:
        """The windows whose last day is near."""
        now = clock.now()
        until = now + AHEAD + timedelta(days=2)
        return [w for w in self.windows if w.purpose == purpose and w.closes_at and now < w.closes_at < until]


def last_of(windows: Sequence[Window]) -> Closing | None:
    """The window that closes last; ``None`` where one of them never closes."""
    ends = [(w.closes_at, w) for w in windows if w.closes_at is not None]
    if not ends or len(ends) < len(windows):
        return None
    end, window = max(ends, key=lambda row: row[0])
    return Closing(clock.last_day(end), window)


def is_open(window: Window, at: datetime) -> bool:
    """Whether a window is open at a moment."""
    return (
        not window.waiting
        and (window.opens_at is None or window.opens_at <= at)
        and (window.closes_at is None or at < window.closes_at)
    )
