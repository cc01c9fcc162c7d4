"""Every read of the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongchou.outbox.models import Message

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser
    from django.db.models import QuerySet


def inbox(person: AbstractUser) -> QuerySet[Message]:
    """The messages to ``person``, newest first."""
    return Message.objects.filter(to_id=person.pk)


def unread(person: AbstractUser) -> int:
    """How many messages ``person`` has not read."""
    return inbox(person).filter(read_at=None).count()
