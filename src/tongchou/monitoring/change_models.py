"""What is asked of those above after something was fixed: another target, a correction of what was confirmed."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class TargetChange(models.Model):
    """A request to change a committed target of one indicator and year, and what became of it."""

    class State(models.TextChoices):
        ASKED = "asked", "待审批"
        APPROVED = "approved", "已同意"
        REFUSED = "refused", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="target_changes"
    )
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    scope_path = models.CharField(max_length=80)
    level = models.CharField(max_length=10, help_text="the level that designated, and so decides")
    indicator = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    old_value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    old_upper = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    old_text = models.CharField(max_length=200, blank=True)
    value = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    upper = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    text = models.CharField(max_length=200, blank=True)
    reason = models.TextField()
    state = models.CharField(max_length=20, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(blank=True, help_text="reason of the decision")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], name="target_change_scope", opclasses=["text_pattern_ops"])
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "indicator", "year"],
                name="target_change_asked_once",
                condition=Q(state="asked"),
            ),
            models.CheckConstraint(name="target_change_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="target_change_names_a_target", condition=Q(value__isnull=False) | ~Q(text="")
            ),
            models.CheckConstraint(
                name="target_change_decided_by_someone",
                condition=~Q(state__in=["approved", "refused"])
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="target_change_refused_has_reason", condition=~Q(state="refused") | ~Q(answer="")
            ),
        ]


class Correction(models.Model):
    """A correction 更正 of a confirmed report: asked for by the unit or opened from above, until it is confirmed anew."""

    class State(models.TextChoices):
        ASKED = "asked", "待审批"
        OPEN = "open", "更正中"
        REFUSED = "refused", "未同意"
        DONE = "done", "已更正"
        DROPPED = "dropped", "已终止"

    report = models.ForeignKey(
        "monitoring.PerformanceReport", on_delete=models.PROTECT, related_name="corrections"
    )
    reason = models.TextField()
    state = models.CharField(max_length=20, choices=State)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(blank=True, help_text="why it was opened or refused")
    stands = models.ForeignKey(
        "monitoring.ReportRevision",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="the confirmed revision whose figures stand until another is confirmed",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report"], name="correction_once_at_a_time", condition=Q(state__in=["asked", "open"])
            ),
            models.CheckConstraint(name="correction_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="correction_refused_has_reason", condition=~Q(state="refused") | ~Q(answer="")
            ),
        ]
