"""What answers for a change that would lose or reinterpret what is stored, and what to write where nothing does. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tongchou.programmes.checking.mappings import coded, misfit
from tongchou.programmes.diffing.change import Key
from tongchou.programmes.diffing.stakes import Stake
from tongchou.programmes.pack_format import Mapping, TaskPack


def answer(
    key: Key, before: TaskPack, after: TaskPack, mappings: Sequence[Mapping]
) -> tuple[Mapping | None, str]:
    """The mapping that answers for ``key``; where one is written that does not fit, why (in Chinese)."""
    for mapping in mappings:
        if (mapping.task, mapping.part, mapping.inside, mapping.old) == (
            key.task,
            key.part,
            key.inside,
            key.code,
        ):
            said = misfit(mapping, before, after, mappings)
            return (None, said) if said else (mapping, "")
    return None, ""


def knows(task: TaskPack, key: Key) -> bool:
    """Whether the task has what ``key`` names."""
    return key.code in coded(task, key.part, key.inside)


def remedy(stake: Stake, *, place: str = "") -> str:
    """What to write so that the change may be made, as YAML. ``place``: whose overlay has to say it; empty: the pack."""
    file = f"overlays/{place}/overlay.yaml" if place else "programme.yaml"
    key = stake.key
    said = (
        f"task: {key.task}, part: {key.part}{f', in: {key.inside}' if key.inside else ''}, from: {key.code}"
    )
    if stake.severity == "reinterprets":
        line = f"- {{{said}, to: 新编码, factor: 旧数换成新数的倍数}}"
        return f"给改后的换一个新编码，原编码不再使用，并在 {file} 的 mappings: 下写 {line}"
    drop = f"- {{{said}, to: null, drop: 理由}}"
    return f"在 {file} 的 mappings: 下写 - {{{said}, to: 新编码}}；不再沿用的写 {drop}"
