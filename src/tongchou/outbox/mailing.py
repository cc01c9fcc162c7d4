"""The line to the mail server, and when what failed is tried again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from tongchou.core import clock

if TYPE_CHECKING:
    from django.core.mail.backends.base import BaseEmailBackend

_WAITS = (2, 10, 60, 360, 1440)  # minutes after the first, second … failure
_LOG = logging.getLogger(__name__)
_FAULTS = (SMTPException, OSError, ValueError)  # a ValueError: an address or subject that can be in no mail


@contextmanager
def line() -> Iterator[BaseEmailBackend | None]:
    """An open line to the mail server; ``None`` while it can't be reached: then everything waits, and nothing counts."""
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        _LOG.warning("the mail server can't be reached: %s", error)
        yield None
        return
    try:
        yield connection
    finally:
        connection.close()


def send(connection: BaseEmailBackend, to: str, subject: str, text: str) -> bool:
    """Send one mail; whether it was taken. A refused address leaves the line usable for the next."""
    try:
        connection.send_messages([EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [to])])
    except _FAULTS as error:
        _LOG.warning("a mail was not taken: %s", error)
        connection.close()
        return False
    return True


def next_try(attempts: int) -> datetime | None:
    """When to try again after ``attempts`` failures; ``None``: no more."""
    return clock.now() + timedelta(minutes=_WAITS[attempts - 1]) if attempts <= len(_WAITS) else None
