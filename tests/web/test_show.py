"""How numbers, money and days are written."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from tongchou.core import clock
from tongchou.web import show
from tongchou.web.markdown import render
from tongchou.web.paging import page_of


@pytest.fixture(autouse=True)
def _chinese():
    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize(
    "value, text",
    [
        (1234567, "1,234,567"),
        (1234.50, "1,234.5"),
        (0, "0"),
        (None, "—"),
        ("", "—"),
        ("一", "一"),
        (float("nan"), "—"),
    ],
)
def test_thousands(value, text):
    assert show.thousands(value) == text


@pytest.mark.parametrize(
    "fen, text", [(123_450_000, "123.45 万元"), (0, "0 万元"), (1, "0.000001 万元"), (None, "—")]
)
def test_money_is_shown_in_wan(fen, text):
    assert show.wan(fen) == text


def test_days_in_both_languages():
    assert show.day(date(2026, 11, 21)) == "2026年11月21日"
    assert show.day("2026-01-02") == "2026年1月2日"
    assert show.day(datetime(2026, 11, 21, 16, 30, tzinfo=UTC)) == "2026年11月22日"
    with translation.override("en"):
        assert show.day(date(2026, 11, 21)) == "21 Nov 2026"


def test_how_long_is_left():
    with clock.at(date(2023, 8, 20)):
        assert show.left(date(2023, 8, 23)) == "还剩3天"
        assert show.left(date(2023, 8, 20)) == "今天截止"
        assert show.left(date(2023, 8, 18)) == "已逾期2天"
        assert show.left(clock.end_of(date(2023, 8, 22))) == "还剩2天"  # a half-open end: the 22nd counts
        assert show.left(None) == "未限定时间"


def test_guides_cannot_bring_html_or_scripts():
    html = render("# 一\n<script>alert(1)</script>\n\n[x](javascript:alert(1)) **b**")
    assert "<script" not in html
    assert "href" not in html
    assert "<h2>一</h2>" in html
    assert "<strong>b</strong>" in html


@pytest.mark.parametrize(
    "asked, number", [("1", 1), ("3", 3), ("99", 3), ("0", 1), ("-1", 1), ("x", 1), ("", 1)]
)
def test_a_page_number_out_of_range_gives_the_nearest(rf, asked, number):
    page = page_of(rf.get("/", {"page": asked, "q": "a"}), list(range(25)), per_page=10)
    assert page.number == number
    assert page.query == "q=a"
