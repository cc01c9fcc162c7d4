"""Spoiling packs: one change to the files of a valid pack, of every kind that people and mishaps make."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from tongchou.programmes import yaml_reading

WORDS = ["small", "centre", "area", "declare", "designate", "220000", "000000", "140000", "notice 一(一)", "notise 一", "2023", "2032",
         "public", "school", "recommend", "city", "nation", "unit", "computed", "table", "targets", "choice", "files", "people"]  # fmt: skip
RULES = ['v["area"] >=', 'v["area"] / 0.0 > 1.0', "1 / 0 > 1", 'v["nothing"] > 1', "(" * 200 + "1" + ")" * 200, "!" * 300 + "true",
         'v["area"] + 1 > 2', "v", "sum(v)", 'v["project_name"].matches("(a+)+$")', "[1, 2].all(a, [1, 2].all(b, a > b))", "'" , "null",
         'has(v.area) && v["area"] > "x"', "x" * 2001, "timestamp('x') > timestamp('y')", "1.0", 'b"\\xff"', 'sum([v["area"]]) > 0.0']  # fmt: skip
DAYS = ["2023-02-30", "0001-01-01", "9999-12-31", "02-29", "13-01", "declare.until - 10 days", "declare.from + 9999 days", "declare.until",
        "performance.until", "declair.until", "2023-W01-1", "２０２３-01-01", "declare.until - 10 day", "2023-08-31 "]  # fmt: skip
TEXTS = [
    "",
    " ",
    "\n",
    "x",
    "长" * 130,
    "Fund",
    "a b",
    "\\",
    "😀",
    "=1+1",
    "<b>",
    "%s",
    "{x}",
    "a" * 61,
    "\u202e倒",
    "~",
    "\x7f",
    "\x00",
]
NUMBERS = [
    0,
    -1,
    1,
    2,
    1000,
    10**6,
    10**7,
    10**30,
    -(10**30),
    0.5,
    1e308,
    -1e308,
    float("nan"),
    float("inf"),
    2023,
    2101,
]
OTHERS = [None, True, False, [], {}, [[]], [None], {"x": 1}, [{"code": "x"}], ["x", "x"]]
JUNK = st.sampled_from([*WORDS, *RULES, *DAYS, *TEXTS, *NUMBERS, *OTHERS]) | st.text(max_size=6)

LINES = ["\t", "  ", "&a [*a]", "<<: *x", "x: &x {a: 1}", "? [a]", "!!python/object:os.system x", "- ", ": ", "{", "]", "\ufeff", "%YAML 9.9",
         "---", "\x00", "\x85", "code: code", "a: !!int x", "b: 2023-02-30", "c: !!binary '%%'", "# x", "*x", "\r", "d: 0x" + "f" * 5000]  # fmt: skip
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
)
WHOLE_FILES = [b"", b"\x00\x01\xff", "名称: 中".encode("gb18030"), b"[]", b"x", BOMB.encode(), b"a: " + b"[" * 3000,
               b"".join(b" " * n + b"a:\n" for n in range(300)), b"[" * 39 + b"]" * 39, b"- {code: x}\n" * 200, b"a: 1\r\nb: 2\r\n"]  # fmt: skip
NAMES = ["overlays/140000/overlay.yaml", "overlays/000000/overlay.yaml", "overlays/220009/overlay.yaml", "overlays/x/tasks/centre.yaml",
         "tasks/02-copy/task.yaml", "tasks/centre.yaml", "tasks/01-centre/form.yaml", "tasks/01-centre/forms.yaml", "mappings.yaml",
         "documents/notice.yaml", "documents/a/b.yaml", "overlays/220000/mappings.yaml", "overlays/220000/documents/jilin.yaml",
         "programme.yml", "tasks/01-centre/guide.md", "overlays/220100/overlay.yaml", "overlays/220100/tasks/centre.yaml"]  # fmt: skip


@st.composite
def changes(draw: Any) -> tuple[Any, ...]:
    """One change; numbers choose the file and the place in it."""
    number = st.integers(0, 10_000)
    kind = draw(
        st.sampled_from(
            ["value"] * 6
            + ["drop", "double", "rename", "swap", "line", "cut", "file", "copy", "link", "gone"]
        )
    )
    return kind, draw(number), draw(number), draw(number), draw(JUNK), draw(st.sampled_from(LINES)), draw(st.sampled_from(WHOLE_FILES)), draw(st.sampled_from(NAMES))  # fmt: skip


def spoil(folder: Path, change: tuple[Any, ...]) -> None:
    """Apply one change to the pack in ``folder``."""
    kind, which, place, other, junk, line, content, name = change
    files = sorted(path for path in folder.rglob("*.yaml") if path.is_file() and not path.is_symlink())
    if not files:
        return
    path = files[which % len(files)]
    if kind in {"value", "drop", "double", "rename", "swap"}:
        _in_data(path, kind, place, other, junk)
    elif kind in {"line", "cut"}:
        lines = path.read_bytes().split(b"\n")
        at = place % len(lines)
        lines[at : at + (kind == "cut")] = [] if kind == "cut" else [line.encode()]
        path.write_bytes(b"\n".join(lines))
    elif kind == "file":
        path.write_bytes(content)
    elif kind == "gone":
        path.unlink()
    else:
        target = folder / name
        if target.exists() or target.is_symlink():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes()) if kind == "copy" else target.symlink_to(path)


def _in_data(path: Path, kind: str, place: int, other: int, junk: Any) -> None:
    loaded = yaml_reading.load(path.read_bytes().decode(errors="replace"), path.name)
    places = list(_places(loaded.data))
    if not places:
        return
    holder, key = places[place % len(places)]
    if kind == "value":
        holder[key] = deepcopy(junk)
    elif kind == "drop":
        del holder[key]
    elif kind == "double" and isinstance(holder, list):
        holder.insert(key, deepcopy(holder[key]))
    elif kind == "rename" and isinstance(holder, dict):
        holder[str(junk) if other % 2 else f"{key}s"] = holder.pop(key)
    elif kind == "swap":
        there, name = places[other % len(places)]
        holder[key] = deepcopy(there[name])
    path.write_text(json.dumps(loaded.data, ensure_ascii=True, default=str, indent=1))


def _places(value: Any) -> Any:
    """Every place in plain data, as what holds it and its key there."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    for key in keys:
        yield value, key
        yield from _places(value[key])
