"""Reading a workbook back as a pack whose every value is marked with its sheet and cell.

Nothing is raised for what is wrong inside: as with a folder, it stands in the pack's ``problems``, and ``pack check``
finds the rest at its cell.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from tongchou.documents.pack_workbook import names
from tongchou.documents.pack_workbook.kinds import CellError, Kind, blank, plain, read
from tongchou.documents.pack_workbook.layout import (
    GUIDE,
    Sheet,
    around,
    branches,
    sheet_title,
    sheets,
)
from tongchou.documents.pack_workbook.rows import SECTIONS
from tongchou.documents.pack_workbook.sheet_reading import ReadRow, rows, table
from tongchou.programmes.names import nearest
from tongchou.programmes.pack_format import OverlayPack, OverlayTask, ProgrammePack, TaskPack
from tongchou.programmes.packs import Mark, OverlayFolder, PackFolder, Problem, Source
from tongchou.programmes.parts import PARTS, name_key

PartKey = tuple[str, str]
"""Place and task of a whole part; empty: the programme's own, across all tasks."""


class NotAWorkbookError(ValueError):
    """The file cannot be opened as a workbook at all."""


@dataclass
class ReadBook:
    """The pack in a workbook. Without ``pack.programme`` it holds only some parts, to be laid on a folder."""

    pack: PackFolder
    titles: dict[str, dict[str, str]] = field(default_factory=dict)
    """By sheet: what the keys of its parts are called there."""


def read_workbook(path: Path) -> ReadBook:
    """Read a workbook. Raises :class:`NotAWorkbookError`."""
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, zipfile.BadZipFile) as error:
        raise NotAWorkbookError(f"{path.name} 不是可以打开的 Excel 工作簿") from error
    return _Reader(path.name, book).read()


