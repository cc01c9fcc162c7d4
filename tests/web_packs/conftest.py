from datetime import date

import pytest

from tests.programmes.small_pack import Pack, make_places


@pytest.fixture
def pack(tmp_path):
    return Pack(tmp_path / "small")


@pytest.fixture
def loaded(pack, db):
    """The small pack is in force, loaded on the command line; it is 1 June 2023."""
    from tongchou.core import clock
    from tongchou.programmes.actions import load_pack

    make_places()
    with clock.at(date(2023, 6, 1)):
        load_pack(pack.write())
        yield pack


@pytest.fixture
def seen(client):
    """``seen(person, url, **post)``: what ``person`` gets from an address, or from a post to it."""

    def open_as(person, url, **post):
        client.force_login(person)
        return client.post(url, post) if post else client.get(url)

    return open_as
