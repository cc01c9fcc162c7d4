"""Every word of the screens has its English, with the same placeholders."""

import re
import sys
from pathlib import Path

import pytest
from django.utils import translation

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

PLACES = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


@pytest.fixture(scope="module")
def catalogue():
    import messages

    return messages.catalogue()


@pytest.fixture
def english():
    from django.utils.translation import trans_real

    from tongchou.cli.assets import compile_translations

    compile_translations()
    trans_real._translations.clear()
    with translation.override("en"):
        yield
    trans_real._translations.clear()


def test_every_word_has_english(catalogue):
    _new, missing = catalogue
    assert not missing


def test_placeholders_survive_translation(catalogue):
    new, _missing = catalogue
    for message in new:
        if not message.id:
            continue
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = [message.string] if isinstance(message.string, str) else list(message.string)
        for string in strings:
            assert set(PLACES.findall(string)) == set(PLACES.findall(ids[0])), message.id


def test_pages_speak_english(client, world, english):
    client.cookies["django_language"] = "en"
    page = client.get("/").content.decode()
    assert '<html lang="en">' in page
    assert "Tasks and guides" in page
    assert "重点任务与指南" not in page
