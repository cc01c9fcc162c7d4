"""Writing a pack's parts to a folder in the usual layout, touching only the files whose content changes.

A folder may be new, or hold the same programme: then every list stays in the file it stands in, files whose content is the
same are left byte for byte, and comments are kept in the others where what they stand beside is still there. Before the
folder is touched, the result is written beside it and read back.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongchou.programmes.pack_format import OverlayPack, OverlayTask, TaskPack
from tongchou.programmes.packs import DOCUMENTS, LISTS, OVERLAY, PROGRAMME, SHARED_LISTS, TASK, read
from tongchou.programmes.parts import WholePart, in_order, whole_parts
from tongchou.programmes.yaml_text import dumped, merged

GUIDE = "guide"
Files = dict[str, Any]
"""Plain data (of ``.md``: text) by the file's name in the folder."""


class CannotWriteError(ValueError):
    """The folder is not one to write this pack to: says why and what to do."""


@dataclass(slots=True)
class Written:
    """Names of files, by what was done with them."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    same: int = 0


def write(folder: Path, parts: Sequence[WholePart]) -> Written:
    """Write ``parts`` to ``folder``. With a programme among them they are the whole pack; without, some parts of the one
    that is there. Raises :class:`CannotWriteError`, with nothing touched.
    """
    present = _present(folder, parts)
    with tempfile.TemporaryDirectory(prefix="pack-") as scratch:
        for keeping_comments in (True, False):
            trial = Path(scratch) / str(keeping_comments)
            if folder.is_dir():
                shutil.copytree(folder, trial)
            done = _write(trial, parts, present, keeping_comments=keeping_comments)
            if _reads_back(trial, parts):
                break
        else:
            raise CannotWriteError("写出的文件读回来与工作簿不一致，没有改动文件夹")
        _take_over(trial, folder, done)
    return done


def _present(folder: Path, parts: Sequence[WholePart]) -> dict[tuple[str, str], WholePart]:
    """The parts that the folder holds. Refused: what is no pack, one with mistakes, another programme, parts left over."""
    new = {part.key: part for part in parts}
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        if ("", "") not in new:
            raise CannotWriteError("工作簿里没有计划，只有部分内容：请转到这个计划已有的文件夹里")
        return {}
    if not (folder / PROGRAMME).is_file():
        raise CannotWriteError(f"{folder} 不是空文件夹，也不是配置包（没有 {PROGRAMME}）：换一个新的文件夹")
    found, problems = whole_parts(read(folder))
    if problems:
        raise CannotWriteError(
            f"{folder} 里的配置包有 {len(problems)} 处错误，先用 pack check 查看并改正：{problems[0]}"
        )
    present = {part.key: part for part in found}
    if ("", "") in new:
        codes = [part.data["code"] for part in (present["", ""], new["", ""])]
        if codes[0] != codes[1]:
            raise CannotWriteError(f"{folder} 里是计划“{codes[0]}”，工作簿里是“{codes[1]}”：换一个新的文件夹")
        if extra := [" ".join(filter(None, key)) for key in present if key not in new]:
            raise CannotWriteError(
                f"{folder} 里有而工作簿里没有：{'、'.join(extra)}；确要删去的，先从文件夹里删去，再转一次"
            )
    return present


def _write(
    folder: Path,
    parts: Sequence[WholePart],
    present: dict[tuple[str, str], WholePart],
    *,
    keeping_comments: bool,
) -> Written:
    done = Written()
    for part in parts:
        before = present.get(part.key)
        was = _files(before, before) if before else {}
        now = _files(part, before)
        for name in [*now, *(name for name in was if name not in now)]:
            path = folder / name
            if name not in now:
                path.unlink()
                done.removed.append(name)
            elif name in was and was[name] == now[name]:
                done.same += 1
            else:
                (done.changed if name in was else done.new).append(name)
                path.parent.mkdir(parents=True, exist_ok=True)
                text = _text(path, was.get(name), now[name], keeping_comments=keeping_comments)
                path.write_text(text, encoding="utf-8", newline="")
    return done


def _text(path: Path, was: Any, now: Any, *, keeping_comments: bool) -> str:
    if isinstance(now, str):
        return now
    if was is not None and keeping_comments:
        return merged(path.read_text(encoding="utf-8"), was, now)
    return dumped(now)


def _reads_back(folder: Path, parts: Sequence[WholePart]) -> bool:
    found, problems = whole_parts(read(folder))
    data = {part.key: part.data for part in found}
    return not problems and all(data.get(part.key) == part.data for part in parts)


def _take_over(trial: Path, folder: Path, done: Written) -> None:
    for name in [*done.new, *done.changed]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(trial / name, folder / name)
    for name in done.removed:
        (folder / name).unlink()


# ---------------------------------------------------------------- which file holds what


def _files(part: WholePart, before: WholePart | None) -> Files:
    """A part's data by file: where ``before`` has it, else as usual."""
    data = in_order(part.model, part.data)
    if part.model is TaskPack:
        return dict(_task_files(data, before))
    if part.model is OverlayTask:
        return {_own_file(before) or f"overlays/{part.place}/tasks/{part.task}.yaml": data}
    home = f"overlays/{part.place}/" if part.model is OverlayPack else ""
    main = home + (OVERLAY if home else PROGRAMME)
    apart = dict(_shared_lists(data, main, home, before))
    rest = {key: value for key, value in data.items() if f"{home}{key}.yaml" not in apart}
    return dict(_with_documents(rest, main, home + DOCUMENTS, before)) | apart


