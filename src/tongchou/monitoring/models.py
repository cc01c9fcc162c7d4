"""Monitoring: annual targets, performance reports, indicator values, periodic reports and who owes what."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongchou.monitoring import (  # noqa: F401 - tables of this room too
    change_models,
    chase_models,
    evaluation_models,
    feedback_models,
    question_models,
)


class AnnualTarget(models.Model):
    """A target a designated project committed to in its plan, for one indicator and year. Frozen on designation.

    Changed afterwards only by an approved request (``change_models.TargetChange``).
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="annual_targets"
    )
    indicator = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    value = models.DecimalField(
        max_digits=20,
        decimal_places=4,
        null=True,
        help_text="money in fen, a ratio in its own unit; of a range the least",
    )
    upper = models.DecimalField(max_digits=20, decimal_places=4, null=True, help_text="of a range the most")
    text = models.CharField(max_length=200, blank=True, help_text="of a goal judged in steps")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["application", "indicator", "year"], name="annual_target_once"),
            models.CheckConstraint(
                name="annual_target_is_one", condition=Q(value__isnull=False) | ~Q(text="")
            ),
        ]


class Period(models.Model):
    """A collection period 绩效采集期 of a task and year in a province, opened once; what is expected is stored then."""

    task = models.ForeignKey("programmes.Task", on_delete=models.PROTECT, related_name="periods")
    place = models.ForeignKey(
        "orgs.Jurisdiction", on_delete=models.PROTECT, related_name="+", help_text="the province"
    )
    year = models.PositiveSmallIntegerField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "place", "year"], name="period_once")
        ]


class PerformanceReport(models.Model):
    """The yearly performance report 绩效填报 a designated project owes; created when its period opens."""

    class State(models.TextChoices):
        DUE = "due", "待填报"
        SUBMITTED = "submitted", "已报送"
        RETURNED = "returned", "已退回"
        CONFIRMED = "confirmed", "已确认"
        CORRECTING = "correcting", "更正中"

    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="reports")
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="performance"
    )
    edition = models.ForeignKey("programmes.TaskEdition", on_delete=models.PROTECT, related_name="+")
    variant = models.CharField(max_length=60)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="performance")
    place_path = models.CharField(max_length=80)
    scope_path = models.CharField(max_length=80)
    level = models.CharField(max_length=10, help_text="highest level held when the period opened")
    opens = models.DateField(
        null=True, help_text="first day on which it may be submitted; empty: from the start"
    )
    due = models.DateField(
        null=True, help_text="last day that counts for this project; empty: no window is set"
    )
    due_cite = models.CharField(max_length=250, blank=True)
    dates = models.JSONField(
        default=list, help_text="every date that was found, with whom it binds (due.BindingDate)"
    )
    extended_to = models.DateField(null=True, help_text="last day after an extension 个别延期")
    extended_reason = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.DUE)
    answers = models.JSONField(
        default=dict, help_text="by indicator: value (or numerator, denominator), note, evidence, page"
    )
    version = models.PositiveIntegerField(default=0, help_text="counts saves")
    field_versions = models.JSONField(
        default=dict, help_text="version at which each indicator was last changed"
    )
    saved_at = models.DateTimeField(null=True)
    first_submitted_at = models.DateTimeField(null=True, help_text="what timeliness is judged by")
    submitted_at = models.DateTimeField(null=True, help_text="of the latest revision")
    returned_reason = models.TextField(blank=True)
    returned_due = models.DateField(null=True, help_text="by when a returned report is due again")
    remarks = models.JSONField(default=dict, help_text="remark by indicator, of the last return")
    confirmed_at = models.DateTimeField(null=True)
    judgements = models.JSONField(
        default=dict, help_text="by indicator, of the last confirmation: attainment.Judgement"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], name="performance_scope", opclasses=["text_pattern_ops"])
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["period", "application"], name="performance_once"),
            models.CheckConstraint(
                name="performance_returned_has_reason",
                condition=~Q(state="returned") | ~Q(returned_reason=""),
            ),
            models.CheckConstraint(
                name="performance_extended_has_reason", condition=Q(extended_to=None) | ~Q(extended_reason="")
            ),
            models.CheckConstraint(
                name="performance_sent_was_submitted",
                condition=Q(state="due") | Q(submitted_at__isnull=False, first_submitted_at__isnull=False),
            ),
        ]


