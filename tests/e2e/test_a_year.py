"""A year of monitoring by hand in one province: from the opened period to the second edition of the bulletin."""

import io
import os
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
from playwright.sync_api import expect

from tests.e2e import a_year
from tests.e2e.a_year import MISSING, OWN, PROJECT, SCHOOLS, on
from tests.e2e.stage import Seat
from tests.e2e.year_end import (
    corrects,
    evaluates,
    follows_a_figure_down,
    mends,
    publishes,
    publishes_again,
    reads,
    the_first_stays,
)
from tests.monitoring import evaluated
from tongchou.monitoring.models import IndicatorValue, PerformanceReport
from tongchou.monitoring.tasks import measure_peers
from tongchou.rehearsal.sample import evidence_pdf

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_year_from_the_open_period_to_the_second_edition(stage):
    year = a_year.played()
    province, leader = stage.seat("province"), stage.seat("school0")
    opens_the_year(province)
    for number in set(range(len(SCHOOLS))) - {OWN, MISSING}:
        year.submits(number, 2024, date(2024, 11, 12))
    measure_peers(0)  # the worker's part
    fills_by_excel(leader)
    proves_answers_and_submits(leader)
    reviews(year, province, leader)
    city = stage.seat("city")
    summarises(city, province)
    chases(province, stage.seat(f"school{MISSING}"))
    with evaluated.scheme(evaluated.yearly()):
        evaluates(year, province, city, leader)
        mends(province, leader)
        kept = publishes(province)
        corrects(province, leader)
        publishes_again(province)
        the_first_stays(province, kept)
        reads(stage.seat())
        follows_a_figure_down(year, province)
    assert stage.faults == []


# ---------------------------------------------------------------- reporting


def opens_the_year(province: Seat) -> None:
    province.set_day("2024-11-05")
    province.menu("绩效监测")
    province.choose("year", "2024")
    province.page.wait_for_url("**year=2024**")
    row = province.page.locator("#open li", has_text="实践中心").first
    with province.page.expect_navigation():
        row.get_by_role("button", name="开启").click()
        province.page.locator("#confirm button[value=yes]").click()
    province.sees("绩效采集期。", "年度工作报告", "年度运营报告")
    province.shot("monitoring", phone=True)


def fills_by_excel(leader: Seat) -> None:
    """The sheet of the page, filled with one cell that can't be: looked at, marked, mended, taken over."""
    on("2024-11-20")
    leader.menu("绩效与报告")
    leader.sees(PROJECT)
    leader.follow("年度绩效填报")
    leader.sees("上年 384 人")
    leader.press("带入上年数据", sure=True)
    leader.sees("已带入上年的 14 项数据")
    carried = own_answers()
    leader.follow("Excel 填报")
    sheet = leader.download(
        leader.page.get_by_role("link", name="下载填报表").evaluate(
            "link => link.href.replace(location.origin, '')"
        )
    )
    figures = a_year.Year().figures(OWN, 2024) | {"external_trainees": {"value": 4100}}
    sends(leader, filled(sheet, figures | {"awards": {"value": "若干"}}))
    leader.sees("还没有写入平台", "有错误", "若干", "科技成果奖项数")
    leader.shot("excel-faulty", phone=True)
    marked = leader.download(
        leader.page.get_by_role("link", name="下载标出错误的原文件").evaluate(
            "link => link.pathname + link.search"
        )
    )
    page = openpyxl.load_workbook(io.BytesIO(marked))["绩效数据"]
    assert [c.value for row in page.iter_rows() for c in row if c.comment and c.value == "若干"] == ["若干"]
    sends(leader, filled(sheet, figures))
    leader.sees("1 个项目的 14 项指标", "有错误0")
    assert own_answers() == carried  # only read so far
    leader.shot("excel-read", phone=True)
    leader.press("写入没有错误的项")
    leader.sees("已写入 1 个项目的 14 项指标。")


def own_answers() -> dict:
    return PerformanceReport.objects.get(application__project_name=PROJECT, period__year=2024).answers


def sends(leader: Seat, content: bytes) -> None:
    leader.page.locator("#sheet-file").set_input_files(
        {"name": "绩效数据填报表.xlsx", "mimeType": XLSX, "buffer": content}
    )
    leader.press("上传并试读")


