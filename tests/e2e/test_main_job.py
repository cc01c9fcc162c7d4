"""The main job by hand: one case of task 4 from the guide to the national list and, a year later, to the bulletin."""

import re
from io import BytesIO
from random import Random

import pypdfium2
import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.e2e.filling import passing, texts_of, views_of
from tests.e2e.stage import PASSWORD, Seat
from tests.factory import uscc
from tongchou.applications.models import Application
from tongchou.core import audit
from tongchou.monitoring.models import PerformanceReport
from tongchou.monitoring.queries import targets_of
from tongchou.rehearsal import reporting
from tongchou.rehearsal.sample import evidence_pdf

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SCHOOL, PROJECT = "长春青禾职业技术学校（演练）", "新能源汽车检测与维修专业教学资源库"
PROVINCIAL, NATIONAL, BULLETIN = "演练〔2023〕31号", "演练〔2023〕12号", "演练〔2025〕2号"


def test_one_case_from_the_guide_to_the_bulletin(stage):
    leader = stage.seat()
    reads_the_guide(leader)
    registers(leader)
    city = stage.seat("city")
    verifies(city)
    begins(leader)
    fills(leader)
    mends_and_submits(leader)
    returns(city)
    mends_what_was_returned(leader)
    recommends(city)

    province = stage.seat("province")
    assigns_experts(province)
    for username, marks in (("expert1", 9), ("expert2", 8)):
        scores(stage.seat(username), marks, first=username == "expert1")
    designates_and_recommends(province)
    ministry = stage.seat("ministry")
    designates_for_the_nation(ministry)

    opens_the_year(province)
    reports(leader)
    confirms_and_summarises(province)
    publishes_the_bulletin(ministry)
    reads_the_bulletin(stage.seat())
    follows_a_figure_down(ministry)
    verifies_the_chain(stage.seat("audadmin"))
    assert stage.faults == []


# ---------------------------------------------------------------- the unit comes in


def reads_the_guide(visitor: Seat) -> None:
    visitor.open("/")
    visitor.sees("持续建设职业教育专业教学资源库", "单位注册")
    visitor.shot("home", phone=True)
    visitor.choose("place", "吉林省")
    visitor.page.wait_for_url("**place=220000**")
    visitor.follow("4. 持续建设职业教育专业教学资源库")
    visitor.sees("谁可以牵头申报", "中等职业学校", "市级立项与省级项目推荐", "吉教职成〔2023〕7号")
    visitor.shot("task-conditions", phone=True)
    visitor.follow("建设指南", exact=True)
    visitor.sees("资源")
    visitor.shot("task-guide")
    visitor.follow("时间安排", exact=True)
    visitor.sees("2023年8月22日", "省级项目平台填报")
    visitor.shot("task-dates")


def registers(visitor: Seat) -> None:
    visitor._go(visitor.page.locator("header").get_by_role("link", name="单位注册"))
    visitor.choose("kind", "中等职业学校")
    visitor.type(uscc=uscc(), name=SCHOOL, school_code="2101000123", address="长春市朝阳区人民大街 1 号")
    for level, name in enumerate(["吉林省", "长春市", "朝阳区"], start=1):
        expect(visitor.page.locator(f"#place-{level}")).to_be_enabled()
        visitor.page.locator(f"#place-{level}").select_option(label=name)
    visitor.type(contact_name="林静", contact_duty="教务处长", contact_phone="0431-80000000")
    visitor.type(contact_email="linjing@example.org")
    visitor.type(person_name="林静", username="leader", email="linjing@example.org")
    visitor.type(password=PASSWORD, password_again=PASSWORD)
    visitor.shot("register", phone=True)
    visitor.press("提交注册")
    visitor.sees(SCHOOL, "已注册", "长春市教育局")
    visitor.shot("registered-login")
    visitor.log_in("leader")
    visitor.menu("工作台")
    visitor.sees(SCHOOL, "正在等待长春市教育局核验")
    visitor.shot("workbench-waiting")
    visitor.menu("单位信息")
    visitor.sees("还差盖章的联系表")
    printed = visitor.page.locator("main").get_by_role("link", name="打印联系表（PDF）").get_attribute("href")
    visitor.page.locator("#scan").set_input_files(
        {"name": "联系表（盖章）.pdf", "mimeType": "application/pdf", "buffer": visitor.download(printed)}
    )
    visitor.press("上传扫描件")
    visitor.sees("已上传联系表", "联系表（盖章）.pdf")


