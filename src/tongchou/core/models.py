"""Audit records, their sealed chain, and stored files."""

from __future__ import annotations

from typing import ClassVar

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

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100, help_text="sniffed from the content, never from the name")
    pages = models.PositiveIntegerField(null=True, help_text="PDF only")
    stored_at = models.DateTimeField()
