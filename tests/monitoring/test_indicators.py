from decimal import Decimal

import pytest

from tongchou.forms.definition import Indicator
from tongchou.monitoring import indicators


def make(kind="integer", better="higher", **words):
    return Indicator(code="x", name="某指标", kind=kind, better=better, cite=["guide-03 五"], **words)


@pytest.mark.parametrize(
    "better,actual,target,met,achieved",
    [
        ("higher", 10, 8, True, "125.00"),
        ("higher", 8, 8, True, "100.00"),
        ("higher", 7, 8, False, "87.50"),
        ("lower", 4, 5, True, "125.00"),
        ("lower", 6, 5, False, "83.33"),
        ("none", 6, 5, None, None),
        ("higher", 6, None, None, None),
        ("higher", None, 5, None, None),
        ("higher", 5, 0, True, None),
        ("lower", 0, 5, True, None),
    ],
)
def test_targets_in_both_directions(better, actual, target, met, achieved):
    indicator = make(better=better)
    numbers = [None if n is None else Decimal(n) for n in (actual, target)]
    assert indicators.is_met(indicator, *numbers) is met
    reached = indicators.achieved(indicator, *numbers)
    assert (None if reached is None else str(reached)) == achieved


def test_a_ratio_in_per_cent_and_a_plain_one():
    per_cent = make("ratio", unit="%", numerator="甲", denominator="乙")
    plain = make("ratio", unit="台/人", numerator="甲", denominator="乙")
    answer = {"numerator": 3, "denominator": 4}
    assert indicators.actual(per_cent, answer) == 75
    assert indicators.actual(plain, answer) == Decimal("0.75")
    assert indicators.show_answer(per_cent, answer) == "75%（3 ÷ 4）"
    assert indicators.show_answer(plain, answer) == "0.75 台/人（3 ÷ 4）"
    assert indicators.show_answer(plain, {"numerator": 3}) == "—（3 ÷ —）"
    assert indicators.actual(plain, {"numerator": 3, "denominator": 0}) is None


def test_money_is_in_fen_and_read_in_wan():
    income = make("money", unit="万元")
    assert indicators.show_figure(income, Decimal("123456789.0000")) == "123.456789 万元"
    assert indicators.show_figure(income, None) == "—"


def test_texts_and_choices_have_no_figure():
    choice = make("choice", choices=[{"value": "a", "label": "已建成"}])
    assert indicators.actual(choice, {"value": "a"}) is None
    assert indicators.show_answer(choice, {"value": "a"}) == "已建成"
    assert indicators.is_met(choice, None, Decimal(1)) is None
