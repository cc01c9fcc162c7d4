from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongchou.programmes.calendar import lay_out, overlapping
from tongchou.programmes.holders import covers, first_match
from tongchou.programmes.pack_format import CalendarEntry, Match, Years
from tongchou.programmes.working_days import is_published, is_rest_day, rest_day_note

ROUNDS = {"2023": 2023, "2024": 2024}


def entry(code, **more):
    return CalendarEntry.model_validate(
        {"code": code, "name": code, "purpose": "declare", "binds": "units", "cite": ["notice 一"], **more}
    )


def spans(*entries, above=(), horizon=2025):
    found, faults = lay_out(entries, above=above, rounds=ROUNDS, horizon=horizon)
    assert faults == []
    return [(s.entry.code, s.year, s.first, s.last) for s in found]


def test_once_yearly_continuous():
    once = entry("a", round="2023", **{"from": "2023-07-30"}, until="2023-08-22")
    yearly = entry("b", since=2024, until="06-30")
    continuous = entry("c", **{"from": "2023-07-30"})
    assert spans(once, yearly, continuous) == [
        ("a", 2023, date(2023, 7, 30), date(2023, 8, 22)),
        ("b", 2024, date(2024, 1, 1), date(2024, 6, 30)),
        ("b", 2025, date(2025, 1, 1), date(2025, 6, 30)),
        ("c", None, date(2023, 7, 30), None),
    ]


def test_derived_in_the_same_year_and_over_a_years_end():
    ministry = entry("declare", since=2024, until="01-05")
    city = entry("city", since=2024, **{"from": "declare.until - 30 days"}, until="declare.until - 10 days")
    assert spans(city, above=[ministry]) == [
        ("city", 2024, date(2023, 12, 6), date(2023, 12, 26)),
        ("city", 2025, date(2024, 12, 6), date(2024, 12, 26)),
    ]


def test_a_chain_and_an_own_from():
    a = entry("a", round="2023", **{"from": "2023-07-30"}, until="a.from + 10 days")
    b = entry("b", round="2023", until="a.until + 1 day")
    assert [last for *_, last in spans(a, b)] == [date(2023, 8, 9), date(2023, 8, 10)]


def test_an_entry_of_the_same_code_means_the_one_above():
    above = entry("declare", round="2023", until="2023-09-30")
    own = entry("declare", round="2023", until="declare.until - 10 days")
    assert spans(own, above=[above]) == [("declare", 2023, None, date(2023, 9, 20))]


def test_a_yearly_day_needs_to_know_the_year():
    yearly = entry("y", since=2023, until="06-30")
    _, faults = lay_out([entry("x", until="y.until")], above=[yearly], rounds=ROUNDS, horizon=2025)
    assert "不知取哪一年" in faults[0].message


def test_29_february_is_a_mistake_in_other_years():
    _, faults = lay_out([entry("x", since=2024, until="02-29")], rounds=ROUNDS, horizon=2025)
    assert "2025-02-29" in faults[0].message


def test_overlaps_count_variants_and_people():
    a = entry("a", until="2023-08-22")
    b = entry("b", **{"from": "2023-08-22"})
    after = entry("c", **{"from": "2023-08-23"})
    others = entry("d", binds="cities")
    one, two = entry("e", variants=["x"]), entry("f", variants=["y"])
    lay = lambda *entries: lay_out(entries, rounds=ROUNDS, horizon=2025)[0]  # noqa: E731
    assert len(overlapping(lay(a, b))) == 1
    assert overlapping(lay(a, after)) == []
    assert overlapping(lay(a, others)) == []
    assert overlapping(lay(one, two)) == []
    assert len(overlapping(lay(one, a))) == 1


DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))


@given(DAYS, st.integers(0, 400), st.sampled_from("+-"))
def test_derivation_is_a_shift(day, count, sign):
    found = spans(entry("a", until=day.isoformat()), entry("b", until=f"a.until {sign} {count} days"))
    shift = timedelta(days=count if sign == "+" else -count)
    assert found[1][3] - found[0][3] == shift


