"""Checking a workbook as ``pack check`` checks a folder: every mistake in one pass, at its sheet and cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tongchou.documents.pack_workbook import names
from tongchou.documents.pack_workbook.layout import GUIDE, sheets
from tongchou.documents.pack_workbook.reading import ReadBook
from tongchou.programmes.check import Checked, check_pack, each_once
from tongchou.programmes.model_walk import anchor
from tongchou.programmes.pack_format import TaskPack
from tongchou.programmes.packs import OverlayFolder, PackFolder, Problem


def check_workbook(book: ReadBook, base: PackFolder | None, places: Mapping[str, str]) -> Checked:
    """Check what a workbook holds; where it holds only some parts, together with the rest of ``base``, a folder as read.

    Of several mistakes at one cell only the first is told, and keys have the names of their columns.
    """
    told = {(problem.file, problem.line, problem.column) for problem in book.pack.problems}
    pack = book.pack if book.pack.programme or base is None else _laid_on(book.pack, base)
    own = list(pack.problems)
    if pack.programme is None:
        remedy = "在“计划”表里写一行；只有部分内容的，转到这个计划已有的文件夹里"
        own.append(Problem(book.pack.folder.name, 0, 0, "工作簿里没有计划", remedy))
    own += _homeless(pack)
    checked = check_pack(replace(pack, problems=[]), places)
    found = [p for p in checked.problems if (p.file, p.line, p.column) not in told]
    checked.problems = each_once(_anchored(p) for p in [*own, *(_in_words(p, book) for p in found)])
    return checked


def _anchored(problem: Problem) -> Problem:
    """The problem with the address of what its sheet holds, where it has none of its own."""
    sheet = sheets().get(problem.sheet)
    if problem.anchor or not (sheet or problem.sheet == names.GUIDE):
        return problem
    return replace(problem, anchor=anchor(sheet.model) if sheet else anchor(TaskPack, GUIDE))


def _laid_on(own: PackFolder, base: PackFolder) -> PackFolder:
    """The pack in a folder with the parts of a workbook in place of its own."""
    tasks = {source.data.get("code"): source for source in [*base.tasks, *own.tasks]}
    overlays = {folder.name: folder for folder in base.overlays}
    for folder in own.overlays:
        there = overlays.get(folder.name, OverlayFolder(folder.name, None))
        laid = {source.data.get("code"): source for source in [*there.tasks, *folder.tasks]}
        overlays[folder.name] = OverlayFolder(
            folder.name, folder.overlay or there.overlay, list(laid.values())
        )
    return PackFolder(
        base.folder,
        base.programme,
        list(tasks.values()),
        [overlays[name] for name in sorted(overlays)],
        [*base.problems, *own.problems],
        base.unread_tasks or own.unread_tasks,
    )


def _homeless(pack: PackFolder) -> list[Problem]:
    """Tasks of places that have no overlay."""
    title = names.SHEETS["OverlayPack"]
    return [
        source.problem((), f"地区“{folder.name}”不在“{title}”表里", f"在“{title}”表里给它加一行")
        for folder in pack.overlays
        if folder.overlay is None
        for source in folder.tasks
    ]


def _in_words(problem: Problem, book: ReadBook) -> Problem:
    """The problem with keys of the pack called as the columns of its sheet are."""
    titles = book.titles.get(problem.file, {})
    message, remedy = problem.message, problem.remedy
    for key, title in titles.items():
        message = message.replace(f"“{key}”", f"“{title}”")
        remedy = f"填上{title}" if remedy == f"补写 {key}" else remedy
    return replace(problem, message=message, remedy=remedy)
