"""A provincial round of task 6 from the officials' side, in browsers: the city's desk, its places and their exemptions, the
province's experts, notice and list, and what becomes of the projects after it."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db.models import Count
from playwright.sync_api import expect

from tests import factory as f
from tests.e2e.stage import Seat
from tests.e2e.task_6_stage import BASE, FORMAL, NATIONAL, QUOTA, Cast, gather
from tongchou.core import audit
from tongchou.core.models import AuditRecord
from tongchou.designations import actions as designations
from tongchou.designations.models import Designation
from tongchou.monitoring.chase_models import Chase
from tongchou.orgs.models import Person
from tongchou.reviews import actions as reviews
from tongchou.reviews import formal
from tongchou.reviews.models import Assignment, Decision, QuotaAccount, QuotaPlace
from tongchou.web import demo_clock

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

REASON, REMARK = "任务书缺少年度分工，请补充后重新提交。", "请写明服务的专业群。"
SEAL, CLAUSE = "任务书已由学校盖章，与填报一致", "三(六) 推荐范围"
PROVINCIAL, CHANGED, REVOKED = "演练〔2023〕61号", "演练〔2024〕7号", "演练〔2024〕8号"
NOTICE = "2023年吉林省职业教育示范性虚拟仿真实训基地拟认定名单公示"
LIST = "2023年吉林省职业教育示范性虚拟仿真实训基地名单"


def test_a_round_of_task_6(stage):
    cast = gather()
    with f.steps_with(cast["轨道"], "city-recommend", formal=FORMAL):
        city = stage.seat("city")
        filters_and_keeps_a_view(city)
        checks_and_hands_over(city, cast)
        returns_one(city, cast)
        returns_many(city, cast)
        chases_all(city)
        school = stage.seat("school")
        mends(school, cast)
        reads_what_changed(city, cast)
        ranks(city, cast)
        recommends_from_the_top(city, cast)
        recommends_the_others(city, cast)
        province = stage.seat("province")
        reads_the_board(province)
        takes_an_exemption_away(province, city, cast)
        sees_the_places_used(city, cast)
        exports(city, cast)
    asks_for_more_time(stage.seat("late"), province, cast)
    assigns_twelve_experts(province, cast)
    scores_by_the_book()
    reads_the_results(province)
    puts_on_notice(province)
    designates_and_publishes(province)
    recommends_upward(province, cast)
    changes_the_leader(school, province, cast)
    revokes_one(province, cast)
    reads_it_all_in_one_line(province, cast)
    ledger_states_and_audit_agree(cast)
    assert stage.faults == []


# ---------------------------------------------------------------- the city's desk


def filters_and_keeps_a_view(city: Seat) -> None:
    on(2023, 8, 16)
    city.menu("申报审核")
    expect(rows(city)).to_have_count(9)
    expect(city.page.locator("#filter-task")).to_contain_text("6. 建设职业教育示范性虚拟仿真实训基地（8）")
    city.shot("queue", phone=True)
    picks(city, "tie", "leader")
    expect(rows(city)).to_have_count(3)
    picks(city, "due", "7")
    expect(rows(city)).to_have_count(2)  # the course's day is in September
    city.unfold("保存为视图…")
    city.page.fill("#view-name", "负责人重复的")
    city.press("保存", within=".tc-views")
    expect(city.page.locator(".tc-chips [aria-current]")).to_have_text("负责人重复的")


def checks_and_hands_over(city: Seat, cast: Cast) -> None:
    """By keyboard beside the list: one leader in two cases, the formal check, and who goes on with it."""
    address = city.page.url
    city.page.keyboard.press("j")
    city.page.keyboard.press("Enter")
    panel = opened(city, cast.name("轨道"))
    expect(panel.locator("#ties")).to_contain_text(cast.name("冰雪"))
    expect(panel.locator("#ties")).to_contain_text("同一负责人")
    expect(panel.locator("#ties li", has_text=cast.name("course"))).to_contain_text(
        "同一负责人、同一单位 · 7."
    )
    expect(panel.locator("#formal")).to_contain_text("系统：符合")
    panel.get_by_label(SEAL).check()
    panel.get_by_role("button", name="保存形式审查").click()
    expect(panel).to_contain_text("形式审查已保存。")
    expect(panel.locator("#formal")).to_contain_text("各项均已通过。")
    panel.locator("summary", has_text="转办…").click()
    panel.locator("#hand-to").select_option(label="市经办乙")
    panel.get_by_role("button", name="转办", exact=True).click()
    expect(panel.locator("#handling")).to_contain_text("由市经办乙办理")
    city.shot("beside", at="[data-beside] #ties")
    assert city.page.url == address


def returns_one(city: Seat, cast: Cast) -> None:
    """With the keys again: the reason, the day, and a remark pinned at its field."""
    city.follow("不筛选")
    panel = beside(city, cast.name("农机"))
    city.page.keyboard.press("t")
    city.page.keyboard.type(REASON)
    panel.locator("#return-due").fill("2023-08-20")
    panel.locator("dt#f-majors .tc-remark-button").click()
    city.page.keyboard.type(REMARK)
    city.shot("beside-return")
    answers(city, "退回")
    expect(panel).to_contain_text("已退回修改。")
    expect(rows(city).and_(city.page.locator(".tc-row-done"))).to_have_count(1)


def returns_many(city: Seat, cast: Cast) -> None:
    """Of two that are ticked, a colleague was quicker with one."""
    for name in ("护理", "数控"):
        ticks(city, cast.name(name))
    with f.on(2023, 8, 16):
        words = {"reason": "设备清单与原值不符。", "due": date(2023, 8, 20)}
        reviews.return_for_changes(cast["数控"], by=Person.objects.get(username="city2"), **words)
    city.unfold("退回修改…")
    city.page.fill("#bulk-reason", "共建协议未盖章，请补充。")
    city.page.fill("#bulk-due", "2023-08-20")
    city.press("退回", sure=True, within=".tc-bulk")
    city.sees("办成 1 项，未办成 1 项。", cast.name("数控"))
    city.shot("bulk-returned", phone=True)


def chases_all(city: Seat) -> None:
    on(2023, 8, 19)
    city.menu("催办")
    city.follow("退回未重新提交")
    expect(rows(city)).to_have_count(3)
    city.press("催办全部 3 项", sure=True)
    city.sees("已催办 3 项", "已催办 1 次")
    city.shot("chased", phone=True)
    assert Chase.objects.count() == 3


def mends(school: Seat, cast: Cast) -> None:
    school.menu("我的申报")
    school.follow(cast.name("农机"))
    school.sees("长春市教育局退回修改", REASON, REMARK, "2023年8月20日")
    school.follow("继续填写")
    school.page.locator("#i-majors").fill("农业机械使用与维护、作物生产技术专业群")
    school.saved()
    school.follow("检查并提交")
    school.press("提交", sure=True)
    school.sees("已提交第 2 版。")
    with f.on(2023, 8, 20):
        for name in ("护理", "数控"):
            designations.submit(cast[name], by=f.leader(cast[name].unit))


def reads_what_changed(city: Seat, cast: Cast) -> None:
    on(2023, 8, 21)
    city.menu("申报审核")
    panel = beside(city, cast.name("农机"))
    expect(panel).to_contain_text("与第 1 版（上次办理时）相比，第 2 版的变化")
    expect(panel.locator("ins")).to_have_text(["农业机械使用与维护、作物生产技术专业群"])
    panel.get_by_label(SEAL).check()
    panel.get_by_role("button", name="保存形式审查").click()
    expect(panel).to_contain_text("各项均已通过。")
    city.shot("beside-changes")
    panel.get_by_role("button", name="关闭").click()
    with f.on(2023, 8, 21):
        for name in ("冰雪", "烹饪", NATIONAL, "光电"):
            formal.check_formally(cast[name], by=f.officer(), met=["seal"])


# ---------------------------------------------------------------- ranking, places, exemptions


def ranks(city: Seat, cast: Cast) -> None:
    """One to the top by its number, one behind it by dragging."""
    city.menu("推荐排序")
    first, second, then = (cast[name].pk for name in (NATIONAL, "光电", "轨道"))
    city.type(**{f"n-{first}": "1"})
    city.press("保存排序")
    line = "#case-{} td[data-label=单位]"
    city.page.locator(line.format(second)).drag_to(
        city.page.locator(line.format(then)), target_position={"x": 10, "y": 3}
    )
    expect(city.page.locator("[data-unsaved]")).to_be_visible()
    city.press("保存排序")
    city.sees("排序已保存。", "已用 0 / 5")
    city.shot("ranking", phone=True)
    shown = [row.get_attribute("id") for row in city.page.locator("tbody tr").all()]
    order = (NATIONAL, "光电", "轨道", "冰雪", "烹饪", "农机", "护理", "数控")
    assert shown == [f"case-{cast[name].pk}" for name in order]


def recommends_from_the_top(city: Seat, cast: Cast) -> None:
    """Seven at once: two are exempt, four take places, the seventh was not checked formally."""
    city.type(top="7")
    city.press("推荐", sure=True, within="#f-top")
    city.sees("办成 6 项，未办成 1 项。", cast.name("护理"), "形式审查")
    city.shot("recommended")
    assert account().taken == 4
    assert QuotaPlace.objects.exclude(exemption="").count() == 2


def recommends_the_others(city: Seat, cast: Cast) -> None:
    """The last place goes; who comes after is told who holds them and by which clause."""
    with f.on(2023, 8, 21):
        for name in ("护理", "数控"):
            formal.check_formally(cast[name], by=f.officer(), met=["seal"])
    city.menu("申报审核")
    picks(city, "task", str(f.task(BASE).pk))
    expect(rows(city)).to_have_count(2)
    city.page.locator("#bulk-which").select_option("all")
    city.press("推荐", sure=True, within=".tc-bulk")
    city.sees("办成 1 项，未办成 1 项。", QUOTA, "限额 5 项，已用 5 项", CLAUSE)
    city.sees(*(f"《{cast.name(name)}》" for name in ("冰雪", "烹饪", "农机", "护理")))
    city.shot("over-quota", phone=True)


def reads_the_board(province: Seat) -> None:
    province.menu("推荐限额")
    picks(province, "show", "short")
    province.sees("未达最低要求", "长春市教育局")
    picks(province, "show", "")
    picks(province, "task", str(f.task(BASE).pk))
    places(province, "长春市教育局", limit=5, used=5, left=0, exempt=2, waiting=1)
    places(province, "吉林市教育局", limit=3, used=0, left=3, exempt=0, waiting=1)
    province.sees("虚仿基地高职学校推荐限额", "长春云岭职业技术学院（演练）")
    province.shot("board", phone=True)


def takes_an_exemption_away(province: Seat, city: Seat, cast: Cast) -> None:
    """Only when its holder has a place for it: the city takes one back, and then has none for that one again."""
    holder(province, "长春市教育局")
    province.sees("占用名额的 5 项", "不占名额的", cast.name("光电"))
    province.shot("holder", phone=True)
    province.follow(cast.name("光电"))
    province.unfold("不认可免占限额…")
    province.page.fill("#exempt-reason", "未在监测名单之内。")
    province.press("改为占用限额", sure=True)
    province.sees("限额 5 项，已用 5 项", cast.name("护理"))
    city.unfold("办成的")
    city.follow(cast.name("护理"))
    city.press("收回决定", sure=True)
    city.sees("已收回上一个决定，可以重新办理。")
    province.press("改为占用限额", sure=True)
    province.sees("已改为占用限额。")
    city.press("推荐", sure=True)
    city.sees("限额 5 项，已用 5 项", f"《{cast.name('光电')}》", CLAUSE, "收回一项已推荐的申报")
    city.shot("refused", phone=True)


def sees_the_places_used(city: Seat, cast: Cast) -> None:
    city.menu("推荐限额")
    places(city, "长春市教育局", limit=5, used=5, left=0, exempt=1, waiting=2)
    holder(city, "长春市教育局")
    city.sees("占用名额的 5 项", cast.name("光电"), cast.name(NATIONAL), cast.name("数控"), "只能由其调整")


def exports(city: Seat, cast: Cast) -> None:
    city.menu("申报审核")
    city.follow("全部申报", exact=True)
    expect(rows(city)).to_have_count(9)  # a college answers to the province
    picks(city, "step", "city-recommend")
    expect(rows(city)).to_have_count(3)
    city.unfold("导出…")
    with city.page.expect_download() as download:
        city.page.get_by_role("button", name="导出 Excel").click()
    sheet = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes())).active
    cells = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {name for name in cast.cases if cast.name(name) in cells} == {"护理", "数控", "course"}


# ---------------------------------------------------------------- the province


def asks_for_more_time(late: Seat, province: Seat, cast: Cast) -> None:
    on(2023, 8, 24)
    late.menu("我的申报")
    late.follow(cast.name("late"))
    late.follow("检查并提交")
    late.sees("已逾期", "2023年8月22日")
    late.unfold("申请个别延期")
    late.page.fill("#ask-reason", "校园网络检修两天，未能按时提交。")
    late.page.fill("#ask-until", "2023-08-26")
    late.press("提交延期申请")
    late.sees("正在等待批复")
    late.shot("extension-asked", phone=True)
    province.menu("个别延期")
    province.sees("校园网络检修两天", "希望延至")
    province.unfold("批复…")
    card = province.page.locator(".tc-card", has_text="校园网络检修两天")
    card.locator("[name=until]").fill("2023-08-28")
    card.locator("[name=reason]").fill("情况属实，同意延期。")
    province.press("同意")
    province.sees("已同意延期", "2023年8月28日")
    province.shot("extension-granted", phone=True)
    late.page.reload()
    late.sees("个别延期至 2023年8月28日", "情况属实，同意延期。")
    late.press("提交", sure=True)
    late.sees("已提交第 1 版。")


def assigns_twelve_experts(province: Seat, cast: Cast) -> None:
    on(2023, 9, 5)
    province.menu("专家评审", "主管部门")
    province.sees("可派单的专家 12 位", "(8)")
    province.type(n="3", cap="4")
    province.unfold("抽签号")
    province.type(seed="7")
    province.press("拟出方案")
    province.sees("方案共 24 份评审任务。", "抽签号 7", "专长为本任务", "专长“轨道车辆”")
    province.shot("proposal", phone=True)
    province.press("按方案分配", sure=True)
    province.sees("已分配 24 份评审任务")
    held = Assignment.objects.values("expert").annotate(count=Count("pk")).values_list("count", flat=True)
    assert len(held) == 12
    assert max(held) <= 4
    assert not cast["农机"].assignments.filter(expert__username="expert12").exists()  # its own teacher


def scores_by_the_book() -> None:
    with f.on(2023, 9, 8):
        for place, duty in enumerate(
            Assignment.objects.select_related("application", "expert").order_by("pk")
        ):
            marks = f.marks(f.fresh(duty.application), 9 - duty.application_id % 4 - place % 3 * 0.5)
            f.give_marks(duty, by=duty.expert, marks=marks, comment="基础较好。", submit=True)


def reads_the_results(province: Seat) -> None:
    on(2023, 9, 12)
    province.menu("专家评审")
    province.follow("评审结果")
    province.type(cut="5")
    province.press("划线")
    expect(province.page.locator("tr.tc-row-in")).not_to_have_count(0)
    province.sees("3/3", "各专家的宽严")
    province.shot("results", phone=True)
    link = province.page.locator("main").get_by_role("link", name="导出 Excel").get_attribute("href")
    sheet = openpyxl.load_workbook(BytesIO(province.download(f"/authority/experts/results/{link}"))).active
    assert sum(row[-1] == "入围" for row in sheet.iter_rows(values_only=True)) >= 5


def puts_on_notice(province: Seat) -> None:
    province.menu("公示与异议")
    province.press("列入公示草稿")
    province.type(title=NOTICE, days="5")
    province.press("发布公示", sure=True)
    province.sees("公示已发布", "待认定", "至 2023年9月17日")
    province.shot("notice")
    public = province.stage.seat()
    public.open("/")
    public.menu("公示")
    public.follow(NOTICE)
    public.sees("长春农机职业技术学校（演练）", "省教育厅职业教育与成人教育处")
    public.shot("public-notice", phone=True)


def designates_and_publishes(province: Seat) -> None:
    on(2023, 9, 18)
    province.menu("公示与异议", "主管部门")
    province.follow(NOTICE)
    province.press("认定全部 8 项", sure=True)
    province.sees("办成 8 项，未办成 0 项。")
    province.shot("designated")
    province.menu("认定名单", "主管部门")
    province.type(title=LIST, document_number=PROVINCIAL)
    province.press("公布", sure=True)
    province.sees("名单已公布。", PROVINCIAL)


def recommends_upward(province: Seat, cast: Cast) -> None:
    province.menu("申报审核")
    for name in ("轨道", "农机"):
        ticks(province, cast.name(name))
    province.press("推荐", sure=True, within=".tc-bulk")
    province.sees("办成 2 项，未办成 0 项。")
    with f.on(2023, 10, 20):
        f.advance(cast["轨道"])
    assert set(cast["轨道"].designations.values_list("level", flat=True)) == {"city", "province", "nation"}


# ---------------------------------------------------------------- after it


def changes_the_leader(school: Seat, province: Seat, cast: Cast) -> None:
    on(2024, 3, 5)
    school.menu("我的申报")
    school.follow(cast.name("农机"))
    school.follow("经过和变更")
    school.choose("kind", "项目负责人")
    school.type(before="钱演3", after="孙演九", reason="原负责人退休。")
    school.press("提交申请")
    school.sees("变更申请已提交", "钱演3 → 孙演九")
    school.shot("change-asked", phone=True)
    province.menu("项目变更")
    province.follow(cast.name("农机"))
    province.sees("钱演3", "孙演九", "原负责人退休。", PROVINCIAL)
    province.type(document_number=CHANGED)
    province.shot("change", phone=True)
    province.press("同意", sure=True)
    province.sees("已批复")


def revokes_one(province: Seat, cast: Cast) -> None:
    province.menu("认定项目")
    picks(province, "level", "province")
    province.follow(cast.name("冰雪"))
    province.unfold("撤销认定…")
    province.page.fill("#reason-revoke", "两年未建设，整改后仍不达标。")
    province.page.fill("#document-revoke", REVOKED)
    province.shot("designation", phone=True)
    province.press("撤销", sure=True)
    province.sees("已撤销认定。", "已撤销")


def reads_it_all_in_one_line(province: Seat, cast: Cast) -> None:
    told = {
        "农机": (
            "提交第 1 版",
            "退回",
            REMARK,
            "提交第 2 版",
            "推荐",
            "认定",
            PROVINCIAL,
            "钱演3 → 孙演九",
            CHANGED,
        ),
        "轨道": ("转给市经办乙", "获国家级认定"),
        "光电": ("改为占用限额", "未在监测名单之内。"),
        "late": ("个别延期：已同意", "延期至 2023年8月28日", "情况属实，同意延期。"),
        "冰雪": ("撤销省级", REVOKED),
    }
    for name, texts in told.items():
        province.open(f"/authority/cases/{cast[name].pk}/")
        province.sees(*texts, within=".tc-timeline")
        if name == "农机":
            province.shot("timeline", phone=True, at=".tc-timeline")


def ledger_states_and_audit_agree(cast: Cast) -> None:
    assert (account().taken, account().limit) == (5, 5)
    assert QuotaPlace.objects.filter(account=account(), exemption="").count() == 5
    assert QuotaPlace.objects.exclude(exemption="").count() == 1
    states = {name: (cast[name].state, cast[name].step) for name in cast.cases}
    assert states["轨道"] == ("concluded", "nation-designate")
    assert states["农机"] == ("in_review", "nation-designate")
    assert (
        states["护理"]
        == states["数控"]
        == states["elsewhere"]
        == states["course"]
        == ("in_review", "city-recommend")
    )
    assert Designation.objects.filter(level="province", revoked_on=None).count() == 7
    for decision in Decision.objects.all():
        kept = AuditRecord.objects.filter(thing="application", thing_id=decision.application_id)
        assert kept.filter(action=decision.kind, by=decision.by_id).exists(), decision
    audit.seal_pending()
    assert audit.verify().ok


# ---------------------------------------------------------------- how one sits at these screens


def on(year: int, month: int, day: int) -> None:
    demo_clock.set_to(date(year, month, day))


def account() -> QuotaAccount:
    return QuotaAccount.objects.get(quota__name=QUOTA, authority__place=f.CITY)


def rows(seat: Seat):
    return seat.page.locator("[data-rows] tbody tr")


def picks(seat: Seat, name: str, value: str) -> None:
    """Choose in the filter bar, which loads the list anew."""
    with seat.page.expect_navigation():
        seat.page.locator(f"#filter-{name}").select_option(value)


def ticks(seat: Seat, name: str) -> None:
    rows(seat).filter(has_text=name).locator("input[name=rows]").check()


def opened(seat: Seat, name: str):
    """The panel beside the list, once it shows the case."""
    panel = seat.page.locator("[data-beside]")
    expect(panel.get_by_role("heading", name=name, exact=True)).to_be_visible()
    return panel


def beside(seat: Seat, name: str):
    rows(seat).get_by_role("link", name=name).click()
    return opened(seat, name)


def answers(seat: Seat, label: str) -> None:
    """Press a button of the panel that asks a question; no page is loaded."""
    seat.page.locator("[data-beside]").get_by_role("button", name=label, exact=True).click()
    seat.page.locator("#confirm button[value=yes]").click()


def _board(seat: Seat):
    return seat.page.get_by_role("region", name=QUOTA)


def places(seat: Seat, who: str, *, limit: int, used: int, left: int, exempt: int, waiting: int) -> None:
    """What the board says of a holder."""
    row = _board(seat).locator("tbody tr", has_text=who)
    said = {"限额": limit, "已用": used, "剩余": left, "不占": exempt, "待办": waiting}
    for label, number in said.items():
        expect(row.locator(f"td[data-label={label}]")).to_have_text(str(number))


def holder(seat: Seat, who: str) -> None:
    with seat.page.expect_navigation():
        _board(seat).get_by_role("link", name=who).click()
