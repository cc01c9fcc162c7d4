"""docs/packs.md can't rot: its examples are checked, its first one is what `pack new` gives, its links lead somewhere."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from tests.programmes import doc_examples
from tongchou.cli.pack import pack as command
from tongchou.cli.pack.folder import known_places
from tongchou.programmes import pack_reference
from tongchou.programmes.check import check_pack
from tongchou.programmes.checking.known import Known, Report
from tongchou.programmes.checking.rules import check_rule
from tongchou.programmes.editor_schema import definitions
from tongchou.programmes.packs import Mark, Source, read

ROOT = Path(__file__).parents[2]
PLACES = {code: place.path for code, place in known_places(ROOT / "packs/key-tasks-2023", None).items()}


@pytest.fixture
def built(tmp_path):
    for _ in doc_examples.steps(tmp_path / "skill-studios"):
        pass
    return tmp_path / "skill-studios"


def test_the_pack_is_good_after_every_example(tmp_path):
    folder = tmp_path / "skill-studios"
    seen = []
    for file in doc_examples.steps(folder):
        seen.append(file)
        if (folder / "tasks").is_dir() and file != "mappings.yaml":
            assert [str(problem) for problem in check_pack(read(folder), PLACES).problems] == [], seen
    assert len(seen) > 20


def test_the_mappings_fit_the_new_version(built):
    """What the text beside them says: the code under `from` is gone, that under `to` is there."""
    form, indicators = (built / "tasks/01-studio" / name for name in ("form.yaml", "indicators.yaml"))
    form.write_text(re.sub(r"\bother\b", "mixed", form.read_text()))
    told = YAML(typ="safe").load(indicators)
    YAML().dump([indicator for indicator in told if indicator["code"] != "incidents"], indicators)
    assert check_pack(read(built), PLACES).problems == []
    YAML().dump(told, indicators)
    assert "incidents" in str(check_pack(read(built), PLACES).problems)


def test_the_first_example_is_what_new_gives(tmp_path):
    folder = tmp_path / "skill-studios"
    call = (
        doc_examples.PAGE.read_text()
        .split("```sh\ntongchou pack new packs/skill-studios ")[1]
        .split("```")[0]
    )
    options = re.findall(r"\S+", call.replace("\\\n", " "))
    made = CliRunner().invoke(command, ["new", str(folder), *options])
    assert made.exit_code == 0, made.output
    first, second = doc_examples.examples()[:2]
    assert (folder / "programme.yaml").read_text() == first[2]
    assert (folder / "tasks/01-studio/task.yaml").read_text() == second[2]
    assert len((first[2] + second[2]).splitlines()) == 20


def test_the_idioms_work(built):
    task = check_pack(read(built), PLACES).tasks["studio"]
    assert len(doc_examples.rules()) > 20
    for rule in doc_examples.rules():
        report = Report(
            Source("packs.md", {}, Mark("packs.md")), Known().of_task(task, calendar=[], ghosts=set())
        )
        check_rule(report, (), rule)
        assert report.problems == [], rule


def test_every_field_type_and_every_way_to_a_date_has_an_example():
    text = "".join(example for _, _, example in doc_examples.examples())
    for kind in editor_words("FieldDef", "type"):
        assert f"type: {kind}" in text, kind
    for kind in editor_words("Indicator", "kind"):
        assert f"kind: {kind}" in text or kind in {"number", "percent"}, kind
    for purpose in editor_words("CalendarEntry", "purpose"):
        assert f"purpose: {purpose}" in text, purpose


def editor_words(model, key):
    return definitions()[model]["properties"][key]["enum"]


def test_every_key_of_the_format_is_named():
    """What the reference lists is at least mentioned, so that a reader of this page alone knows it is there."""
    text = doc_examples.PAGE.read_text()
    keys = {key for schema in definitions().values() for key in schema["properties"]}
    assert {key for key in keys if not re.search(rf"\b{key}\b", text)} == {"name_en"}


def test_links_lead_somewhere():
    page, reference = doc_examples.PAGE.read_text(), pack_reference.page()
    for text, other in ((page, reference), (reference, page)):
        for name, anchor in re.findall(r"\]\(([\w.-]*)#([\w-]+)\)", text):
            target = other if name else text
            headings = {
                re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-")
                for heading in re.findall(r"^#+ (.+)$", target, re.MULTILINE)
            }
            assert anchor in headings or f'<a id="{anchor}"></a>' in target, anchor
