"""What is told of a mistake: its place, the remedy, and where the reference explains it; all in one pass; on every way."""

import ast
import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.programmes import test_check, test_engine_loosening
from tests.programmes.mistakes import MORE
from tests.programmes.small_pack import PLACES, Pack
from tongchou.cli.pack.check import check as command
from tongchou.programmes import checking
from tongchou.programmes.check import check, check_pack
from tongchou.programmes.checking.known import Report
from tongchou.programmes.packs import Problem, Source, read

ROOT = Path(__file__).parents[2]
ANCHORS = set(re.findall(r'<a id="([^"]+)">', (ROOT / "docs/packs-reference.md").read_text())) | {
    heading.lower()
    for heading in re.findall(r"(?m)^### (\w+)$", (ROOT / "docs/packs-reference.md").read_text())
}
CATALOGUE = (
    {name: case[0] for name, case in test_check.CASES.items()}
    | {change.__name__: change for change in test_engine_loosening.LOOSE}
    | {name: case[0] for name, case in MORE.items()}
)


def told_whole(problem):
    assert problem.message
    assert problem.remedy, problem
    assert problem.anchor in ANCHORS, problem
    assert problem.link == f"docs/packs-reference.md#{problem.anchor}"
    assert problem.line >= 1 or "缺少这个文件" in problem.message or "不认识这个文件" in problem.message, (
        problem
    )


@pytest.mark.parametrize("name", MORE)
def test_mistake(pack, name):
    change, file, message, remedy, anchor = MORE[name]
    change(pack)
    found = check(pack.write(), PLACES)
    hits = [p for p in found if p.file == file and message in p.message and remedy in p.remedy]
    assert hits, "\n".join(map(str, found)) or "no problem found"
    assert anchor in {p.anchor for p in hits}


def _sites():
    """Every line of the checks that tells of a mistake; but what pydantic might yet say of a shape can't be tried."""
    for path in sorted(Path(checking.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            named = isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"add", "problem"}
            if named and len(node.args) >= 2 and "detail['msg']" not in ast.unparse(node):
                yield path.name, node.lineno, node.end_lineno


@pytest.mark.slow
def test_every_place_that_tells_of_a_mistake_is_tried(tmp_path, monkeypatch):
    met = set()

    def recording(method):
        def call(*args, **kwargs):
            frame = sys._getframe(1)
            met.add((Path(frame.f_code.co_filename).name, frame.f_lineno))
            return method(*args, **kwargs)

        return call

    monkeypatch.setattr(Report, "add", recording(Report.add))
    monkeypatch.setattr(Source, "problem", recording(Source.problem))
    for number, change in enumerate(CATALOGUE.values()):
        pack = Pack(tmp_path / str(number))
        change(pack)
        for problem in check(pack.write(), PLACES):
            told_whole(problem)
    missed = [
        f"{name}:{first}"
        for name, first, last in _sites()
        if not any(file == name and first <= line <= last for file, line in met)
    ]
    assert missed == [], " ".join(missed)


def test_twenty_mistakes_in_seven_files_are_told_at_once(pack):
    task, programme, overlay, laid = pack.task, pack.programme, pack.overlay, pack.overlay_task
    form, quotas = task.pop("form"), laid["quotas"][0]
    fields = {field["code"]: field for field in form[0]["fields"]}
    task["sumary"] = "x"
    task["number"] = "first"
    task["steps"][1]["kind"] = "bless"
    task["conditions"][0]["rule"] = 'v["aera"] > 1'
    task["materials"][0]["field"] = "plan"
    task["calendar"][0]["until"] = "2023-02-30"
    task["indicators"][0]["nmae"] = task["indicators"][0].pop("name")
    fields["area"] |= {"type": "nummber"}
    fields["fund"] |= {"min": 5, "max": 4}
    fields["project_name"] |= {"choices": [{"value": "a", "label": "甲"}]}
    programme["version"] = 1
    programme["tags"][0]["cite"] = ["notise 一"]
    programme["calendar"][0]["since"] = 2027
    programme["rounds"][1]["year"] = 2030
    overlay["programme"] = "smal"
    overlay["versoin"] = "1"
    laid["calendar"][0]["round"] = "2032"
    quotas["rounds"] = ["2025"]
    quotas["holders"][0]["limit"] = -1
    quotas["holders"][1]["match"] = {"places": ["220109"]}
    folder = pack.write()
    (folder / "tasks/01-centre/form.yaml").write_text(json.dumps(form, indent=1))
    (folder / "tasks/01-centre/rubric.yaml").write_text("[]\n")
    (folder / "documents").mkdir()
    (folder / "documents/more.yaml").write_text("id: more\ntitle: 甲\ntitle: 乙\n")
    found = check(folder, PLACES)
    told = "\n".join(map(str, found))
    for words in [
        "“sumary”", "“number”应为整数", "“bless”", "“aera”", "“plan”", "“2023-02-30”", "“nmae”", "“nummber”", "min 5 大于 max 4",
        "没有“choices”", "“version”应为文字", "“notise”", "since 2027", "2030", "“smal”", "“versoin”", "“2032”", "“2025”", "-1", "“220109”",
        "rubric.yaml", "“title”在同一层写了两遍",
    ]:  # fmt: skip
        assert words in told, f"{words} is not in\n{told}"
    assert len({problem.file for problem in found}) == 7
    for problem in found:
        told_whole(problem)


def test_the_command_tells_people_and_programs(pack):
    pack.task["sumary"] = "x"
    folder = pack.write()
    places = ["--places", str(ROOT / "packs/jurisdictions-2023")]
    run = CliRunner().invoke(command, [str(folder), *places])
    assert run.exit_code == 1
    (problem,) = check_pack(read(folder), PLACES).problems
    assert f"{problem} [#taskpack]" in run.output
    assert "docs/packs-reference.md#taskpack" in run.output
    run = CliRunner().invoke(command, [str(folder), *places, "--json"])
    assert run.exit_code == 1
    assert json.loads(run.output)["problems"] == [
        {
            "file": "tasks/01-centre/task.yaml",
            "line": problem.line,
            "column": 1,
            "sheet": "",
            "cell": "",
            "message": "不认识的键“sumary”",
            "remedy": "是否应为“summary”？",
            "link": "docs/packs-reference.md#taskpack",
        }
    ]


def test_in_a_workbook_the_sheet_and_the_cell_are_told():
    problem = Problem("小计划.xlsx 限额", 7, 28, "x", "y", "quotadef")
    told = problem.as_json()
    assert (told["sheet"], told["cell"], told["line"], told["column"]) == ("限额", "AB7", 7, 28)
    assert str(problem) == "限额!AB7 x → y"
