"""What the public says 意见反馈 about a published report, and how it was answered."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Feedback(models.Model):
    """A comment left on a public report. Nobody but those who answer sees it before it is answered and let appear.

    The contact is for the answer alone and never appears.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待答复"
        ANSWERED = "answered", "已答复"

    report = models.ForeignKey("monitoring.PeriodicReport", on_delete=models.PROTECT, related_name="feedback")
    name = models.CharField(max_length=60)
    contact = models.CharField(max_length=120, help_text="telephone or e-mail")
    text = models.TextField()
    left_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    answer = models.TextField(blank=True)
    shown = models.BooleanField(default=False, help_text="the public sees comment and answer")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["report", "state"], name="feedback_of_report")]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="feedback_answered_or_waits",
                condition=Q(state="waiting", answered_at=None, shown=False)
                | (Q(state="answered", answered_at__isnull=False) & ~Q(answer="")),
            )
        ]
