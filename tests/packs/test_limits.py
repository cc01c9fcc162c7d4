"""The guides' limits, tried on both sides: answers just inside pass, answers just outside are found, with that clause.

Each row changes passing answers of one task. ``advice`` is what the guide asks of the finished work but not of today's state,
and what it only encourages: found and told, and no obstacle.
"""

from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

import pytest

from tests import factory as f
from tests.packs.rows import cites
from tongchou.forms import checks
from tongchou.orgs.uscc import complete
from tongchou.programmes.queries import edition_for
from tongchou.rehearsal.answers import Filler

pytestmark = pytest.mark.usefixtures("world")


@dataclass(frozen=True)
class Limit:
    """``at``: the field where a breach shows (empty: wherever a group of conditions puts it)."""

    task: str
    clause: str
    at: str
    inside: dict[str, Any]
    outside: dict[str, Any]
    variant: str = "main"
    severity: str = "error"
    given: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.task} {self.variant} {self.clause} {self.at}"


def schools(count: int, kind: str = "secondary_school") -> list[dict[str, str]]:
    return [
        {"uscc": complete(f"12220000{n:09d}"), "name": f"第{n}学校", "kind": kind, "duty": "共同建设"}
        for n in range(1, count + 1)
    ]


def people(count: int) -> list[dict[str, str]]:
    return [{"name": f"教师{n}", "unit": "本校", "title": "副教授", "duty": "主讲"} for n in range(count)]


def majors(count: int) -> list[dict[str, str]]:
    return [{"major_name": f"专业{n}", "major_code": f"99990{n}"} for n in range(count)]


def terms(count: int) -> list[dict[str, Any]]:
    term = {"ended": "2022-07-10", "classes": 2, "students": 80, "hours": 64}
    return [{"term": f"第{n + 1}期", **term} for n in range(count)]


def enterprises(count: int) -> list[dict[str, str]]:
    rest = {"country": "某国", "since": "2020-01-01", "work": "培训"}
    return [{"enterprise": f"企业{n}", **rest} for n in range(count)]


def library(clause: str, at: str, inside: Any, outside: Any, **more: Any) -> Limit:
    return Limit("resource-library", f"guide-04 {clause}", at, {at: inside}, {at: outside}, **more)


STOCK = {"res_total": 1000, "res_text": 200, "coverage_base": 1000, "core_courses": 10}
SIX = {
    "six_1": None,
    "six_2": None,
    "six_3": False,
    "six_4": True,
    "six_4_document": "某文件",
    "six_5": True,
    "six_6": True,
    "six_6_registered": True,
    "six_6_standards": "某标准",
}
FIVE = {
    "five_1": False,
    "five_2": False,
    "five_3": True,
    "students_out": 1,
    "students_in": 1,
    "teachers_out": 1,
    "five_4": True,
    "five_4_outputs": [{"kind": "standard", "name": "某标准", "country": "某国", "date": "2022-01-01"}],
    "five_5": True,
    "staff_service": 1,
    "staff_teachers": 1,
}
COURSE = {"task": "core-course", "variant": "offline"}
EQUIPMENT = {"task": "international", "variant": "equipment"}