def verifies(city: Seat) -> None:
    city.menu("工作台")
    city.sees("长春市教育局")
    city.shot("city-workbench")
    city.menu("单位核验")
    city.sees(SCHOOL)
    city.shot("units")
    city.follow(SCHOOL)
    city.sees("2101000123", "朝阳区", "联系表（盖章）.pdf")
    city.shot("unit")
    city.press("核验通过", sure=True)
    city.sees("已核验")


# ---------------------------------------------------------------- the declaration


def begins(leader: Seat) -> None:
    leader.set_day("2023-08-03")
    leader.menu("工作台")
    leader.sees("正在开放的申报")
    leader.shot("workbench", phone=True)
    leader.menu("开始申报")
    leader.shot("choose-task")
    leader.follow("4. 持续建设职业教育专业教学资源库")
    leader.sees("长春市", "已用 0 / 5")
    leader.shot("begin")
    leader.press("开始申报 专业教学资源库 2023 年批次")
    leader.sees("基本情况", "2023-04-2201")


def fills(leader: Seat) -> None:
    """The first answers by hand, one of each kind; the others through the same inputs, section by section."""
    case = Application.objects.get()
    answers, slots = passing(case, PROJECT)
    pdf = evidence_pdf()
    page = leader.page

    page.locator("#i-project_name").press_sequentially(PROJECT)
    leader.saved()
    page.locator("#i-library_level").select_option(label="中职")
    page.locator("#i-core_major_students").fill("八百")
    expect(page.locator("[data-error=core_major_students]")).to_be_visible()
    page.locator("#i-core_major_students").fill("812")
    expect(page.locator("[data-error=core_major_students]")).to_be_hidden()
    page.locator("[data-field=existing_national]").get_by_text("是", exact=True).click()
    expect(page.locator("[data-field=existing_national_name]")).to_be_visible()
    page.locator("[data-field=existing_national]").get_by_text("否", exact=True).click()
    expect(page.locator("[data-field=existing_national_name]")).to_be_hidden()
    page.locator("[name=served_majors-0-major_name]").fill("汽车制造与检测")
    page.locator("[name=served_majors-0-major_code]").fill("660701")
    page.locator("[data-add-row=served_majors]").click()
    page.locator("[name=served_majors-1-major_name]").fill("汽车服务与营销")
    page.locator("[name=served_majors-1-major_code]").fill("700206")
    leader.saved()
    leader.shot("form", phone=True)

    by_hand = {
        "project_name": PROJECT,
        "library_level": "secondary",
        "core_major_students": 812,
        "served_majors": [
            {"major_name": "汽车制造与检测", "major_code": "660701"},
            {"major_name": "汽车服务与营销", "major_code": "700206"},
        ],
        "plan_original": 60.0,  # the guide asks for 70
    }
    views = views_of(case, answers | by_hand)
    for view in views:
        leader.sees(view.section.title, within=".tc-fill h2")
        leader.write(texts_of(view))
        if view.section.code in {"people", "resources", "promise"}:
            leader.shot(f"form-{view.section.code}", phone=view.section.code == "people")
        waiting = [f.code for f in view.fields if f.code in slots]
        if waiting:  # an upload loads the page again, so what was typed is kept first
            leader.press("保存并检查" if view is views[-1] else "保存并进入下一步")
            leader.open(f"/unit/applications/{case.pk}/fill/?section={view.section.code}")
            for slot in waiting:
                leader.upload(slot, pdf, "佐证材料（演练）.pdf")
        leader.press("保存并检查" if view is views[-1] else "保存并进入下一步")