class _Reader:
    def __init__(self, file: str, book: CalamineWorkbook) -> None:
        self.file = file
        self.book = book
        self.out = ReadBook(PackFolder(Path(file), None))
        self.problems = self.out.pack.problems
        self.parts: dict[PartKey, tuple[type[BaseModel], Source]] = {}
        self.items: dict[tuple[PartKey, str, tuple[str, ...]], tuple[dict[str, Any], Mark]] = {}
        """Rows that others stand in, by part, sheet and the codes that lead to them."""
        self.ghosts: set[tuple[PartKey, str, str]] = set()
        """What others may name although it could not be placed: they aren't told again."""

    def read(self) -> ReadBook:
        self._unknown_sheets()
        parts = {sheet_title(model): model for model in PARTS}
        found = {sheet.title: list(self._rows(sheet)) for sheet in sheets().values()}
        for title, model in parts.items():
            for row in found[title]:
                self._part(model, row)
        for title in self._outer_first():
            for row in sorted(found[title], key=lambda row: _depth(row, around(title))):
                self._inside(sheets()[title], row)
        self._guides()
        self._fold()
        return self.out

    def name(self, sheet: str) -> str:
        return f"{self.file} {sheet}"

    def _unknown_sheets(self) -> None:
        known = [*sheets(), names.GUIDE, names.LEGEND, names.VALUES]
        for meta in self.book.sheets_metadata:
            if meta.name not in known and meta.visible == SheetVisibleEnum.Visible and self._lines(meta.name):
                close = get_close_matches(meta.name, known, n=1, cutoff=0.4)
                remedy = (
                    f"是否应为“{close[0]}”？" if close else f"可用的表：{'、'.join(known)}；不用的表请删去"
                )
                self.problems.append(Problem(self.name(meta.name), 1, 1, f"不认识的表“{meta.name}”", remedy))

    def _lines(self, title: str) -> list[list[Any]]:
        if title not in self.book.sheet_names:
            return []
        return self.book.get_sheet_by_name(title).to_python(skip_empty_area=False)

    def _rows(self, sheet: Sheet) -> Iterator[ReadRow]:
        lines = self._lines(sheet.title)
        if not lines:
            return
        needed = [c.title for c in sheet.columns if c.required] if len(lines) > 1 else []
        found = table(self.name(sheet.title), lines, sheet.titles, needed, self.problems)
        named = {column.path[-1]: column.title for column in sheet.columns}
        self.out.titles[found.file] = named | {branch.key: branch.sheet for branch in branches(sheet.model)}
        yield from rows(found, sheet, self.problems)

    # ---------------------------------------------------------------- whole parts

    def _part(self, model: type[BaseModel], row: ReadRow) -> None:
        source = Source(row.mark.file, row.data, row.mark)
        marks = row.mark.parts if isinstance(row.mark.parts, dict) else {}
        place = row.keys.get(names.PLACE, "") or str(row.data.get("place", ""))
        task = str(row.data.get("code", ""))
        key: PartKey = {ProgrammePack: ("", ""), TaskPack: ("", task), OverlayPack: (place, "")}.get(
            model, (place, task)
        )
        if model is OverlayTask and not place:
            message = "没有填适用地区"
            self._tell(row.key_marks[names.PLACE], message, "填六位地区代码，如 220000")
            self.ghosts.add(((place, task), "", ""))
            return
        if key in self.parts:
            mark = marks.get("place" if model is OverlayPack else "code", row.mark)
            what = "计划只能有一行" if model is ProgrammePack else f"“{place or task}”重复"
            if model is OverlayTask:
                what = f"地区 {place} 对任务“{task}”的细则重复"
            self._tell(mark, what, "合成一行")
            return
        self.parts[key] = (model, source)

    def _fold(self) -> None:
        """Put the parts together as a pack."""
        pack = self.out.pack
        overlays: dict[str, OverlayFolder] = {}
        for (place, _), (model, source) in self.parts.items():
            if model is ProgrammePack:
                pack.programme = source
            elif model is TaskPack:
                pack.tasks.append(source)
            else:
                folder = overlays.setdefault(place, OverlayFolder(place, None))
                if model is OverlayPack:
                    folder.overlay = source
                else:
                    folder.tasks.append(source)
        pack.overlays = [overlays[place] for place in sorted(overlays)]

    # ---------------------------------------------------------------- rows inside parts

    @staticmethod
    def _outer_first() -> list[str]:
        """Sheets of lists, each after those its rows stand in."""
        order: dict[str, None] = {}

        def walk(model: type[BaseModel]) -> None:
            inner = [branch for branch in branches(model) if not branch.recursive]
            order.update(dict.fromkeys(branch.sheet for branch in inner))
            for branch in inner:
                walk(branch.model)

        for part in PARTS:
            walk(part)
        return list(order)

    def _inside(self, sheet: Sheet, row: ReadRow) -> None:
        key: PartKey = (row.keys.get(names.PLACE, ""), row.keys.get(names.TASK, ""))
        own = str(row.data.get(name_key(sheet.model), ""))
        above = row.keys.get(around(sheet.title), "")
        path = "/".join(filter(None, [above, own]))
        if self._attach(sheet, row, key, path) is False:
            self.ghosts.add((key, sheet.title, path))

    def _attach(self, sheet: Sheet, row: ReadRow, key: PartKey, path: str) -> bool:
        if key not in self.parts:
            self._no_part(row, key)
            return False
        model, source = self.parts[key]
        outer = [title for title in sheet.keys if title not in {names.PLACE, names.TASK}]
        filled = [title for title in outer if row.keys[title]]
        ways = {way.titles: way for way in _ways(model, sheet.title)}
        way = ways.get(frozenset(filled))
        if way is None:
            self._no_way(sheet, row, key, [sorted(titles, key=outer.index) for titles in ways])
            return False
        codes = tuple(row.keys[title] for title in way.outer)
        container = (source.data, source.mark)
        for depth, title in enumerate(way.outer):
            target = sheet.title if title == around(sheet.title) else title
            found = self.items.get((key, target, codes[: depth + 1]))
            if found is None:
                if not any(
                    (key, name, code) in self.ghosts for name, code in zip(way.outer, codes, strict=True)
                ):
                    known = [
                        k[2][-1] for k in self.items if k[:2] == (key, target) and k[2][:-1] == codes[:depth]
                    ]
                    self._tell(
                        row.key_marks[title], f"{target}“{codes[depth]}”不存在", nearest(codes[depth], known)
                    )
                return False
            container = found
        data, mark = container
        _append(data, mark, way.key, row)
        place = (*(row.keys[title] for title in way.outer if title != around(sheet.title)), path)
        self.items.setdefault((key, sheet.title, place), (row.data, row.mark))
        return True

    def _no_part(self, row: ReadRow, key: PartKey) -> None:
        place, task = key
        if ((place, task), "", "") in self.ghosts:
            return
        if not place and not task:
            if self._is_whole():
                self._tell(row.mark, "这一行没有可归属的计划", "在“计划”表里写一行，或填上任务编码")
            else:
                marks = list(row.key_marks.values()) or [row.mark]
                self._tell(marks[-1], "没有填任务编码，“计划”表又是空的", "填上任务编码，或补写“计划”表")
            return
        if not place:
            known = [task for place, task in self.parts if task and not place]
            self._tell(row.key_marks[names.TASK], f"任务“{task}”不在“任务”表里", nearest(task, known))
        elif not task:
            known = [place for place, task in self.parts if place and not task]
            self._tell(row.key_marks[names.PLACE], f"地区“{place}”不在“地方细则”表里", nearest(place, known))
        elif ("", task) in self.parts or not any(t == task for _, t in self.parts):
            known = sorted({t for p, t in self.parts if p == place and t})
            message = f"“地方任务”表里没有地区 {place} 的任务“{task}”"
            self._tell(
                row.key_marks[names.TASK], message, f"在“地方任务”表里加一行，或{nearest(task, known)}"
            )
        else:
            known = sorted({p for p, t in self.parts if t == task and p})
            message = f"“地方任务”表里没有地区 {place} 的任务“{task}”"
            self._tell(
                row.key_marks[names.PLACE], message, f"在“地方任务”表里加一行，或{nearest(place, known)}"
            )

    def _is_whole(self) -> bool:
        return ("", "") in self.parts

    def _no_way(self, sheet: Sheet, row: ReadRow, key: PartKey, ways: list[list[str]]) -> None:
        if not ways:
            place, task = key
            whose = "地方细则" if place else "全国"
            what = f"{whose}{'的任务' if task else ''}没有“{sheet.title}”这类内容"
            self._tell(
                next(iter(row.key_marks.values()), row.mark), what, "删去这一行，或改“适用地区”“任务编码”"
            )
            return
        expected = "，或".join("、".join(f"“{title}”" for title in titles) or "都不填" for titles in ways)
        blank_one = next((t for titles in ways for t in titles if not row.keys[t]), None)
        mark = row.key_marks[blank_one] if blank_one else row.mark
        self._tell(mark, "看不出这一行属于哪一条", f"填 {expected}")

    def _tell(self, mark: Mark, message: str, remedy: str) -> None:
        self.problems.append(Problem(mark.file, mark.line, mark.column, message, remedy))

    # ---------------------------------------------------------------- guides

    def _guides(self) -> None:
        lines = self._lines(names.GUIDE)
        if not lines:
            return
        titles = [names.TASK, names.GUIDE_TEXT]
        found = table(self.name(names.GUIDE), lines, titles, titles, self.problems)
        sections: dict[str, list[str]] = {}
        for line, cells in found.rows:
            task = plain(cells.get(names.TASK, "")).strip()
            mark = found.mark(line, names.TASK)
            if ("", task) not in self.parts or not task:
                known = [task for place, task in self.parts if task and not place]
                self._tell(mark, f"任务“{task}”不在“任务”表里", nearest(task, known))
                continue
            text = cells.get(names.GUIDE_TEXT, "")
            try:
                sections.setdefault(task, []).append("" if blank(text) else read(Kind("text"), text, {}))
            except CellError as error:
                self._tell(found.mark(line, names.GUIDE_TEXT), error.message, error.remedy)
            source = self.parts["", task][1]
            if isinstance(source.mark.parts, dict):
                source.mark.parts.setdefault(GUIDE, found.mark(line, names.GUIDE_TEXT))
        for task, texts in sections.items():
            self.parts["", task][1].data[GUIDE] = SECTIONS.join(texts)


