"""Mailing messages: at once, or together once a day or a week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Q, QuerySet

from tongchou.core import clock
from tongchou.outbox import mailing
from tongchou.outbox.kinds import Mail
from tongchou.outbox.models import Message
from tongchou.outbox.wording import count_of, digest_text, mail_text

BATCH = 50
DIGEST_AT = time(8)  # in Asia/Shanghai


def deliver(limit: int = BATCH) -> int:
    """Mail a batch of the messages that go at once; return how many were tried.

    A crash repeats at most the batch under way. What is not taken is tried again later, a few times.
    """
    with transaction.atomic():
        batch = list(
            _waiting(Q(mail=Mail.AT_ONCE))
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("to")
            .order_by("id")[:limit]
        )
        if not batch:
            return 0
        with mailing.line() as connection:
            if connection is None:
                return 0
            for m in batch:
                _keep([m], taken=mailing.send(connection, m.to.email, m.subject, mail_text(m)))
    return len(batch)


def deliver_digests(limit: int = BATCH) -> int:
    """Mail their digest to up to ``limit`` people for whom one is due; return how many people were tried.

    A digest holds what was written before the last hour of digests (08:00, on Mondays for a weekly one), so one that
    was missed goes as soon as the worker runs again, and what is written later waits for the next.
    """
    daily, weekly = last_hours(clock.now())
    due = Q(mail=Mail.DAILY, at__lt=daily) | Q(mail=Mail.WEEKLY, at__lt=weekly)
    with transaction.atomic():
        people = _waiting(due).order_by("to_id").values_list("to_id", flat=True).distinct()[:limit]
        rows = list(
            _waiting(due)
            .filter(to__in=list(people))
            .select_for_update(of=("self",))
            .select_related("to")
            .order_by("to_id", "id")
        )
        if not rows:
            return 0
        groups = [list(own) for _, own in groupby(rows, key=lambda m: m.to_id)]
        with mailing.line() as connection:
            if connection is None:
                return 0
            for own in groups:
                person = own[0].to
                subject = f"消息汇总：{count_of(own)} 条（{daily.month}月{daily.day}日）"
                text = digest_text(person.get_full_name(), own)
                _keep(own, taken=mailing.send(connection, person.email, subject, text))
    return len(groups)


def last_hours(now: datetime) -> tuple[datetime, datetime]:
    """The last hour of daily digests before ``now``, and of weekly ones."""
    daily = datetime.combine(now.astimezone(clock.SHANGHAI).date(), DIGEST_AT, clock.SHANGHAI)
    if now < daily:
        daily -= timedelta(days=1)
    return daily, daily - timedelta(days=daily.weekday())


def _waiting(condition: Q) -> QuerySet[Message]:
    now = clock.now()
    return Message.objects.filter(
        condition, Q(try_at=None) | Q(try_at__lte=now), mailed_at=None, failed=False
    ).exclude(mail=Mail.NONE)


def _keep(messages: Sequence[Message], *, taken: bool) -> None:
    """Keep that messages were mailed, or when they are tried again."""
    rows = Message.objects.filter(pk__in=[m.pk for m in messages])
    if taken:
        rows.update(mailed_at=clock.now())
        return
    attempts = max(m.attempts for m in messages) + 1
    again = mailing.next_try(attempts)
    rows.update(attempts=attempts, try_at=again, failed=again is None)
