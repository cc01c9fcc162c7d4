"""A day as people read it, in the language of the screen."""

from __future__ import annotations

from datetime import date

from django.utils.translation import get_language

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day_text(day: date) -> str:
    """2026年11月21日, 21 Nov 2026."""
    if (get_language() or "").startswith("en"):
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"