def mends_and_submits(leader: Seat) -> None:
    leader.sees("检查结果", "建成时原创资源占比不低于 70%", "四(一)3", "还有 1 处")
    leader.shot("checks", phone=True)
    leader.follow("建成时原创资源占比不低于 70%")
    expect(leader.page.locator("#f-plan_original")).to_be_in_viewport()
    leader.page.locator("#i-plan_original").fill("75")
    leader.saved()
    leader.sees("已可提交", within="[data-checks]")
    leader.shot("form-mended")
    leader.follow("检查并提交")
    leader.press("提交", sure=True)
    leader.sees("已提交第 1 版。", PROJECT)
    leader.shot("submitted")


# ---------------------------------------------------------------- the review


def returns(city: Seat) -> None:
    city.set_day("2023-08-09")
    city.menu("申报审核")
    city.sees(PROJECT, SCHOOL)
    city.shot("queue", phone=True)
    city.case(PROJECT)
    city.sees("系统核对", "已用 0 / 5")
    city.shot("case", phone=True)
    city.page.get_by_role("button", name="写意见：资源库名称").click()
    city.page.locator("[name=remark_text]").first.fill("名称请写明面向的专业方向。")
    city.page.locator("#return-reason").fill("名称与专业目录不一致，请核对后重新提交。")
    city.page.locator("#return-due").fill("2023-08-16")
    city.shot("case-return")
    city.press("退回", sure=True)
    city.sees("已退回修改。", "2023年8月16日")


def mends_what_was_returned(leader: Seat) -> None:
    leader.set_day("2023-08-11")
    leader.menu("工作台")
    leader.sees(PROJECT, "退回")
    leader.shot("workbench-returned")
    leader.menu("我的申报")
    leader.follow(PROJECT)
    leader.sees("长春市教育局退回修改", "名称与专业目录不一致", "名称请写明面向的专业方向。", "2023年8月16日")
    leader.shot("returned", phone=True)
    leader.follow("继续填写")
    leader.sees("名称请写明面向的专业方向。", within="#f-project_name")
    leader.page.locator("#i-project_name").fill(PROJECT + "（中职）")
    leader.saved()
    leader.shot("form-remark")
    leader.follow("检查并提交")
    leader.press("提交", sure=True)
    leader.sees("已提交第 2 版。")


def recommends(city: Seat) -> None:
    city.set_day("2023-08-14")
    city.menu("申报审核")
    city.case(PROJECT)
    city.sees("的变化", PROJECT + "（中职）")
    city.shot("case-second-revision")
    city.press("推荐", sure=True)
    city.sees("已推荐。")
    city.menu("推荐限额")
    city.sees("资源库市级推荐限额（中职主持）", "已用 1 / 5，剩余 4")
    city.shot("quotas", phone=True)
    city.menu("推荐排序")
    city.shot("ranking-empty")


def assigns_experts(province: Seat) -> None:
    province.set_day("2023-09-05")
    province.menu("工作台")
    province.shot("province-workbench")
    province.menu("专家评审")
    province.sees("可派单的专家 2 位", PROJECT)
    province.shot("experts")
    province.type(n="2")
    province.press("拟出方案")
    province.sees("专家甲", "专家乙", "方案共 2 份评审任务。")
    province.shot("proposal")
    province.press("按方案分配", sure=True)
    province.sees("已分配 2 份评审任务")


def scores(expert: Seat, mark: int, *, first: bool) -> None:
    expert.menu("评审任务")
    expert.sees(PROJECT, "还有 1 项没有提交。")
    if first:
        expert.shot("duties")
    expert.follow(PROJECT)
    for box in expert.page.locator("[data-weight]").all():
        box.fill(str(mark))
    expert.type(comment="基础扎实，资源更新机制完整；建议细化跨省共享安排。")
    expert.sees(f"{mark * 10:.2f}（12/12）", within="[data-sum]")
    if first:
        expert.page.locator("a[data-show-in]").first.click()
        expect(expert.page.locator("#pdf")).to_be_visible()
        expert.shot("sheet", phone=True)
    expert.press("提交评分", sure=True)
    expert.sees("评分已提交。")


