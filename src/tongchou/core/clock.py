"""The one clock. Nothing else in the project asks for the time, so a rehearsal can set it.

Times are aware; days are counted in Asia/Shanghai.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHANGHAI = ZoneInfo("Asia/Shanghai")

_sources: list[Callable[[], datetime]] = [lambda: datetime.now(UTC)]
_set: ContextVar[datetime | None] = ContextVar("tongchou_clock", default=None)


def now() -> datetime:
    """The current moment, or the moment the clock is set to (see :func:`at`)."""
    return _set.get() or _sources[-1]()


def follow(source: Callable[[], datetime]) -> None:
    """Take the time from ``source`` in this whole process from now on, where it is not set: the demo's clock."""
    _sources.append(source)


def today() -> date:
    """The current day in Asia/Shanghai."""
    return now().astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Midnight at the start of ``day`` in Asia/Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def end_of(day: date) -> datetime:
    """The half-open end of ``day``: midnight at the start of the next one."""
    return start_of(day + timedelta(days=1))


def last_day(closes_at: datetime) -> date:
    """The last day that still counts for a half-open window closing at ``closes_at``."""
    return (closes_at.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Set the clock to ``moment`` (a day means noon of it) for the block; blocks nest."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(12), SHANGHAI)
    if moment.tzinfo is None:
        msg = "the clock is set with an aware time, or a day"
        raise ValueError(msg)
    token = _set.set(moment)
    try:
        yield
    finally:
        _set.reset(token)