LIMITS = [
    # ---- task 2: one university with both degrees, one school, several regions
    Limit("industry-community", "guide-02 一(一)", "university_degrees", {"university_degrees": ["master", "doctor"]}, {"university_degrees": ["doctor"]}),
    Limit("industry-community", "guide-02 一(二)", "member_cities", {"member_cities": 2}, {"member_cities": 1}),
    # ---- task 4
    library("一1", "hosts", schools(3), schools(4)),
    library("一1", "hosts", schools(1, "vocational_university"), schools(1, "university")),
    library("四", "served_majors", majors(5), majors(6)),
    library("二3", "run_school_years", 1, 0.9),
    library("四(一)2", "plan_core_courses", 10, 9, given=STOCK),
    library("四(一)3", "plan_text_graphic", 30, 30.1),
    library("四(一)3", "plan_original", 70, 69.9),
    library("四(一)3", "plan_update", 10, 9.9),
    library("四(一)4", "plan_question_banks", 10, 9, given=STOCK),
    library("四(一)6", "plan_coverage", 80, 79.9),
    library("四(一)6", "plan_satisfaction", 90, 89.9),
    Limit("resource-library", "guide-04 四(一)7", "security_level", {"security_level": "level3"}, {"security_level": "level2", "commit_security": False}),
    Limit("resource-library", "guide-04 四(一)3", "res_text", {"res_graphic": 100}, {"res_graphic": 101}, severity="advice", given=STOCK),
    library("四(一)3", "res_original", 700, 699, severity="advice", given=STOCK),
    library("四(一)3", "res_updated", 100, 99, severity="advice", given=STOCK),
    library("四(一)6", "coverage_users", 800, 799, severity="advice", given=STOCK),
    library("四(一)6", "satisfaction", 90, 89.9, severity="advice"),
    # ---- task 6
    Limit("virtual-base", "guide-06 二3", "taught_terms", {"taught_terms": 1}, {"taught_terms": 0}),
    Limit("virtual-base", "guide-06 三2", "plan_update", {"plan_update": 10}, {"plan_update": 9.9}),
    Limit("virtual-base", "guide-06 三2", "plan_points", {"plan_points": 10}, {"plan_points": 9}, given={"key_points": 10, "points_covered": 5}),
    Limit("virtual-base", "guide-06 三2", "res_updated_3y", {"res_updated_3y": 300}, {"res_updated_3y": 299}, severity="advice", given={"res_total": 1000}),
    # ---- task 7
    Limit(**COURSE, clause="guide-07 推荐条件 1", at="is_core", inside={"is_core": True}, outside={"is_core": False}),
    Limit(**COURSE, clause="guide-07 推荐条件 3", at="terms", inside={"terms": terms(2)}, outside={"terms": terms(1)}),
    Limit(**COURSE, clause="guide-07 推荐条件 4", at="team", inside={"team": people(4)}, outside={"team": people(5)}, given={"team_reason": None}),
    Limit(**COURSE, clause="guide-07 推荐条件 4", at="team", inside={"team_reason": "跨专业"}, outside={"team_reason": None}, given={"team": people(5)}),
    Limit(**COURSE, clause="guide-07 推荐条件 5", at="leader_title_level", inside={"leader_title_level": "associate"}, outside={"leader_title_level": "middle"}),
    Limit(**COURSE, clause="guide-07 推荐条件 5", at="leader_other", inside={"leader_other": False}, outside={"leader_other": True}),
    # ---- task 9: three of six
    Limit("practice-project", "guide-09 首段", "", {"six_5": True}, {"six_5": False}, given=SIX),
    Limit("practice-project", "guide-09 首段", "", {"six_6_registered": True}, {"six_6_registered": False}, given=SIX),
    Limit("practice-project", "guide-09 首段", "clean_record", {"clean_record": True}, {"clean_record": False}),
    # ---- task 10
    Limit(**EQUIPMENT, clause="guide-10 附件1(三) 实效性/国内应用基础 2", at="domestic_coop_years", inside={"domestic_coop_years": 3}, outside={"domestic_coop_years": 2.9}, severity="advice"),
    Limit(**EQUIPMENT, clause="guide-10 附件1(三) 实效性/国(境)外应用情况", at="abroad_years", inside={"abroad_years": 2}, outside={"abroad_years": 1.9}, severity="advice"),
    Limit(**EQUIPMENT, clause="guide-10 附件1(三) 科学性/类型特征鲜明 3", at="goout_enterprises", inside={"goout_enterprises": enterprises(2)}, outside={"goout_enterprises": enterprises(1)}, severity="advice"),
    Limit(**EQUIPMENT, clause="guide-10 附件1(三) 负面清单 5", at="local_compliance", inside={"local_compliance": True}, outside={"local_compliance": False}),
    Limit("international", "guide-10 附件1(一) 实效性/国内应用基础 2", "domestic_coop_years", {"domestic_coop_years": 3}, {"domestic_coop_years": 2.9}, variant="standard", severity="advice"),
    Limit("international", "guide-10 附件1(一) 实效性/国外应用情况", "abroad_years", {"abroad_years": 2}, {"abroad_years": 1.9}, variant="standard", severity="advice"),
    # ---- task 11: three years, three of five
    Limit("international-school", "guide-11 条件要求", "school_years", {"school_years": 3}, {"school_years": 2.9}),
    Limit("international-school", "guide-11 条件要求", "", {"five_5": True}, {"five_5": False}, given=FIVE),
    Limit("international-school", "guide-11 条件要求", "", {"students_in": 1}, {"students_in": 0}, given=FIVE),
    # ---- Jilin's own conditions
    Limit("digital-school", "jilin-2023-7 三(五)", "pilot_batch", {"pilot_batch": "second"}, {"pilot_batch": "none"}),
    Limit("digital-school", "jilin-2023-7 三(五)", "brain_state", {"brain_state": "reporting"}, {"brain_state": "connected"}),
    Limit("core-course", "jilin-2023-7 三(七)", "online_selected", {"online_selected": "province"}, {"online_selected": "none"}, variant="online"),
    Limit("textbook", "jilin-2023-7 三(八)", "list_source", {"list_source": "award"}, {"list_source": "later"}),
]  # fmt: skip


@cache
def passing(task: str, variant: str) -> tuple[Any, dict[str, Any], dict[str, Any], list[str]]:
    """The edition in Jilin, a unit that may lead, its passing answers, and the file slots that are filled."""
    pack = edition_for(f.task(task), f.place(f.PROVINCE).path).pack
    kind = next(one.leads[0] for one in pack.variants if one.code == variant)
    unit = {"kind": kind, "tags": [], "place": f.CITY}
    filled = Filler(pack, variant, unit, [2023], Random(7)).fill(project="项目", given={})
    return pack, unit, filled.answers, filled.slots


def found(limit: Limit, change: dict[str, Any]) -> list[str]:
    """The findings of this clause at this field."""
    pack, unit, answers, slots = passing(limit.task, limit.variant)
    findings = checks.run(
        pack,
        answers | limit.given | change,
        variant=limit.variant,
        unit=unit,
        evidence_fields=set(slots),
        years=[2023],
    )
    return [
        one.message
        for one in findings
        if one.severity == limit.severity and limit.at in ("", one.code) and cites(limit.clause, one.cite)
    ]


@pytest.mark.parametrize(
    "limit", LIMITS, ids=lambda limit: f"{limit.task}-{limit.variant}-{limit.at or 'group'}"
)
def test_a_limit_holds_to_the_last_step(limit):
    inside, outside = found(limit, limit.inside), found(limit, limit.outside)
    assert inside == [], f"{limit} · {f.PROVINCE}: {limit.inside} is allowed, but was found: {inside}"
    assert len(outside) == 1, f"{limit} · {f.PROVINCE}: {limit.outside} is not allowed, but found: {outside}"
