"""Jurisdictions, authorities, units, people and their roles."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q

from tongchou.orgs import invitation_models, record_models, token_models, view_models  # noqa: F401 - tables of this room too


class Jurisdiction(models.Model):
    """A place 辖区 in the tree of authorities. It is dated: a place that was merged or moved keeps its row.

    The tree of authorities is not the statistical tree: 梅河口市 answers to the province, 长白山管委会 has no
    statistical code at all (its code holds a letter, so it can never collide with one).
    """

    class Level(models.TextChoices):
        NATION = "nation", "国家"
        PROVINCE = "province", "省级"
        CITY = "city", "市级"
        COUNTY = "county", "县级"

    code = models.CharField(primary_key=True, max_length=6)
    name = models.CharField(max_length=60)
    short_name = models.CharField(max_length=30)
    level = models.CharField(max_length=10, choices=Level)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=80, help_text="codes from the root, each followed by a slash")
    statistical = models.BooleanField(
        default=True, help_text="stands in the statistical division of the country"
    )
    sort_key = models.CharField(
        max_length=120, help_text="pinyin, for Chinese order without database collation"
    )
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["path"], name="jurisdiction_path", opclasses=["text_pattern_ops"])
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="jurisdiction_root_is_nation",
                condition=Q(level="nation", parent=None) | (~Q(level="nation") & Q(parent__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Authority(models.Model):
    """A department 主管部门 that acts for a jurisdiction; education leads, others sign jointly."""

    class Department(models.TextChoices):
        EDUCATION = "education", "教育"
        FINANCE = "finance", "财政"
        DEVELOPMENT = "development", "发展改革"
        INDUSTRY = "industry", "工业和信息化"

    place = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="authorities")
    department = models.CharField(max_length=20, choices=Department, default=Department.EDUCATION)
    name = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["place", "department"], name="authority_one_per_department")
        ]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    """A standing of units that rules ask for, such as 国家“双高计划”学校. Loaded from packs."""

    code = models.CharField(primary_key=True, max_length=60)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    dated = models.BooleanField(default=False, help_text="units say since which year they hold it")

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A unit 建设单位: school, enterprise, park committee, government office."""

    class Kind(models.TextChoices):
        SECONDARY_SCHOOL = "secondary_school", "中等职业学校"
        VOCATIONAL_COLLEGE = "vocational_college", "高职专科学校"
        VOCATIONAL_UNIVERSITY = "vocational_university", "职业本科学校"
        UNIVERSITY = "university", "普通高等学校"
        ENTERPRISE = "enterprise", "企业"
        GOVERNMENT = "government", "政府及其组成部门"
        PARK = "park", "产业园区管理机构"
        ASSOCIATION = "association", "行业组织"
        INSTITUTE = "institute", "科研院所"

    class State(models.TextChoices):
        REGISTERED = "registered", "待核验"
        VERIFIED = "verified", "已核验"
        REFUSED = "refused", "核验未通过"
        MERGED = "merged", "已并入其他单位"

    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=30, choices=Kind)
    place = models.ForeignKey(Jurisdiction, on_delete=models.PROTECT, related_name="units")
    place_path = models.CharField(max_length=80, help_text="where it stands: what roll-ups by place read")
    scope_path = models.CharField(
        max_length=80, help_text="under whom it stands: who may see it (core.scope)"
    )
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="units")
    school_code = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=20, choices=State, default=State.REGISTERED)
    refused_reason = models.CharField(max_length=500, blank=True)
    registered_at = models.DateTimeField()
    rehearsal = models.BooleanField(default=False, help_text="invented by a rehearsal or the demo")
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged", help_text="who goes on for it"
    )
    merged_on = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scope_path"], name="unit_scope", opclasses=["text_pattern_ops"])
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="unit_refused_has_reason", condition=~Q(state="refused") | ~Q(refused_reason="")
            ),
            models.CheckConstraint(
                name="unit_merged_says_into_whom_and_when",
                condition=Q(state="merged", merged_into__isnull=False, merged_on__isnull=False)
                | (~Q(state="merged") & Q(merged_into=None, merged_on=None)),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitTag(models.Model):
    """A tag claimed by a unit; it counts for quotas only once its authority has confirmed it."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT)
    confirmed = models.BooleanField(default=False)
    since_year = models.PositiveSmallIntegerField(
        null=True, help_text="year in which the standing was granted"
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "tag"], name="unit_tag_once")]


class Person(AbstractUser):
    """A person with an account; nobody shares one. What a person may do comes from memberships alone."""

    first_name = None  # type: ignore[assignment]  # Chinese names are one field
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=60)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Membership(models.Model):
    """A role of a person in a unit or in an authority."""

    class Role(models.TextChoices):
        FILLER = "filler", "填报员"
        REVIEWER = "reviewer", "单位校核人"
        LEADER = "leader", "单位审核人"
        OFFICER = "officer", "主管部门经办人"
        EXPERT = "expert", "专家"
        PACK_ADMIN = "pack_admin", "配置包管理员"
        SYSTEM_ADMIN = "system_admin", "系统管理员"
        SECURITY_ADMIN = "security_admin", "安全管理员"
        AUDIT_ADMIN = "audit_admin", "审计管理员"

    UNIT_ROLES: ClassVar = (Role.FILLER, Role.REVIEWER, Role.LEADER)
    FIRST_ROLES: ClassVar = (Role.FILLER, Role.LEADER)  # of the person who registers the unit

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.CASCADE, related_name="memberships")
    authority = models.ForeignKey(Authority, null=True, on_delete=models.CASCADE, related_name="memberships")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="membership_role_fits_holder",
                condition=Q(role__in=["filler", "reviewer", "leader"], unit__isnull=False, authority=None)
                | (~Q(role__in=["filler", "reviewer", "leader"]) & Q(unit=None, authority__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["person", "role", "unit"], name="membership_once_a_unit", condition=Q(authority=None)
            ),
            models.UniqueConstraint(
                fields=["person", "role", "authority"],
                name="membership_once_an_authority",
                condition=Q(unit=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()} · {self.unit or self.authority}"
