"""Mails as text: plain, in lines that every mail program shows whole, with the address to go to."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings

from tongchou.core import clock
from tongchou.core.dates import day_text

if TYPE_CHECKING:
    from tongchou.outbox.models import Message

WIDTH = 76  # columns; a Chinese character takes two
_NEVER_FIRST = "，。、；：？！）》〉】〕”’…%"
_NEVER_LAST = "（《〈【〔“‘("
_FOOT = "本邮件由平台自动发出，请勿回复。以哪种方式接收，可在平台“消息—接收设置”中更改。"


def address(link: str) -> str:
    """Where to go on the platform; without its own address only the way there can be told."""
    if not link:
        return ""
    return f"{settings.SITE_URL}{link}" if settings.SITE_URL else "请登录平台，在“消息”中打开本条办理。"


def mail_text(message: Message) -> str:
    """One message as a mail."""
    parts = [message.body or message.subject, address(message.link)]
    return _page(part for part in parts if part)


def digest_text(name: str, messages: Iterable[Message]) -> str:
    """The messages of one person, grouped by thing; what was said twice of a thing stands once, as it was said last."""
    by_thing: dict[str, dict[str, Message]] = {}
    for message in sorted(messages, key=lambda m: (m.at, m.pk)):
        said = by_thing.setdefault(message.thing, {})
        said.pop(message.subject, None)
        said[message.subject] = message
    paragraphs, number = [f"{name}：\n以下是您还没有读的消息。"], 0
    for thing, said in by_thing.items():
        paragraphs.append(f"【{thing}】")
        for message in said.values():
            number += 1
            day = day_text(message.at.astimezone(clock.SHANGHAI).date())
            lines = [f"{number}. {message.subject}（{day}）", message.body, address(message.link)]
            paragraphs.append("\n".join(line for line in lines if line))
    return _page(paragraphs)


def count_of(messages: Iterable[Message]) -> int:
    """How many messages a digest shows."""
    return len({(m.thing, m.subject) for m in messages})


def _page(paragraphs: Iterable[str]) -> str:
    return wrap("\n\n".join([*paragraphs, f"——\n{_FOOT}"])) + "\n"


def wrap(text: str, width: int = WIDTH) -> str:
    """Break lines at ``width`` columns: between Chinese characters, but never inside an address, a number or a word."""
    return "\n".join("\n".join(_lines(line, width)) for line in text.split("\n"))


def _lines(line: str, width: int) -> list[str]:
    lines, current, used = [], "", 0
    for piece in _pieces(line):
        columns = _columns(piece)
        if current and used + columns > width and piece not in _NEVER_FIRST:
            kept = current.rstrip(_NEVER_LAST)
            moved = current[len(kept) :]
            lines.append(kept.rstrip())
            current, used = moved, _columns(moved)
            if piece == " ":
                continue
        current += piece
        used += columns
    return [*lines, current.rstrip()]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _pieces(line: str) -> list[str]:
    """Single characters, and runs of ASCII that must stay together."""
    pieces: list[str] = []
    for char in line:
        joins = char.isascii() and char != " "
        if joins and pieces and pieces[-1].isascii() and pieces[-1] != " ":
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces
