"""Cells read in bulk come out as each read by itself and cleaned as autosave cleans."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.documents.form_workbook import cells
from tongchou.forms.definition import FieldDef
from tongchou.forms.values import Malformed, clean_value

CHOICES = [{"value": "a", "label": "甲"}, {"value": "b", "label": "a"}, {"value": "c", "label": "#丙"}]
FIELDS = [
    FieldDef.model_validate({"code": "x", "label": "项", **given})
    for given in (
        {"type": "text", "max_length": 20},
        {"type": "longtext"},
        {"type": "integer", "min": 0, "max": 60},
        {"type": "number", "decimals": 1},
        {"type": "number"},
        {"type": "percent"},
        {"type": "money"},
        {"type": "date"},
        {"type": "choice", "choices": CHOICES},
        {"type": "multichoice", "choices": CHOICES},
        {"type": "yesno"},
    )
]
WORDS = [
    "甲",
    "乙",
    "a",
    "c",
    "#丙",
    "#REF!",
    "（清空）",
    " 甲",
    "甲 ",
    "e\u0301",
    "a\u00a0b",
    "２０",
    "1,234.5",
    "是",
    "x" * 2001,
]
CELLS = st.one_of(
    st.sampled_from(WORDS),
    st.text(min_size=1, max_size=12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(min_value=-5000, max_value=5000, width=32),
    st.integers(-(10**16), 10**16).map(float),
    st.integers(-(10**5), 10**5).map(lambda n: n / 100),
    st.integers(),
    st.booleans(),
    st.dates(min_value=date(1899, 1, 1), max_value=date(2300, 1, 1)),
    st.datetimes(),
)


def came_of(take) -> tuple[str, object]:
    try:
        return "stored", take()
    except Malformed as error:
        return "malformed", str(error)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FIELDS), CELLS.filter(lambda cell: not (isinstance(cell, str) and not cell.strip())))
def test_many_cells_are_read_as_one_is(field, cell):
    bulk = came_of(lambda: cells.reader(field)(cell))
    single = came_of(lambda: clean_value(field, cells.read(field, cell)))
    assert bulk == single
    assert type(bulk[1]) is type(single[1])
