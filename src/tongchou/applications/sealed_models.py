"""The stamped scan of a printed declaration, and what reading it found."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class SealedScan(models.Model):
    """What the files in a slot for the stamped declaration turned out to be, page by page.

    It speaks of exactly the files whose digests make ``files`` and of the content whose version code is ``code``; with
    other files or a changed draft it says nothing any more.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等待核对"
        MATCHED = "matched", "核对一致"
        MISMATCHED = "mismatched", "核对不一致"
        ILLEGIBLE = "illegible", "有页看不清"
        CONFIRMED = "confirmed", "人工确认"

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="sealed_scans"
    )
    field = models.CharField(max_length=60, help_text="the file slot of the form")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    files = models.CharField(max_length=64, help_text="SHA-256 over the digests of the files, in their order")
    code = models.CharField(max_length=80, blank=True, help_text="the version code it was held against")
    pages = models.JSONField(default=list, help_text="for each page what was read: code, number, last, fault")
    faults = models.JSONField(default=list, help_text="what is wrong, in words")
    asked_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_note = models.TextField(
        blank=True, help_text="what the person saw on the pages a machine can't read"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="sealed_scan_once_a_slot", fields=["application", "field"]),
            models.CheckConstraint(
                name="sealed_scan_confirmed_by_somebody_in_words",
                condition=~Q(state="confirmed") | (Q(confirmed_by__isnull=False) & ~Q(confirmed_note="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="sealed_scan_waiting", condition=Q(state="waiting"))
        ]
