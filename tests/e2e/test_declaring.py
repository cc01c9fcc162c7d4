"""Task 3 declared in browsers: a school's, an enterprise's and a public centre, each typed field by field by its own kind of
unit; and one that comes back: returned, mended, seen in its differences, submitted again."""

import pytest
from playwright.sync_api import expect

from tests.e2e.filling import PROOF, fill
from tests.e2e.stage import PASSWORD, Seat
from tests.factory import fresh, unit
from tongchou.applications.models import Application

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TASK = "3. 建设开放型区域产教融合实践中心"
CENTRES = {"school": "学校实践中心", "enterprise": "企业实践中心", "public": "公共实践中心"}
OWN = {"school": "majors", "enterprise": "lines_shared", "public": "public_operator"}
"""A field that only this kind of centre is asked for."""

BASIS, STUDENTS = "列入“十四五”地方规划的依据", "面向专业 · 第 1 行 · 在校生数"
REASON, REMARK = "规划依据与摘页对不上，请核对后重新提交。", "请写明规划的章节和页码。"
MENDED = "长春市国民经济和社会发展第十四个五年规划第三章，第 21 页（演练）。"


@pytest.mark.parametrize("variant, kind", [("enterprise", "enterprise"), ("public", "government")])
def test_a_unit_declares_its_own_kind_of_centre(stage, variant, kind):
    name, project = f"长春演练{CENTRES[variant]}建设单位", f"长春演练产业{CENTRES[variant]}"
    unit(kind, name=name, username="leader", password=PASSWORD)
    leader = stage.seat("leader")
    begins(leader, variant)
    declares(leader, project)
    city = stage.seat("city")
    city.menu("申报审核")
    city.case(project)
    city.sees(name, CENTRES[variant], PROOF)
    city.shot(f"centre-{variant}")
    assert stage.faults == []


def test_a_school_centre_is_returned_and_comes_back_mended(stage):
    project = "长春演练农机装备实践中心"
    school = unit(name="长春演练职业技术学校", username="leader", password=PASSWORD)
    leader = stage.seat("leader")
    begins(leader, "school")
    answers = declares(leader, project, shots=True)
    before, students = answers["planning_basis"], answers["majors"][0]["students"]
    after = {BASIS: (before, MENDED), STUDENTS: (f"{students} 人", f"{students + 30} 人")}

    city = stage.seat("city")
    returns(city, project, school.name)
    mends(leader, project, students + 30)
    sees_the_difference(leader, after)
    leader.press("提交", sure=True)
    leader.sees("已提交第 2 版。")
    compares_the_versions(leader, after)
    reviews_the_difference(city, project, after)
    assert stage.faults == []


# ---------------------------------------------------------------- declaring


def begins(leader: Seat, variant: str) -> None:
    """The unit may begin its own kind of centre only."""
    leader.set_day("2023-08-15")
    leader.menu("开始申报")
    leader.follow(TASK)
    for code, name in CENTRES.items():
        row = leader.page.locator("main tbody tr", has_text=f"{name}2023 年批次").first
        expect(row).to_contain_text("可以" if code == variant else "不可以")
        expect(row.get_by_role("button", name=f"申报 {name}")).to_have_count(int(code == variant))
    leader.shot(f"centre-begin-{variant}", phone=True)
    leader.press(f"开始申报 {CENTRES[variant]} 2023 年批次")
    leader.sees("基本情况", "2023-03-2201")


def declares(leader: Seat, project: str, *, shots: bool = False) -> dict:
    """Fill, check, submit; what was submitted is what was typed."""
    case = fresh(Application.objects.get())
    own = OWN[case.variant]
    answers = fill(leader, case, project, shots=shots)
    assert own in answers
    assert not any(other in answers for other in OWN.values() if other != own)
    leader.sees("已可提交", "单位内部环节")
    leader.shot(f"centre-checks-{case.variant}", phone=True)
    leader.press("提交", sure=True)
    leader.sees("已提交第 1 版。", project, CENTRES[case.variant])
    leader.shot(f"centre-submitted-{case.variant}", phone=True)
    revision = case.revisions.get()
    assert {code: revision.answers.get(code) for code in answers} == answers
    return answers


# ---------------------------------------------------------------- returned, and back


def returns(city: Seat, project: str, school: str) -> None:
    city.set_day("2023-08-18")
    city.menu("申报审核")
    city.sees(project, school)
    city.case(project)
    city.page.get_by_role("button", name=f"写意见：{BASIS}").click()
    city.page.locator("[name=remark_text]").first.fill(REMARK)
    city.page.locator("#return-reason").fill(REASON)
    city.page.locator("#return-due").fill("2023-08-28")
    city.shot("centre-return", phone=True)
    city.press("退回", sure=True)
    city.sees("已退回修改。", "2023年8月28日")


def mends(leader: Seat, project: str, students: int) -> None:
    leader.set_day("2023-08-21")
    leader.menu("我的申报")
    leader.follow(project)
    leader.sees("长春市教育局退回修改", REASON, BASIS, REMARK, "2023年8月28日")
    leader.shot("centre-returned", phone=True)
    leader.follow("继续填写")
    leader.sees(REASON, "2023年8月28日", within=".tc-notice.tc-warn")
    remarked = leader.page.locator(".tc-sections li", has_text="审核意见")
    expect(remarked).to_have_count(1)
    expect(remarked).to_contain_text("基本情况")
    leader.sees(REMARK, within="#f-planning_basis")
    expect(leader.page.locator(".tc-field-remarked")).to_have_count(1)
    leader.page.locator("#i-planning_basis").fill(MENDED)
    leader.page.locator("[name=majors-0-students]").fill(str(students))
    leader.saved()
    leader.shot("centre-mended", phone=True)


def differs(seat: Seat, place: str, after: dict[str, tuple[str, str]]) -> None:
    """The table in ``place`` says these changes, and no others."""
    rows = seat.page.locator(f"{place} tbody tr").filter(has=seat.page.locator("del"))
    expect(rows).to_have_count(len(after))
    for label, (old, new) in after.items():
        row = rows.filter(has_text=label)
        expect(row.locator("del")).to_have_text(old)
        expect(row.locator("ins")).to_have_text(new)


def sees_the_difference(leader: Seat, after: dict[str, tuple[str, str]]) -> None:
    """Before it is submitted again: in the case, and on the page that submits it."""
    leader.follow("检查并提交")
    leader.sees("与已提交的第 1 版相比的修改", within="#since")
    differs(leader, "#since", after)
    leader.shot("centre-since", phone=True)
    leader.follow("查看全文")
    leader.follow("提交以来的修改")
    differs(leader, "main", after)
    leader.shot("centre-since-case", phone=True)
    leader.follow("检查并提交")


def compares_the_versions(leader: Seat, after: dict[str, tuple[str, str]]) -> None:
    leader.follow("版本对比")
    differs(leader, "main", after)
    leader.shot("centre-versions", phone=True)


def reviews_the_difference(city: Seat, project: str, after: dict[str, tuple[str, str]]) -> None:
    city.set_day("2023-08-23")
    city.menu("申报审核")
    city.case(project)
    city.sees("与第 1 版（上次办理时）相比，第 2 版的变化")
    differs(city, ".tc-case", after)
    city.sees(REMARK, within=".tc-case")
    city.shot("centre-second-version", phone=True)
    city.press("推荐", sure=True)
    city.sees("已推荐。")
