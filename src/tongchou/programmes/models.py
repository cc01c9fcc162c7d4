"""Programmes as loaded from packs: tasks and their editions, rounds, windows, quotas, documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.dates import day_text
from tongchou.programmes import mapping_models, release_models  # noqa: F401 - tables of this room too
from tongchou.programmes.pack_format import TaskPack


class Programme(models.Model):
    """A programme 计划, run by a jurisdiction."""

    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    place = models.ForeignKey("orgs.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    horizon = models.PositiveSmallIntegerField(help_text="last year for which yearly windows are laid out")

    def __str__(self) -> str:
        return self.name


class PackVersion(models.Model):
    """One loaded version of a pack or overlay, whole, as it was read. History; never changed."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="pack_versions")
    place = models.ForeignKey("orgs.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    content = models.JSONField()
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "place", "digest"], name="pack_version_once")
        ]


class Document(models.Model):
    """A document that clauses are cited from."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="documents")
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=80, blank=True)
    issuer = models.CharField(max_length=80, blank=True)
    issued = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "code"], name="document_once")]


class Round(models.Model):
    """A round 批次 of declarations."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rounds")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar = ["year"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "code"], name="round_once")]

    def __str__(self) -> str:
        return self.name


class Task(models.Model):
    """A key task 重点任务. What it asks stands in its editions."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="tasks")
    code = models.CharField(max_length=60)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["programme_id", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "code"], name="task_once")]

    def __str__(self) -> str:
        return self.name


class TaskEdition(models.Model):
    """What a task asks in one place, whole: the national pack with the place's overlay laid on.

    An edition never changes. An application keeps the edition it was begun with; loading a changed pack makes the next
    edition and marks it current.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="editions")
    place = models.ForeignKey("orgs.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    current = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["task", "place", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["task", "place"], name="edition_one_current", condition=Q(current=True)
            ),
        ]

    @property
    def pack(self) -> TaskPack:
        """The definition, read and parsed once per process for each content (editions are immutable)."""
        from_memory = _PACKS.get(self.digest)
        if from_memory is None:
            content = EditionContent.objects.get(edition=self).content
            from_memory = _PACKS[self.digest] = TaskPack.model_validate(content)
        return from_memory


class EditionContent(models.Model):
    """The definition of an edition: a large JSON, apart from its row so that no list or lock reads it again."""

    edition = models.OneToOneField(TaskEdition, primary_key=True, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField(help_text="a TaskPack as JSON, defaults left out")


_PACKS: dict[str, TaskPack] = {}


class _Span(Func):
    function = "tstzrange"
    output_field = DateTimeRangeField()


class Window(models.Model):
    """A window 时间窗口, half-open, laid out from the pack's calendar.

    ``task`` empty: across all tasks. ``place`` is the jurisdiction whose pack set it; it holds in that place's subtree
    together with the windows above it, each for those whom it binds. The database refuses two overlapping windows for
    the same people and purpose.
    """

    class Purpose(models.TextChoices):
        REGISTER = "register", "注册登记"
        DECLARE = "declare", "申报填报"
        RECOMMEND = "recommend", "审核推荐"
        DESIGNATE = "designate", "认定"
        PERFORMANCE = "performance", "绩效采集"
        REPORT = "report", "报告报送"

    class Binds(models.TextChoices):
        UNITS = "units", "建设单位"
        CITIES = "cities", "市级主管部门"
        PROVINCE = "province", "省级主管部门"
        DESIGNATED = "designated", "已认定项目"
        NATION = "nation", "教育部"

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="windows")
    task = models.ForeignKey(Task, null=True, on_delete=models.CASCADE, related_name="windows")
    place = models.ForeignKey("orgs.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=20, choices=Purpose)
    binds = models.CharField(max_length=20, choices=Binds)
    report = models.CharField(max_length=60, blank=True)
    variant = models.CharField(max_length=60, blank=True, help_text="empty: every variant of the task")
    year = models.PositiveSmallIntegerField(
        null=True, help_text="the year of a yearly window or of its round"
    )
    round = models.ForeignKey(Round, null=True, on_delete=models.CASCADE, related_name="windows")
    opens_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    waiting = models.BooleanField(default=False, help_text="not open until further notice; has no days")
    cite = ArrayField(models.CharField(max_length=120))

    class Meta:
        ordering: ClassVar = ["closes_at", "opens_at", "code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="window_opens_before_it_closes",
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=models.F("closes_at")),
            ),
            models.CheckConstraint(
                name="window_waiting_has_no_days",
                condition=Q(waiting=False) | Q(opens_at=None, closes_at=None),
            ),
            ExclusionConstraint(
                name="window_no_overlap",
                condition=Q(waiting=False),
                expressions=[
                    ("programme", RangeOperators.EQUAL),
                    (Coalesce("task", models.Value(0)), RangeOperators.EQUAL),
                    ("place", RangeOperators.EQUAL),
                    ("purpose", RangeOperators.EQUAL),
                    ("binds", RangeOperators.EQUAL),
                    ("report", RangeOperators.EQUAL),
                    ("variant", RangeOperators.EQUAL),
                    (_Span("opens_at", "closes_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Quota(models.Model):
    """A quota 推荐限额 of one step in one place; who holds how much stands in its lines."""

    class Holder(models.TextChoices):
        UNIT = "unit", "建设单位"
        CITY = "city", "市级主管部门"
        PROVINCE = "province", "省级主管部门"

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="quotas")
    place = models.ForeignKey("orgs.Jurisdiction", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    step = models.CharField(max_length=60)
    holder = models.CharField(max_length=10, choices=Holder)
    variants = ArrayField(models.CharField(max_length=60), default=list)
    kinds = ArrayField(models.CharField(max_length=30), default=list)
    when = models.TextField(blank=True, help_text="CEL: only cases for which it holds count; empty: all")
    rounds = models.ManyToManyField(Round, related_name="quotas")
    exempt = models.JSONField(default=list, help_text="list of pack_format.Exemption")
    cite = ArrayField(models.CharField(max_length=120))
    current = models.BooleanField(default=True, help_text="false once a later pack no longer names it")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["task", "place", "code"], name="quota_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def exemption_texts(self) -> list[str]:
        """What takes no place, with until when and in which rounds, for people to read."""
        return [_exemption_text(exemption) for exemption in self.exempt]


def _exemption_text(exemption: Mapping[str, Any]) -> str:
    text, limits = str(exemption["text"]), []
    if exemption.get("rounds"):
        limits.append(_("只在批次 %(rounds)s") % {"rounds": _("、").join(exemption["rounds"])})
    if exemption.get("until"):
        last = date.fromisoformat(exemption["until"])
        word = _("已于%(day)s截止") if clock.today() > last else _("至%(day)s止")
        limits.append(word % {"day": day_text(last)})
    if not limits:
        return text
    return _("%(text)s（%(limits)s）") % {"text": text, "limits": _("，").join(limits)}


class QuotaLine(models.Model):
    """One line of a quota; the first (by ``order``) that matches a holder gives its limit or minimum."""

    quota = models.ForeignKey(Quota, on_delete=models.CASCADE, related_name="lines")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    places = ArrayField(models.CharField(max_length=6), default=list)
    kinds = ArrayField(models.CharField(max_length=30), default=list)
    tags = ArrayField(models.CharField(max_length=60), default=list)
    tag_from = models.PositiveSmallIntegerField(null=True, help_text="first year since which tags are held")
    tag_until = models.PositiveSmallIntegerField(null=True, help_text="last such year, included")
    limit = models.PositiveIntegerField(null=True)
    minimum = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["order"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["quota", "order"], name="quota_line_order")]
