"""A list that a pack holds once: copied into the fields that choose from it, in the pack and in what a place adds."""

from datetime import date

import pytest
from ruamel.yaml import YAML

from tests.programmes.small_pack import CITE, PLACES, make_places
from tongchou.forms.definition import FieldDef
from tongchou.forms.schema import by_code
from tongchou.forms.values import Malformed, clean_value
from tongchou.programmes.check import check, check_pack
from tongchou.programmes.pack_files import write
from tongchou.programmes.packs import read
from tongchou.programmes.parts import whole_parts

MAJORS = [
    "农林牧渔",
    "资源环境与安全",
    "能源动力与材料",
    "土木建筑",
    "水利",
    "装备制造",
    "生物与化工",
    "轻工纺织",
]


def dictionary(code, labels, start=41):
    entries = [{"value": str(number), "label": label} for number, label in enumerate(labels, start)]
    return {"code": code, "name": code, "cite": CITE, "entries": entries}


@pytest.fixture
def majors(pack):
    """A field and a table's column that choose from a dictionary of the programme, and a place's field with its own."""
    pack.programme["dictionaries"] = [dictionary("majors", MAJORS)]
    pack.task["form"][0]["fields"] += [
        {"code": "major", "label": "专业大类", "type": "choice", "dictionary": "majors"},
        {
            "code": "taught",
            "label": "开设专业",
            "type": "table",
            "columns": [{"code": "major", "label": "大类", "type": "choice", "dictionary": "majors"}],
        },
    ]
    pack.overlay["dictionaries"] = [dictionary("parks", ["汽车产业园", "食品产业园"], 1)]
    fields = [
        {"code": "park", "label": "所在园区", "type": "multichoice", "dictionary": "parks"},
        {"code": "second", "label": "第二大类", "type": "choice", "dictionary": "majors"},
    ]
    pack.overlay_task["form"] = [{"code": "local", "title": "本省", "fields": fields}]
    return pack


def labels(field: FieldDef) -> list[str]:
    return [choice.label for choice in field.choices]


def test_fields_and_columns_have_the_entries(majors):
    checked = check_pack(read(majors.write()), PLACES)
    assert checked.problems == []
    fields = by_code(checked.tasks["centre"].form)
    assert labels(fields["major"]) == labels(fields["taught"].columns[0]) == MAJORS
    there = by_code(checked.overlays[0].tasks["centre"].form)
    assert labels(there["park"]) == ["汽车产业园", "食品产业园"]
    assert labels(there["second"]) == labels(there["major"]) == MAJORS


def test_what_a_place_adds_is_not_known_above_it(majors):
    majors.task["form"][0]["fields"][-2]["dictionary"] = "parks"
    told = [str(problem) for problem in check(majors.write(), PLACES)]
    assert [line for line in told if "字典“parks”不存在" in line], told


@pytest.mark.parametrize("home", ["", "overlays/220000/"])
def test_a_file_of_their_own_keeps_line_and_column(majors, home):
    part = majors.overlay if home else majors.programme
    listed = part.pop("dictionaries")
    majors.write()
    path = majors.folder / f"{home}dictionaries.yaml"
    YAML().dump(listed, path)
    assert check(majors.folder, PLACES) == []
    path.write_text(path.read_text().replace("label: ", "lable: ", 1))
    found = next(problem for problem in check(majors.folder, PLACES) if "lable" in problem.message)
    line = path.read_text().splitlines()[found.line - 1]
    assert found.file == f"{home}dictionaries.yaml"
    assert line[found.column - 1 :].startswith("lable")


def test_in_both_places_is_a_mistake(majors):
    majors.write()
    YAML().dump(majors.programme["dictionaries"], majors.folder / "dictionaries.yaml")
    told = [problem.message for problem in check(majors.folder, PLACES)]
    assert "dictionaries 已写在 programme.yaml 里" in told


@pytest.mark.django_db
def test_the_edition_is_whole_by_itself_and_refuses_other_values(majors):
    from tongchou.programmes.actions import load_pack
    from tongchou.programmes.models import TaskEdition

    make_places()
    load_pack(majors.write())
    edition = TaskEdition.objects.get(place="000000", current=True)
    field = by_code(edition.pack.form)["major"]
    assert labels(field) == MAJORS
    assert clean_value(field, "46") == "46"
    with pytest.raises(Malformed):
        clean_value(field, "99")


@pytest.mark.django_db
def test_an_entry_that_goes_away_is_told_and_a_new_one_makes_an_edition(majors):
    from tongchou.programmes.actions import load_pack
    from tongchou.programmes.models import TaskEdition

    make_places()
    load_pack(majors.write())
    majors.programme["dictionaries"][0]["entries"][0]["value"] = "40"
    majors.programme["version"] = "2"
    report = load_pack(majors.write())
    told = "\n".join(report.changes)
    assert "字典" in told
    assert "专业大类" in told
    assert "农林牧渔" in told
    assert TaskEdition.objects.get(place="000000", current=True).number == 2


def test_written_anew_they_have_a_file_and_stay_where_they_stood(majors, tmp_path):
    parts, problems = whole_parts(read(majors.write()))
    assert problems == []
    assert "dictionaries.yaml" not in write(majors.folder, parts).changed  # they stand in programme.yaml
    write(tmp_path / "new", parts)
    assert (tmp_path / "new/dictionaries.yaml").is_file()
    assert (tmp_path / "new/overlays/220000/dictionaries.yaml").is_file()
    again, _ = whole_parts(read(tmp_path / "new"))
    assert [part.data for part in again] == [part.data for part in parts]
    done = write(tmp_path / "new", parts)
    assert not done.new
    assert not done.changed
    assert not done.removed


@pytest.mark.django_db
def test_show_tells_which_fields_choose_from_which(majors, capsys):
    from tongchou.cli.pack.show import _print
    from tongchou.cli.pack.shown import shown
    from tongchou.programmes.actions import load_pack
    from tongchou.programmes.models import Task

    place = make_places()["220000"]
    load_pack(majors.write())
    found = shown(Task.objects.get(code="centre"), place, date(2023, 8, 1))
    assert [(d["code"], d["count"], d["fields"]) for d in found["dictionaries"]] == [
        ("majors", 8, ["major", "taught.major", "second"]),
        ("parks", 2, ["park"]),
    ]
    _print(found)
    assert "majors（8 项）用于 major、taught.major、second" in capsys.readouterr().out
