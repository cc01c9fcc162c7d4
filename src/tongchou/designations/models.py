"""Designations on four levels, and the lists that publish them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from tongchou.core import clock
from tongchou.designations import notice_models, standing_models  # noqa: F401 - tables of this room too


class Level(models.TextChoices):
    """The four levels, lowest first."""

    SCHOOL = "school", "校级"
    CITY = "city", "市级"
    PROVINCE = "province", "省级"
    NATION = "nation", "国家级"


class Standing(models.TextChoices):
    """What a level once given is today."""

    VALID = "valid", "有效"
    EXPIRED = "expired", "已到期"
    REVOKED = "revoked", "已撤销"


def held_on(day: date, prefix: str = "") -> Q:
    """The condition on designations (behind ``prefix``) that are held on ``day``: not revoked, their time not over."""
    return Q(**{f"{prefix}revoked_on": None}) & (
        Q(**{f"{prefix}ends_on": None}) | Q(**{f"{prefix}ends_on__gt": day})
    )


class DesignationList(models.Model):
    """A published list of designations with its document number."""

    authority = models.ForeignKey(
        "orgs.Authority", on_delete=models.PROTECT, related_name="designation_lists"
    )
    task = models.ForeignKey("programmes.Task", on_delete=models.PROTECT, related_name="designation_lists")
    round = models.ForeignKey("programmes.Round", on_delete=models.PROTECT, related_name="designation_lists")
    level = models.CharField(max_length=10, choices=Level)
    title = models.CharField(max_length=200)
    document_number = models.CharField(max_length=80)
    published_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["-published_on", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["authority", "document_number", "task"], name="designation_list_number_once"
            )
        ]


class Designation(models.Model):
    """A level 认定 that a project holds, since when, by which authority and (once published) on which list."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="designations"
    )
    level = models.CharField(max_length=10, choices=Level)
    authority = models.ForeignKey(
        "orgs.Authority", null=True, on_delete=models.PROTECT, related_name="designations"
    )
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="designations")
    task = models.ForeignKey("programmes.Task", on_delete=models.PROTECT, related_name="designations")
    place_path = models.CharField(max_length=80)
    scope_path = models.CharField(max_length=80)
    since = models.DateField()
    list = models.ForeignKey(
        DesignationList, null=True, on_delete=models.PROTECT, related_name="designations"
    )
    document_number = models.CharField(
        max_length=80, blank=True, help_text="of a level that stands on no list of ours: its own document"
    )
    certificate = models.CharField(
        max_length=80, blank=True, help_text="number of the certificate, given with the list"
    )
    ends_on = models.DateField(null=True, help_text="from this day on it is not held; empty: no end")
    revoked_on = models.DateField(null=True)
    revoked_reason = models.CharField(max_length=500, blank=True)
    revoked_document = models.CharField(max_length=80, blank=True, help_text="number of the document")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], name="designation_scope", opclasses=["text_pattern_ops"]),
            models.Index(fields=["task", "level"], name="designation_task_level"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "level"], name="designation_once_a_level", condition=Q(revoked_on=None)
            ),
            models.UniqueConstraint(
                fields=["certificate"], name="designation_certificate_once", condition=~Q(certificate="")
            ),
            models.CheckConstraint(
                name="designation_revoked_has_reason", condition=Q(revoked_on=None) | ~Q(revoked_reason="")
            ),
            models.CheckConstraint(
                name="designation_ends_after_it_began", condition=Q(ends_on=None) | Q(ends_on__gte=F("since"))
            ),
        ]

    @property
    def document(self) -> str:
        """The number of the document it stands in, empty while there is none."""
        return self.list.document_number if self.list else self.document_number

    @property
    def last_day(self) -> date | None:
        """The last day on which it is held, if that is set."""
        return self.ends_on - timedelta(days=1) if self.ends_on else None

    @property
    def standing(self) -> Standing:
        """Whether it is held today."""
        if self.revoked_on is not None:
            return Standing.REVOKED
        return Standing.EXPIRED if self.ends_on and self.ends_on <= clock.today() else Standing.VALID
