"""The way of a case through the steps of its edition. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongchou.programmes.pack_format import Step, TaskPack

DECLARE = "declare"


def steps_for(pack: TaskPack, kind: str) -> list[Step]:
    """The steps that apply to cases led by a unit of ``kind``, expert scoring included."""
    return [step for step in pack.steps if not step.kinds or kind in step.kinds]


def way(pack: TaskPack, kind: str) -> list[Step]:
    """The steps at which such a case waits, in order. Scoring moves no case, so a case never waits at it."""
    return [step for step in steps_for(pack, kind) if step.kind != "score"]


def find(pack: TaskPack, code: str) -> Step:
    """The step ``code`` of the edition; KeyError when it has none (the database holds only codes from it)."""
    for step in pack.steps:
        if step.code == code:
            return step
    raise KeyError(code)


def following(pack: TaskPack, kind: str, code: str) -> Step | None:
    """The step after ``code`` on the way, ``None`` after the last."""
    codes = [step.code for step in way(pack, kind)]
    place = codes.index(code) + 1
    return way(pack, kind)[place] if place < len(codes) else None


def preceding(pack: TaskPack, kind: str, code: str) -> Step | None:
    """The step before ``code`` on the way, ``None`` before the first."""
    codes = [step.code for step in way(pack, kind)]
    place = codes.index(code) - 1
    return way(pack, kind)[place] if place >= 0 else None


def scoring_before(pack: TaskPack, kind: str, code: str) -> Step | None:
    """The expert scoring that stands directly before the step ``code``, if any."""
    steps = steps_for(pack, kind)
    place = next(i for i, step in enumerate(steps) if step.code == code)
    before = steps[place - 1] if place else None
    return before if before and before.kind == "score" else None
