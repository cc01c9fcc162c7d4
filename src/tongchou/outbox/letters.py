"""Mail to addresses without an account, such as an invitation. A letter is kept only until it is mailed: it may hold a secret."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from tongchou.outbox.models import Letter


def post(address: str, *, subject: str, body: str) -> None:
    """Write a letter, in the caller's transaction; the worker mails it."""
    Letter.objects.create(address=address, subject=subject[:200], body=body)


def deliver_letters(limit: int = 200) -> int:
    """Mail the letters that wait and forget them; return how many. A crash repeats at most the batch under way."""
    with transaction.atomic():
        batch = list(Letter.objects.select_for_update(skip_locked=True).order_by("id")[:limit])
        if not batch:
            return 0
        get_connection().send_messages(
            [
                EmailMessage(letter.subject, letter.body, settings.DEFAULT_FROM_EMAIL, [letter.address])
                for letter in batch
            ]
        )
        Letter.objects.filter(pk__in=[letter.pk for letter in batch]).delete()
    return len(batch)
