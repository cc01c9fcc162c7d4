import pytest


@pytest.fixture
def programme(db, settings, tmp_path):
    """The places and the real pack."""
    from tests import scene  # models can be imported once Django is set up

    settings.FILES = tmp_path
    return scene.load()


@pytest.fixture
def opened(programme):
    """The period of 2024 in Jilin, open, with one school's project and its people."""
    from tests.monitoring.year import opened_period

    return opened_period()
