"""Every write of the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.outbox.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.contrib.auth.models import AbstractUser


def notify(people: Iterable[AbstractUser], *, subject: str, body: str = "", link: str = "") -> int:
    """Write one message to each of ``people``, in the caller's transaction; the worker mails them. Returns how many."""
    now = clock.now()
    recipients = {person.pk: person for person in people}.values()
    return len(
        Message.objects.bulk_create(
            Message(to_id=person.pk, at=now, subject=subject[:200], body=body, link=link)
            for person in recipients
        )
    )


@transaction.atomic
def mark_read(message: Message, *, by: AbstractUser) -> None:
    """Mark a message read by its addressee; anyone else is refused."""
    if message.to_id != by.pk:
        raise refuse("scope", _("这条消息不是发给您的。"))
    if message.read_at is None:
        message.read_at = clock.now()
        message.save(update_fields=["read_at"])


def deliver(limit: int = 200) -> int:
    """Mail the messages not yet mailed; return how many. A crash repeats at most the batch under way."""
    with transaction.atomic():
        batch = list(
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(mailed_at=None)
            .select_related("to")
            .order_by("id")[:limit]
        )
        if not batch:
            return 0
        mails = [
            EmailMessage(m.subject, m.body or m.subject, settings.DEFAULT_FROM_EMAIL, [m.to.email])
            for m in batch
            if m.to.email
        ]
        get_connection().send_messages(mails)
        Message.objects.filter(pk__in=[m.pk for m in batch]).update(mailed_at=clock.now())
    return len(batch)
