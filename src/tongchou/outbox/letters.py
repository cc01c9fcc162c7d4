"""Mail to addresses without an account, such as an invitation. A letter is kept only until it is mailed: it may hold a secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from tongchou.core import clock
from tongchou.outbox import mailing
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.outbox.models import Letter
from tongchou.outbox.wording import wrap

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def post(address: str, *, subject: str, body: str, sender: AbstractUser | None = None) -> None:
    """Write a letter, in the caller's transaction; the worker mails it. ``sender`` is told when it can't be delivered."""
    Letter.objects.create(
        address=address,
        subject=" ".join(subject.split())[:200],
        body=body,
        sender_id=sender.pk if sender else None,
    )


def deliver_letters(limit: int = 50) -> int:
    """Mail the letters that wait and forget them; return how many were tried. A crash repeats at most the batch under way."""
    with transaction.atomic():
        batch = list(
            Letter.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(Q(try_at=None) | Q(try_at__lte=clock.now()))
            .select_related("sender")
            .order_by("id")[:limit]
        )
        if not batch:
            return 0
        with mailing.line() as connection:
            if connection is None:
                return 0
            for letter in batch:
                if mailing.send(connection, letter.address, letter.subject, wrap(letter.body) + "\n"):
                    letter.delete()
                else:
                    _later(letter)
    return len(batch)


def _later(letter: Letter) -> None:
    """Try again later, or give up and tell the sender."""
    letter.attempts += 1
    letter.try_at = mailing.next_try(letter.attempts)
    if letter.try_at is not None:
        letter.save(update_fields=["attempts", "try_at"])
        return
    if letter.sender is not None:
        notify(
            [letter.sender],
            kind=Kind.INVITED,
            subject=f"邮件没有送达：{letter.address}",
            body=f"“{letter.subject}”多次投递均未成功。请核对邮箱地址后重新发送。",
        )
    letter.delete()
