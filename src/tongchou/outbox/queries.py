"""Every read of the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q

from tongchou.outbox.kinds import Kind, Mail, usual
from tongchou.outbox.models import Message, Preference

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser
    from django.db.models import QuerySet


def inbox(person: AbstractUser) -> QuerySet[Message]:
    """The messages to ``person``: what is unread first, then the newest."""
    return (
        Message.objects.filter(to_id=person.pk)
        .annotate(is_read=Q(read_at__isnull=False))
        .order_by("is_read", "-at", "-id")
    )


def unread(person: AbstractUser) -> int:
    """How many messages ``person`` has not read; over an index of unread ones alone."""
    return Message.objects.filter(to_id=person.pk, read_at=None).count()


def counts_by_kind(person: AbstractUser) -> dict[str, int]:
    """How many messages of each kind ``person`` has."""
    rows = Message.objects.filter(to_id=person.pk).order_by().values_list("kind").annotate(Count("pk"))
    return dict(rows)


def mail_choices(person: AbstractUser) -> dict[Kind, Mail]:
    """How each kind is mailed to ``person``."""
    own = dict(Preference.objects.filter(person_id=person.pk).values_list("kind", "mail"))
    return {kind: Mail(own.get(kind, usual(kind))) for kind in Kind}
