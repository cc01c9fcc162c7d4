"""The way of a case through the steps of its edition. Pure.

A step that another names as ``on_decline`` is off the ordinary way: only what is declined there comes to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from tongchou.programmes.pack_format import Step, TaskPack

DECLARE = "declare"


def steps_for(pack: TaskPack, kind: str) -> list[Step]:
    """The steps that apply to cases led by a unit of ``kind``, expert scoring and side ways included."""
    return [step for step in pack.steps if not step.kinds or kind in step.kinds]


def aside(pack: TaskPack) -> set[str]:
    """The codes of the steps that only declined cases come to."""
    return {step.on_decline for step in pack.steps if step.on_decline}


def way(pack: TaskPack, kind: str) -> list[Step]:
    """The steps at which such a case ordinarily waits, in order. Scoring moves no case, so a case never waits at it."""
    off = aside(pack)
    return [step for step in steps_for(pack, kind) if step.kind != "score" and step.code not in off]


def line(pack: TaskPack, kind: str, at: str) -> list[Step]:
    """The steps of a case that stands at ``at``, for its step line: the ordinary ones; for a step off the way, those up
    to the one that declined, and it.
    """
    declining = next((step for step in pack.steps if step.on_decline == at), None)
    if declining is not None:
        before = line(pack, kind, declining.code)
        score = scoring_before(pack, kind, at)
        return [*before[: before.index(declining) + 1], *([score] if score else []), find(pack, at)]
    off = aside(pack)
    steps = [step for step in steps_for(pack, kind) if step.code not in off]
    while steps[-1].kind == "score":  # for a step off the way
        steps.pop()
    return steps


def find(pack: TaskPack, code: str) -> Step:
    """The step ``code`` of the edition; KeyError when it has none (the database holds only codes from it)."""
    for step in pack.steps:
        if step.code == code:
            return step
    raise KeyError(code)


def following(pack: TaskPack, kind: str, code: str) -> Step | None:
    """The step after ``code`` on the way; ``None`` after the last, and after one that is off the way."""
    codes = [step.code for step in way(pack, kind)]
    if code not in codes:
        return None
    place = codes.index(code) + 1
    return way(pack, kind)[place] if place < len(codes) else None


def declining(pack: TaskPack, code: str) -> str:
    """What it is called to decline a case at the step ``code`` (a msgid): where levels are granted, none is granted."""
    designates = find(pack, code).kind == "designate"
    return gettext_noop("不予认定") if designates else gettext_noop("不予推荐")


def after_decline(pack: TaskPack, kind: str, code: str) -> Step | None:
    """The step that a case declined at ``code`` goes to; ``None``: it ends."""
    target = find(pack, code).on_decline
    return next((step for step in steps_for(pack, kind) if step.code == target), None)


def scoring_before(pack: TaskPack, kind: str, code: str) -> Step | None:
    """The expert scoring that stands directly before the step ``code``, if any."""
    others = aside(pack) - {code}
    steps = [step for step in steps_for(pack, kind) if step.code not in others]
    place = next(i for i, step in enumerate(steps) if step.code == code)
    before = steps[place - 1] if place else None
    return before if before and before.kind == "score" else None
