"""Questions about figures that stand out, and what they are held against."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class ReportQuestion(models.Model):
    """A question a submitted revision raises, with the unit's reply."""

    class Kind(models.TextChoices):
        YEARS = "years", "与上年比较"
        TASKS = "tasks", "与其他任务比较"
        DECLARED = "declared", "与申报书比较"
        PEERS = "peers", "与同类项目比较"

    report = models.ForeignKey(
        "monitoring.PerformanceReport", on_delete=models.CASCADE, related_name="questions"
    )
    revision = models.ForeignKey(
        "monitoring.ReportRevision", on_delete=models.PROTECT, related_name="questions"
    )
    indicator = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField()
    asked_at = models.DateTimeField()
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "indicator", "kind"], name="report_question_once"),
            models.CheckConstraint(
                name="report_question_reply_by_someone",
                condition=Q(reply="") | Q(replied_at__isnull=False, replied_by__isnull=False),
            ),
        ]


class PeerFigures(models.Model):
    """How the figures of one indicator, kind of project and year lie, over all that were submitted; measured now and then.

    The two smallest and the two largest are kept, so that a figure is never held against itself.
    """

    task = models.ForeignKey("programmes.Task", on_delete=models.CASCADE, related_name="+")
    variant = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=60)
    count = models.PositiveIntegerField()
    median = models.FloatField()
    mad = models.FloatField(help_text="median of the distances from the median")
    lowest = models.FloatField()
    second_lowest = models.FloatField()
    second_highest = models.FloatField()
    highest = models.FloatField()
    measured_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "year", "variant", "indicator"], name="peer_figures_once")
        ]
