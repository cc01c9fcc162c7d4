"""Decisions, the quota ledger, ranking, experts and scores."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tongchou.applications.steps import declining
from tongchou.reviews import expert_models, step_models  # noqa: F401 - tables of this room too


class Decision(models.Model):
    """What an authority decided on one revision at one step."""

    class Kind(models.TextChoices):
        RECOMMEND = "recommend", "推荐"
        RETURN = "return", "退回"
        DECLINE = "decline", "不予推荐或认定"
        DESIGNATE = "designate", "认定"
        TAKE_BACK = "take_back", "收回决定"
        PROPOSE = "propose", "送会签"
        OBJECT = "object", "会签不同意"

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="decisions"
    )
    revision = models.ForeignKey("applications.Revision", on_delete=models.PROTECT, related_name="decisions")
    step = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind)
    authority = models.ForeignKey("orgs.Authority", on_delete=models.PROTECT, related_name="decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    remarks = models.JSONField(default=dict, help_text="remark by field code")
    due = models.DateField(null=True)
    formal = models.JSONField(
        default=list, help_text="the formal check it rests on: code, text, by machine or officer"
    )

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="decision_against_has_reason",
                condition=~Q(kind__in=["return", "decline", "object"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="decision_return_has_due", condition=~Q(kind="return") | Q(due__isnull=False)
            ),
        ]

    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """The word for :attr:`kind`; of a decline, that of its step."""
        if self.kind == self.Kind.DECLINE:
            return declining(self.application.edition.pack, self.step)
        return str(self.Kind(self.kind).label)


class QuotaAccount(models.Model):
    """What one holder has of one quota. ``taken`` is changed only under this row's lock, and the database holds the limit."""

    quota = models.ForeignKey("programmes.Quota", on_delete=models.PROTECT, related_name="accounts")
    authority = models.ForeignKey(
        "orgs.Authority", null=True, on_delete=models.PROTECT, related_name="quota_accounts"
    )
    unit = models.ForeignKey("orgs.Unit", null=True, on_delete=models.PROTECT, related_name="quota_accounts")
    line = models.CharField(max_length=120, help_text="name of the line that gave it")
    limit = models.PositiveIntegerField(null=True, help_text="what holds: as changed, else as the line says")
    given = models.PositiveIntegerField(null=True, help_text="what the line says")
    changed = models.BooleanField(default=False, help_text="the limit was changed while the round ran")
    minimum = models.PositiveIntegerField(null=True)
    taken = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="quota_never_exceeded", condition=Q(limit=None) | Q(taken__lte=F("limit"))
            ),
            models.CheckConstraint(
                name="quota_account_one_holder",
                condition=Q(authority__isnull=False, unit=None) | Q(authority=None, unit__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["quota", "authority"], name="quota_account_authority", condition=Q(unit=None)
            ),
            models.UniqueConstraint(
                fields=["quota", "unit"], name="quota_account_unit", condition=Q(authority=None)
            ),
        ]


class QuotaPlace(models.Model):
    """A place taken in an account by one application, or an exemption that takes none."""

    account = models.ForeignKey(QuotaAccount, on_delete=models.PROTECT, related_name="places")
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="quota_places"
    )
    exemption = models.CharField(
        max_length=60, blank=True, help_text="code of the exemption; empty: takes a place"
    )
    taken_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "application"], name="quota_place_once_a_case")
        ]


class Rank(models.Model):
    """A holder's own order 排序 of its cases at a step."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, related_name="ranks"
    )
    authority = models.ForeignKey("orgs.Authority", on_delete=models.CASCADE, related_name="ranks")
    step = models.CharField(max_length=60)
    number = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "authority", "step"], name="rank_once_a_case")
        ]


class Assignment(models.Model):
    """An expert's duty to score one revision; carries the marks. Submitted marks are final."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="assignments"
    )
    revision = models.ForeignKey(
        "applications.Revision", on_delete=models.PROTECT, related_name="assignments"
    )
    step = models.CharField(max_length=60)
    expert = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    marks = models.JSONField(default=dict, help_text="mark by criterion code")
    vetoes = models.JSONField(default=dict, help_text="reason by veto code")
    notes = models.JSONField(default=dict, help_text="remark by criterion code")
    comment = models.TextField(blank=True)
    total = models.DecimalField(max_digits=6, decimal_places=2, null=True, help_text="0-100, weighted")
    submitted_at = models.DateTimeField(null=True)
    conflict = models.CharField(max_length=200, blank=True, help_text="declared by the expert; ends the duty")
    superseded = models.BooleanField(
        default=False, help_text="a later revision was submitted; these marks no longer count"
    )
    run = models.ForeignKey(
        expert_models.AssignmentRun,
        null=True,
        on_delete=models.PROTECT,
        related_name="assignments",
        help_text="the solver's, if it was not by hand",
    )
    reopened = models.CharField(
        max_length=500, blank=True, help_text="why the organiser gave submitted marks back 退回重评"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "step", "expert"],
                name="assignment_once",
                condition=Q(superseded=False),
            ),
            models.CheckConstraint(
                name="assignment_submitted_has_total", condition=Q(submitted_at=None) | Q(total__isnull=False)
            ),
        ]
