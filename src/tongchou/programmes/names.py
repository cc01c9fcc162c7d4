"""The remedy for a name that is not known. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[object]) -> str:
    """The remedy for an unknown name: the nearest valid one, or the valid ones."""
    names = sorted(map(str, known))
    if close := get_close_matches(name, names, n=1, cutoff=0.5):
        return f"是否应为“{close[0]}”？"
    if not names:
        return "这里还没有可用的名称"
    shown = "、".join(names[:12])
    return f"可用的有：{shown}{' 等' if len(names) > 12 else ''}"
