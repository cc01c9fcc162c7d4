"""Reminding people of what is due: one message for each threshold before the last day, the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tongchou.core import clock
from tongchou.orgs.addressees import Addressee
from tongchou.outbox.actions import Reminder
from tongchou.outbox.kinds import Kind
from tongchou.programmes.deadlines import day_said, left_text, threshold


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be done by its last day, and what is said to whom who has not done it."""

    thing: str
    """Names it for good, e.g. ``draft:12``: with day and threshold it keeps a reminder from being told twice."""
    last: date
    to: Iterable[Addressee]
    heading: tuple[str, str]
    """What stands before and after how long is left."""
    body: str
    """To which the last day is added."""
    link: str
    about: str
    since: datetime | None = None
    """When it began; what was near already then is not reminded of."""
    cite: Iterable[str] = ()


def reminders(things: Iterable[Due]) -> Iterator[Reminder]:
    """What is told today. Writes nothing and asks nothing: ``outbox.actions.remind`` does, once for all."""
    today = clock.today()
    for due in things:
        since = due.since.astimezone(clock.SHANGHAI).date() if due.since else None
        reached = threshold(due.last, today, since=since)
        if reached is None:
            continue
        before, after = due.heading
        subject = f"{before}{left_text(due.last, today)}{after}"
        body = f"{due.body}\n{day_said(due.last, due.cite)}"
        kind = Kind.LAST_DAY if (due.last - today).days <= 1 else Kind.DUE
        for person in due.to:
            yield Reminder(
                to=person.pk,
                has_mail=person.has_mail,
                once=f"{due.thing}:{due.last:%Y%m%d}:{reached}",
                kind=kind,
                subject=subject,
                body=body,
                link=due.link,
                about=due.about,
            )
