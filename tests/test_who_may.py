"""docs/who-may.md says what the tested tables say."""

from tests import denials, who_may
from tests.test_access_table import EVERYBODY


def test_the_page_is_what_the_tables_say():
    assert set(denials.ORDER) == EVERYBODY
    page = who_may.page(denials.read())
    assert denials.PAGE.read_text(encoding="utf-8") == page, (
        "run python scripts/who_may.py, with --try after a new row"
    )
