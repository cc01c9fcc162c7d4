from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.forms import ranges
from tongchou.forms.definition import Indicator
from tongchou.forms.values import Malformed
from tongchou.monitoring import checks
from tongchou.monitoring.attainment import Attained, Target, is_met, points, rate, score


def make(kind="integer", better="higher", **words):
    return Indicator(code="x", name="某指标", kind=kind, better=better, cite=["guide-03 五"], **words)


def number(value):
    return None if value is None else Decimal(str(value))


@pytest.mark.parametrize(
    "words,actual,target,met,reached,worth",
    [
        ({}, 10, (8,), True, "125.00", "10.00"),
        ({"cap": 120}, 9, (8,), True, "112.50", "11.25"),
        ({"cap": 120}, 80, (8,), True, "1000.00", "12.00"),
        ({}, 8, (8,), True, "100.00", "10.00"),
        ({}, 7, (8,), False, "87.50", "8.75"),
        ({}, 0, (8,), False, "0.00", "0.00"),
        ({}, None, (8,), None, None, "0.00"),
        ({}, 6, (), None, None, None),
        ({}, 5, (0,), True, None, "10.00"),
        ({"kind": "number", "min": None}, -3, (-5,), True, "60.00", "10.00"),
        ({"kind": "number", "min": None}, -10, (-5,), False, "200.00", "0.00"),
        ({"better": "lower"}, 4, (5,), True, "125.00", "10.00"),
        ({"better": "lower", "cap": 120}, 4, (5,), True, "125.00", "12.00"),
        ({"better": "lower"}, 6, (5,), False, "83.33", "8.33"),
        ({"better": "lower"}, 0, (5,), True, None, "10.00"),
        ({"better": "lower"}, 3, (0,), False, "0.00", "0.00"),
        ({"better": "lower"}, 0, (0,), True, None, "10.00"),
        ({"better": "none"}, 6, (5,), None, None, None),
        ({"goal": "equal"}, 12, (12,), True, "100.00", "10.00"),
        ({"goal": "equal"}, 9, (12,), False, "75.00", "7.50"),
        ({"goal": "equal"}, 16, (12,), False, "75.00", "7.50"),
        ({"goal": "equal"}, 0, (0,), True, "100.00", "10.00"),
        ({"goal": "range"}, 80, (80, 120), True, "100.00", "10.00"),
        ({"goal": "range"}, 120, (80, 120), True, "100.00", "10.00"),
        ({"goal": "range"}, 60, (80, 120), False, "75.00", "7.50"),
        ({"goal": "range"}, 160, (80, 120), False, "75.00", "7.50"),
    ],
)
def test_numbers_against_what_was_committed(words, actual, target, met, reached, worth):
    indicator = make(**{"weight": 10, **words})
    committed = Target(*map(number, target))
    assert is_met(indicator, number(actual), committed) is met
    found = rate(indicator, number(actual), committed)
    assert found == number(reached)
    found = points(indicator, number(actual), committed)
    assert (None if found is None else str(found)) == worth


@pytest.mark.parametrize(
    "judgement,met,reached,worth",
    [
        ("", None, None, None),
        ("reached", True, "100", "10.00"),
        ("partly", False, "70.0", "7.00"),
        ("missed", False, "0", "0.00"),
        ("not_applicable", None, None, None),
    ],
)
def test_a_goal_in_words_is_judged_in_three_steps(judgement, met, reached, worth):
    indicator = make("text", goal="graded", weight=10, partly=70)
    committed = Target(text="建成共享机制")
    assert is_met(indicator, None, committed, judgement) is met
    shown = [rate(indicator, None, committed, judgement), points(indicator, None, committed, judgement)]
    assert [None if one is None else str(one) for one in shown] == [reached, worth]
    assert points(indicator, None, Target(), "reached") is None


