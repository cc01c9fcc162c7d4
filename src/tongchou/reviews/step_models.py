"""What a step asks besides a decision: departments' signatures, the formal check, who handles a case, what ties cases."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Signature(models.Model):
    """A department's part in a joint decision 会签: asked for by the desk's proposal, then given or refused.

    ``effect`` is the decision that all signatures together made.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待会签"
        AGREED = "agreed", "同意"
        DISAGREED = "disagreed", "不同意"
        ENDED = "ended", "已终止"

    proposal = models.ForeignKey("reviews.Decision", on_delete=models.PROTECT, related_name="signatures")
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="signatures"
    )
    step = models.CharField(max_length=60)
    authority = models.ForeignKey("orgs.Authority", on_delete=models.PROTECT, related_name="signatures")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    effect = models.ForeignKey(
        "reviews.Decision", null=True, on_delete=models.PROTECT, related_name="signed_by"
    )

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["authority"], name="signature_waiting", condition=Q(state="waiting"))
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "authority"], name="signature_once_a_proposal"),
            models.UniqueConstraint(
                fields=["application", "authority"],
                name="signature_asked_once_at_a_time",
                condition=Q(state="waiting"),
            ),
            models.CheckConstraint(
                name="signature_against_has_reason", condition=~Q(state="disagreed") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="signature_given_by_somebody",
                condition=~Q(state__in=["agreed", "disagreed"]) | Q(by__isnull=False, at__isnull=False),
            ),
        ]


class FormalCheck(models.Model):
    """The formal check 形式审查 of one revision at one step, as it stands; a decision keeps what it was decided on."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="formal_checks"
    )
    revision = models.ForeignKey(
        "applications.Revision", on_delete=models.PROTECT, related_name="formal_checks"
    )
    step = models.CharField(max_length=60)
    met = models.JSONField(default=list, help_text="codes of what the officer found to be met")
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "step"], name="formal_check_once_a_revision")
        ]


class Holding(models.Model):
    """With which officer a case is at a step 转办. Others of the authority may still act; the rows are its history."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="holdings"
    )
    step = models.CharField(max_length=60)
    authority = models.ForeignKey("orgs.Authority", on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holdings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    current = models.BooleanField(default=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "step"], name="holding_one_at_a_time", condition=Q(current=True)
            )
        ]


class LimitChange(models.Model):
    """A limit changed while a round runs, by the authority that set the quota, with reason and document."""

    account = models.ForeignKey("reviews.QuotaAccount", on_delete=models.PROTECT, related_name="changes")
    before = models.PositiveIntegerField(null=True, help_text="null: no limit")
    limit = models.PositiveIntegerField()
    reason = models.TextField()
    document = models.CharField(max_length=120, help_text="title or number of the document it rests on")
    fallen_out = models.JSONField(
        default=list, help_text="numbers of the cases whose recommendation was taken back with it"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]


class Tie(models.Model):
    """What a submitted case says that ties it to others: its leader, its project's name. See ``reviews.ties``."""

    class Kind(models.TextChoices):
        LEADER = "leader", "同一负责人"
        PROJECT = "project", "同名项目"

    application = models.ForeignKey("applications.Application", on_delete=models.CASCADE, related_name="ties")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=64, help_text="SHA-256 of the normalised values")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["key", "kind"], name="tie_key")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "kind"], name="tie_one_of_a_kind")
        ]