@dataclass(frozen=True)
class _Way:
    """One place where rows of a sheet may stand in a part: the key columns that lead there, and the list's key."""

    outer: tuple[str, ...]
    key: str

    @property
    def titles(self) -> frozenset[str]:
        return frozenset(self.outer)


def _ways(model: type[BaseModel], sheet: str, outer: tuple[str, ...] = ()) -> Iterator[_Way]:
    for branch in branches(model):
        if branch.recursive:
            if branch.sheet == sheet:
                yield _Way((*outer[:-1], around(sheet)), branch.key)
            continue
        if branch.sheet == sheet:
            yield _Way(outer, branch.key)
        yield from _ways(branch.model, sheet, (*outer, branch.sheet))


def _depth(row: ReadRow, key: str) -> int:
    """How deep a row stands in rows of its own sheet: those around it come first."""
    above = row.keys.get(key, "")
    return above.count("/") + 1 if above else 0


def _append(data: dict[str, Any], mark: Mark, key: str, row: ReadRow) -> None:
    data.setdefault(key, []).append(row.data)
    if not isinstance(mark.parts, dict):
        mark.parts = {}
    items = mark.parts.setdefault(key, Mark(row.mark.file, row.mark.line, row.mark.column, []))
    if isinstance(items.parts, list):
        items.parts.append(row.mark)
