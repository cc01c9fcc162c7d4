"""Reading a pack folder: YAML with the place of every value, so a mistake can be shown where it stands.

``packs/<code>/programme.yaml``; ``tasks/<any>/task.yaml`` with lists that may stand in files of their own beside it
(``form.yaml``, ``indicators.yaml``, ``rubrics.yaml``, ``calendar.yaml``, ``quotas.yaml``) and the guide as Markdown;
``overlays/<place>/overlay.yaml`` and ``overlays/<place>/tasks/*.yaml``. Documents with their clauses may stand each in a
file of its own, ``documents/*.yaml`` beside ``programme.yaml`` or ``overlay.yaml``; dictionaries and mappings all in one,
``dictionaries.yaml`` and ``mappings.yaml``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tongchou.programmes import yaml_reading
from tongchou.programmes.marks import ItemPath, Mark, Problem, Source
from tongchou.programmes.model_walk import anchor
from tongchou.programmes.pack_format import Document, OverlayPack, OverlayTask, ProgrammePack, TaskPack

__all__ = [  # what is read, and how it is told of, is used together with reading
    "DOCUMENTS",
    "LISTS",
    "OVERLAY",
    "PROGRAMME",
    "SHARED_LISTS",
    "TASK",
    "ItemPath",
    "Mark",
    "OverlayFolder",
    "PackFolder",
    "Problem",
    "Source",
    "read",
]

PROGRAMME = "programme.yaml"
OVERLAY = "overlay.yaml"
TASK = "task.yaml"
DOCUMENTS = "documents"
"""Key and folder: a document may stand among others in the key, or in a file of its own in the folder."""
LISTS = ("form", "indicators", "rubrics", "calendar", "quotas")
"""Keys of a task that may stand in a file of their own."""
SHARED_LISTS = ("dictionaries", "mappings")
"""Keys of the programme and of an overlay that may stand in a file of their own."""


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


MOST_TEXT = 4_000_000
"""Characters of all YAML of a pack together: the national one with two provinces has about 300,000."""
LONGEST_GUIDE = 1_000_000


def read(folder: Path) -> PackFolder:
    """Read every file of a pack. Nothing is raised for what is wrong inside; it stands in ``problems``."""
    pack = PackFolder(folder, None)
    reader = _Reader(folder, pack.problems)
    if not (folder / PROGRAMME).is_file():
        reader.fault(
            folder / PROGRAMME, "缺少这个文件", "配置包的文件夹里应有 programme.yaml", model=ProgrammePack
        )
    else:
        pack.programme = reader.mapping(folder / PROGRAMME, ProgrammePack)
    _merge_documents(reader, pack.programme, folder)
    _merge_shared_lists(reader, pack.programme, folder, ProgrammePack)
    for task_folder in _folders(folder / "tasks"):
        if source := _read_task(reader, task_folder):
            pack.tasks.append(source)
        else:
            pack.unread_tasks = True
    for place_folder in _folders(folder / "overlays"):
        pack.overlays.append(_read_overlay(reader, place_folder))
    _tell_of_the_rest(reader)
    return pack


def _folders(parent: Path) -> Iterator[Path]:
    if parent.is_dir():
        yield from sorted(
            path for path in parent.iterdir() if path.is_dir() and not path.name.startswith(".")
        )


def _yaml_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.yaml") if not path.name.startswith("."))


def _read_task(reader: _Reader, folder: Path) -> Source | None:
    if not (folder / TASK).is_file():
        reader.fault(folder / TASK, "缺少这个文件", "每项任务的文件夹里应有 task.yaml", model=TaskPack)
        return None
    source = reader.mapping(folder / TASK, TaskPack)
    for key in LISTS:
        if (folder / f"{key}.yaml").is_file():
            _merge_file(reader, source, folder / f"{key}.yaml", TaskPack)
    if source is not None:
        _merge_guide(reader, source, folder)
    return source


def _read_overlay(reader: _Reader, folder: Path) -> OverlayFolder:
    overlay = OverlayFolder(folder.name, None)
    if (folder / OVERLAY).is_file():
        overlay.overlay = reader.mapping(folder / OVERLAY, OverlayPack)
    else:
        reader.fault(
            folder / OVERLAY, "缺少这个文件", "地方细则的文件夹里应有 overlay.yaml", model=OverlayPack
        )
    _merge_documents(reader, overlay.overlay, folder)
    _merge_shared_lists(reader, overlay.overlay, folder, OverlayPack)
    for path in _yaml_in(folder / "tasks"):
        if source := reader.mapping(path, OverlayTask):
            overlay.tasks.append(source)
    return overlay


def _merge_shared_lists(reader: _Reader, source: Source | None, folder: Path, model: type[BaseModel]) -> None:
    for key in SHARED_LISTS:
        if (folder / f"{key}.yaml").is_file():
            _merge_file(reader, source, folder / f"{key}.yaml", model)


def _merge_file(reader: _Reader, source: Source | None, path: Path, model: type[BaseModel]) -> None:
    """Make the list in a file of its own the value of the key that the file is named by."""
    key = path.stem
    loaded = reader.load(path, model, key)
    if loaded is None:
        return
    data, mark = loaded
    if not isinstance(data, list):
        message, remedy = "内容应为一个列表", f"把 {key} 的各项写成以“- ”开头的列表"
        reader.fault(path, message, remedy, line=1, model=model, key=key)
    elif source is not None and key in source.data:
        message = f"{key} 已写在 {Path(source.file).name} 里"
        reader.fault(path, message, "只保留一处", line=1, model=model, key=key)
    elif source is not None:
        source.data[key] = data
        if isinstance(source.mark.parts, dict):
            source.mark.parts[key] = mark


def _merge_documents(reader: _Reader, source: Source | None, folder: Path) -> None:
    """Add the documents that have a file of their own, in the order of the files' names, to those listed."""
    paths = _yaml_in(folder / DOCUMENTS)
    found = [document for path in paths if (document := reader.mapping(path, Document))]
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
    if path.suffix != ".md" or path.parent != folder or path.is_symlink() or not path.is_file():
        reader.problems.append(
            source.problem(("guide",), f"找不到指南文件 {name}", "写同一文件夹里一个 .md 文件的名字")
        )
        source.data["guide"] = ""
        return
    text = reader.text(path, TaskPack, "guide")
    if text is not None and (bad := yaml_reading.unfit(text)):
        line = next(n for n, part in enumerate(text.split("\n"), 1) if yaml_reading.unfit(part))
        message = f"文字里有不能用的字符 {bad}"
        reader.fault(path, message, "删去这个字符", line=line, model=TaskPack, key="guide")
        text = None
    if text is not None and len(text) > LONGEST_GUIDE:
        message = f"文件有 {len(text)} 个字符，最多 {LONGEST_GUIDE} 个"
        reader.fault(path, message, "精简内容", model=TaskPack, key="guide")
        text = None
    source.data["guide"] = text or ""
    source.guide_file = name


