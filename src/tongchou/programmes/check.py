"""Checking a whole pack: every mistake in one pass, with file, line, column, what is wrong and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from tongchou.programmes import overlay as overlays
from tongchou.programmes.calendar import Span
from tongchou.programmes.checking import course, evaluations, forms, loosening
from tongchou.programmes.checking.dictionaries import check_dictionaries, check_named
from tongchou.programmes.checking.known import (
    Known,
    Report,
    check_cites_and_variants,
    check_clauses,
    check_reasons,
    cites,
)
from tongchou.programmes.checking.loosening import Layer
from tongchou.programmes.checking.mappings import check_mappings
from tongchou.programmes.checking.shape import Shaped, shape
from tongchou.programmes.clauses import Document
from tongchou.programmes.dictionaries import filled
from tongchou.programmes.names import nearest
from tongchou.programmes.pack_format import Contact, OverlayPack, OverlayTask, ProgrammePack, TaskPack
from tongchou.programmes.packs import OverlayFolder, PackFolder, Problem, Source, read
from tongchou.programmes.working_days import rest_day_note

_TELEPHONE = re.compile(r"\d{7,}|\d{3,4}-\d{7,}|@")


class Where(NamedTuple):
    """Where a part of a pack stands: the place of an overlay, the code of a task; empty: the nation, all tasks."""

    place: str = ""
    task: str = ""


@dataclass(slots=True)
class CheckedOverlay:
    """A place's overlay: its own tasks as written, and as they stand when laid on the pack above."""

    place: str
    pack: OverlayPack
    own: dict[str, OverlayTask] = field(default_factory=dict)
    tasks: dict[str, TaskPack] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    """Windows by task code; ``""``: across all tasks."""


