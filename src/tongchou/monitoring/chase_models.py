"""Chases 催办: whom an authority pressed for what, and when."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Chase(models.Model):
    """One chase of one thing that is late: a case, a report, or a task that a unit has not begun. Once a day."""

    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    authority = models.ForeignKey("orgs.Authority", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=500, blank=True, help_text="what the authority says besides")
    application = models.ForeignKey(
        "applications.Application", null=True, on_delete=models.PROTECT, related_name="chases"
    )
    performance = models.ForeignKey(
        "monitoring.PerformanceReport", null=True, on_delete=models.PROTECT, related_name="chases"
    )
    periodic = models.ForeignKey(
        "monitoring.PeriodicReport", null=True, on_delete=models.PROTECT, related_name="chases"
    )
    unit = models.ForeignKey(
        "orgs.Unit",
        null=True,
        on_delete=models.PROTECT,
        related_name="chases",
        help_text="which has not begun the task in the round",
    )
    task = models.ForeignKey("programmes.Task", null=True, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey("programmes.Round", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="chase_once_a_day",
                fields=["application", "performance", "periodic", "unit", "task", "round", "on"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="chase_of_one_thing",
                condition=Q(application__isnull=False, performance=None, periodic=None, unit=None)
                | Q(application=None, performance__isnull=False, periodic=None, unit=None)
                | Q(application=None, performance=None, periodic__isnull=False, unit=None)
                | Q(
                    application=None,
                    performance=None,
                    periodic=None,
                    unit__isnull=False,
                    task__isnull=False,
                    round__isnull=False,
                ),
            ),
        ]
