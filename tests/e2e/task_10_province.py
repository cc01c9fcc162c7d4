"""The province's part in its round of task 10: its experts, what they score, what it designates and recommends."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests import factory as f
from tests.e2e import task_10
from tongchou.applications.models import Application
from tongchou.designations.models import Designation
from tongchou.programmes.models import Quota
from tongchou.reviews import duties
from tongchou.reviews.models import Assignment, QuotaAccount

if TYPE_CHECKING:
    from tests.e2e.stage import Seat, Stage

MARKS = [92, 88, 85, 82, 80, 0, 73, 81, 78, 84]  # by case; the sixth one's marks lie far apart
APART = [95, 94, 48]


# ---------------------------------------------------------------- experts


def assigns(province: Seat, cases: list[Application]) -> None:
    province.set_day("2023-09-14")
    province.menu("专家评审")
    province.sees("可派单的专家 12 位", "10. 开展具有国际影响", "(10)")
    province.shot("experts", phone=True)
    province.follow("专家库")
    province.sees("赵演一", task_10.college(0), "任务 10、冰雪旅游服务")
    province.shot("pool", phone=True)
    province.menu("专家评审")
    province.unfold("抽签号")
    province.type(n="3", cap="4", seed="7")
    province.press("拟出方案")
    province.sees(
        "每项 3 位，每位最多 4 项，抽签号 7", "方案共 30 份评审任务", "专长为本任务", "与其他专家不同地"
    )
    assert not Assignment.objects.exists()
    province.shot("proposal", phone=True)
    province.press("按方案分配", sure=True)
    province.sees("已分配 30 份评审任务")
    loads = [Assignment.objects.filter(expert__name=name).count() for name in task_10.EXPERTS]
    assert sum(loads) == 30
    assert max(loads) <= 4
    assert not Assignment.objects.filter(
        application=cases[0], expert__name="赵演一"
    ).exists()  # his own college


def keeps_off_and_is_replaced(stage: Stage, province: Seat, case: Application) -> None:
    duty = case.assignments.order_by("pk").first()
    expert = stage.seat(duty.expert.username)
    expert.menu("评审任务")
    expert.follow(f"PS-{duty.pk:06d}")
    expert.unfold("声明回避")
    expert.type(reason="曾任该项目合作企业的技术顾问。")
    expert.press("声明回避", sure=True)
    expert.sees("已声明回避")
    province.open(f"/authority/cases/{case.pk}/#experts")
    province.sees(f"{duty.expert}", "已回避：曾任该项目合作企业的技术顾问。", within="#experts")
    free = province.page.locator("#experts select[name=expert] option:not([disabled])").nth(1)
    name = free.inner_text()
    province.choose("expert", name)
    province.press("分配", within="#experts")
    province.sees(f"已分配给 {name}")
    assert case.assignments.filter(conflict="").count() == 3


def vetoes(stage: Stage, case: Application) -> None:
    """One sheet in full: saved as one goes, a veto refused without its page, then handed in."""
    duty = case.assignments.order_by("pk").first()
    expert = stage.seat(duty.expert.username)
    expert.menu("评审任务")
    expert.sees(f"PS-{duty.pk:06d}", "您看不到其他专家的评分")
    expert.shot("duties", phone=True)
    expert.follow(f"PS-{duty.pk:06d}")
    expert.sees("匿名评审", "食品检验检测专业教学标准", "负面清单（一票否决）")
    for box in expert.page.locator("[data-weight]").all():
        box.fill("7")
    expert.sees("已自动保存", within="[data-saved]")
    expert.page.reload()
    expect(expert.page.locator("[data-weight]").last).to_have_value("7.0")
    expert.sees("70.00", within="[data-sum]")
    veto = expert.page.locator("[id^=v-infringement]")
    veto.check()
    expert.type(comment="标准文本与已公开发布的标准大段雷同，未注明来源。")
    expert.press("提交评分", sure=True)
    expert.sees("一票否决必须写明理由和所在页码")
    expert.type(**{"reason-infringement": "第三章与已发布标准雷同", "page-infringement": "12"})
    expert.shot("sheet", phone=True, at="#f-infringement")
    expert.press("提交评分", sure=True)
    expert.sees("评分已提交。")
    duty.refresh_from_db()
    assert duty.vetoes == {"infringement": "第三章与已发布标准雷同（第 12 页）"}


def scored_by_actions(cases: list[Application]) -> Assignment:
    """Everybody else scores, but for one sheet of the first case, which is begun and not handed in."""
    left = cases[0].assignments.order_by("pk").first()
    for case, mark in zip(cases, MARKS, strict=True):
        given = (
            case.assignments.filter(conflict="", submitted_at=None).select_related("expert").order_by("pk")
        )
        for number, duty in enumerate(given):
            value = (mark + 2 * number - 2 if mark else APART[number]) / 10
            duties.score(
                duty,
                by=duty.expert,
                marks=f.marks(case, value),
                comment="材料完整，国外应用情况可核实。",
                submit=duty != left,
            )
    return left


def submits_the_last(duty: Assignment) -> None:
    duty.refresh_from_db()
    duties.score(duty, by=duty.expert, marks=duty.marks, comment="建议补充当地认证的译文。", submit=True)


# ---------------------------------------------------------------- the province


def reads_the_results(province: Seat, cases: list[Application]) -> None:
    province.menu("专家评审")
    province.follow("评审结果")
    province.choose("variant", "职业教育标准")
    province.page.wait_for_url("**variant=standard**")
    province.type(cut="5")
    province.press("划线")
    province.sees("7项参评", "1项一票否决", "极差较大", "偏离", "各专家的宽严")
    expect(province.page.locator("tr.tc-row-in")).to_have_count(5)
    expect(province.page.locator("tr.tc-row-out")).to_have_text(re.compile("食品检验检测专业教学标准"))
    province.shot("results", phone=True)
    excel = province.page.locator("main").get_by_role("link", name="导出 Excel").get_attribute("href")
    rows = (
        CalamineWorkbook.from_filelike(BytesIO(province.download(f"/authority/experts/results/{excel}")))
        .get_sheet_by_index(0)
        .to_python()
    )
    within = [row for row in rows if row[-1] == "入围" and row[0] != "名次"]
    assert [row[0] for row in within] == [1, 2, 3, 4, 5]
    assert within[0][1] == cases[0].project_name


def settles(province: Seat, case: Application) -> None:
    """A meeting puts right what one expert marked far from the others."""
    results = province.page.url
    province.follow("智能控制技术专业教学标准")
    province.sees("极差 47", within="#experts")
    province.unfold("记录合议结果")
    province.type(total="90")
    province.page.locator("#settle-reason").fill("一位专家未看到当地认证附件，合议一致认为应计入。")
    province.press("记录", within="#experts")
    province.sees("合议结果 90", "合议一致认为应计入")
    province.shot("settled", at="#experts")
    province.page.goto(results)
    province.sees("合议（评分合成 79", within="tr.tc-row-in:nth-of-type(2)")


def designates(province: Seat, cases: list[Application]) -> None:
    """The vetoed case is declined, the others are designated for the province in one go."""
    province.follow(cases[6].project_name)
    province.sees("有一票否决", "第三章与已发布标准雷同（第 12 页）")
    province.unfold("不予认定")
    province.page.locator("#decline-reason").fill("专家评审一票否决，经核实成立。")
    province.press("决定不予认定", sure=True)
    province.menu("申报审核")
    province.page.select_option("#bulk-which", "all")
    province.press("认定", sure=True)
    province.sees("办成 9 项，未办成 0 项")
    assert Designation.objects.filter(level="province").count() == 9


def recommends(province: Seat, cases: list[Application]) -> None:
    """Ranked by the results, recommended from the top; the sixth standard finds the quota full."""
    order = [0, 5, 1, 2, 9, 3, 7, 4, 8]
    province.menu("推荐排序")
    province.press("按评审结果排序", sure=True)
    province.sees("排序已保存。")
    shown = province.page.locator("tr[id^=case-]")
    expect(shown).to_have_text([re.compile(cases[one].project_name) for one in order])
    expect(shown.nth(1)).to_contain_text("90合议")
    province.shot("ranking", phone=True)
    province.type(top="9")
    province.press("推荐", sure=True)
    province.sees(
        "办成 8 项，未办成 1 项",
        "“标准国家级推荐限额”（吉林省）限额 5 项，已用 5 项",
        f"《{cases[0].project_name}》",
        "吉教职成〔2023〕7号",
    )
    province.shot("over-quota", phone=True)
    assert f.fresh(cases[4]).step == "province-recommend"
    assert {a.taken for a in QuotaAccount.objects.all()} == {5, 2, 1}


def changes_the_quota(province: Seat, waiting: Application) -> None:
    """The quota of standards goes down by one in mid-round: refused until it is said who falls out."""
    quota = Quota.objects.get(code="national-standard", place=f.PROVINCE, current=True)
    province.menu("推荐限额")
    province.sees("标准国家级推荐限额", "资源国家级推荐限额")
    province._go(province.page.locator(f"main a[href^='/authority/quotas/{quota.pk}/']").first)
    province.sees("占用名额的 5 项")
    province.type(limit="4", document="演练函〔2023〕5号", reason="国家级推荐总数调减。")
    province.press("调整限额", sure=True)
    province.sees("限额改为 4 项，现已用 5 项，须有 1 项退出，指明了 0 项", "数控加工专业教学标准")
    falling = Application.objects.get(project_name="数控加工专业教学标准")
    province.page.locator(f"#falls-{falling.pk}").check()
    province.shot("quota-change", phone=True)
    province.press("调整限额", sure=True)
    province.sees("限额已改为 4 项，1 项退出", "占用名额的 4 项", falling.number)
    account = QuotaAccount.objects.get(quota=quota)
    assert (account.limit, account.taken) == (4, 4)
    assert {f.fresh(case).step for case in (falling, waiting)} == {"province-recommend"}
