"""Published bulletins, frozen with the figures they state."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongchou.insight import summary_models  # noqa: F401 - tables of this room too


class Bulletin(models.Model):
    """A yearly bulletin 通报 of a place. ``snapshot`` is everything it states; a correction is a new edition."""

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="bulletins")
    authority = models.ForeignKey("orgs.Authority", on_delete=models.PROTECT, related_name="bulletins")
    year = models.PositiveSmallIntegerField()
    edition = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    document_number = models.CharField(max_length=80)
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical snapshot")
    reason = models.CharField(
        max_length=500, blank=True, help_text="of a later edition: why it corrects the one before"
    )
    published_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    pdf = models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    docx = models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    xlsx = models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-year", "-edition"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "authority", "year", "edition"], name="bulletin_edition_once"
            ),
            models.CheckConstraint(
                name="bulletin_correction_has_reason", condition=Q(edition=1) | ~Q(reason="")
            ),
        ]