def designates_and_recommends(province: Seat) -> None:
    province.set_day("2023-10-12")
    province.menu("申报审核")
    province.case(PROJECT)
    province.sees("已评 2 / 2", "85")
    province.shot("case-scored", at="#experts")
    province.press("认定", sure=True)
    province.sees("已认定。")
    province.menu("认定名单", "主管部门")
    province.type(title="2023年吉林省职业教育专业教学资源库名单", document_number=PROVINCIAL)
    province.shot("publish-list")
    province.press("公布", sure=True)
    province.sees("名单已公布。", PROVINCIAL)
    public = province.stage.seat()
    public.open("/lists/")
    public.sees("2023年吉林省职业教育专业教学资源库名单", PROVINCIAL)
    public.shot("lists")
    public.follow("2023年吉林省职业教育专业教学资源库名单")
    public.sees(PROJECT, SCHOOL, "有效")
    public.shot("list", phone=True)
    province.menu("申报审核")
    province.case(PROJECT)
    province.press("推荐", sure=True)
    province.sees("已推荐。", "省级")


def designates_for_the_nation(ministry: Seat) -> None:
    ministry.set_day("2023-12-04")
    ministry.menu("申报审核")
    ministry.sees(PROJECT)
    ministry.shot("ministry-queue")
    ministry.case(PROJECT)
    ministry.press("认定", sure=True)
    ministry.sees("已认定。")
    ministry.menu("认定名单", "主管部门")
    ministry.type(title="首批全国职业教育专业教学资源库名单", document_number=NATIONAL)
    ministry.press("公布", sure=True)
    public = ministry.stage.seat()
    public.open("/")
    public.sees("首批全国职业教育专业教学资源库名单")
    public.follow("首批全国职业教育专业教学资源库名单")
    public.sees(NATIONAL, PROJECT)
    public.shot("national-list")


# ---------------------------------------------------------------- a year later


def opens_the_year(province: Seat) -> None:
    province.set_day("2024-11-05")
    province.menu("绩效监测")
    province.choose("year", "2024")
    province.page.wait_for_url("**year=2024**")
    row = province.page.locator("#open li", has_text="专业教学资源库")
    with province.page.expect_navigation():
        row.get_by_role("button", name="开启").click()
        province.page.locator("#confirm button[value=yes]").click()
    province.sees("绩效采集期。", "年度工作报告")
    province.shot("monitoring", phone=True)


def reports(leader: Seat) -> None:
    """The performance report with a page that proves each figure, and the stamped annual report."""
    leader.menu("工作台")
    leader.sees("绩效")
    leader.shot("workbench-reports")
    leader.menu("绩效与报告")
    leader.sees("2024", PROJECT)
    leader.shot("reports")
    leader.follow("年度绩效填报")
    leader.page.locator("#u-evidence").set_input_files(
        {"name": "绩效佐证.pdf", "mimeType": "application/pdf", "buffer": evidence_pdf()}
    )
    leader.page.locator("[data-evidence]", has_text="绩效佐证.pdf").wait_for()
    report = PerformanceReport.objects.select_related("edition", "application").get()
    proof = report.evidence.get()
    leader.page.locator("[name=courses-value]").fill("23")
    leader.page.locator("[name=courses-evidence]").select_option(label="绩效佐证.pdf")
    leader.page.locator("[name=courses-page]").fill("2")
    leader.saved()
    leader.shot("performance", phone=True)
    given = reporting.answers(report, targets_of(report), proof.pk, Random(7))
    given["courses"] |= {"value": 23, "page": 2}
    leader.write(
        {f"{code}-{part}": [str(value)] for code, answer in given.items() for part, value in answer.items()}
    )
    leader.press("保存")
    leader.sees("已可报送")
    leader.press("报送", sure=True)
    leader.sees("绩效数据已报送。")
    leader.shot("performance-submitted")
    leader.menu("绩效与报告")
    leader.follow("建设项目年度工作报告")
    leader.type(text="本年度新建课程 23 门，资源更新比例 12%，覆盖全省 18 所学校。")
    leader.page.locator("#upload").set_input_files(
        {"name": "年度工作报告（盖章）.pdf", "mimeType": "application/pdf", "buffer": evidence_pdf()}
    )
    leader.shot("annual-report")
    leader.press("报送", sure=True)
    leader.sees("已报送", "年度工作报告（盖章）.pdf")


