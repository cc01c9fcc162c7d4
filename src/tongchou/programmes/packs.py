"""Reading a pack folder: YAML with the place of every value, so a mistake can be shown where it stands.

``packs/<code>/programme.yaml``; ``tasks/<any>/task.yaml`` with lists that may stand in files of their own beside it
(``form.yaml``, ``indicators.yaml``, ``rubrics.yaml``, ``calendar.yaml``, ``quotas.yaml``) and the guide as Markdown;
``overlays/<place>/overlay.yaml`` and ``overlays/<place>/tasks/*.yaml``. Documents with their clauses may stand each in a
file of its own, ``documents/*.yaml`` beside ``programme.yaml`` or ``overlay.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

PROGRAMME = "programme.yaml"
OVERLAY = "overlay.yaml"
TASK = "task.yaml"
DOCUMENTS = "documents"
"""Key and folder: a document may stand among others in the key, or in a file of its own in the folder."""
LISTS = ("form", "indicators", "rubrics", "calendar", "quotas")
"""Keys of a task that may stand in a file of their own."""
MAPPINGS = "mappings.yaml"
"""Where the mappings of the programme or of an overlay may stand by themselves."""

Step = str | int
ItemPath = tuple[Step, ...]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where (line and column count from 1; 0: the file as a whole), what is wrong, how to mend it.

    In a workbook the file is its name, a space and the sheet: ``"限额表.xlsx 限额"``.
    """

    file: str
    line: int
    column: int
    message: str
    remedy: str = ""

    @property
    def where(self) -> str:
        """The place as one writes it: ``tasks/01-x/task.yaml:3:5``, in a workbook ``限额!D7``."""
        if not self.line:
            return self.file
        _, is_workbook, sheet = self.file.rpartition(".xlsx ")
        if is_workbook:
            return f"{sheet}!{_column_letters(self.column)}{self.line}"
        return f"{self.file}:{self.line}:{self.column}"

    def __str__(self) -> str:
        return f"{self.where} {self.message}" + (f" → {self.remedy}" if self.remedy else "")


def _column_letters(number: int) -> str:
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(slots=True)
class Mark:
    """Where a value stands, and where its parts stand (a dict or a list like the value's own)."""

    file: str
    line: int = 0
    column: int = 0
    parts: dict[str, Mark] | list[Mark] | None = None


@dataclass(slots=True)
class Source:
    """One part of a pack as plain data, with its marks."""

    file: str
    data: dict[str, Any]
    mark: Mark
    guide_file: str = ""
    """Of a task: the name of the Markdown file whose text stands in its ``guide``."""

    def at(self, path: ItemPath) -> Mark:
        """Where the value at ``path`` stands; the nearest part around it where it stands nowhere (a missing key)."""
        mark = self.mark
        for step in path:
            parts = mark.parts
            if isinstance(parts, dict) and step in parts:
                mark = parts[str(step)]
            elif isinstance(parts, list) and isinstance(step, int) and step < len(parts):
                mark = parts[step]
            else:
                break
        return mark

    def problem(self, path: ItemPath, message: str, remedy: str = "") -> Problem:
        mark = self.at(path)
        return Problem(mark.file, mark.line, mark.column, message, remedy)


@dataclass(slots=True)
class OverlayFolder:
    """What one place adds: the folder is named by the place's code."""

    name: str
    overlay: Source | None
    tasks: list[Source] = field(default_factory=list)


@dataclass(slots=True)
class PackFolder:
    """A pack as read, with what could not be read."""

    folder: Path
    programme: Source | None
    tasks: list[Source] = field(default_factory=list)
    overlays: list[OverlayFolder] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unread_tasks: bool = False
    """Whether a task could not be read at all, so that not every code is known."""


def read(folder: Path) -> PackFolder:
    """Read every file of a pack. Nothing is raised for what is wrong inside; it stands in ``problems``."""
    pack = PackFolder(folder, None)
    reader = _Reader(folder, pack.problems)
    if not (folder / PROGRAMME).is_file():
        pack.problems.append(Problem(PROGRAMME, 0, 0, "缺少这个文件", "配置包的文件夹里应有 programme.yaml"))
    else:
        pack.programme = reader.mapping(folder / PROGRAMME)
        _merge_documents(reader, pack.programme, folder)
        _merge_mappings(reader, pack.programme, folder)
    for task_folder in _folders(folder / "tasks"):
        if source := _read_task(reader, task_folder):
            pack.tasks.append(source)
        else:
            pack.unread_tasks = True
    for place_folder in _folders(folder / "overlays"):
        overlay = OverlayFolder(place_folder.name, None)
        if (place_folder / OVERLAY).is_file():
            overlay.overlay = reader.mapping(place_folder / OVERLAY)
            _merge_documents(reader, overlay.overlay, place_folder)
            _merge_mappings(reader, overlay.overlay, place_folder)
        else:
            reader.fault(place_folder / OVERLAY, "缺少这个文件", "地方细则的文件夹里应有 overlay.yaml")
        for path in sorted((place_folder / "tasks").glob("*.yaml")):
            if source := reader.mapping(path):
                overlay.tasks.append(source)
        pack.overlays.append(overlay)
    return pack


def _folders(parent: Path) -> Iterator[Path]:
    if parent.is_dir():
        yield from sorted(
            path for path in parent.iterdir() if path.is_dir() and not path.name.startswith(".")
        )


def _read_task(reader: _Reader, folder: Path) -> Source | None:
    if not (folder / TASK).is_file():
        reader.fault(folder / TASK, "缺少这个文件", "每项任务的文件夹里应有 task.yaml")
        return None
    source = reader.mapping(folder / TASK)
    if source is None:
        return None
    for path in sorted(folder.iterdir()):
        if path.suffix == ".yaml" and path.name != TASK:
            _merge_list(reader, source, path)
    _merge_guide(reader, source, folder)
    return source