def _own_file(before: WholePart | None) -> str:
    return before.source.file if before else ""


def _task_files(data: dict[str, Any], before: WholePart | None) -> Iterator[tuple[str, Any]]:
    main = _own_file(before) or f"tasks/{data['number']:02d}-{data['code']}/{TASK}"
    home = main.removesuffix(TASK)
    own = dict(data)
    for key in LISTS:
        stands = before.source.at((key,)).file if before and key in before.data else f"{home}{key}.yaml"
        if key in own and stands != main:
            yield stands, own.pop(key)
    if GUIDE in own:
        name = before.source.guide_file if before and before.source.guide_file else f"{GUIDE}.md"
        yield home + name, own[GUIDE]
        own[GUIDE] = name
    yield main, own


def _shared_lists(
    data: dict[str, Any], main: str, home: str, before: WholePart | None
) -> Iterator[tuple[str, Any]]:
    """Dictionaries and mappings that do not stand in the main file: where they are new, they get one of their own."""
    for key in SHARED_LISTS:
        stands = before.source.at((key,)).file if before and key in before.data else f"{home}{key}.yaml"
        if key in data and stands != main:
            yield stands, data[key]


def _with_documents(
    data: dict[str, Any], main: str, home: str, before: WholePart | None
) -> Iterator[tuple[str, Any]]:
    """Documents stand in files of their own where they do, or (in a new pack) where they list clauses; all in the main
    file if their order could not be told from the files' names.
    """
    documents = data.get(DOCUMENTS, [])
    files = {document["id"]: _document_file(document, home, before) for document in documents}
    alone = {code: name for code, name in files.items() if name not in {"", main}}
    listed = [document for document in documents if document["id"] not in alone]
    apart = sorted((d for d in documents if d["id"] in alone), key=lambda d: alone[d["id"]])
    if [*listed, *apart] != documents:
        listed, apart = documents, []
    for document in apart:
        yield alone[document["id"]], document
    own = {key: value for key, value in data.items() if key != DOCUMENTS or listed}
    yield main, own | ({DOCUMENTS: listed} if listed else {})


def _document_file(document: dict[str, Any], home: str, before: WholePart | None) -> str:
    for number, old in enumerate(before.data.get(DOCUMENTS, []) if before else []):
        if old["id"] == document["id"]:
            return before.source.at((DOCUMENTS, number)).file if before else ""
    return f"{home}/{document['id'].replace('/', '-')}.yaml" if document.get("clauses") else ""
