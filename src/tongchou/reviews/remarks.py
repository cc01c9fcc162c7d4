"""Who reads the opinions that were given at a step, as the step says (``Step.remarks``). Pure.

A unit always reads why its case was returned or declined: it has to act on it. So does whoever gave the opinion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongchou.reviews.models import Decision

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tongchou.orgs.scopes import Actor
    from tongchou.programmes.pack_format import TaskPack

UNIT = "unit"
_ORDER = (UNIT, "city", "province", "nation")
_TOLD_TO_UNIT = frozenset({Decision.Kind.RETURN, Decision.Kind.DECLINE})


def levels_of(actor: Actor) -> frozenset[str]:
    """The levels at which a person reads a case: those of the authorities, else the unit's."""
    return frozenset(a.place.level for a in actor.authorities_as()) or frozenset({UNIT})


def readable(pack: TaskPack, decision: Decision, levels: Collection[str]) -> bool:
    """Whether the reason and the remarks of a decision are for readers at ``levels``."""
    told = UNIT in levels and decision.kind in _TOLD_TO_UNIT
    return told or open_at(pack, decision.step, levels)


def open_at(pack: TaskPack, code: str, levels: Collection[str]) -> bool:
    """Whether opinions given at the step ``code`` are for readers at ``levels``."""
    step = next((s for s in pack.steps if s.code == code), None)
    if step is None or step.remarks == "all":
        return True
    authorities = set(levels) - {UNIT}
    match step.remarks:
        case "authorities":
            return bool(authorities)
        case "above":
            return any(_ORDER.index(level) >= _ORDER.index(step.level) for level in authorities)
        case _:
            return step.level in authorities


def for_readers(pack: TaskPack, decisions: Iterable[Decision], levels: Collection[str]) -> list[Decision]:
    """The decisions, those whose opinions are not for these readers without reason and remarks, marked ``withheld``."""
    told = list(decisions)
    for decision in told:
        decision.withheld = not readable(pack, decision, levels)  # type: ignore[attr-defined]
        if decision.withheld:  # type: ignore[attr-defined]
            decision.reason, decision.remarks, decision.formal = "", {}, []
    return told
