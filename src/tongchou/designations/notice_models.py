"""Public notices 公示 of the cases an authority intends to designate, and objections 异议 to them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongchou.core import clock


class Notice(models.Model):
    """A list of cases that an authority intends to designate, drafted, then open to objections for the days set.

    It is open in ``[opens_at, closes_at)``. The day it goes on notice is not counted.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        OPEN = "open", "公示中"
        ENDED = "ended", "公示期满"
        WITHDRAWN = "withdrawn", "已撤销"

    authority = models.ForeignKey("orgs.Authority", on_delete=models.PROTECT, related_name="notices")
    task = models.ForeignKey("programmes.Task", on_delete=models.PROTECT, related_name="notices")
    round = models.ForeignKey("programmes.Round", on_delete=models.PROTECT, related_name="notices")
    variant = models.CharField(max_length=60, blank=True, help_text="only cases of this variant; empty: all")
    step = models.CharField(max_length=60, help_text="code of the designating step")
    level = models.CharField(max_length=10, help_text="level that the step grants")
    title = models.CharField(max_length=200, blank=True)
    days = models.PositiveSmallIntegerField(null=True)
    working = models.BooleanField(default=False, help_text="working days, not natural ones")
    office = models.CharField(max_length=120, blank=True, help_text="the office to turn to, never a person")
    how = models.CharField(max_length=1000, blank=True, help_text="how to object otherwise than here")
    cite = models.CharField(max_length=250, blank=True, help_text="clause that asks for the notice")
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    opens_at = models.DateTimeField(null=True, help_text="empty while it is a draft")
    closes_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-drafted_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="notice_open_is_whole",
                condition=Q(opens_at=None, closes_at=None)
                | (Q(opens_at__lt=models.F("closes_at"), days__gte=1) & ~Q(title="") & ~Q(office="")),
            ),
            models.CheckConstraint(
                name="notice_withdrawn_has_reason", condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason="")
            ),
            models.UniqueConstraint(
                fields=["authority", "task", "round", "variant", "step"],
                name="notice_one_draft",
                condition=Q(opens_at=None, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.task} {self.round}"

    @property
    def state(self) -> State:
        """Where it stands at this moment: its end needs nobody to do anything."""
        if self.withdrawn_at is not None:
            return self.State.WITHDRAWN
        if self.closes_at is None:
            return self.State.DRAFT
        return self.State.OPEN if clock.now() < self.closes_at else self.State.ENDED

    def get_state_display(self) -> str:
        """The word for :attr:`state`, as for a stored one."""
        return str(self.state.label)


class NoticedCase(models.Model):
    """One revision of a case on a notice. Removed with a reason, it stays as a record."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="cases")
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="noticed"
    )
    revision = models.ForeignKey("applications.Revision", on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=60)
    removed_at = models.DateTimeField(null=True)
    removed_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "application"], name="noticed_once_a_notice"),
            models.UniqueConstraint(
                fields=["application", "step"],
                name="noticed_once_a_step",
                condition=Q(removed_at=None),
            ),
            models.CheckConstraint(
                name="noticed_removed_has_reason", condition=Q(removed_at=None) | ~Q(removed_reason="")
            ),
        ]


class Objection(models.Model):
    """An objection to one case on notice, by somebody identified. Who it is only the handling authority sees."""

    class State(models.TextChoices):
        UNVERIFIED = "unverified", "待验证邮箱"
        WAITING = "waiting", "待受理"
        TAKEN = "taken", "已受理"
        UPHELD = "upheld", "异议成立"
        DISMISSED = "dismissed", "异议不成立"

    OPEN: ClassVar = (State.WAITING, State.TAKEN)

    case = models.ForeignKey(NoticedCase, on_delete=models.PROTECT, related_name="objections")
    state = models.CharField(max_length=12, choices=State)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(max_length=60)
    organisation = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40)
    email = models.EmailField()
    reason = models.TextField()
    filed_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    question = models.TextField(blank=True, help_text="what the unit is asked; says nothing of who objects")
    asked_at = models.DateTimeField(null=True)
    statement_due = models.DateField(null=True)
    statement = models.TextField(blank=True)
    stated_at = models.DateTimeField(null=True)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["-filed_at", "-id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="objection_identified", condition=~Q(name="") & ~Q(email="") & ~Q(reason="")
            ),
            models.CheckConstraint(
                name="objection_counts_once_verified",
                condition=Q(state="unverified") | Q(verified_at__isnull=False),
            ),
            models.CheckConstraint(
                name="objection_answered_has_reason",
                condition=~Q(state__in=["upheld", "dismissed"])
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["case", "email"],
                name="objection_one_open_a_person",
                condition=Q(state__in=["unverified", "waiting", "taken"]),
            ),
        ]


class ObjectionFile(models.Model):
    """A piece of material with an objection; only who objects and the handling authority see it."""

    objection = models.ForeignKey(Objection, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