def _merge_list(reader: _Reader, source: Source, path: Path) -> None:
    key = path.stem
    if key not in LISTS:
        reader.fault(
            path, "不认识这个文件", f"可以单独成文件的只有 {'、'.join(f'{name}.yaml' for name in LISTS)}"
        )
        return
    _merge_file(reader, source, path, beside=TASK)


def _merge_mappings(reader: _Reader, source: Source | None, folder: Path) -> None:
    if source is not None and (folder / MAPPINGS).is_file():
        _merge_file(reader, source, folder / MAPPINGS, beside=Path(source.file).name)


def _merge_file(reader: _Reader, source: Source, path: Path, *, beside: str) -> None:
    """Make the list in a file of its own the value of the key that the file is named by."""
    key = path.stem
    loaded = reader.load(path)
    if loaded is None:
        return
    data, mark = loaded
    if not isinstance(data, list):
        reader.fault(path, "内容应为一个列表", f"把 {key} 的各项写成以“- ”开头的列表", line=1)
    elif key in source.data:
        reader.fault(path, f"{key} 已写在 {beside} 里", "只保留一处")
    else:
        source.data[key] = data
        if isinstance(source.mark.parts, dict):
            source.mark.parts[key] = mark


def _merge_documents(reader: _Reader, source: Source | None, folder: Path) -> None:
    """Add the documents that have a file of their own, in the order of the files' names, to those listed."""
    found = [read for path in sorted((folder / DOCUMENTS).glob("*.yaml")) if (read := reader.mapping(path))]
    if source is None or not found or not isinstance(source.mark.parts, dict):
        return
    listed = source.data.setdefault(DOCUMENTS, [])
    mark = source.mark.parts.setdefault(DOCUMENTS, Mark(source.file, 1, 1, parts=[]))
    if isinstance(listed, list) and isinstance(mark.parts, list):  # if it is no list, the shape will say so
        listed += [document.data for document in found]
        mark.parts += [document.mark for document in found]


def _merge_guide(reader: _Reader, source: Source, folder: Path) -> None:
    name = source.data.get("guide")
    if not isinstance(name, str) or not name:
        return
    path = folder / name
    if path.suffix != ".md" or path.parent.resolve() != folder.resolve() or not path.is_file():
        reader.problems.append(
            source.problem(("guide",), f"找不到指南文件 {name}", "写同一文件夹里一个 .md 文件的名字")
        )
        source.data["guide"] = ""
        return
    try:
        source.data["guide"] = path.read_text(encoding="utf-8")
        source.guide_file = name
    except UnicodeDecodeError:
        reader.fault(path, "不是 UTF-8 编码", "另存为 UTF-8")


class _Reader:
    """Loads files of one folder, naming them by their path inside it."""

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        self.folder = folder
        self.problems = problems

    def name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def fault(self, path: Path, message: str, remedy: str, *, line: int = 0, column: int = 1) -> None:
        self.problems.append(Problem(self.name(path), line, column if line else 0, message, remedy))

    def load(self, path: Path) -> tuple[Any, Mark] | None:
        yaml = YAML(typ="rt")
        try:
            loaded = yaml.load(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError:
            self.fault(path, "不是 UTF-8 编码", "另存为 UTF-8")
            return None
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
            what = str(error.problem or error.context or "").splitlines()[0]
            self.fault(
                path,
                f"YAML 写法有误：{what}",
                "核对缩进、引号和冒号，同一层不要有重复的键",
                line=line,
                column=column,
            )
            return None
        except RecursionError:
            self.fault(path, "YAML 嵌套过深", "核对括号是否成对", line=1)
            return None
        except YAMLError as error:
            self.fault(path, f"YAML 写法有误：{str(error).splitlines()[0]}", "核对缩进、引号和冒号", line=1)
            return None
        return _plain(loaded, Mark(self.name(path), 1, 1))

    def mapping(self, path: Path) -> Source | None:
        loaded = self.load(path)
        if loaded is None:
            return None
        data, mark = loaded
        if not isinstance(data, dict):
            self.fault(path, "内容应为“键: 值”", "按格式说明书写", line=1)
            return None
        return Source(self.name(path), data, mark)


def _plain(value: Any, mark: Mark) -> tuple[Any, Mark]:
    """Plain data of what the round-trip loader gives, and the marks of its parts."""
    if isinstance(value, CommentedMap):
        data: dict[str, Any] = {}
        parts: dict[str, Mark] = {}
        for key, part in value.items():
            line, column = _position(value, key)
            data[str(key)], parts[str(key)] = _plain(part, Mark(mark.file, line, column))
        mark.parts = parts
        return data, mark
    if isinstance(value, CommentedSeq):
        items = [
            _plain(part, Mark(mark.file, *_position(value, number))) for number, part in enumerate(value)
        ]
        mark.parts = [item_mark for _, item_mark in items]
        return [item for item, _ in items], mark
    if isinstance(value, bool):
        return bool(value), mark
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value), mark
    if value is None or isinstance(value, date):
        return value, mark
    return str(value), mark  # a tagged value: no pack has any, and the shape will say so


def _position(parent: CommentedMap | CommentedSeq, key: Any) -> tuple[int, int]:
    """Line and column, from 1, of a key of a mapping or an item of a list."""
    try:
        where = parent.lc.key(key) if isinstance(parent, CommentedMap) else parent.lc.item(key)
    except (KeyError, IndexError, AttributeError, TypeError):  # merged in by an anchor: it stands elsewhere
        return parent.lc.line + 1, parent.lc.col + 1
    return where[0] + 1, where[1] + 1
