"""What is known of experts, their ties to units, runs of the solver and what a panel's meeting decided."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class ExpertProfile(models.Model):
    """What an expert 专家 is good at, where he works and how much he takes on. Without a row nothing is known."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="expert_profile"
    )
    tasks = models.JSONField(default=list, help_text="specialities: codes of tasks")
    words = models.JSONField(default=list, help_text="specialities in free words")
    employer = models.ForeignKey(
        "orgs.Unit", null=True, on_delete=models.SET_NULL, related_name="+", help_text="when it is registered"
    )
    employer_name = models.CharField(max_length=120, blank=True, help_text="as typed")
    place = models.ForeignKey("orgs.Jurisdiction", null=True, on_delete=models.PROTECT, related_name="+")
    cap = models.PositiveSmallIntegerField(
        null=True, help_text="most cases at a time; empty: as the run says"
    )
    paused = models.BooleanField(default=False, help_text="gets no new duties")
    pause_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="expert_paused_has_reason", condition=Q(paused=False) | ~Q(pause_reason="")
            )
        ]


class ExpertTie(models.Model):
    """A tie 利害关系 between an expert and a unit that was declared once and for all: he never scores its cases."""

    expert = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="ties")
    unit = models.ForeignKey(
        "orgs.Unit", null=True, on_delete=models.CASCADE, related_name="+", help_text="when it is registered"
    )
    name = models.CharField(max_length=120, help_text="of the unit, as typed")
    reason = models.CharField(max_length=200)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["expert", "name"], name="expert_tie_once"),
            models.CheckConstraint(name="expert_tie_has_reason", condition=~Q(reason="")),
        ]


class AssignmentRun(models.Model):
    """A proposal of the solver who scores what, with all it was made from, so that it can be made again."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "待确认"
        CARRIED_OUT = "carried_out", "已执行"
        DISCARDED = "discarded", "已放弃"

    authority = models.ForeignKey("orgs.Authority", on_delete=models.PROTECT, related_name="+")
    task = models.ForeignKey("programmes.Task", on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=60, help_text="the scoring step")
    per_case = models.PositiveSmallIntegerField()
    cap = models.PositiveSmallIntegerField(help_text="most duties of an expert without a cap of his own")
    seed = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of what the solver was given")
    result = models.JSONField(help_text="see reviews.solving")
    state = models.CharField(max_length=20, choices=State, default=State.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, help_text="when it was carried out or discarded")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["authority", "task", "step"],
                name="assignment_run_one_proposal",
                condition=Q(state="proposed"),
            )
        ]


class PanelResult(models.Model):
    """What a meeting 合议 made of a case in place of what its experts' marks give, with the reason."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="panel_results"
    )
    revision = models.ForeignKey("applications.Revision", on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=60, help_text="the scoring step")
    total = models.DecimalField(max_digits=5, decimal_places=2, help_text="0-100")
    vetoed = models.BooleanField(default=False, help_text="whether a veto stands")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "step"], name="panel_result_once"),
            models.CheckConstraint(name="panel_result_has_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="panel_result_of_a_hundred", condition=Q(total__gte=0, total__lte=100)
            ),
        ]
