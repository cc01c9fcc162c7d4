"""Extensions 个别延期: more time for one unit, past a window that has closed for everybody."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Extension(models.Model):
    """More time for one unit in one task and round (or for one case of it), until the end of a day.

    It ends by itself: nothing is done on the day after. Asked for by the unit, or given by the authority unasked.
    """

    class State(models.TextChoices):
        REQUESTED = "requested", "待批复"
        GRANTED = "granted", "已同意"
        REFUSED = "refused", "未同意"
        REVOKED = "revoked", "已取消"

    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="extensions")
    task = models.ForeignKey("programmes.Task", on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey("programmes.Round", on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(
        "applications.Application",
        null=True,
        on_delete=models.PROTECT,
        related_name="extensions",
        help_text="only this case; empty: whatever the unit declares for the task in the round",
    )
    state = models.CharField(max_length=10, choices=State)
    until = models.DateField(null=True, help_text="last day that counts")
    request = models.TextField(blank=True, help_text="why the unit asks")
    requested_at = models.DateTimeField(null=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(blank=True, help_text="why the authority decided so")
    authority = models.ForeignKey("orgs.Authority", null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="extension_decided_has_reason_and_authority",
                condition=Q(state="requested")
                | (~Q(reason="") & Q(authority__isnull=False, decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="extension_granted_has_a_day", condition=~Q(state="granted") | Q(until__isnull=False)
            ),
            models.CheckConstraint(
                name="extension_requested_says_why", condition=~Q(state="requested") | ~Q(request="")
            ),
            models.UniqueConstraint(
                name="extension_asked_once",
                fields=["unit", "task", "round", "application"],
                condition=Q(state="requested"),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} · {self.task} · {self.round}"