def test_points_of_a_report_leave_out_what_does_not_apply_and_add_what_is_extra():
    committed = Target(Decimal(10))
    half, whole = make(weight=40), make(weight=40, cap=120)
    absent, words = make(weight=15, may_not_apply=True), make("text", goal="graded", weight=5)
    extra = make(weight=5, extra=True)
    told = [
        Attained(half, Decimal(5), committed),
        Attained(whole, Decimal(20), committed),
        Attained(absent, None, committed, "not_applicable"),
        Attained(words, None, Target(text="建成")),
        Attained(extra, Decimal(10), committed),
        Attained(make(), Decimal(1), committed),
    ]
    found = score(told)
    assert (found.points, found.possible, found.extra, found.open) == (68, 80, 5, 5)
    assert found.total == Decimal("90.00")
    assert score([]).total is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.integers(1, 300), st.booleans(), st.integers(1, 40)), min_size=1
    )
)
def test_points_equal_a_plain_computation(rows):
    attained, reached, possible = [], Fraction(0), 0
    for actual, target, lower, weight in rows:
        attained.append(
            Attained(
                make(better="lower" if lower else "higher", weight=weight, cap=120),
                Decimal(actual),
                Target(Decimal(target)),
            )
        )
        ratio = Fraction(target, actual) if lower and actual else Fraction(actual, target)
        ratio = Fraction(1) if lower and not actual else ratio
        reached += weight * min(ratio, Fraction(12, 10))
        possible += weight
    found = score(attained)
    assert found.possible == possible
    assert abs(found.points - Decimal(reached.numerator) / Decimal(reached.denominator)) < Decimal(
        "0.02"
    ) * len(rows)
    assert found.total == (found.points / possible * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    "kind,typed,stored,bounds",
    [
        ("integer", "80-120", "80～120", (80, 120)),
        ("integer", " １，０００ 至 2,000", "1000～2000", (1000, 2000)),
        ("number", "-5~-1.5", "-5～-1.5", (-5, Decimal("-1.5"))),
        ("money", "10到12.5", "10～12.5", (10_000_000, 12_500_000)),
    ],
)
def test_a_range_is_read_however_it_is_typed(kind, typed, stored, bounds):
    indicator = make(kind, goal="range")
    assert ranges.canonical(indicator, typed) == stored
    assert ranges.bounds(indicator, stored) == bounds


@pytest.mark.parametrize("typed", ["80", "120～80", "a～b", "1～2～3", "～5"])
def test_what_is_no_range_is_refused(typed):
    with pytest.raises(Malformed):
        ranges.canonical(make(goal="range"), typed)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["integer", "number", "percent", "money"]),
    st.sampled_from(["higher", "lower", "none"]),
    st.one_of(st.integers(-20, 220), st.floats(-20, 220).map(lambda x: round(x, 4))),
    st.one_of(st.none(), st.decimals(0, 200, places=4)),
    st.sampled_from([(0, None), (None, None), (10, 120)]),
)
def test_a_figure_is_told_of_only_when_out_of_bounds_or_short_of_its_target(
    kind, better, value, target, limits
):
    value = int(value) if kind in {"integer", "money"} else float(value)
    indicator = make(kind, better, min=limits[0], max=limits[1])
    low, high = limits
    if kind == "percent":
        low, high = 0 if low is None else low, 100 if high is None else high
    inside = (low is None or value >= low) and (high is None or value <= high)
    missed = is_met(indicator, Decimal(str(value)), Target(target)) is False
    targets = {"x": Target(target)}
    found = checks.check([indicator], "main", {"x": {"value": value}}, targets=targets, pages=None)
    assert [f.severity for f in found] == ["error"] * (not inside) + ["missing"] * missed
    assert checks.clean([indicator], {}, {"x": {"value": value}}, evidence=()).values == {
        "x": {"value": value}
    }


@settings(max_examples=80, deadline=None)
@given(
    st.one_of(st.none(), st.integers(-2, 120)),
    st.one_of(st.none(), st.integers(-2, 120)),
    st.one_of(st.none(), st.integers(0, 150)),
    st.booleans(),
)
def test_a_ratio_is_told_of_by_its_parts_its_quotient_and_its_target(above, below, target, noted):
    indicator = make("ratio", unit="%", numerator="甲", denominator="乙", max=100)
    parts = {"numerator": above, "denominator": below, "note": "原因" if noted else None}
    answer = checks.clean([indicator], {}, {"x": parts}, evidence=()).values["x"]
    assert answer == {part: value for part, value in parts.items() if value is not None}
    committed = Target(number(target))
    found = checks.check([indicator], "main", {"x": answer}, targets={"x": committed}, pages=None)
    if above is None and below is None:
        wanted = [] if noted else [("missing", "x-numerator")]
    elif above is None or below is None:
        wanted = [("missing", "x-numerator" if above is None else "x-denominator")]
    else:
        wanted = [("error", "x-numerator")] * (above < 0) + [("error", "x-denominator")] * (below < 0)
        if below == 0:
            wanted.append(("error", "x-denominator"))
        else:
            figure = Fraction(above, below) * 100
            wanted += [("error", "x-numerator")] * (not 0 <= figure <= 100)
            wanted += [("missing", "x-note")] * (target is not None and figure < target and not noted)
    assert [(f.severity, f.field) for f in found] == wanted
    assert all(f.message and f.cite == ("guide-03 五",) for f in found)
