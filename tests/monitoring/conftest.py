import pytest


@pytest.fixture
def programme(db, settings, tmp_path):
    """The places and the real pack."""
    from tests import scene  # models can be imported once Django is set up

    settings.FILES = tmp_path
    return scene.load()
