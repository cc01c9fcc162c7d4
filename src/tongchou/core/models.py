"""Audit records, their sealed chain, stored files and those on their way in."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models


class AuditSeal(models.Model):
    """One link of the hash chain: a batch of audit records sealed together, so writers never wait for one another."""

    number = models.PositiveBigIntegerField(unique=True)
    first_record = models.BigIntegerField()
    last_record = models.BigIntegerField()
    count = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()


class AuditRecord(models.Model):
    """One action, written in the action's own transaction. The database refuses to change or delete it."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    thing = models.CharField(max_length=40, help_text="what was acted on, e.g. application")
    thing_id = models.BigIntegerField()
    scope_path = models.CharField(max_length=80, blank=True)
    unit_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    seal = models.ForeignKey(AuditSeal, null=True, on_delete=models.PROTECT, related_name="records")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["thing", "thing_id"], name="audit_thing"),
            models.Index(fields=["id"], name="audit_unsealed", condition=models.Q(seal=None)),
        ]


class StoredFile(models.Model):
    """A file's content, stored once by its digest. Who may see it is decided by what refers to it."""

    class State(models.TextChoices):
        CHECKING = "checking", "检查中"
        USABLE = "usable", "可用"
        INFECTED = "infected", "已隔离"

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100, help_text="sniffed from the content, never from the name")
    pages = models.PositiveIntegerField(null=True, help_text="PDF only")
    stored_at = models.DateTimeField()
    state = models.CharField(
        max_length=10, choices=State, default=State.USABLE, help_text="what is not usable can't be opened"
    )
    virus = models.CharField(max_length=200, blank=True, help_text="what the scanner found")
    scanned_at = models.DateTimeField(null=True, help_text="empty where no scanner was configured")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="stored_file_waiting", condition=models.Q(state="checking"))
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="stored_file_infected_by_a_virus",
                condition=~models.Q(state="infected") | ~models.Q(virus=""),
            )
        ]


class Upload(models.Model):
    """A file on its way in, piece by piece. ``offset`` bytes are on disk for good; what it is for, its room knows."""

    class State(models.TextChoices):
        RECEIVING = "receiving", "上传中"
        FINISHING = "finishing", "检查中"
        DONE = "done", "已上传"
        REFUSED = "refused", "未通过"

    key = models.UUIDField(default=uuid4, unique=True, help_text="names it in addresses and on disk")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVING)
    reason = models.TextField(blank=True, help_text="why it was refused, and what to do")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["by", "state"], name="upload_open"),
            models.Index(fields=["expires_at"], name="upload_expiry"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="upload_offset_within_size", condition=models.Q(offset__lte=models.F("size"))
            ),
            models.CheckConstraint(
                name="upload_receiving_while_something_lacks",
                condition=~models.Q(state="receiving") | models.Q(offset__lt=models.F("size")),
            ),
        ]
