"""Rest days. A deadline on one is pointed out, never moved."""

from __future__ import annotations

from datetime import date

import chinese_calendar

_WEEKDAYS = "一二三四五六日"


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


def rest_day_note(day: date) -> str:
    """What to say of a last day; empty for a working day in a year whose holidays are known."""
    shown = f"{day.year}年{day.month}月{day.day}日"
    if is_rest_day(day):
        name = f"星期{_WEEKDAYS[day.weekday()]}" if day.weekday() >= 5 else "法定节假日"
        doubt = "" if is_published(day) else "；当年放假安排尚未公布，仅按周末判断"
        return f"{shown}是休息日（{name}{doubt}），期限不顺延，请提前办理"
    if not is_published(day):
        return f"{shown}所在年份的放假安排尚未公布，仅按周末判断为工作日"
    return ""
