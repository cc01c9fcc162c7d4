"""Versions of packs as administrators handle them: what was uploaded, rehearsed, published, and what came into force when."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_noop


class PackArchive(models.Model):
    """A pack's folder as a zip, kept once for each content. It stands in the database, so a backup has it."""

    digest = models.CharField(primary_key=True, max_length=64, help_text="SHA-256 of the zip")
    content = models.BinaryField()
    size = models.PositiveIntegerField(help_text="bytes")


class PackUpload(models.Model):
    """A version of a pack, or of one place's overlay, brought by a pack administrator."""

    class State(models.TextChoices):
        FAULTY = "faulty", gettext_noop("有错误")
        CHECKED = "checked", gettext_noop("已检查")
        SCHEDULED = "scheduled", gettext_noop("待生效")
        IN_FORCE = "in_force", gettext_noop("生效中")
        SUPERSEDED = "superseded", gettext_noop("已被替代")
        WITHDRAWN = "withdrawn", gettext_noop("已撤回")
        REFUSED = "refused", gettext_noop("未能生效")

    authority = models.ForeignKey("orgs.Authority", on_delete=models.PROTECT, related_name="+")
    programme = models.ForeignKey(
        "programmes.Programme", null=True, on_delete=models.PROTECT, related_name="uploads"
    )
    archive = models.ForeignKey(PackArchive, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200, help_text="the file's name as uploaded, for showing")
    version = models.CharField(max_length=40, blank=True)
    units = models.JSONField(
        help_text="digest of the programme's part ('') and of each overlay (place's code)"
    )
    state = models.CharField(max_length=12, choices=State)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey(
        "programmes.PackRelease",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="what was in force when it was uploaded",
    )
    checked_at = models.DateTimeField()
    problems = models.JSONField(default=list, help_text="list of packs.Problem")
    notes = models.JSONField(default=list)
    changes = models.JSONField(default=list, help_text="what it would change, in words")
    hindrance = models.TextField(blank=True, help_text="why stored data forbid it")
    effective_from = models.DateField(null=True)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    refusal = models.TextField(blank=True, help_text="why it did not take effect on its day")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="pack_upload_withdrawn_has_reason",
                condition=~Q(state="withdrawn") | ~Q(withdrawn_reason=""),
            ),
            models.CheckConstraint(
                name="pack_upload_published_has_day",
                condition=Q(state__in=["faulty", "checked"]) | Q(effective_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority.place.name} {self.version or self.name}"


class PackRelease(models.Model):
    """The whole of a programme's packs as it came into force at one moment. History; only its ``upload`` is set later."""

    programme = models.ForeignKey("programmes.Programme", on_delete=models.PROTECT, related_name="releases")
    archive = models.ForeignKey(PackArchive, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    units = models.JSONField(help_text="as PackUpload.units, of the whole")
    versions = models.JSONField(help_text="version and digest of the PackVersion of each place")
    changes = models.JSONField(help_text="what loading changed, one line each")
    upload = models.ForeignKey(
        PackUpload, null=True, on_delete=models.PROTECT, related_name="releases", help_text="what brought it"
    )
    withdraws = models.ForeignKey(
        PackUpload,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="whose withdrawal brought it",
    )

    class Meta:
        ordering: ClassVar = ["-id"]


class PackRehearsal(models.Model):
    """A rehearsal of an uploaded version in a database of its own, played by the worker."""

    class State(models.TextChoices):
        WAITING = "waiting", gettext_noop("排队中")
        RUNNING = "running", gettext_noop("演练中")
        DONE = "done", gettext_noop("已完成")
        FAILED = "failed", gettext_noop("未完成")

    upload = models.ForeignKey(PackUpload, on_delete=models.CASCADE, related_name="rehearsals")
    place = models.ForeignKey("orgs.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    units = models.PositiveIntegerField()
    tasks = models.JSONField(default=list, help_text="numbers of the tasks played; empty: all")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    progress = models.JSONField(default=list, help_text="what it said while it ran, line by line")
    tables = models.JSONField(default=list, help_text="the tables that `tongchou rehearse` prints")
    message = models.TextField(blank=True, help_text="why it failed or was stopped")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["upload"],
                condition=Q(state__in=["waiting", "running"]),
                name="pack_rehearsal_one_at_a_time",
            )
        ]
