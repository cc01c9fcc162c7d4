"""What names a part of a pack may refer to, and a collector of problems that knows where its part stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from tongchou.forms.definition import Dictionary, FieldDef, Indicator
from tongchou.forms.schema import fields_of
from tongchou.programmes.clauses import Document, clause_of
from tongchou.programmes.names import nearest
from tongchou.programmes.pack_format import CalendarEntry, TaskPack
from tongchou.programmes.packs import ItemPath, Problem, Source


@dataclass(slots=True)
class Known:
    """Names that stand around a task: of the programme, of the places, and of the task itself (overlay laid on)."""

    documents: dict[str, list[str]] = field(default_factory=dict)
    """Clauses by document; none: they aren't listed."""
    tags: set[str] = field(default_factory=set)
    dated_tags: set[str] = field(default_factory=set)
    """Those of ``tags`` of which the year is asked."""
    dictionaries: dict[str, Dictionary] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    reports: set[str] = field(default_factory=set)
    places: Collection[str] = ()
    horizon: int = 0
    calendar: list[CalendarEntry] = field(default_factory=list)
    """Entries above the part's own, from which days may be derived, nearest first."""
    ghosts: set[str] = field(default_factory=set)
    """Names of what could not be read: neither known nor unknown."""
    variants: set[str] = field(default_factory=set)
    leads: set[str] = field(default_factory=set)
    fields: dict[str, FieldDef] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    conditions: set[str] = field(default_factory=set)
    steps: dict[str, str] = field(default_factory=dict)
    """Level by code."""

    def of_task(self, task: TaskPack, *, calendar: Iterable[CalendarEntry], ghosts: set[str]) -> Known:
        """The same, with what ``task`` names."""
        return Known(
            documents=self.documents,
            tags=self.tags,
            dated_tags=self.dated_tags,
            dictionaries=self.dictionaries,
            rounds=self.rounds,
            reports=self.reports | {report.code for report in task.reports},
            places=self.places,
            horizon=self.horizon,
            calendar=[*calendar, *self.calendar],
            ghosts=self.ghosts | ghosts,
            variants={variant.code for variant in task.variants},
            leads={kind for variant in task.variants for kind in variant.leads},
            fields={f.code: f for f in fields_of(task.form)},
            indicators={indicator.code: indicator for indicator in task.indicators},
            conditions={condition.code for condition in task.conditions},
            steps={step.code: step.level for step in task.steps},
        )


@dataclass(slots=True)
class Report:
    """Collects the problems of one source."""

    source: Source
    known: Known
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: ItemPath, message: str, remedy: str = "") -> None:
        self.problems.append(self.source.problem(path, message, remedy))

    def refer(self, path: ItemPath, what: str, name: str | None, names: Collection[str]) -> bool:
        """Whether ``name`` is one of ``names``; if not, a problem (a name that could not be read is let pass)."""
        if name is None or name in names:
            return True
        if name not in self.known.ghosts:
            self.add(path, f"{what}“{name}”不存在", nearest(name, names))
        return False

    def once(
        self,
        path: ItemPath,
        what: str,
        items: Sequence[Any],
        *,
        key: str = "code",
        taken: Collection[str] = (),
    ) -> None:
        """Each item's code stands once, and isn't among ``taken`` (those of the pack above)."""
        seen: set[Any] = set()
        for number, item in enumerate(items):
            code = getattr(item, key)
            if code in seen:
                self.add((*path, number, key), f"{what}“{code}”重复", "换一个编码")
            elif code in taken:
                self.add((*path, number, key), f"{what}“{code}”与上级配置包的重复", "换一个编码")
            seen.add(code)


def parts(model: BaseModel, path: ItemPath = ()) -> Iterator[tuple[ItemPath, BaseModel]]:
    """A part and all parts inside it, each with its path in the file."""
    yield path, model
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        here = (*path, info.alias or name)
        if isinstance(value, BaseModel):
            yield from parts(value, here)
        elif isinstance(value, list):
            for number, item in enumerate(value):
                if isinstance(item, BaseModel):
                    yield from parts(item, (*here, number))


def cites(model: BaseModel) -> Iterator[tuple[ItemPath, BaseModel, str, str]]:
    """Every cite in a part: its path, the part that cites, the document, the clause."""
    for path, part in parts(model):
        for number, cite in enumerate(getattr(part, "cite", [])):
            document, _, clause = cite.partition(" ")
            yield (*path, "cite", number), part, document, clause.strip()


def check_cites_and_variants(report: Report, model: BaseModel) -> None:
    """Every cite names a known document and a clause it lists; every ``variants`` names variants of the task."""
    for here, _, document, clause in cites(model):
        if report.refer(here, "引用的文件", document, report.known.documents):
            clauses = report.known.documents.get(document, [])
            if clauses and clause_of(clause, [*clauses, *report.known.ghosts]) is None:
                report.add(here, f"文件“{document}”没有条款“{clause}”", nearest(clause, clauses))
    for path, part in parts(model):
        variants = getattr(part, "variants", [])
        for number, code in enumerate(variants):
            here = (*path, "variants", number)
            if isinstance(code, str):
                report.refer(here, "项目类型", code, report.known.variants)
                if code in variants[:number]:
                    report.add(here, f"项目类型“{code}”写了两遍", "只写一遍")


def check_clauses(report: Report, documents: Sequence[Document]) -> None:
    """Each clause of a document stands once; none has both a screen that serves it and a reason why nothing does."""
    for number, document in enumerate(documents):
        here: ItemPath = ("documents", number, "clauses")
        report.once(here, "条款", document.clauses, key="id")
        for at, clause in enumerate(document.clauses):
            if clause.reason and clause.screens:
                message = f"条款“{clause.id}”既有页面落实，又写了不需落实的理由"
                report.add((*here, at, "reason"), message, "只留一样")


def check_reasons(
    report: Report, documents: Sequence[Document], cited: Mapping[str, Collection[str]]
) -> None:
    """No clause that something cites says why nothing serves it. ``cited``: the clauses cited, by document."""
    for number, document in enumerate(documents):
        served = {clause_of(clause, document.clause_ids) for clause in cited.get(document.id, ())}
        for at, clause in enumerate(document.clauses):
            if clause.reason and clause.id in served:
                message = f"条款“{clause.id}”写了不需落实的理由，但配置中有引用它的内容"
                report.add(("documents", number, "clauses", at, "reason"), message, "删去 reason，或改正引用")
