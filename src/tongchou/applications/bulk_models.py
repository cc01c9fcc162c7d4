"""One thing asked for many cases at once, and what became of each."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class BulkRun(models.Model):
    """What an officer asked for many cases. Each is done by itself, through the same single action."""

    authority = models.ForeignKey("orgs.Authority", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    do = models.CharField(max_length=20, help_text="which action")
    words = models.JSONField(default=dict, help_text="reason, day and such, as typed")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class BulkItem(models.Model):
    """One case of a run: what was done, or what refused it and by which clause."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待办理"
        DONE = "done", "已办成"
        REFUSED = "refused", "未办成"

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    application = models.ForeignKey("applications.Application", on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    text = models.TextField(blank=True)
    clause = models.TextField(blank=True)
    remedy = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["run"], name="bulk_item_waiting", condition=Q(state="waiting"))
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "application"], name="bulk_item_once_a_run")
        ]
