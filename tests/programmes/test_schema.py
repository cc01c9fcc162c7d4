"""The editor schemas take every good file and find what is misspelt; the reference is what the models say."""

import json
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from tests.programmes.small_pack import CITE
from tongchou.cli.pack import pack as command
from tongchou.programmes import editor_schema, pack_format, pack_reference

ROOT = Path(__file__).parents[2]
PACKS = [path.parent for path in (ROOT / "packs").glob("*/programme.yaml")]
FILES = [(pack, path) for pack in PACKS for path in sorted(pack.rglob("*.yaml"))]


def as_typed(value):
    """What an editor reads: YAML 1.2 has no dates."""
    if isinstance(value, dict):
        return {key: as_typed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [as_typed(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def schema_for(name):
    fitting = [key for key, globs in editor_schema.FILES.items() if any(fnmatch(name, g) for g in globs)]
    return fitting[-1]  # fnmatch lets * cross a slash; the later, the deeper


def faults(key, data):
    validator = Draft7Validator(editor_schema.schemas()[key])
    return [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(data)
    ]


@pytest.mark.parametrize("key", editor_schema.FILES)
def test_each_is_a_schema(key):
    Draft7Validator.check_schema(editor_schema.schemas()[key])


@pytest.mark.parametrize("pack, path", FILES, ids=lambda path: path.name)
def test_every_file_of_the_packs_is_valid(pack, path):
    name = path.relative_to(pack).as_posix()
    assert faults(schema_for(name), as_typed(YAML(typ="safe").load(path))) == []


def test_mistakes_are_found(pack):
    task = pack.task
    assert faults("task", task) == []
    task["sumary"] = task.pop("summary")
    task["form"][0]["fields"][0]["type"] = "txt"
    task["steps"][0]["code"] = "Declare"
    task["number"] = "one"
    task["conditions"][0]["cite"] = ["noticeone"]
    found = "\n".join(faults("task", task))
    for part in (
        "'sumary' was unexpected",
        "'summary' is a required property",
        "form/0/fields/0/type",
        "steps/0/code",
        "number:",
        "conditions/0/cite/0",
    ):
        assert part in found
    assert faults("overlay", pack.overlay) == []
    assert "'place' is a required property" in faults("overlay", {"programme": "small", "version": "1"})[0]
    assert faults("programme", pack.programme | {"place": 0})
    assert faults("quotas", pack.overlay_task["quotas"]) == []
    assert faults("quotas", {"code": "x"}) == [": {'code': 'x'} is not of type 'array'"]


def test_a_list_in_a_file_of_its_own_is_not_missing_from_the_task(pack):
    del pack.task["form"]
    assert faults("task", pack.task) == []


def test_an_empty_bound_may_be_written():
    indicator = {"code": "i", "name": "增幅", "kind": "percent", "cite": CITE, "min": None}
    assert faults("indicators", [indicator]) == []
    assert faults("indicators", [indicator | {"min": "none"}])


def test_every_key_and_every_fixed_word_has_a_meaning():
    """A new key needs a line in pack_words.yaml: Chinese for editors, English if the model has no description."""
    words = editor_schema.words()
    found = editor_schema.definitions()
    missing = []
    for name, schema in found.items():
        fields = {info.alias or key: info for key, info in getattr(pack_format, name).model_fields.items()}
        for key, part in {"about": {}, **schema["properties"]}.items():
            chinese, english = words.of(name, key)
            described = fields[key].description if key in fields else None
            if not chinese or bool(english) == bool(described):
                missing.append(f"{name}.{key}")
            for holder in (part, part.get("items", {})):
                missing += [
                    f"{name}.{key}: {word}"
                    for word, meant in zip(
                        holder.get("enum", []), holder.get("enumDescriptions", []), strict=True
                    )
                    if not meant
                ]
    assert missing == []
    assert set(words.models) == set(found)
    for name, keys in words.models.items():
        assert set(keys) - {"about"} <= set(found[name]["properties"]), name


def test_descriptions_are_chinese_and_name_the_choices():
    kind = editor_schema.schemas()["form"]["definitions"]["FieldDef"]["properties"]["type"]
    assert "longtext 多行文字" in kind["description"]
    assert len(kind["enum"]) == len(kind["enumDescriptions"])


def test_the_reference_is_up_to_date():
    written = (ROOT / "docs" / pack_reference.PAGE).read_text(encoding="utf-8")
    assert written == pack_reference.page(), "run: python scripts/pack_reference.py"


def test_every_key_has_its_address():
    page = pack_reference.page()
    for name, schema in editor_schema.definitions().items():
        assert f"### {name}\n" in page
        for key in schema["properties"]:
            assert f'<a id="{pack_reference.anchor(name, key)}"></a>' in page
    assert pack_reference.anchor(pack_format.CalendarEntry, "from") == "calendarentry-from"


def test_command(tmp_path):
    def run(*arguments):
        return CliRunner().invoke(command, ["schema", *map(str, arguments)])

    assert run().exit_code == 2
    assert run("--print", "programe").exit_code == 2
    assert json.loads(run("--print", "task").stdout) == editor_schema.schemas()["task"]
    assert run(tmp_path).exit_code == 0
    assert {path.stem for path in (tmp_path / ".schema").iterdir()} == set(editor_schema.FILES)
    settings = json.loads((tmp_path / ".vscode/settings.json").read_text())
    assert settings["yaml.schemas"]["./.schema/form.json"] == ["tasks/*/form.yaml"]
    assert "settings" not in run(tmp_path).stdout
    (tmp_path / ".vscode/settings.json").write_text('{"editor.tabSize": 2, // mine\n}')
    assert "yaml.schemas" in run(tmp_path).stdout
    assert "mine" in (tmp_path / ".vscode/settings.json").read_text()


def test_schemas_elsewhere(tmp_path):
    pack = tmp_path / "pack"
    pack.mkdir()
    out = tmp_path / "schemas"
    assert CliRunner().invoke(command, ["schema", str(pack), "--out", str(out)]).exit_code == 0
    settings = json.loads((pack / ".vscode/settings.json").read_text())
    assert (out / "task.json").as_uri() in settings["yaml.schemas"]
