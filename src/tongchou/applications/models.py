"""Applications: drafts saved as they are typed, revisions frozen on submission, evidence."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q

from tongchou.applications import (  # noqa: F401 - tables of this room too
    bulk_models,
    extension_models,
    leading_models,
    presence_models,
    sealed_models,
)
from tongchou.applications.internal_models import Desk
from tongchou.applications.steps import declining


class Application(models.Model):
    """A declaration 申报 of a unit for one task in one round; its answers stand in its draft and revisions."""

    class State(models.TextChoices):
        DRAFT = "draft", "草稿"
        IN_REVIEW = "in_review", "审核中"
        RETURNED = "returned", "已退回"
        DECLINED = "declined", "不予推荐或认定"
        CONCLUDED = "concluded", "已办结"
        ABANDONED = "abandoned", "已放弃"

    round = models.ForeignKey("programmes.Round", on_delete=models.PROTECT, related_name="applications")
    task = models.ForeignKey("programmes.Task", on_delete=models.PROTECT, related_name="applications")
    edition = models.ForeignKey(
        "programmes.TaskEdition", on_delete=models.PROTECT, related_name="applications"
    )
    variant = models.CharField(max_length=60)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="applications")
    place_path = models.CharField(max_length=80)
    scope_path = models.CharField(max_length=80)
    number = models.CharField(max_length=40, unique=True, help_text="case number shown to people")
    project_name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    step = models.CharField(
        max_length=60, help_text="code of the step the case waits at; 'declare' while with the unit"
    )
    desk = models.CharField(
        max_length=10, choices=Desk, default=Desk.FILLER, help_text="with whom inside the unit it is"
    )
    opened_at = models.DateTimeField(
        null=True, help_text="when the step it waits at first opened it; ends withdrawing"
    )
    resume_step = models.CharField(
        max_length=60, blank=True, help_text="step that returned it, where it goes again"
    )
    returned_due = models.DateField(null=True, help_text="by when a returned case is due again")
    begun_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], name="application_scope", opclasses=["text_pattern_ops"]),
            models.Index(fields=["task", "state", "step"], name="application_queue"),
            models.Index(  # what waits is counted and listed from it alone
                F("step"),
                F("task"),
                F("edition"),
                F("variant"),
                OpClass("scope_path", "text_pattern_ops"),
                name="application_waiting",
                condition=Q(state="in_review"),
            ),
            models.Index(fields=["returned_due"], name="application_due", condition=Q(state="returned")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="application_with_the_unit_at_declare",
                condition=~Q(state__in=["draft", "returned"]) | Q(step="declare"),
            ),
            models.CheckConstraint(
                name="application_handed_on_inside_the_unit_only",
                condition=Q(desk="filler") | Q(state__in=["draft", "returned"]),
            ),
            models.CheckConstraint(
                name="application_in_review_was_submitted",
                condition=~Q(state="in_review") | Q(submitted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.project_name}"

    def get_state_display(self) -> str:  # type: ignore[no-redef]
        """The word for :attr:`state`; of a declined case, that of the step which declined it."""
        if self.state == self.State.DECLINED:
            return declining(self.edition.pack, self.step)
        return str(self.State(self.state).label)


class Draft(models.Model):
    """What is being typed. ``version`` counts saves: a save that started from an older one merges field by field."""

    application = models.OneToOneField(
        Application, primary_key=True, on_delete=models.CASCADE, related_name="draft"
    )
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    field_versions = models.JSONField(default=dict, help_text="version at which each field was last changed")
    sources = models.JSONField(
        default=dict, help_text="by field: where an answer that nobody typed is from (see sources)"
    )
    known = models.JSONField(
        default=dict, help_text="by reference of same_as: what other sources said when asked (see sources)"
    )
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )


class Revision(models.Model):
    """One submission 版本, frozen with a digest. The database refuses to change or delete it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    answers = models.JSONField()
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of the canonical answers and evidence digests"
    )
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "number"], name="revision_number_once")
        ]


class UniqueClaim(models.Model):
    """What a submitted case says that no other may say, see ``applications.uniqueness``."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="unique_claims")
    scope = models.CharField(max_length=120, help_text="whose rule it is, and among which cases it compares")
    key = models.CharField(max_length=64, help_text="SHA-256 of the normalised values")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["scope", "key"], name="unique_claim_once")]


class Evidence(models.Model):
    """A file 佐证材料 attached to a field of an application, with the pages that prove it.

    The field is a file slot, or that of the annual targets: then ``indicator`` and perhaps ``year`` say what it proves.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="evidence")
    field = models.CharField(max_length=60)
    indicator = models.CharField(max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    page_from = models.PositiveIntegerField(null=True, help_text="first page that proves")
    page_to = models.PositiveIntegerField(null=True, help_text="last page that proves")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, help_text="kept because a revision may refer to it")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="evidence_page_range",
                condition=Q(page_from=None, page_to=None) | Q(page_from__gte=1, page_to__gte=F("page_from")),
            ),
            models.CheckConstraint(
                name="evidence_of_a_year_is_of_an_indicator", condition=Q(year=None) | ~Q(indicator="")
            ),
        ]

    @property
    def pages(self) -> str:
        """The page range as people write it: ``3``, ``3-5``, empty when none is given."""
        if self.page_from is None:
            return ""
        return str(self.page_from) if self.page_from == self.page_to else f"{self.page_from}-{self.page_to}"


class EvidenceUpload(models.Model):
    """What a large file on its way in will be evidence of."""

    upload = models.OneToOneField(
        "core.Upload", primary_key=True, on_delete=models.CASCADE, related_name="for_evidence"
    )
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="uploads")
    field = models.CharField(max_length=60)
    indicator = models.CharField(max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    pages = models.CharField(max_length=40, blank=True, help_text="page range as typed")
