"""What names a part of a pack may refer to, and a collector of problems that knows where its part stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from tongchou.forms.definition import FieldDef, Indicator
from tongchou.forms.schema import fields_of
from tongchou.programmes.checking.shape import nearest
from tongchou.programmes.pack_format import CalendarEntry, TaskPack
from tongchou.programmes.packs import ItemPath, Problem, Source


@dataclass(slots=True)
class Known:
    """Names that stand around a task: of the programme, of the places, and of the task itself (overlay laid on)."""

    documents: dict[str, list[str]] = field(default_factory=dict)
    """Clauses by document; none: they aren't listed."""
    tags: set[str] = field(default_factory=set)
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


def check_cites_and_variants(report: Report, model: BaseModel) -> None:
    """Every cite names a known document; every ``variants`` names variants of the task."""
    for path, part in parts(model):
        for number, cite in enumerate(getattr(part, "cite", [])):
            here = (*path, "cite", number)
            document, _, clause = cite.partition(" ")
            if report.refer(here, "引用的文件", document, report.known.documents):
                clauses = report.known.documents.get(document, [])
                if clauses and not any(clause.strip().startswith(listed) for listed in clauses):
                    report.add(here, f"文件“{document}”没有条款“{clause}”", nearest(clause, clauses))
        variants = getattr(part, "variants", [])
        for number, code in enumerate(variants):
            if isinstance(code, str):
                report.refer((*path, "variants", number), "项目类型", code, report.known.variants)