@given(DAYS, DAYS, DAYS, DAYS)
def test_overlap_is_symmetric_and_agrees_with_the_days(a, b, c, d):
    one = entry("a", **{"from": min(a, b).isoformat()}, until=max(a, b).isoformat())
    two = entry("b", **{"from": min(c, d).isoformat()}, until=max(c, d).isoformat())
    x, y = lay_out([one, two], rounds=ROUNDS, horizon=2025)[0]
    share_a_day = max(min(a, b), min(c, d)) <= min(max(a, b), max(c, d))
    assert x.overlaps(y) == y.overlaps(x) == share_a_day


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("abcd"), st.sampled_from(["from", "until"])),
        max_size=6,
    )
)
def test_any_derivations_end_in_days_or_in_faults(links):
    entries = {}
    for code, target, edge in links:
        entries.setdefault(code, entry(code, until=f"{target}.{edge} + 1 day"))
    found, faults = lay_out(list(entries.values()), rounds=ROUNDS, horizon=2025)
    assert len(found) + len(faults) >= len(entries)


def test_rest_days():
    assert is_rest_day(date(2023, 10, 1))
    assert is_rest_day(date(2023, 9, 29))  # mid-autumn, a Friday
    assert not is_rest_day(date(2023, 10, 8))  # a Sunday worked
    assert rest_day_note(date(2023, 10, 9)) == ""
    assert "法定节假日" in rest_day_note(date(2023, 9, 29))
    assert "期限不顺延" in rest_day_note(date(2023, 8, 20))


def test_years_without_a_notice_are_said_to_be_so():
    saturday = date(2090, 9, 30)
    assert not is_published(saturday)
    assert is_rest_day(saturday)
    assert "放假安排尚未公布" in rest_day_note(saturday)
    assert "放假安排尚未公布" in rest_day_note(saturday + timedelta(days=2))


CHANGCHUN = "000000/220000/220100/"


@pytest.mark.parametrize(
    "lines, kind, tags, expected",
    [
        ([Match(places=["220100"]), Match()], "", {}, 0),
        ([Match(places=["220200"]), Match()], "", {}, 1),
        ([Match(places=["220000"])], "", {}, 0),
        ([Match(places=["220200"])], "", {}, None),
        ([Match(tags=["a", "b"]), Match(tags=["a"]), Match()], "university", {"a": None}, 1),
        ([Match(tags=["a"], tag_years=Years(until=2021)), Match()], "university", {"a": 2021}, 0),
        ([Match(tags=["a"], tag_years=Years(until=2021)), Match()], "university", {"a": 2022}, 1),
        ([Match(tags=["a"], tag_years=Years(first=2021)), Match()], "university", {"a": None}, 1),
        ([Match(tags=["a", "b"], tag_years=Years(first=2020))], "", {"a": 2021, "b": 2019}, None),
        ([Match(tags=["a"]), Match()], "university", {}, 1),
        ([Match(kinds=["park"]), Match(kinds=["university"])], "university", {}, 1),
        ([Match(kinds=["park"])], "", {}, None),
    ],
)
def test_the_first_line_that_matches(lines, kind, tags, expected):
    found = first_match(lines, path=CHANGCHUN, kind=kind, tags=tags)
    assert (lines.index(found) if found else None) == expected


SOME = st.lists(st.sampled_from(["220100", "220200", "220000"]), max_size=2, unique=True)
YEAR = st.none() | st.integers(2019, 2022)
MATCH = st.builds(
    lambda places, kinds, tags, years: Match(places=places, kinds=kinds, tags=tags, tag_years=years),
    SOME,
    st.lists(st.sampled_from(["park", "university"]), max_size=2, unique=True),
    st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True),
    st.none() | st.builds(Years, first=YEAR, until=YEAR),
)


@given(
    MATCH, MATCH, st.sampled_from(["park", "university"]), st.dictionaries(st.sampled_from(["a", "b"]), YEAR)
)
def test_a_covered_line_is_never_reached(earlier, later, kind, tags):
    if covers(earlier, later) and first_match([later], path=CHANGCHUN, kind=kind, tags=tags):
        assert first_match([earlier, later], path=CHANGCHUN, kind=kind, tags=tags) is earlier