@dataclass(slots=True)
class Checked:
    """A pack, read and checked. Whole only if there are no ``problems``; ``notes`` point things out."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    programme: ProgrammePack | None = None
    tasks: dict[str, TaskPack] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    overlays: list[CheckedOverlay] = field(default_factory=list)
    """A place after the places it lies in."""

    def wholes(self) -> Iterator[tuple[Where, BaseModel]]:
        """Everything that was written, each with where: the programme, its tasks, the overlays and their tasks."""
        if self.programme:
            yield Where(), self.programme
        for code, task in self.tasks.items():
            yield Where(task=code), task
        for overlay in self.overlays:
            yield Where(overlay.place), overlay.pack
            for code, own in overlay.own.items():
                yield Where(overlay.place, code), own


def check(folder: Path, places: Mapping[str, str]) -> list[Problem]:
    """The mistakes of the pack in ``folder``. ``places``: the path of each known place by its code."""
    return check_pack(read(folder), places).problems


def check_pack(pack: PackFolder, places: Mapping[str, str]) -> Checked:
    """Check a pack that was read."""
    checked = Checked(problems=list(pack.problems))
    _Checker(pack, places, checked).run()
    checked.problems = each_once(checked.problems)
    return checked


def each_once(problems: Iterable[Problem]) -> list[Problem]:
    """In order, the same at the same place told once: what several parts share by an alias is met in each of them."""
    found: dict[tuple[str, int, int, str], Problem] = {}
    for problem in sorted(problems):
        found.setdefault((problem.file, problem.line, problem.column, problem.message), problem)
    return list(found.values())


class _Checker:
    def __init__(self, pack: PackFolder, places: Mapping[str, str], checked: Checked) -> None:
        self.pack = pack
        self.places = places
        self.checked = checked
        self.known = Known(places=places)
        self.ghosts: dict[str, set[str]] = {}
        self.documented: list[tuple[Report, list[Document]]] = []
        self.mapped: list[tuple[Report, ProgrammePack | OverlayPack, CheckedOverlay | None]] = []
        self.evaluated: list[tuple[Report, TaskPack | OverlayTask]] = []
        self.layers: dict[Where, Layer] = {}
        self.shared: dict[tuple[str, str], tuple[str, BaseModel]] = {}
        """Documents and tags of overlays, and the place that wrote each first."""
        self.unread: set[str] = set()
        """Codes of tasks too misshapen to go on with."""

    def run(self) -> None:
        programme = self._programme()
        shaped_tasks = [shape(TaskPack, source) for source in self.pack.tasks]
        for shaped in shaped_tasks:
            self.checked.problems += shaped.problems
        if programme is None:
            return
        self._tasks_once(shaped_tasks)
        for shaped in shaped_tasks:
            if shaped.model is not None:
                self._task(shaped.model, shaped)
            else:
                code = shaped.source.data.get("code")
                self.unread |= {code} if isinstance(code, str) else set()
                self.pack.unread_tasks |= not isinstance(code, str)
        for folder in sorted(self.pack.overlays, key=lambda f: len(self.places.get(f.name, f.name))):
            self._overlay(folder)
        self._evaluated()
        self._mappings()
        self._reasons()
        self._rest_days()

    def _report(self, shaped_source: Shaped, known: Known) -> Report:
        return Report(shaped_source.source, known, self.checked.problems)

    def _programme(self) -> ProgrammePack | None:
        if self.pack.programme is None:
            return None
        shaped = shape(ProgrammePack, self.pack.programme)
        self.checked.problems += shaped.problems
        programme = shaped.model
        if programme is None:
            return None
        self.checked.programme = programme
        self.known.documents = {document.id: document.clause_ids for document in programme.documents}
        self.known.tags = {tag.code for tag in programme.tags}
        self.known.dated_tags = {tag.code for tag in programme.tags if tag.dated}
        self.known.dictionaries = {dictionary.code: dictionary for dictionary in programme.dictionaries}
        self.known.rounds = {r.code: r.year for r in programme.rounds}
        self.known.reports = {report.code for report in programme.reports}
        self.known.horizon = programme.horizon
        self.known.ghosts = shaped.ghosts
        report = self._report(shaped, self.known)
        report.once(("documents",), "文件", programme.documents, key="id")
        report.once(("tags",), "标签", programme.tags)
        check_dictionaries(report, programme.dictionaries)
        check_clauses(report, programme.documents)
        self.documented.append((report, programme.documents))
        report.once(("rounds",), "批次", programme.rounds)
        report.once(("reports",), "报告", programme.reports)
        report.refer(("place",), "地区", programme.place, self.places)
        for number, round_ in enumerate(programme.rounds):
            if round_.year > programme.horizon:
                message = f"批次“{round_.code}”的年份 {round_.year} 晚于 horizon {programme.horizon}"
                report.add(("rounds", number, "year"), message, "推后 horizon")
        check_cites_and_variants(report, programme)
        self.mapped.append((report, programme, None))
        spans = self.checked.spans[""] = course.check_calendar(report, programme.calendar)
        self._layer("", "", shaped.source, programme, spans)
        return programme

    def _tasks_once(self, shaped_tasks: list[Shaped[TaskPack]]) -> None:
        for key, what in (("code", "任务编码"), ("number", "任务序号")):
            seen: dict[object, str] = {}
            for shaped in shaped_tasks:
                value = shaped.source.data.get(key)
                if not isinstance(value, str | int) or any(
                    p.anchor == f"taskpack-{key}" for p in shaped.problems
                ):
                    continue
                if value in seen:
                    message = f"{what} {value} 与 {seen[value]} 重复"
                    self.checked.problems.append(shaped.source.problem((key,), message, "换一个"))
                seen.setdefault(value, shaped.source.file)

    def _task(self, written: TaskPack, shaped: Shaped[TaskPack]) -> None:
        task = filled(written, self.known.dictionaries)
        self.ghosts[task.code] = shaped.ghosts
        programme = self.checked.programme
        above = programme.calendar if programme else []
        report = self._report(shaped, self.known.of_task(task, calendar=above, ghosts=shaped.ghosts))
        self.checked.tasks.setdefault(task.code, task)
        check_named(report, written.form)
        for key, what in (
            ("variants", "项目类型"),
            ("groups", "条件组"),
            ("work", "建设任务"),
            ("indicators", "指标"),
        ):
            report.once((key,), what, getattr(task, key))
        course.check_leader(report, task.leader)
        forms.check_groups(report, task.groups)
        forms.check_indicators(report, task.indicators)
        spans = self.checked.spans[task.code] = self._common(report, task, base=None)
        self._layer("", task.code, shaped.source, task, spans)

    def _common(self, report: Report, part: TaskPack | OverlayTask, base: TaskPack | None) -> list[Span]:
        """What a task and an overlay of one are both made of."""
        for key, what in (
            ("conditions", "条件"),
            ("unique", "唯一性规则"),
            ("materials", "材料"),
            ("quotas", "限额"),
            ("reports", "报告"),
            ("rubrics", "评分表"),
            ("evaluations", "考核评价"),
        ):
            taken = {report.code for report in base.reports} if base and key == "reports" else set()
            report.once((key,), what, getattr(part, key), taken=taken)
        report.once(("steps",), "环节", part.steps)
        for number, rubric in enumerate(part.rubrics):
            report.once(("rubrics", number, "criteria"), "评分项", rubric.criteria)
            report.once(("rubrics", number, "vetoes"), "否决项", rubric.vetoes)
        for number, contact in enumerate(part.contacts):
            _check_contact(report, number, contact)
        check_cites_and_variants(report, part)
        forms.check_form(report, part.form, above=base.form if base else ())
        forms.check_conditions(report, part.conditions)
        forms.check_unique(report, part.unique)
        forms.check_materials(report, part.materials)
        course.check_steps(report, part.steps)
        course.check_quotas(report, part.quotas)
        rubrics = [rubric.code for whole in (part, base) if whole for rubric in whole.rubrics]
        evaluations.check_evaluations(report, part, rubrics)
        self.evaluated.append((report, part))
        return course.check_calendar(report, part.calendar)

    def _overlay(self, folder: OverlayFolder) -> None:
        programme = self.checked.programme
        if folder.overlay is None or programme is None:
            return
        shaped = shape(OverlayPack, folder.overlay)
        self.checked.problems += shaped.problems
        if shaped.model is None:
            return
        pack = shaped.model
        above = self._above(pack.place)
        known = Known(
            documents=self.known.documents
            | {document.id: document.clause_ids for document in pack.documents},
            tags=self.known.tags | {tag.code for tag in pack.tags},
            dated_tags=self.known.dated_tags | {tag.code for tag in pack.tags if tag.dated},
            dictionaries=dict(self.known.dictionaries),
            rounds=self.known.rounds,
            reports=self.known.reports | {report.code for report in pack.reports},
            places=self.places,
            horizon=self.known.horizon,
            calendar=list(programme.calendar),
            ghosts=self.known.ghosts | shaped.ghosts,
        )
        for wider in above:
            known.documents |= {document.id: document.clause_ids for document in wider.pack.documents}
            known.tags |= {tag.code for tag in wider.pack.tags}
            known.dated_tags |= {tag.code for tag in wider.pack.tags if tag.dated}
            known.dictionaries |= {dictionary.code: dictionary for dictionary in wider.pack.dictionaries}
            known.reports |= {report.code for report in wider.pack.reports}
            known.calendar = [*wider.pack.calendar, *known.calendar]
        report = self._report(shaped, known)
        if pack.programme != programme.code:
            message = f"细则所属的计划是“{pack.programme}”，本包是“{programme.code}”"
            report.add(("programme",), message, f"写成 {programme.code}")
        if report.refer(("place",), "地区", pack.place, self.places) and folder.name != pack.place:
            message = f"文件夹名“{folder.name}”与地区代码“{pack.place}”不一致"
            report.add(("place",), message, "文件夹以地区代码命名")
        elif pack.place in self.places and not self._is_inside(pack.place, programme.place):
            message = f"地区“{pack.place}”不在计划所在的“{programme.place}”之内"
            report.add(("place",), message, "细则只能是下级地区的；本级的写在计划里")
        report.once(("documents",), "文件", pack.documents, key="id", taken=self.known.documents)
        self._shared(report, pack)
        check_clauses(report, pack.documents)
        self.documented.append((report, pack.documents))
        report.once(("tags",), "标签", pack.tags, taken=self.known.tags)
        check_dictionaries(report, pack.dictionaries, taken=known.dictionaries)
        known.dictionaries |= {dictionary.code: dictionary for dictionary in pack.dictionaries}
        report.once(("reports",), "报告", pack.reports, taken=self.known.reports)
        check_cites_and_variants(report, pack)
        checked = CheckedOverlay(pack.place, pack)
        self.mapped.append((report, pack, checked))
        spans = checked.spans[""] = course.check_calendar(report, pack.calendar)
        layer = self._layer(pack.place, "", shaped.source, pack, spans)
        loosening.check_days(report, layer, self._layers_above(pack.place))
        known.calendar = [*pack.calendar, *known.calendar]
        bases = above[-1].tasks if above else {}
        bases = {code: bases.get(code, task) for code, task in self.checked.tasks.items()}
        for source in folder.tasks:
            shaped_task = shape(OverlayTask, source)
            self.checked.problems += shaped_task.problems
            if shaped_task.model is not None:
                self._overlay_task(checked, known, shaped_task, shaped_task.model, bases)
        if above:
            checked.tasks = above[-1].tasks | checked.tasks
        self.checked.overlays.append(checked)

    def _is_inside(self, place: str, outer: str) -> bool:
        return place != outer and f"/{outer}/" in f"/{self.places[place]}"

    def _shared(self, report: Report, pack: OverlayPack) -> None:
        """Documents and tags are known by their code in the whole programme: no two places mean different ones by it."""
        for key, what, name in (("documents", "文件", "id"), ("tags", "标签", "code")):
            for number, item in enumerate(getattr(pack, key)):
                code = getattr(item, name)
                place, first = self.shared.setdefault((key, code), (pack.place, item))
                if place != pack.place and first != item:
                    message = f"{what}“{code}”与地区 {place} 的细则中的同名而内容不同"
                    report.add((key, number, name), message, "换一个编码，如加上地区名")

    def _overlay_task(
        self,
        checked: CheckedOverlay,
        known: Known,
        shaped: Shaped[OverlayTask],
        written: OverlayTask,
        bases: Mapping[str, TaskPack],
    ) -> None:
        own = filled(written, known.dictionaries)
        base = bases.get(own.code)
        if base is None:
            if own.code not in self.unread and not self.pack.unread_tasks:
                message = f"细则的任务“{own.code}”不在全国配置包中"
                self.checked.problems.append(
                    shaped.source.problem(("code",), message, nearest(own.code, bases))
                )
            return
        if own.code in checked.own:
            message = f"任务“{own.code}”的细则写了两份"
            self.checked.problems.append(shaped.source.problem(("code",), message, "合成一个文件"))
            return
        laid = overlays.lay(base, own)
        ghosts = shaped.ghosts | self.ghosts.get(own.code, set())
        report = self._report(shaped, known.of_task(laid, calendar=base.calendar, ghosts=ghosts))
        check_named(report, written.form)
        checked.own[own.code] = own
        checked.tasks[own.code] = laid
        spans = checked.spans[own.code] = self._common(report, own, base)
        layer = self._layer(checked.place, own.code, shaped.source, own, spans)
        above = self._layers_above(checked.place, own.code)
        loosening.check_task(report, layer, above, place=checked.place, places=self.places)
        if own.steps:
            for quota in base.quotas:
                if quota.step not in report.known.steps:
                    message = f"环节重排后，上级限额“{quota.name}”所在的环节“{quota.step}”没有了"
                    report.add(("steps",), message, f"保留编码为 {quota.step} 的环节")

    def _layer(
        self,
        place: str,
        task: str,
        source: Source,
        part: TaskPack | OverlayTask | ProgrammePack | OverlayPack,
        spans: list[Span],
    ) -> Layer:
        """Keep a part to hold the overlays below it against."""
        layer = self.layers[Where(place, task)] = Layer(source, part, spans)
        return layer

    def _layers_above(self, place: str, task: str = "") -> list[Layer]:
        """The parts above an overlay's: the nation's, then those of the places around it; of one task, or of all."""
        around = {"", *(overlay.place for overlay in self._above(place))}
        return [
            layer
            for where, layer in self.layers.items()
            if where.place in around and (not task or where.task in {"", task})
        ]

    def _above(self, place: str) -> list[CheckedOverlay]:
        """Overlays of the places around ``place``, widest first."""
        path = self.places.get(place, "")
        return [o for o in self.checked.overlays if o.place != place and f"{o.place}/" in path]

    def _reasons(self) -> None:
        cited: dict[str, set[str]] = {}
        for _, whole in self.checked.wholes():
            for _, _, document, clause in cites(whole):
                cited.setdefault(document, set()).add(clause)
        for report, documents in self.documented:
            check_reasons(report, documents, cited)

    def _evaluated(self) -> None:
        if self.unread or self.pack.unread_tasks:
            return  # not every name is known
        for report, part in self.evaluated:
            evaluations.check_evaluated(report, part, self.checked.tasks)

    def _mappings(self) -> None:
        if self.unread or self.pack.unread_tasks:
            return  # not every name is known
        for report, pack, overlay in self.mapped:
            tasks = self.checked.tasks | (overlay.tasks if overlay else {})
            check_mappings(report, pack.mappings, tasks, self.ghosts)

    def _rest_days(self) -> None:
        lists = [self.checked.spans, *(overlay.spans for overlay in self.checked.overlays)]
        for spans in lists:
            for task, windows in spans.items():
                for span in windows:
                    if span.last and (note := rest_day_note(span.last)):
                        self.checked.notes.append(f"{task or '各任务'} · {span.label}：{note}")


def _check_contact(report: Report, number: int, contact: Contact) -> None:
    if _TELEPHONE.search(contact.office):
        report.add(("contacts", number, "office"), "联系处室中有电话或邮箱", "只写处室名称，不写个人和号码")
