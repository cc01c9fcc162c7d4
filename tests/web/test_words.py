"""Every word of the screens and of what the rooms say has its English, with the same placeholders."""

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


def test_refusals_findings_and_windows_speak_the_language_of_the_screen(english):
    from datetime import date

    from tongchou.applications import states
    from tongchou.applications.models import Application
    from tongchou.core.access import Refused
    from tongchou.forms import typed
    from tongchou.forms.answers import clean
    from tongchou.forms.definition import FieldDef
    from tongchou.programmes.working_days import rest_day_note, rest_day_text

    case = Application(number="A-1", state=Application.State.CONCLUDED)
    denied = states.may_move(case, "submit")
    assert denied.reason == "Application A-1 is in state “Concluded”, which does not allow “Submit”."
    assert denied.remedy.startswith("Only applications in state “")
    assert str(Refused(denied)) == f"{denied.reason}　{denied.remedy}"
    assert clean([], {"strange": 1}).errors == {
        "strange": "“strange”: this is not a field of the form; it was not saved."
    }
    with pytest.raises(typed.Malformed, match="a whole number is needed"):
        typed.parse(FieldDef(code="n", label="数", type="integer"), ["1.5"])
    day = date(2023, 10, 1)
    assert rest_day_text(day) == "1 Oct 2023 is a rest day (Sunday); the date does not move, so act earlier"
    assert rest_day_note(day) == "2023年10月1日是休息日（星期日），期限不顺延，请提前办理"
    with translation.override("zh-hans"):
        assert states.may_move(case, "submit").reason == "申报 A-1 当前为“已办结”，不能提交。"
        assert rest_day_text(day) == rest_day_note(day)
