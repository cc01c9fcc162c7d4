"""Rest days. A deadline on one is pointed out, never moved."""

from __future__ import annotations

from datetime import date

import chinese_calendar
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongchou.core.dates import day_text

_WEEKEND = {5: gettext_noop("星期六"), 6: gettext_noop("星期日")}
_HOLIDAY = gettext_noop("法定节假日")
_REST = gettext_noop("%(day)s是休息日（%(name)s），期限不顺延，请提前办理")
_REST_PERHAPS = gettext_noop(
    "%(day)s是休息日（%(name)s；当年放假安排尚未公布，仅按周末判断），期限不顺延，请提前办理"
)
_WORKING_PERHAPS = gettext_noop("%(day)s所在年份的放假安排尚未公布，仅按周末判断为工作日")


def is_rest_day(day: date) -> bool:
    """Weekend or public holiday by the yearly notices; for years without a notice yet, weekends alone."""
    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError:
        return day.weekday() >= 5


def is_published(day: date) -> bool:
    """Whether the holidays of that year are known."""
    try:
        chinese_calendar.is_holiday(day)
    except NotImplementedError:
        return False
    return True


def _rest_day(day: date) -> tuple[str, str]:
    """What to say of a last day, and by which name it is a day of rest; both empty for a working day that is known."""
    if is_rest_day(day):
        name = _WEEKEND.get(day.weekday(), _HOLIDAY)
        return (_REST if is_published(day) else _REST_PERHAPS), name
    return ("" if is_published(day) else _WORKING_PERHAPS), ""


def rest_day_note(day: date) -> str:
    """What to say of a last day; empty for a working day in a year whose holidays are known. Needs no settings."""
    said, name = _rest_day(day)
    return said % {"day": f"{day.year}年{day.month}月{day.day}日", "name": name}


def rest_day_text(day: date) -> str:
    """The same in the language of the screen."""
    said, name = _rest_day(day)
    return _(said) % {"day": day_text(day), "name": _(name) if name else ""} if said else ""
