"""The one clock: set for a block, or followed by a whole process."""

from datetime import UTC, date, datetime

import pytest

from tongchou.core import clock


@pytest.fixture
def _as_usual(monkeypatch):
    monkeypatch.setattr(clock, "_sources", list(clock._sources))


@pytest.mark.usefixtures("_as_usual")
def test_a_process_may_follow_another_clock_but_what_is_set_prevails():
    demo = datetime(2025, 6, 18, 1, tzinfo=UTC)
    clock.follow(lambda: demo)
    assert clock.now() == demo
    assert clock.today() == date(2025, 6, 18)
    with clock.at(date(2023, 8, 10)):
        assert clock.today() == date(2023, 8, 10)
    assert clock.now() == demo
