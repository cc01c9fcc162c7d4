"""docs/who-may.md says what the tested tables say."""

from tests import who_may
from tests.test_access_table import EVERYBODY


def test_the_page_is_what_the_tables_say():
    assert set(who_may.ORDER) == EVERYBODY
    assert who_may.PAGE.read_text(encoding="utf-8") == who_may.page(), "run python scripts/who_may.py"
