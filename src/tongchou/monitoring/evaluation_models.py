"""Evaluations 考核评价 as they are held: who is evaluated, what each level marks, what is concluded, and what follows."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongchou.core import clock

_PERSON = settings.AUTH_USER_MODEL


class Evaluation(models.Model):
    """An evaluation that a pack describes, held for a task, place and year; who is evaluated is stored when it opens."""

    class Kind(models.TextChoices):
        YEARLY = "yearly", "年度考核"
        PERIOD = "period", "期满考核"
        SPOT = "spot", "抽检"

    edition = models.ForeignKey(
        "programmes.TaskEdition",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="holds the scheme, as it stood when this was opened",
    )
    code = models.CharField(max_length=60, help_text="of the scheme in the edition's pack")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind)
    task = models.ForeignKey(
        "programmes.Task", on_delete=models.PROTECT, related_name="evaluations", help_text="whose projects"
    )
    variant = models.CharField(
        max_length=60, blank=True, help_text="of the projects; empty: of every variant"
    )
    authority = models.ForeignKey(
        "orgs.Authority", on_delete=models.PROTECT, related_name="evaluations", help_text="which concludes"
    )
    place_path = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField(help_text="of a period its last year")
    batch = models.PositiveSmallIntegerField(default=1, help_text="spot checks of one year are counted")
    self_due = models.DateField(help_text="last day of the units' self-evaluation")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "code", "authority", "year", "variant", "batch"], name="evaluation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.year}{self.name}" if self.name.startswith("年") else f"{self.year}年{self.name}"


class Assessment(models.Model):
    """One project in an evaluation: its unit's self-evaluation 自评, and how far it has come."""

    class State(models.TextChoices):
        DUE = "due", "待自评"
        RETURNED = "returned", "已退回"
        SCORING = "scoring", "评分中"
        CONCLUDED = "concluded", "已有结论"

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="assessments")
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="assessments"
    )
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="assessments")
    place_path = models.CharField(max_length=80)
    scope_path = models.CharField(max_length=80)
    designated = models.CharField(max_length=10, help_text="highest level held when the evaluation opened")
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    text = models.TextField(blank=True, help_text="of the self-evaluation")
    draft = models.JSONField(
        default=dict, help_text="the unit's own marks until they are handed in: mark, marks by criterion"
    )
    returned_reason = models.TextField(blank=True)
    returned_due = models.DateField(null=True)
    submitted_at = models.DateTimeField(null=True, help_text="when the self-evaluation came in")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], name="assessment_scope", opclasses=["text_pattern_ops"]),
            models.Index(fields=["evaluation", "state"], name="assessment_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evaluation", "application"], name="assessment_once"),
            models.CheckConstraint(
                name="assessment_returned_has_reason", condition=~Q(state="returned") | ~Q(returned_reason="")
            ),
        ]

    def __str__(self) -> str:
        return self.application.project_name or self.application.number

    @property
    def last_day(self) -> date:
        """The last day of the self-evaluation as it stands."""
        return self.returned_due or self.evaluation.self_due


class LevelScore(models.Model):
    """What one level marked. A new mark does not change the old one: it supersedes it."""

    class Level(models.TextChoices):
        UNIT = "unit", "单位自评"
        CITY = "city", "市级评分"
        PROVINCE = "province", "省级评分"
        NATION = "nation", "国家级评分"

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scores")
    level = models.CharField(max_length=10, choices=Level)
    mark = models.DecimalField(max_digits=5, decimal_places=2, null=True, help_text="of 100")
    marks = models.JSONField(default=dict, help_text="by criterion, where the scheme names a rubric")
    vetoes = models.JSONField(default=dict, help_text="reason by veto code")
    comment = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    superseded = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "level"],
                name="level_score_one_stands",
                condition=Q(superseded=False),
            ),
            models.CheckConstraint(
                name="level_score_of_100", condition=Q(mark=None) | Q(mark__gte=0, mark__lte=100)
            ),
        ]


class Conclusion(models.Model):
    """What an evaluation came to for a project, told to its unit. The database refuses to change or delete it: a
    correction is a new row that names the one it corrects.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="conclusions")
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True, help_text="of 100, weighted")
    parts = models.JSONField(default=list, help_text="level, mark and weight of what the total is made of")
    grade = models.CharField(max_length=60)
    grade_name = models.CharField(max_length=120)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment"], name="conclusion_first_once", condition=Q(corrects=None)
            ),
            models.CheckConstraint(
                name="conclusion_correction_has_reason", condition=Q(corrects=None) | ~Q(reason="")
            ),
        ]


class Measure(models.Model):
    """What follows 结果运用 for a project, as an officer confirmed it, or set it aside with a reason."""

    class Does(models.TextChoices):
        RENEW = "renew", "延续资格"
        CANDIDATE = "candidate", "列为下一周期备选"
        SUPPORT = "support", "加大支持"
        GUIDE = "guide", "加强建设指导"
        RECTIFY = "rectify", "限期整改"
        BAR = "bar", "不得参加下一周期遴选"
        REVOKE = "revoke", "撤销资格和支持"

    class State(models.TextChoices):
        CONFIRMED = "confirmed", "已确认"
        SET_ASIDE = "set_aside", "不予采取"

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="measures")
    conclusion = models.ForeignKey(Conclusion, on_delete=models.PROTECT, related_name="measures")
    code = models.CharField(max_length=60, help_text="of the consequence in the scheme")
    does = models.CharField(max_length=10, choices=Does)
    text = models.TextField()
    cite = ArrayField(models.CharField(max_length=250), default=list)
    because = models.TextField(help_text="the years and figures that lead to it, in words")
    reason = models.TextField(blank=True)
    until = models.DateField(null=True, help_text="bar only: last day on which it holds")
    state = models.CharField(max_length=10, choices=State)
    at = models.DateTimeField()
    by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conclusion", "code"], name="measure_once"),
            models.CheckConstraint(
                name="measure_set_aside_has_reason", condition=~Q(state="set_aside") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="measure_bar_has_end",
                condition=~Q(does="bar", state="confirmed") | Q(until__isnull=False),
            ),
        ]


class Rectification(models.Model):
    """Rectification 限期整改: what is asked, by when, what the unit reports, and whether it is accepted 验收."""

    class State(models.TextChoices):
        DUE = "due", "整改中"
        SUBMITTED = "submitted", "待验收"
        RETURNED = "returned", "继续整改"
        ACCEPTED = "accepted", "验收通过"
        FAILED = "failed", "验收未通过"

    measure = models.OneToOneField(Measure, on_delete=models.PROTECT, related_name="rectification")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="rectifications")
    scope_path = models.CharField(max_length=80)
    demands = models.TextField(help_text="what is to be mended")
    due = models.DateField(help_text="last day that counts")
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    report = models.TextField(blank=True, help_text="what the unit has done")
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_reason = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], name="rectification_scope", opclasses=["text_pattern_ops"])
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="rectification_against_has_reason",
                condition=~Q(state__in=["returned", "failed"]) | ~Q(decided_reason=""),
            )
        ]

    @property
    def is_overdue(self) -> bool:
        """Past its last day without a report."""
        return self.state in {self.State.DUE, self.State.RETURNED} and self.due < clock.today()


class AssessmentFile(models.Model):
    """A file with a self-evaluation, or with the report of a rectification."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="files")
    rectification = models.ForeignKey(
        Rectification, null=True, on_delete=models.PROTECT, related_name="files"
    )
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(_PERSON, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, help_text="kept because somebody may have judged by it")
