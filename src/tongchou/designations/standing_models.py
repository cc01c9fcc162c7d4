"""What becomes of a level once held: renewal 续期, change 变更; and projects cultivated below 培育项目."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class CertificateCounter(models.Model):
    """The last serial number given under one beginning of certificate numbers; taken under its row's lock."""

    prefix = models.CharField(max_length=80, primary_key=True)
    last = models.PositiveIntegerField(default=0)


class Renewal(models.Model):
    """A change of the day on which a level ends: put off 续期, or brought on."""

    designation = models.ForeignKey(
        "designations.Designation", on_delete=models.PROTECT, related_name="renewals"
    )
    ended_on = models.DateField(null=True, help_text="the end as it stood before")
    ends_on = models.DateField(null=True, help_text="from this day on it is not held; empty: no end")
    reason = models.CharField(max_length=500)
    document_number = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["at", "id"]


class ChangeRequest(models.Model):
    """A unit asks that leader, partner or name of its project be changed; who designated it decides."""

    class Kind(models.TextChoices):
        NAME = "name", "项目名称"
        LEADER = "leader", "项目负责人"
        PARTNER = "partner", "合作单位"

    class State(models.TextChoices):
        WAITING = "waiting", "待审批"
        APPROVED = "approved", "已同意"
        REFUSED = "refused", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="change_requests"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    before = models.CharField(max_length=200)
    after = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    proof = models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    proof_name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    authority = models.ForeignKey(
        "orgs.Authority", on_delete=models.PROTECT, related_name="+", help_text="who designated, and decides"
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=500, blank=True)
    document_number = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "kind"], name="change_one_waiting", condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="change_refused_has_reason", condition=~Q(state="refused") | ~Q(answer="")
            ),
        ]


class CultivatedProject(models.Model):
    """A project that a school or a city cultivates below, recognised by its own document, perhaps not declared yet.

    Joined to a case of its unit, the level it holds becomes a designation of that case.
    """

    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="cultivated")
    task = models.ForeignKey("programmes.Task", on_delete=models.PROTECT, related_name="cultivated")
    level = models.CharField(max_length=10, help_text="school or city")
    name = models.CharField(max_length=200)
    leader = models.CharField(max_length=60, blank=True)
    since = models.DateField()
    document_number = models.CharField(max_length=80)
    authority = models.ForeignKey(
        "orgs.Authority", null=True, on_delete=models.PROTECT, related_name="+", help_text="empty: the school"
    )
    place_path = models.CharField(max_length=80)
    scope_path = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    ended_reason = models.CharField(max_length=500, blank=True)
    designation = models.OneToOneField(
        "designations.Designation", null=True, on_delete=models.SET_NULL, related_name="cultivated"
    )

    class Meta:
        ordering: ClassVar = ["-since", "-id"]
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], name="cultivated_scope", opclasses=["text_pattern_ops"])
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="cultivated_below",
                condition=Q(level="school", authority=None) | Q(level="city", authority__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["unit", "task", "level", "name"],
                name="cultivated_once",
                condition=Q(ended_on=None),
            ),
            models.CheckConstraint(
                name="cultivated_ended_has_reason", condition=Q(ended_on=None) | ~Q(ended_reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.name
