"""Which clause is served by what in a pack, and which by nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pydantic import BaseModel

from tongchou.programmes.check import Checked
from tongchou.programmes.checking.known import parts
from tongchou.programmes.pack_format import Document

_NAMES = {
    "TagDef": "标签",
    "FieldDef": "字段",
    "Condition": "条件",
    "ConditionGroup": "条件组",
    "Work": "建设任务",
    "Material": "材料",
    "Indicator": "指标",
    "Criterion": "评分项",
    "Veto": "否决项",
    "Rubric": "评分表",
    "Step": "环节",
    "CalendarEntry": "日历",
    "Exemption": "免占情形",
    "QuotaDef": "限额",
    "ReportDef": "报告",
    "Target": "建设目标",
    "Contact": "联系处室",
    "Variant": "项目类型",
    "TaskPack": "任务",
}


@dataclass(slots=True)
class Trace:
    """``served``: what each clause is served by, by document. ``unserved``: listed clauses nothing cites."""

    documents: list[Document] = field(default_factory=list)
    served: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    unserved: dict[str, list[str]] = field(default_factory=dict)


def trace(checked: Checked) -> Trace:
    """The clauses of every document of a checked pack, overlays included."""
    found = Trace()
    wholes: list[tuple[str, BaseModel]] = []
    if checked.programme:
        found.documents += checked.programme.documents
        wholes.append(("", checked.programme))
    wholes += [(f"{code} · ", task) for code, task in checked.tasks.items()]
    for overlay in checked.overlays:
        found.documents += overlay.pack.documents
        wholes.append((f"{overlay.place} · ", overlay.pack))
        wholes += [(f"{overlay.place} {code} · ", own) for code, own in overlay.own.items()]
    for where, whole in wholes:
        for name, clause, what in _cites(whole):
            found.served.setdefault(name, {}).setdefault(clause, []).append(where + what)
    for document in found.documents:
        cited = found.served.setdefault(document.id, {})
        found.served[document.id] = dict(sorted(cited.items(), key=lambda item: _order(item[0])))
        unserved = [clause for clause in document.clauses if not any(c.startswith(clause) for c in cited)]
        if unserved or not cited:
            found.unserved[document.id] = unserved
    return found


def _cites(whole: BaseModel) -> Iterator[tuple[str, str, str]]:
    for _, part in parts(whole):
        kind = _NAMES.get(type(part).__name__, type(part).__name__)
        for cite in getattr(part, "cite", []):
            document, _, clause = cite.partition(" ")
            code = getattr(part, "code", None) or getattr(part, "office", None) or getattr(part, "unit", "")
            yield document, clause.strip(), f"{kind} {code}".strip()


_DIGITS = "零一二三四五六七八九十"


def _order(clause: str) -> list[tuple[int, str]]:
    """Sorts 二 before 三, 9 before 10, 十 before 十一."""
    key = []
    for piece in re.findall(rf"[{_DIGITS}]+|\d+|[^\d{_DIGITS}]+", clause):
        if piece[0] in _DIGITS:
            tens, _, ones = piece.rpartition("十")
            number = _DIGITS.index(ones) if ones else 0
            if "十" in piece:
                number += 10 * (_DIGITS.index(tens) if tens else 1)
            key.append((number, ""))
        elif piece.isdigit():
            key.append((int(piece), ""))
        else:
            key.append((-1, piece))
    return key