def _tell_of_the_rest(reader: _Reader) -> None:
    """YAML that is not where it is looked for would be left out in silence, and a link is not kept with the pack."""
    for top, folders, names in os.walk(reader.folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted([*folders, *names]):
            path = Path(top) / name
            if path.is_symlink():
                reader.fault(
                    path, "是一个链接", "换成文件或文件夹本身", model=_model_around(path, reader.folder)
                )
            elif name in folders or name.startswith(".") or path in reader.seen:
                continue
            elif path.suffix.lower() in {".yaml", ".yml"}:
                remedy = _REMEDY_OF.get(path.relative_to(reader.folder).parts[0], _REMEDY)
                reader.fault(path, "不认识这个文件", remedy, model=_model_around(path, reader.folder))


def _model_around(path: Path, folder: Path) -> type[BaseModel]:
    first = path.relative_to(folder).parts[0]
    known: dict[str, type[BaseModel]] = {"tasks": TaskPack, "overlays": OverlayPack, DOCUMENTS: Document}
    return known.get(first, ProgrammePack)


_SHARED_FILES = "、".join(f"{key}.yaml" for key in SHARED_LISTS)
_REMEDY = (
    f"这里只有 {PROGRAMME}、{_SHARED_FILES}，和 tasks、overlays、{DOCUMENTS} 三个文件夹；文件名以 .yaml 结尾"
)
_REMEDY_OF = {
    "tasks": f"每项任务一个文件夹，里面是 {TASK}，可以单独成文件的只有 "
    + "、".join(f"{name}.yaml" for name in LISTS),
    "overlays": f"每个地区一个文件夹，里面是 {OVERLAY}、{_SHARED_FILES}，和 tasks、{DOCUMENTS} 两个文件夹",
    DOCUMENTS: f"文件直接放在 {DOCUMENTS} 里，文件名以 .yaml 结尾",
}


class _Reader:
    """Loads files of one folder, naming them by their path inside it."""

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        self.folder = folder
        self.problems = problems
        self.seen: set[Path] = set()
        self.length = 0

    def name(self, path: Path) -> str:
        return yaml_reading.fit(path.relative_to(self.folder).as_posix())

    def fault(
        self,
        path: Path,
        message: str,
        remedy: str,
        *,
        line: int = 0,
        column: int = 1,
        model: type[BaseModel],
        key: str = "",
    ) -> None:
        here = (self.name(path), line, column if line else 0)
        self.problems.append(Problem(*here, message, remedy, anchor(model, key)))

    def text(self, path: Path, model: type[BaseModel], key: str = "") -> str | None:
        self.seen.add(path)
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            self.fault(path, "不是 UTF-8 编码", "另存为 UTF-8", model=model, key=key)
        except OSError as error:
            self.fault(path, f"不能读取：{error.strerror}", "核对文件和权限", model=model, key=key)
        return None

    def load(self, path: Path, model: type[BaseModel], key: str = "") -> tuple[Any, Mark] | None:
        """A file's data and marks; ``key``: of ``model``, where the file is its list."""
        text = self.text(path, model, key)
        if text is None:
            return None
        self.length += len(text)
        if self.length > MOST_TEXT:
            message = f"配置包的 YAML 合计超过 {MOST_TEXT} 个字符，从这个文件起没有读"
            self.fault(path, message, "分成几个计划", model=model, key=key)
            return None
        loaded = yaml_reading.load(text, self.name(path))
        for fault in loaded.faults:
            where = (loaded.mark.file, fault.line, fault.column)
            self.problems.append(Problem(*where, fault.message, fault.remedy, anchor(model, key)))
        return (loaded.data, loaded.mark) if loaded.whole else None

    def mapping(self, path: Path, model: type[BaseModel]) -> Source | None:
        loaded = self.load(path, model)
        if loaded is None:
            return None
        data, mark = loaded
        if not isinstance(data, dict):
            self.fault(path, "内容应为“键: 值”", "按格式说明书写", line=1, model=model)
            return None
        return Source(self.name(path), data, mark, model=model)
