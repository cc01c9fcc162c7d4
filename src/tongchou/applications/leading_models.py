"""Which units led a declaration before, where one was merged into another."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class FormerLead(models.Model):
    """The unit that led a declaration up to but not on the day ``until``; what was submitted till then is in its name."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="former_leads"
    )
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    until = models.DateField()

    class Meta:
        ordering: ClassVar = ["until", "id"]