class ReportRevision(models.Model):
    """One submission of a performance report, frozen. The database refuses to change or delete it."""

    report = models.ForeignKey(PerformanceReport, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    answers = models.JSONField()
    digest = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "number"], name="report_revision_once")
        ]


class PerformanceEvidence(models.Model):
    """A file attached to a performance report; an indicator's answer names it and the page."""

    report = models.ForeignKey(PerformanceReport, on_delete=models.CASCADE, related_name="evidence")
    file = models.ForeignKey("core.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, help_text="kept because a revision may refer to it")


class ReportUpload(models.Model):
    """What a file on its way in is for: evidence of a performance report."""

    upload = models.OneToOneField(
        "core.Upload", on_delete=models.CASCADE, primary_key=True, related_name="for_report"
    )
    report = models.ForeignKey(PerformanceReport, on_delete=models.CASCADE, related_name="uploads")


class IndicatorValue(models.Model):
    """A typed fact: one indicator of one project and year, from one revision. All that roll-ups read.

    Money is in fen. A ratio keeps both parts (``value`` above, ``denominator`` below), so a roll-up divides sums and
    never averages ratios. A choice counts as 1 and names what was chosen; so does a goal judged in steps, once it is judged.
    Only one revision's facts of a report exist: the latest submitted, and once one was confirmed, the latest confirmed, until
    a correction is confirmed in its place. The revisions keep the history. Written by :mod:`.facts` alone.
    """

    report = models.ForeignKey(PerformanceReport, on_delete=models.CASCADE, related_name="values")
    revision = models.ForeignKey(ReportRevision, on_delete=models.PROTECT, related_name="values")
    task = models.ForeignKey("programmes.Task", on_delete=models.PROTECT, related_name="+")
    variant = models.CharField(max_length=60)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    unit_kind = models.CharField(max_length=30)
    level = models.CharField(max_length=10)
    place_path = models.CharField(max_length=80, help_text="as it was when reported")
    scope_path = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=20, decimal_places=4)
    denominator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    target = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    met = models.BooleanField(null=True, help_text="whether the target was met; empty: there is none")
    choice = models.CharField(max_length=60, blank=True, help_text="of a choice: what was chosen")
    confirmed = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["task", "year", "indicator", "place_path"],
                name="indicator_value_rollup",
                opclasses=["int8_ops", "int2_ops", "text_ops", "text_pattern_ops"],
            )
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "indicator"], name="indicator_value_once"),
        ]


class PeriodicReport(models.Model):
    """A report owed by its date: annual work report, operating plan and report, city and provincial summaries.

    ``application`` for what a project owes; ``unit`` for what a school owes across tasks; ``authority`` (and ``task``)
    for a city's or province's summary.
    """

    class State(models.TextChoices):
        DUE = "due", "待报送"
        SUBMITTED = "submitted", "已报送"

    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="periodic_reports"
    )
    kind = models.CharField(max_length=60, help_text="ReportDef.code")
    name = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    task = models.ForeignKey("programmes.Task", null=True, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(
        "applications.Application", null=True, on_delete=models.PROTECT, related_name="periodic_reports"
    )
    unit = models.ForeignKey(
        "orgs.Unit", null=True, on_delete=models.PROTECT, related_name="periodic_reports"
    )
    authority = models.ForeignKey(
        "orgs.Authority", null=True, on_delete=models.PROTECT, related_name="periodic_reports"
    )
    place_path = models.CharField(
        max_length=80, help_text="where it stands: what completeness by place reads"
    )
    scope_path = models.CharField(max_length=80)
    due = models.DateField(help_text="last day that counts")
    cite = models.CharField(max_length=250)
    dates = models.JSONField(
        default=list, help_text="every date that was found, with whom it binds (due.BindingDate)"
    )
    public = models.BooleanField(default=False)
    sealed = models.BooleanField(default=True, help_text="a stamped scan is asked for")
    parts = ArrayField(models.CharField(max_length=200), default=list, help_text="what it must contain")
    state = models.CharField(max_length=20, choices=State, default=State.DUE)
    text = models.TextField(blank=True)
    file = models.ForeignKey("core.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], name="periodic_scope", opclasses=["text_pattern_ops"])
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "kind", "year", "task", "application", "unit", "authority"],
                name="periodic_report_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="periodic_report_owed_by_someone",
                condition=Q(unit__isnull=False) | Q(authority__isnull=False),
            ),
        ]
