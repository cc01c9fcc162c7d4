"""The examples of docs/packs.md, assembled step by step into the pack they build.

The first line of an example says its file. ``# FILE`` is the whole file; a list that stood in ``task.yaml`` moves there.
``# FILE, further`` adds to it: items to a list, keys to a mapping; an item or key that is there already is replaced.
"""

import re
from pathlib import Path

from ruamel.yaml import YAML

PAGE = Path(__file__).parents[2] / "docs" / "packs.md"
_EXAMPLE = re.compile(r"```yaml\n# ([\w./-]+\.yaml)(, further)?\n(.*?)```", re.DOTALL)
_KEYS = ("code", "id")


def examples():
    """Each example's file, whether it adds to it, and its text; in order."""
    return [(file, bool(further), text) for file, further, text in _EXAMPLE.findall(PAGE.read_text())]


def steps(folder):
    """Build the pack in ``folder``, example by example; yields the file that each has written."""
    for file, further, text in examples():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if further:
            told = YAML(typ="safe").load(path) if path.exists() else {}
            YAML().dump(_added(told, YAML(typ="safe").load(text)), path)
        else:
            path.write_text(text)
            _move_out(path)
        yield file


def rules():
    """The rules in the table of idioms."""
    section = PAGE.read_text().split("## Rules")[1].split("\n## ")[0]
    found = re.findall(r"^\| [^|]+ \| `(.*)` \|$", section, re.MULTILINE)
    return [rule.replace(r"\|", "|") for rule in found]


def _added(old, new):
    if isinstance(old, list):
        told = {_code(item): item for item in old}
        return list((told | {_code(item): item for item in new}).values())
    return old | {key: _added(old[key], part) if _grows(old, key) else part for key, part in new.items()}


def _grows(old, key):
    return key in {"reports", "calendar", "rounds", "documents"} and key in old


def _code(item):
    return next(item[key] for key in _KEYS if key in item)


def _move_out(path):
    task = path.parent / "task.yaml"
    if task.exists() and path != task:
        data = YAML(typ="safe").load(task)
        if data.pop(path.stem, None) is not None:
            YAML().dump(data, task)
