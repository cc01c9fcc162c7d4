"""Designations on four levels, and the lists that publish them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Level(models.TextChoices):
    """The four levels, lowest first."""

    SCHOOL = "school", "校级"
    CITY = "city", "市级"
    PROVINCE = "province", "省级"
    NATION = "nation", "国家级"


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
    revoked_on = models.DateField(null=True)
    revoked_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], name="designation_scope", opclasses=["text_pattern_ops"]),
            models.Index(fields=["task", "level"], name="designation_task_level"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "level"], name="designation_once_a_level", condition=Q(revoked_on=None)
            ),
            models.CheckConstraint(
                name="designation_revoked_has_reason", condition=Q(revoked_on=None) | ~Q(revoked_reason="")
            ),
        ]
