"""Mappings as loaded: what stored data under codes that went away means from then on."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Mapping(models.Model):
    """One mapping of a pack (``pack_format.Mapping``). The database refuses to change or delete it.

    It counts from the version that brought it, for all that is stored, whichever edition that was begun with. A code
    that is in use means itself, whatever was mapped before.
    """

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="mappings")
    place = models.ForeignKey(
        "orgs.Jurisdiction", on_delete=models.PROTECT, related_name="+", help_text="whose pack says it"
    )
    task = models.ForeignKey("programmes.Task", on_delete=models.PROTECT, related_name="mappings")
    part = models.CharField(max_length=20)
    inside = models.CharField(max_length=130, blank=True, help_text="table, field, table.column or indicator")
    old = models.CharField(max_length=60)
    to = models.CharField(max_length=60, null=True, help_text="empty: carried over to nothing")  # noqa: DJ001 - none is not ""
    factor = models.DecimalField(max_digits=30, decimal_places=12, null=True)
    drop = models.TextField(blank=True, help_text="why it is carried over to nothing")
    cite = ArrayField(models.CharField(max_length=120), default=list)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "place", "part", "inside", "old"], name="mapping_once"),
            models.CheckConstraint(
                name="mapping_leads_somewhere_or_says_why",
                condition=(Q(to__isnull=False) & Q(drop="")) | (Q(to=None) & ~Q(drop="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.old} → {self.to or '—'}"
