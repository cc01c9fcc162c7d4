"""The unit's own steps before it submits: who has the declaration, and how it was handed on."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Desk(models.TextChoices):
    """With whom inside the unit a declaration is; only the filler's desk types."""

    FILLER = "filler", "填报中"
    REVIEWER = "reviewer", "单位校核中"
    LEADER = "leader", "单位审核中"


class Handover(models.Model):
    """One handing on inside the unit, with the answers as they then stood. Nobody changes it later."""

    class Kind(models.TextChoices):
        ONWARD = "onward", "送审"
        BACK = "back", "退回填报"
        TAKEN = "taken", "收回"

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="handovers"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    from_desk = models.CharField(max_length=10, choices=Desk)
    to_desk = models.CharField(max_length=10, choices=Desk)
    reason = models.TextField(blank=True)
    remarks = models.JSONField(default=dict, help_text="what is to be mended, by field")
    answers = models.JSONField(help_text="the draft as it was handed on: what the other desk has seen")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="handover_back_has_a_reason", condition=~Q(kind="back") | ~Q(reason="")
            ),
            models.CheckConstraint(name="handover_moves", condition=~Q(from_desk=models.F("to_desk"))),
        ]
