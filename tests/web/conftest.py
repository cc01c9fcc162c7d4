"""A school with a leader, logged in. Imported before Django is ready, so the factory is asked for inside."""

import pytest


@pytest.fixture
def school(world):
    from tests.factory import unit

    return unit(name="长春甲职业技术学校（演练）")


@pytest.fixture
def as_leader(client, school):
    from tests.factory import leader

    client.force_login(leader(school))
    return client
