"""Messages to people: shown in the app, and mailed by the worker."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongchou.outbox.kinds import Kind, Mail


class Message(models.Model):
    """One message 消息 to one person, written in the transaction of the action it tells of."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="inbox")
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.OTHER)
    about = models.CharField(
        max_length=200, blank=True, help_text="the thing it is about; digests group by it"
    )
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    link = models.CharField(max_length=200, blank=True, help_text="path inside the platform")
    once = models.CharField(
        max_length=120, blank=True, help_text="of a reminder: thing, day and threshold; told once a person"
    )
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=Mail, default=Mail.AT_ONCE)
    mailed_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how often mailing it failed")
    try_at = models.DateTimeField(null=True, help_text="not to be mailed again before")
    failed = models.BooleanField(default=False, help_text="could not be mailed; only the app shows it")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["to", "-at"], name="message_inbox"),
            models.Index(fields=["to"], name="message_unread", condition=Q(read_at=None)),
            models.Index(
                fields=["mail", "to"],
                name="message_to_mail",
                condition=Q(mailed_at=None, failed=False) & ~Q(mail="none"),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["once", "to"], name="message_reminds_once", condition=~Q(once="")
            ),
        ]

    @property
    def thing(self) -> str:
        """What digests group by: the thing where one is named, else the kind."""
        return self.about or str(Kind(self.kind).label)


class Preference(models.Model):
    """How one person wants one kind of message mailed, where that is not as usual."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_preferences"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    mail = models.CharField(max_length=10, choices=Mail)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind"], name="preference_once_a_kind"),
            models.CheckConstraint(
                name="preference_urgent_is_mailed",
                condition=~Q(kind__in=["last_day", "chased"]) | Q(mail__in=["at_once", "daily"]),
            ),
        ]


class Letter(models.Model):
    """A mail to an address that may have no account. Deleted when mailed: it may hold what only its reader may know."""

    address = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField()
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="who is told when it cannot be delivered",
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True)
