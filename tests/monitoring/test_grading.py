"""Weights, grades and what follows, against a plain calculation."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.monitoring.evaluated import CITE, FOUR, yearly
from tongchou.monitoring import grading
from tongchou.programmes.evaluation_format import Consequence

MARK = st.decimals(0, 100, places=2)


def consequence(**given):
    return Consequence.model_validate({"code": "c", "text": "后果", "does": "revoke", "cite": CITE} | given)


@settings(max_examples=40, deadline=None)
@given(
    unit=st.integers(1, 98),
    city=st.integers(1, 98),
    marks=st.tuples(MARK, MARK, MARK),
    has_city=st.booleans(),
)
def test_the_total_is_the_plain_weighted_mean_of_the_levels_there_are(unit, city, marks, has_city):
    city = min(city, 99 - unit)
    weights = {"unit": unit, "city": city, "province": 100 - unit - city}
    shares = [{"level": level, "weight": weight} for level, weight in weights.items()]
    scheme = yearly(shares=shares)
    present = ["nation", "province", "city"] if has_city else ["nation", "province"]
    weighed = grading.weights(scheme, present, concludes="province")
    there = {level: mark for level, mark in zip(weights, marks, strict=True) if has_city or level != "city"}
    parts = [grading.Part(level, weight, there[level]) for level, weight in weighed.items()]
    assert list(weighed) == list(there)
    exact = sum(Fraction(there[level]) * weights[level] for level in there) / sum(
        weights[level] for level in there
    )
    plain = (Decimal(exact.numerator) / exact.denominator).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert abs(grading.total(parts) - plain) <= Decimal("0.01")
    best = next(grade for grade in FOUR if grading.total(parts) >= grade["least"])
    assert grading.grade_of(scheme.grades, grading.total(parts)).code == best["code"]


def test_who_marks_where_no_share_is_named():
    marked, unmarked = (
        yearly(shares=[], grades=[{"code": "a", "name": "甲", **low}, {"code": "b", "name": "乙", **end}])
        for low, end in (({"least": 60}, {"least": 0}), ({}, {}))
    )
    assert grading.weights(marked, ["nation"], concludes="nation") == {"nation": 100}
    assert grading.weights(unmarked, ["nation"], concludes="nation") == {}
    assert grading.total([]) is None
    assert grading.graded_by_mark(marked)
    assert not grading.graded_by_mark(unmarked)


@pytest.mark.parametrize(
    "rule, grades, years",
    [
        ({"over": "once"}, {2024: "fail"}, [2024]),
        ({"over": "once"}, {2023: "fail", 2024: "pass"}, []),
        ({"over": "in_a_row", "years": 2}, {2023: "fail", 2024: "fail"}, [2023, 2024]),
        ({"over": "in_a_row", "years": 2}, {2022: "fail", 2023: "pass", 2024: "fail"}, []),
        ({"over": "in_a_row", "years": 2}, {2022: "fail", 2024: "fail"}, []),
        ({"over": "in_total", "years": 2}, {2022: "fail", 2023: "pass", 2024: "fail"}, [2022, 2024]),
        # a new cycle of three years begins with 2024: the bad year before it no longer counts
        ({"over": "in_total", "years": 2}, {2021: "pass", 2022: "fail", 2023: "pass", 2024: "fail"}, []),
        ({"over": "every_year"}, {2022: "fail", 2023: "fail", 2024: "fail"}, [2022, 2023, 2024]),
        ({"over": "every_year"}, {2023: "fail", 2024: "fail"}, []),
    ],
)
def test_when_grades_lead_to_it(rule, grades, years):
    found = grading.led_to(
        consequence(grades=["fail"], **rule), year=2024, grades=grades, figures={}, cycle=3
    )
    assert found == years


def test_when_a_figure_leads_to_it_and_what_only_people_find():
    idle = consequence(indicator="n", below=1, over="in_total", years=2)
    figures = {2023: Decimal(0), 2024: Decimal(0)}

    def found(rule, figures, cycle=None):
        return grading.led_to(rule, year=2024, grades={2024: "fail"}, figures=figures, cycle=cycle)

    assert found(idle, figures) == [2023, 2024]
    assert found(idle, {2023: Decimal(0), 2024: Decimal(1)}) == []
    assert found(idle, {}) == []
    assert found(consequence(), figures) == []
    assert (
        found(consequence(grades=["fail"], over="every_year"), {}) == []
    )  # how long a cycle is, is not known
