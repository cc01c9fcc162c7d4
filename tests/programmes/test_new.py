"""`pack new`: by options, by questions, never over what is there; what it makes passes the check and loads."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from tongchou.cli.pack import pack as command
from tongchou.programmes.actions import load_pack
from tongchou.programmes.check import check_pack
from tongchou.programmes.models import TaskEdition, Window
from tongchou.programmes.packs import read

BESIDE = (
    "code,name,short_name,level,parent,statistical,authority\n"
    "000000,全国,全国,nation,,1,教育部\n"
    "220000,吉林省,吉林,province,000000,1,吉林省教育厅\n"
    "220100,长春市,长春,city,220000,1,长春市教育局\n"
    "140000,山西省,山西,province,000000,1,山西省教育厅\n"
    "220102,南关区,南关,county,220100,1,\n"
)
PLACES = {
    "000000": "000000/",
    "220000": "000000/220000/",
    "220100": "000000/220000/220100/",
    "140000": "000000/140000/",
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "jurisdictions-2023").mkdir()
    (tmp_path / "jurisdictions-2023/places.csv").write_text(BESIDE)
    return tmp_path / "bases"


def new(folder, *options, answers=None):
    return CliRunner().invoke(command, ["new", str(folder), *options], input=answers)


def checked(folder):
    return check_pack(read(folder), PLACES)


def test_all_by_default(folder):
    made = new(folder, "--yes")
    assert made.exit_code == 0, made.output
    assert "没有错误" in made.stdout
    found = checked(folder)
    assert found.problems == []
    assert found.programme.code == "bases"
    assert found.programme.rounds[0].year == found.programme.horizon - 3
    assert list(found.tasks) == ["project"]


@pytest.mark.parametrize("place, level", [("000000", "nation"), ("220000", "province"), ("220100", "city")])
def test_who_runs_it_designates(folder, place, level):
    assert new(folder, "--place", place, "--yes").exit_code == 0
    assert checked(folder).tasks["project"].steps[-1].grants == level


def test_answers_are_asked_again_until_they_are_right(folder):
    answers = "Bad Code\nbases-2\n基地: “示范”, 第一批\n999999\n220000\nsoon\n2027\n\nbase\n基地\n"
    made = new(folder, answers=answers)
    assert made.exit_code == 0, made.output
    found = checked(folder)
    assert found.problems == []
    programme = found.programme
    assert (programme.code, programme.name) == ("bases-2", "基地: “示范”, 第一批")
    assert (programme.place, programme.rounds[0].year) == ("220000", 2027)
    assert programme.documents[0].title == "关于开展基地: “示范”, 第一批的通知"


@pytest.mark.parametrize(
    "name", ["true", "2026 计划", "#1 [a], {b}: c", "\"引\" '号'", "- 项", "yes", "$code", "1e3"]
)
def test_any_name_survives_yaml(folder, name):
    assert new(folder, "--name", name, "--task-name", name, "--document", name, "--yes").exit_code == 0
    found = checked(folder)
    assert found.problems == []
    assert found.programme.name == found.programme.documents[0].title == name
    assert found.tasks["project"].variants[0].name == name


@pytest.mark.parametrize(
    "options",
    [
        ["--code", "Bad"],
        ["--year", "soon"],
        ["--place", "999999"],
        ["--place", "220102"],
        ["--name", ""],
        ["--overlay", "220000"],
    ],
)
def test_misuse_writes_nothing(folder, options):
    assert new(folder, *options, "--yes").exit_code == 2
    assert not folder.exists()


def test_nothing_is_written_over(folder):
    new(folder, "--yes")
    before = {path: path.read_text() for path in folder.rglob("*.yaml")}
    assert new(folder, "--yes").exit_code == 2
    assert new(folder, "--task", "project", "--yes").exit_code == 2
    (folder / "tasks/02-more").mkdir()
    (folder / "tasks/02-more/task.yaml").write_text("mine")
    assert new(folder, "--task", "more", "--yes").exit_code == 2
    (folder / "tasks/02-more/task.yaml").unlink()
    assert {path: path.read_text() for path in folder.rglob("*.yaml")} == before


def test_a_further_task(folder):
    new(folder, "--yes")
    assert new(folder, "--task", "second", "--task-name", "第二项", "--yes").exit_code == 0
    task = checked(folder).tasks["second"]
    assert (task.number, task.name, task.summary) == (2, "第二项", "建设第二项。")


def test_an_overlay_and_what_it_adds_to_a_task(folder):
    new(folder, "--year", "2026", "--yes")
    assert new(folder, "--overlay", "220000", "--yes").exit_code == 0
    assert new(folder, "--overlay", "220000", "--yes").exit_code == 2
    overlay = folder / "overlays/220000/overlay.yaml"
    overlay.write_text(overlay.read_text().replace("notice-220000", "renamed"))
    assert new(folder, "--overlay", "220000", "--task", "project", "--yes").exit_code == 0
    assert new(folder, "--overlay", "220000", "--task", "project", "--yes").exit_code == 2
    found = checked(folder)
    assert found.problems == []
    assert [str(span.last) for span in found.overlays[0].spans["project"]] == ["2026-06-30"]


@pytest.mark.parametrize("options", [["999999"], ["000000"], ["220000", "--task", "nothing"]])
def test_an_overlay_of_a_place_and_task_there_are(folder, options):
    new(folder, "--yes")
    assert new(folder, "--overlay", *options, "--yes").exit_code == 2
    assert not (folder / "overlays").exists()


def test_an_overlay_lies_within_the_programme(folder):
    new(folder, "--place", "220000", "--yes")
    assert new(folder, "--overlay", "140000", "--yes").exit_code == 2
    assert new(folder, "--overlay", "220100", "--yes").exit_code == 0


def test_a_pack_with_mistakes_is_mended_first(folder):
    new(folder, "--yes")
    programme = folder / "programme.yaml"
    programme.write_text(programme.read_text() + "more: 1\n")
    assert "pack check" in new(folder, "--task", "second", "--yes").output


@pytest.mark.usefixtures("places")
def test_it_loads(folder):
    new(folder, "--year", "2026", "--yes")
    new(folder, "--overlay", "220000", "--task", "project", "--yes")
    assert load_pack(folder).changes
    assert TaskEdition.objects.filter(current=True).count() == 2
    assert Window.objects.get().place_id == "220000"


def test_the_templates_are_in_the_package():
    starter = Path(__file__).parents[2] / "src/tongchou/programmes/starter"
    assert {path.suffix for path in starter.iterdir()} == {".yaml"}  # which setuptools takes along
