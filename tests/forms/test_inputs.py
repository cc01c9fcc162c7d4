"""An answer put into a browser's inputs is read back as the same answer."""

from hypothesis import given
from hypothesis import strategies as st

from tests.forms.asked import FIELDS, INDICATORS, SECTIONS
from tongchou.forms.answers import clean, from_post
from tongchou.forms.inputs import inputs_of
from tongchou.forms.schema import by_code

YEARS = range(2024, 2027)
texts = st.text(st.characters(codec="utf-8"), max_size=20)
ANSWERS = {
    "name": texts,
    "intro": texts,
    "staff": st.integers(-(10**9), 10**9),
    "area": st.integers(0, 10**7).map(lambda n: n / 100),
    "fund": st.integers(-(10**12), 10**12),
    "rate": st.floats(0, 100).map(lambda n: round(n, 4)),
    "since": st.dates().map(
        lambda d: d.replace(year=1900 + d.year % 290).isoformat() if d.day < 29 else None
    ),
    "level": st.sampled_from(["secondary", "higher"]),
    "areas": st.lists(st.sampled_from(["a", "b", "c"]), unique=True),
    "foreign": st.booleans(),
    "budget": st.lists(
        st.fixed_dictionaries({"item": texts, "amount": st.none() | st.integers(0, 10**12)}), max_size=4
    ),
    "targets": st.dictionaries(
        st.just("trained"),
        st.dictionaries(st.sampled_from(["2024", "2025"]), st.integers(0, 10**6), min_size=1),
        max_size=1,
    ),
}


@given(st.fixed_dictionaries({}, optional={code: st.none() | made for code, made in ANSWERS.items()}))
def test_what_stands_in_the_inputs_is_the_answer(raw):
    fields = by_code(SECTIONS)
    stored = clean(SECTIONS, raw, indicators=INDICATORS, years=YEARS).values
    posted = {}
    for code, value in stored.items():
        posted |= inputs_of(fields[code], value, INDICATORS)
    read = from_post(SECTIONS, posted, indicators=INDICATORS, years=YEARS)
    assert read.errors == {}
    assert read.values == stored


def test_every_kind_that_is_answered_is_tried():
    answered = {f["code"] for f in FIELDS if f["type"] not in {"files", "computed", "people", "partners"}}
    assert answered - set(ANSWERS) == {"country"}  # a text like others