def confirms_and_summarises(province: Seat) -> None:
    province.set_day("2024-12-03")
    province.menu("绩效填报")
    province.follow(PROJECT)
    province.sees("绩效佐证.pdf", "第 2 页", "23")
    province.shot("report", phone=True)
    province.press("确认", sure=True)
    province.sees("已确认，数据计入汇总。")
    province.menu("总结报告")
    province.shot("summaries")
    province.follow("省级总结报告（本任务）")
    province.type(text="全省 1 个资源库按期完成年度目标，建议支持跨省共享。")
    province.page.locator("#upload").set_input_files(
        {"name": "省级总结报告（盖章）.pdf", "mimeType": "application/pdf", "buffer": evidence_pdf()}
    )
    province.press("报送", sure=True)
    province.sees("已报送。", "省级总结报告（盖章）.pdf")
    province.shot("summary")


def publishes_the_bulletin(ministry: Seat) -> None:
    ministry.set_day("2025-01-20")
    ministry.menu("绩效通报", "监测与汇总")
    ministry.choose("year", "2024")
    ministry.type(document_number=BULLETIN, remarks="请各地继续加强资源更新。")
    ministry.shot("bulletins")
    ministry.press("发布", sure=True)
    ministry.sees(BULLETIN, "2024")
    ministry.shot("bulletin")


def reads_the_bulletin(visitor: Seat) -> None:
    visitor.open("/")
    visitor.menu("绩效通报")
    visitor.sees(BULLETIN)
    visitor.shot("public-bulletins", phone=True)
    links = {
        form: visitor.page.get_by_role("link", name=form, exact=True).first.get_attribute("href")
        for form in ("PDF", "Excel")
    }
    document = pypdfium2.PdfDocument(visitor.download(links["PDF"]))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    text = re.sub(r"\s", "", text)
    assert BULLETIN in text
    assert "专业教学资源库" in text
    assert re.search(r"国家级[^。]*1个", text), text[:1500]
    book = CalamineWorkbook.from_filelike(BytesIO(visitor.download(links["Excel"])))
    cells = [c for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for c in row]
    assert any("持续建设职业教育专业教学资源库" in str(cell) for cell in cells)
    assert 23 in cells


def follows_a_figure_down(ministry: Seat) -> None:
    """From the nation to the page that proves the figure."""
    ministry.menu("总览")
    ministry.sees("各省（区、市）", "吉林", "国家级 1")
    ministry.shot("national", phone=True)
    ministry.follow("4. 持续建设职业教育专业教学资源库")
    ministry.sees("标准化课程门数")
    ministry.shot("figures")
    ministry.follow("标准化课程门数")
    ministry.sees("吉林省", "23")
    ministry.follow("吉林省")
    ministry.sees("长春市")
    ministry.shot("figure-province")
    ministry.follow("长春市")
    ministry.sees(SCHOOL)
    ministry.follow(SCHOOL)
    ministry.sees(SCHOOL, PROJECT, "绩效佐证.pdf", "第 2 页")
    ministry.shot("figure-rows")
    evidence = ministry.page.get_by_role("link", name="绩效佐证.pdf").first.get_attribute("href")
    assert evidence.endswith("#page=2")
    assert len(pypdfium2.PdfDocument(ministry.download(evidence))) == 2


def verifies_the_chain(auditor: Seat) -> None:
    audit.seal_pending()  # the worker's part
    auditor.menu("审计日志")
    auditor.sees("发布通报", "省经办")
    auditor.shot("audit-log")
    auditor.menu("封存与校验")
    auditor.press("开始校验")
    auditor.sees("审计链完整")
    auditor.shot("audit-chain")
