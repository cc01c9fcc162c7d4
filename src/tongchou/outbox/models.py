"""Messages to people: shown in the app, and mailed by the worker."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Message(models.Model):
    """One message 消息 to one person, written in the transaction of the action it tells of."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="inbox")
    at = models.DateTimeField()
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=200, blank=True, help_text="path inside the platform")
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["to", "-at"], name="message_inbox"),
            models.Index(fields=["id"], name="message_unmailed", condition=models.Q(mailed_at=None)),
        ]


class Letter(models.Model):
    """A mail to an address that may have no account. Deleted when mailed: it may hold what only its reader may know."""

    address = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
