from decimal import Decimal

from tongchou.forms.definition import Indicator
from tongchou.monitoring import indicators
from tongchou.monitoring.attainment import Target, is_met


def make(kind="integer", better="higher", **words):
    return Indicator(code="x", name="某指标", kind=kind, better=better, cite=["guide-03 五"], **words)


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
    assert is_met(choice, None, Target(Decimal(1))) is None
