"""The marks of an evaluation as a form: one number of 100, or the criteria of a rubric with its grounds of veto."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tongchou.monitoring.marking import Given

if TYPE_CHECKING:
    from django.http import QueryDict

    from tongchou.programmes.pack_format import Criterion, Rubric, Veto


@dataclass(frozen=True)
class MarkRow:
    criterion: Criterion
    value: Any


@dataclass(frozen=True)
class VetoRow:
    veto: Veto
    on: bool
    reason: str


@dataclass(frozen=True)
class MarkForm:
    """What ``parts/marks.html`` draws. Without a rubric there is one mark."""

    rubric: Rubric | None
    mark: Any
    rows: list[MarkRow]
    vetoes: list[VetoRow]
    comment: str


def drawn(rubric: Rubric | None, given: Given) -> MarkForm:
    """The form with what was given so far."""
    criteria = rubric.criteria if rubric else []
    vetoes = rubric.vetoes if rubric else []
    return MarkForm(
        rubric,
        "" if given.mark is None else given.mark,
        [MarkRow(c, given.marks.get(c.code, "")) for c in criteria],
        [VetoRow(v, v.code in given.vetoes, given.vetoes.get(v.code, "")) for v in vetoes],
        given.comment,
    )


def posted(rubric: Rubric | None, post: QueryDict) -> Given:
    """What a form gives; what can't be read as a number stays as it was typed, to be refused by name."""
    if rubric is None:
        return Given(post.get("mark", "").strip() or None, comment=post.get("comment", ""))
    marks = {
        c.code: _number(text) for c in rubric.criteria if (text := post.get(f"mark-{c.code}", "").strip())
    }
    vetoes = {
        v.code: post.get(f"veto-reason-{v.code}", "").strip()
        for v in rubric.vetoes
        if post.get(f"veto-{v.code}")
    }
    return Given(marks=marks, vetoes=vetoes, comment=post.get("comment", ""))


def of_score(score: Any) -> Given:
    """What a kept mark was given as."""
    return Given(score.mark, score.marks, score.vetoes, score.comment)


def of_draft(draft: Mapping[str, Any]) -> Given:
    """What a unit has saved of its own marks."""
    return Given(draft.get("mark"), draft.get("marks") or {}, draft.get("vetoes") or {})


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text
