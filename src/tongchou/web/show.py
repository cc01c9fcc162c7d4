"""How numbers, money and days are written, in both languages. Pure; the template filters call these."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from tongchou.core import clock

FEN_IN_WAN = Decimal(1_000_000)
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def english() -> bool:
    return (get_language() or "").startswith("en")


def thousands(value: object, decimals: int | None = None) -> str:
    """1234567.5 → 1,234,567.5; whole numbers without decimals; anything else as it is; nothing → —."""
    if value is None or value == "":
        return "—"
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not number.is_finite():
        return "—"
    if decimals is not None:
        return f"{number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    if number == number.to_integral_value():
        return f"{int(number):,}"
    return f"{number.normalize():,f}"


def wan(fen: object, *, unit: bool = True) -> str:
    """Integer fen → 万元, as money is typed and shown: 123450000 → 123.45 万元."""
    if fen is None or fen == "":
        return "—"
    try:
        amount = Decimal(str(fen)) / FEN_IN_WAN
    except InvalidOperation:
        return str(fen)
    text = thousands(amount)
    return f"{text} {gettext('万元')}" if unit else text


def percent(value: object) -> str:
    """A number of per cent: 85.5 → 85.5%."""
    text = thousands(value)
    return text if text == "—" else f"{text}%"


def day(value: date | datetime | str | None) -> str:
    """2026年11月21日, 21 Nov 2026."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return str(value)
    if value is None:
        return "—"
    if isinstance(value, datetime):
        value = value.astimezone(clock.SHANGHAI).date()
    if english():
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | date | None) -> str:
    """2026年11月21日 09:30, in Asia/Shanghai; of a day alone, the day."""
    if value is None:
        return "—"
    if not isinstance(value, datetime):
        return day(value)
    return f"{day(value)} {date_format(value.astimezone(clock.SHANGHAI), 'H:i')}"


def days_left(last: date | datetime | None) -> int | None:
    """Days until ``last``, the last day that counts (a moment is the half-open end of a window)."""
    if last is None:
        return None
    if isinstance(last, datetime):
        last = clock.last_day(last)
    return (last - clock.today()).days


def left(last: date | datetime | None) -> str:
    """还剩3天 · 今天截止 · 已逾期2天."""
    days = days_left(last)
    if days is None:
        return gettext("未限定时间")
    if days == 0:
        return gettext("今天截止")
    if days > 0:
        return ngettext("还剩%(n)s天", "还剩%(n)s天", days) % {"n": thousands(days)}
    return ngettext("已逾期%(n)s天", "已逾期%(n)s天", -days) % {"n": thousands(-days)}


def size(count: int | None) -> str:
    """A file's size: 1.2 MB."""
    number = float(count or 0)
    for name in ("B", "KB", "MB"):
        if number < 1024:
            return f"{number:.0f} {name}" if name == "B" else f"{number:.1f} {name}"
        number /= 1024
    return f"{number:.1f} GB"
