import pytest

from tests.programmes.small_pack import Pack, make_places


@pytest.fixture
def pack(tmp_path):
    return Pack(tmp_path / "small")


@pytest.fixture
def places(db):
    return make_places()