def filled(sheet: bytes, figures: dict) -> bytes:
    """The downloaded sheet with figures in its white cells, as a person types them: money in units of 10,000 yuan."""
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    page = book["绩效数据"]
    heads = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        given = figures[page.cell(row, heads["指标编码"]).value]
        for head, part in (("数值", "value"), ("分子", "numerator"), ("分母", "denominator")):
            if part in given:
                money = page.cell(row, heads["单位"]).value == "万元" and part == "value"
                page.cell(row, heads[head]).value = given[part] / 1_000_000 if money else given[part]
        page.cell(row, heads["说明"]).value = "按台账统计。"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def proves_answers_and_submits(leader: Seat) -> None:
    """The page that proves a figure, and what is asked of a figure ten times last year's and all others'."""
    leader.follow("在线填写")
    leader.page.locator("#u-evidence").set_input_files(
        {"name": "实训台账.pdf", "mimeType": "application/pdf", "buffer": evidence_pdf()}
    )
    leader.page.locator("[data-evidence]", has_text="实训台账.pdf").wait_for()
    box = leader.page.locator("#f-external_trainees")
    expect(box).to_contain_text("是上年的")
    expect(box).to_contain_text("同类 5 个项目的中位数")
    leader.page.locator("[name=external_trainees-evidence]").select_option(label="实训台账.pdf")
    leader.page.locator("[name=external_trainees-page]").fill("2")
    leader.page.locator("[name=external_trainees-reply_peers]").fill(
        "含三所外校整建制实训，名册见台账第 2 页。"
    )
    leader.saved()
    leader.shot("performance", phone=True)
    leader.press("报送", sure=True)
    leader.sees("绩效数据已报送。")


# ---------------------------------------------------------------- the review


def reviews(year: a_year.Year, province: Seat, leader: Seat) -> None:
    """Question and answer are read together; returned once, mended, confirmed; the others' too."""
    on("2024-11-27")
    province.menu("绩效填报")
    province.sees(PROJECT, SCHOOLS[MISSING][2])
    province.follow(PROJECT)
    province.sees(
        "同类 5 个项目的中位数", "含三所外校整建制实训", "尚未答复", "实训台账.pdf", "第 2 页", "4,100"
    )
    province.shot("report", phone=True)
    province.unfold("退回修改")
    province.page.locator("#return-reason").fill("实训人数请按人次以外的口径核对。")
    province.page.locator("#return-due").fill("2024-12-06")
    province.unfold("对指标写意见")
    province.page.locator("#r-external_trainees").fill("4100 疑为人日数，请核对。")
    province.press("退回", sure=True)
    province.sees("已退回修改。")

    on("2024-11-29")
    leader.menu("绩效与报告")
    leader.follow("年度绩效填报")
    leader.sees("实训人数请按人次以外的口径核对。", "4100 疑为人日数，请核对。", "2024年12月6日")
    leader.shot("returned")
    leader.page.locator("[name=external_trainees-value]").fill("470")
    leader.saved()
    leader.press("报送", sure=True)
    leader.sees("绩效数据已报送。", "第 2 版")

    for number in set(range(len(SCHOOLS))) - {OWN, MISSING}:
        year.confirms(number, 2024, date(2024, 11, 30))
    on("2024-12-03")
    province.menu("绩效填报")
    province.follow(PROJECT)
    province.sees("改了 1 项", "470")
    province.press("确认", sure=True)
    province.sees("已确认，数据计入汇总。")
    assert IndicatorValue.objects.filter(year=2024, confirmed=True).count() == 14 * 6


# ---------------------------------------------------------------- summaries, board


def summarises(city: Seat, province: Seat) -> None:
    """From a template with the figures in it to the sealed report."""
    on("2024-12-05")
    city.menu("总结报告")
    of_2024(city)
    city.follow("年度重点任务总结报告（市、州）")
    assert "2024年应报送绩效数据的项目3个，已报送3个（100%）" in template(city)
    hands_in(city, "市级总结报告（盖章）.pdf")
    province.menu("总结报告")
    of_2024(province)
    province.follow("省级总结报告（本任务）")
    words = template(province)
    assert "2024年应报送绩效数据的项目7个，已报送6个（85.7%）" in words
    assert "2,780 人" in words
    province.shot("summary", phone=True)
    hands_in(province, "省级总结报告（盖章）.pdf")


def of_2024(seat: Seat) -> None:
    seat.choose("year", "2024")
    seat.page.wait_for_url("**year=2024**")


def template(seat: Seat) -> str:
    """What the Word template of the report says already."""
    link = seat.page.get_by_role("link", name="下载报告模板（Word）")
    content = seat.download(link.evaluate("link => link.pathname + link.search"))
    if folder := os.environ.get("TONGCHOU_SHOTS"):
        Path(folder, f"template-{len(content)}.docx").write_bytes(content)
    document = docx.Document(io.BytesIO(content))
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "".join([*(p.text for p in document.paragraphs), *cells])


def hands_in(seat: Seat, name: str) -> None:
    seat.type(text="全省七所学校的实践中心按计划开放运营，目标完成情况见表。")
    seat.page.locator("#upload").set_input_files(
        {"name": name, "mimeType": "application/pdf", "buffer": evidence_pdf()}
    )
    seat.press("报送", sure=True)
    seat.sees("已报送。", name)


def chases(province: Seat, missing: Seat) -> None:
    """The board names who misses, and one press reaches them."""
    on("2024-12-17")
    province.menu("报送看板")
    province.sees("逾期未报1", "辽源市", "缺 1")
    province.shot("board", phone=True)
    province.press("催办全部逾期未报", sure=True)
    province.sees("已催办 1 项")
    missing.menu("工作台")
    missing._go(missing.page.locator("header").get_by_role("link", name="消息"))
    missing.sees("催办", SCHOOLS[MISSING][2])
    missing.shot("inbox")
