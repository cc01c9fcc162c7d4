"""What stands beside a unit's own row: who verifies its kind, its contact with the sealed form, its former names."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class RegistrationRule(models.Model):
    """How units of a kind register in a place: whose authority verifies them, and whether a sealed form is asked for.

    Loaded from the jurisdictions pack (``registration.csv``); the rule of the deepest place on a unit's way holds.
    """

    place = models.ForeignKey(
        "orgs.Jurisdiction", on_delete=models.CASCADE, related_name="registration_rules"
    )
    kind = models.CharField(max_length=30, help_text="Unit.Kind")
    levels = ArrayField(
        models.CharField(max_length=10),
        help_text="levels of authority that may supervise; the first unless the unit says otherwise",
    )
    sealed_form = models.BooleanField(help_text="verified only with the scan of the sealed contact form")
    cite = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "kind"], name="registration_rule_once")
        ]


class UnitContact(models.Model):
    """The unit's contact person, and the scan of the sealed contact form. Shown to the unit and who verifies it."""

    unit = models.OneToOneField(
        "orgs.Unit", primary_key=True, on_delete=models.CASCADE, related_name="contact"
    )
    name = models.CharField(max_length=60)
    duty = models.CharField(max_length=60)
    phone = models.CharField(max_length=40, help_text="as people in China write it; checked when entered")
    email = models.EmailField()
    scan = models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    scan_name = models.CharField(max_length=200, blank=True)
    scan_code = models.CharField(max_length=40, blank=True, help_text="version of the form that it shows")
    scanned_at = models.DateTimeField(null=True)
    scanned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="unit_contact_scan_whole",
                condition=Q(scan=None, scanned_at=None, scan_code="")
                | (Q(scan__isnull=False, scanned_at__isnull=False) & ~Q(scan_code="")),
            )
        ]


class FormerName(models.Model):
    """A name that a unit bore, up to but not on the day ``until``."""

    unit = models.ForeignKey("orgs.Unit", on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(max_length=120)
    until = models.DateField()

    class Meta:
        ordering: ClassVar = ["until", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "until"], name="former_name_one_a_day")
        ]


class RenameRequest(models.Model):
    """A unit asks for another name, with reason and proof; its authority decides."""

    class State(models.TextChoices):
        WAITING = "waiting", "待审核"
        APPROVED = "approved", "已同意"
        REFUSED = "refused", "未同意"

    unit = models.ForeignKey("orgs.Unit", on_delete=models.CASCADE, related_name="rename_requests")
    name = models.CharField(max_length=120)
    reason = models.CharField(max_length=500)
    proof = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    proof_name = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refused_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-asked_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit"], name="rename_one_waits_a_unit", condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="rename_refused_has_reason", condition=~Q(state="refused") | ~Q(refused_reason="")
            ),
        ]
