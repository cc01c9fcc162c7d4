"""Which clause is served by what in a pack, and which by nothing.

A pure function of a checked pack. The command prints it; a screen draws it as a matrix, a row a clause
(:attr:`Trace.documents`) and a column a kind of what serves it (:attr:`Trace.kinds`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from django.utils.translation import gettext_noop

from tongchou.programmes.check import Checked, Where
from tongchou.programmes.checking.known import cites
from tongchou.programmes.clauses import Clause, Document, clause_of

KINDS = {
    "TaskPack": gettext_noop("任务"),
    "Variant": gettext_noop("项目类型"),
    "Target": gettext_noop("建设目标"),
    "Condition": gettext_noop("条件"),
    "ConditionGroup": gettext_noop("条件组"),
    "Work": gettext_noop("建设任务"),
    "Material": gettext_noop("材料"),
    "FieldDef": gettext_noop("字段"),
    "Indicator": gettext_noop("指标"),
    "Rubric": gettext_noop("评分表"),
    "Criterion": gettext_noop("评分项"),
    "Veto": gettext_noop("否决项"),
    "Step": gettext_noop("环节"),
    "FormalItem": gettext_noop("形式审查"),
    "QuotaDef": gettext_noop("限额"),
    "Exemption": gettext_noop("免占情形"),
    "CalendarEntry": gettext_noop("日历"),
    "ReportDef": gettext_noop("报告"),
    "Evaluation": gettext_noop("考核评价"),
    "Consequence": gettext_noop("结果运用"),
    "Contact": gettext_noop("联系处室"),
    "TagDef": gettext_noop("标签"),
    "Dictionary": gettext_noop("字典"),
    "UniqueDef": gettext_noop("唯一性"),
    "Mapping": gettext_noop("数据对应"),
}
"""What cites clauses, by the class of the part, in the order in which columns are drawn."""

SCREEN = gettext_noop("页面")

State = Literal["served", "explained", "unserved"]


class Server(NamedTuple):
    """One thing that serves a clause: what it is, its code, and where it stands."""

    kind: str
    code: str
    place: str = ""
    task: str = ""

    def __str__(self) -> str:
        where = " ".join(filter(None, [self.place, self.task]))
        return (f"{where} · " if where else "") + f"{self.kind} {self.code}".strip()


@dataclass(slots=True)
class TracedClause:
    """A clause with all that serves it: parts of the pack first, then screens. Each server stands once."""

    clause: Clause
    servers: list[Server] = field(default_factory=list)

    @property
    def state(self) -> State:
        if self.servers:
            return "served"
        return "explained" if self.clause.reason else "unserved"

    def by_kind(self) -> dict[str, list[Server]]:
        """One row of the matrix: the cells that aren't empty, by their column."""
        cells: dict[str, list[Server]] = {}
        for server in self.servers:
            cells.setdefault(server.kind, []).append(server)
        return cells


@dataclass(slots=True)
class TracedDocument:
    """A document and its clauses in its own order. ``place``: whose overlay brings it; empty: the programme's own.

    If the document lists no clauses, those that are cited stand for them, and what is missing can't be known.
    """

    document: Document
    place: str
    clauses: list[TracedClause]

    @property
    def listed(self) -> bool:
        return bool(self.document.clauses)


@dataclass(slots=True)
class Trace:
    """All documents of a pack."""

    documents: list[TracedDocument] = field(default_factory=list)

    def clauses(self) -> Iterator[TracedClause]:
        for document in self.documents:
            yield from document.clauses

    def count(self) -> dict[State, int]:
        """How many clauses are served, explained (not to be served, with a reason) and unserved."""
        found = Counter(clause.state for clause in self.clauses())
        return {"served": found["served"], "explained": found["explained"], "unserved": found["unserved"]}

    @property
    def kinds(self) -> list[str]:
        """The columns of the matrix: the kinds that serve any clause, in the order of :data:`KINDS`, screens last."""
        used = {server.kind for clause in self.clauses() for server in clause.servers}
        return [kind for kind in [*KINDS.values(), SCREEN] if kind in used]


def trace(checked: Checked) -> Trace:
    """The clauses of every document of a checked pack, overlays included, and what serves each."""
    cited: dict[str, dict[str, list[Server]]] = {}
    documents: list[tuple[str, Document]] = []
    for where, whole in checked.wholes():
        if not where.task:
            documents += [(where.place, document) for document in getattr(whole, "documents", [])]
        for _, part, document_id, clause in cites(whole):
            server = _server(part, where)
            cited.setdefault(document_id, {}).setdefault(clause, []).append(server)
    return Trace([_traced(document, place, cited.get(document.id, {})) for place, document in documents])


def _server(part: object, where: Where) -> Server:
    name = type(part).__name__
    code = next((str(getattr(part, key)) for key in ("code", "office", "unit") if hasattr(part, key)), "")
    return Server(KINDS.get(name, name), code, where.place, where.task)


def _traced(document: Document, place: str, cited: dict[str, list[Server]]) -> TracedDocument:
    clauses = document.clauses or [Clause(id=name, text=name) for name in cited]
    traced = {clause.id: TracedClause(clause) for clause in clauses}
    for name, servers in cited.items():
        if (clause_id := clause_of(name, traced)) is not None:
            traced[clause_id].servers += servers
    for one in traced.values():
        one.servers = list(
            dict.fromkeys([*one.servers, *(Server(SCREEN, name) for name in one.clause.screens)])
        )
    return TracedDocument(document, place, list(traced.values()))
