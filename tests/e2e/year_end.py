"""The end of a year of monitoring by hand: evaluation and rectification, the bulletin, a correction, its second edition."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2

from tests.e2e.a_year import MISSING, OWN, PROJECT, SCHOOLS, on
from tongchou.core import clock
from tongchou.documents import bulletin_book, bulletins
from tongchou.documents.official import pdf as official_pdf
from tongchou.documents.official import word as official_word
from tongchou.insight.models import Bulletin
from tongchou.monitoring.evaluation_models import Rectification

if TYPE_CHECKING:
    from tests.e2e.a_year import Year
    from tests.e2e.stage import Seat

# ---------------------------------------------------------------- evaluation


def evaluates(year: Year, province: Seat, city: Seat, leader: Seat) -> None:
    """Self-score, the city's, the province's, conclusions for all at once; one has to mend, and does."""
    on("2025-01-06")
    province.menu("考核评价", "监测与汇总")
    offer = province.page.locator("#open li", has_text="年度考核")
    offer.locator("[name=year]").select_option("2024")
    offer.locator("[name=self_due]").fill("2025-01-31")
    with province.page.expect_navigation():
        offer.get_by_role("button", name="开启").click()
        province.page.locator("#confirm button[value=yes]").click()
    province.sees("已开启", PROJECT)
    year.others_are_marked()

    on("2025-01-15")
    leader.menu("考核评价")
    leader.follow("年度考核")
    leader.type(text="对照年度目标逐项自评：实训人数、培训收入达到目标，运营计划完成率未达目标。")
    leader.type(mark="66")
    leader.shot("self", phone=True)
    leader.press("报送自评", sure=True)
    leader.sees("自评已报送。")

    for seat, mark, comment in ((city, "52", "开放时间不足。"), (province, "48", "运营计划完成率低。")):
        on("2025-02-11")
        seat.menu("考核评价", "监测与汇总")
        seat.follow("年度考核")
        in_the_list(seat)
        seat.type(mark=mark, comment=comment)
        seat.press("保存评分")
        seat.sees("评分已保存。")
    province.shot("marked", phone=True)
    province.follow("年度考核")
    for box in province.page.locator("[name=rows]").all():
        box.check()
    province.press("作出结论", sure=True)
    province.sees("良好", "58", "不合格")
    province.shot("concluded", phone=True)


def in_the_list(seat: Seat) -> None:
    """Open the project from the list of those evaluated."""
    seat._go(seat.page.locator("main table").last.get_by_role("link", name=PROJECT))


def mends(province: Seat, leader: Seat) -> None:
    """A deadline, what was done about it, and the acceptance."""
    in_the_list(province)
    province.sees("不合格的限期整改")
    card = province.page.locator(".tc-proposal", has_text="限期整改")
    card.locator("[name=due]").fill("2025-04-30")
    card.locator("[name=reason]").fill("补齐开放时间和运营计划。")
    with province.page.expect_navigation():
        card.get_by_role("button", name="确认", exact=True).click()
        province.page.locator("#confirm button[value=yes]").click()
    province.sees("已办理", "2025年4月30日")

    on("2025-04-10")
    leader.menu("考核评价")
    leader.follow("年度考核")
    leader.sees("不合格", "补齐开放时间和运营计划。", "2025年4月30日")
    leader.type(report="开放时间已延长到周末，运营计划缺项已全部补齐。")
    leader.shot("rectify", phone=True)
    leader.press("报送整改情况", sure=True)
    leader.sees("整改情况已报送，等待验收。")

    on("2025-04-18")
    province.menu("考核评价", "监测与汇总")
    province.sees("整改待验收1")
    province.follow("年度考核")
    in_the_list(province)
    province.sees("开放时间已延长到周末")
    province.press("验收通过", sure=True)
    province.sees("验收结果已告知单位。")
    province.shot("accepted")
    assert Rectification.objects.get().state == Rectification.State.ACCEPTED


# ---------------------------------------------------------------- the bulletin and its second edition


def publishes(province: Seat) -> dict[str, bytes]:
    """One press makes it: Word, PDF and Excel."""
    on("2025-05-06")
    province.menu("绩效通报", "监测与汇总")
    province.choose("year", "2024")
    province.type(document_number="演练〔2025〕2号", remarks="各地要督促未报送的单位补报。")
    province.press("预览")
    province.sees("还没有发布")
    province.press("发布", sure=True)
    province.sees("已发布第 1 版通报。", "演练〔2025〕2号", "已有6个项目填报（上年7个）")
    province.shot("bulletin", phone=True)
    kept = files(province, "1")
    text = words_of(kept["PDF"])
    for part in (
        "演练〔2025〕2号",
        "逾期未报送和逾期补报名单",
        SCHOOLS[MISSING][2],
        "各地要督促未报送的单位补报。",
    ):
        assert part in text, part
    return kept


def words_of(pdf: bytes) -> str:
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    return "".join("".join(pages).split())


def files(seat: Seat, edition: str) -> dict[str, bytes]:
    """The three files of the edition that is open."""
    made = {}
    for name in ("Word", "PDF", "Excel"):
        link = seat.page.locator("main").get_by_role("link", name=name, exact=True)
        made[name] = seat.download(link.evaluate("link => link.pathname + link.search"))
        if folder := os.environ.get("TONGCHOU_SHOTS"):
            Path(folder, f"bulletin-{edition}.{name}").write_bytes(made[name])
    return made


def its_report(leader: Seat) -> None:
    """Open the report of 2024 from the list of both years."""
    leader.menu("绩效与报告")
    row = leader.page.locator("main tr", has_text="年度绩效填报").filter(has_text="2024")
    leader._go(row.get_by_role("link").first)


def corrects(province: Seat, leader: Seat) -> None:
    """A confirmed figure was wrong: asked for, opened, filled in anew, confirmed as the third revision."""
    on("2025-05-12")
    its_report(leader)
    leader.unfold("申请更正")
    leader.page.locator("#correct-reason").fill("漏报第四季度实训 60 人。")
    leader.press("提交申请", sure=True)
    leader.sees("更正申请已提交")
    on("2025-05-13")
    province.menu("绩效填报")
    province.follow(PROJECT)
    province.sees("单位申请更正", "漏报第四季度实训 60 人。")
    province.press("同意更正")
    province.sees("正在更正")
    its_report(leader)
    leader.page.locator("[name=external_trainees-value]").fill("530")
    leader.saved()
    leader.press("报送", sure=True)
    leader.sees("第 3 版")
    province.menu("绩效填报")
    province.follow(PROJECT)
    leader.page.wait_for_load_state()
    province.page.locator("summary", has_text="改了 1 项").first.click()
    province.sees("470", "530", "漏报第四季度实训 60 人。")
    province.shot("correction", phone=True)
    province.press("确认", sure=True)
    province.sees("已确认，数据计入汇总。")


def publishes_again(province: Seat) -> None:
    on("2025-06-03")
    province.menu("绩效通报", "监测与汇总")
    province.follow("2024年度建设情况的通报")
    province.follow("更正，另发新版")
    province.type(document_number="演练〔2025〕5号", reason="更正长春市一所学校漏报的实训人数。")
    province.press("预览")
    province.sees("第 2 版更正的内容", "对外开展学生实训总人数", "各地要督促未报送的单位补报。")
    province.shot("preview-2")
    province.press("发布", sure=True)
    province.sees("已发布第 2 版通报。", "与上一版的不同", "更正长春市一所学校漏报的实训人数。")
    province.shot("bulletin-2", phone=True)


def the_first_stays(province: Seat, kept: dict[str, bytes]) -> None:
    """What was published can be fetched and made again, byte for byte."""
    text = words_of(files(province, "2")["PDF"])
    assert "（第2版）" in text
    assert "更正长春市一所学校漏报的实训人数。更正内容见附件。" in text
    assert re.search(r"对外开展学生实训总人数2,780人2,840人", text), text[-800:]
    first, _second = Bulletin.objects.order_by("edition")
    province.follow("第 1 版")
    assert files(province, "1") == kept
    with clock.at(date(2026, 6, 1)):
        paper = bulletins.paper(Bulletin.objects.get(pk=first.pk).snapshot)
        assert official_pdf.made(paper) == kept["PDF"]
        assert official_word.made(paper) == kept["Word"]
        assert bulletin_book.made(first.snapshot) == kept["Excel"]


def reads(visitor: Seat) -> None:
    """Whoever has no account finds both editions."""
    visitor.open("/")
    visitor.menu("绩效通报")
    visitor.sees("演练〔2025〕2号", "演练〔2025〕5号", "第 2 版")


# ---------------------------------------------------------------- a figure down to its proof


def follows_a_figure_down(year: Year, province: Seat) -> None:
    """From the bulletin: what it sums is what plain Python sums of what was typed; and it leads to the page that proves it."""
    typed = [
        year.given[n, 2024]["external_trainees"]["value"]
        for n in range(len(SCHOOLS))
        if n not in {OWN, MISSING}
    ]
    province.follow("第 2 版")
    province.sees(f"{sum(typed) + 530:,} 人")
    province.follow("对外开展学生实训总人数")
    province.sees(f"{sum(typed) + 530:,}", "上年有数据、本年还没有的：辽源市")
    province.shot("figure", phone=True)
    province.follow("长春市")
    province.sees(f"{typed[0] + typed[1] + 530:,}")
    province.follow(year.units[OWN].name)
    province.sees(PROJECT, "530", "实训台账.pdf", "第 2 页")
    province.shot("rows")
    proof = province.page.locator("main").get_by_role("link", name="实训台账.pdf").first.get_attribute("href")
    assert proof.endswith("#page=2")
    assert len(pypdfium2.PdfDocument(province.download(proof))) == 2
