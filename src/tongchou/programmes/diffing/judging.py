"""Whom a difference concerns, by which clause it stands, and whether it asks more or less than before. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tongchou.programmes.diffing.change import Severity
from tongchou.programmes.diffing.compare import Difference
from tongchou.programmes.pack_format import (
    CalendarEntry,
    Condition,
    FieldDef,
    QuotaDef,
    ReportDef,
    Step,
    Target,
)

_BY_LIST = {
    "form": ("units",),
    "fields": ("units",),
    "conditions": ("units", "reviewers"),
    "groups": ("units", "reviewers"),
    "materials": ("units",),
    "work": ("units",),
    "variants": ("units",),
    "contacts": ("units",),
    "indicators": ("designated",),
    "rubrics": ("experts",),
    "steps": ("reviewers",),
    "evaluations": ("designated",),
}
_BY_ATTRIBUTE = {"guide": ("units",), "guide_published": ("units",), "partners": ("units",)}
_BY_LEVEL = {
    "unit": ("units",),
    "school": ("units",),
    "city": ("cities",),
    "province": ("province",),
    "nation": ("nation",),
}
_BY_WRITER = {"project": ("designated",), "unit": ("units",), "city": ("cities",), "province": ("province",)}


def binds(found: Difference) -> tuple[str, ...]:
    """Whom it concerns, as keys of ``change.BINDS``."""
    if not found.trail:
        return _BY_LIST.get(found.name) or _BY_ATTRIBUTE.get(found.name) or ("everyone",)
    name, part = found.trail[0]
    match part:
        case CalendarEntry():
            return (part.binds,)
        case QuotaDef():
            return _BY_LEVEL[part.holder]
        case ReportDef():
            return _BY_WRITER[part.by]
        case Step() | Target():
            return _BY_LEVEL[part.level]
    return _BY_LIST.get(name, ("everyone",))


def cite(found: Difference) -> tuple[str, ...]:
    """The clauses of the innermost part that cites any."""
    for _, part in reversed(found.trail):
        if clauses := getattr(part, "cite", None):
            return tuple(clauses)
    return ()


def severity(found: Difference) -> Severity:
    """Whether it asks more (``tightening``) or less (``loosening``) than before; ``plain`` where that cannot be told."""
    if found.kind in {"added", "removed"}:
        tightens = _asks(found)
        if tightens is None:
            return "plain"
        return "tightening" if tightens == (found.kind == "added") else "loosening"
    if found.kind == "order":
        return "plain"
    measure = _MEASURES.get(found.name)
    if measure is None:
        return "plain"
    old, new = measure(found.old), measure(found.new)
    if old is None or new is None or old == new:
        return "plain"
    return "tightening" if new > old else "loosening"


def _asks(found: Difference) -> bool | None:
    """Whether an item, by being there, asks something of someone; ``None``: it cannot be told."""
    part = found.trail[-1][1]
    match found.name:
        case "conditions":
            return True if isinstance(part, Condition) and part.severity == "error" else None
        case "groups" | "vetoes" | "reports" | "formal":
            return True
        case "fields" | "columns" | "materials" | "work":
            return True if getattr(part, "required", False) else None
        case "form":
            return True if any(_is_required(field) for field in getattr(part, "fields", [])) else None
        case "exempt":
            return False
    return None


def _is_required(field: FieldDef) -> bool:
    return field.required


def _most(value: Any) -> float | None:
    """An upper bound: the smaller, the stricter; none is the loosest."""
    return float("-inf") if value is None else -float(value)


def _least(value: Any) -> float | None:
    return float("-inf") if value is None else float(value)


def _flag(value: Any) -> float | None:
    return float(bool(value))


def _first_day(value: Any) -> float | None:
    return _days(value)


def _last_day(value: Any) -> float | None:
    days = _days(value)
    return None if days is None else -days


def _days(value: Any) -> float | None:
    """A written day as a number that grows with time; ``None`` for what is derived or unlimited."""
    text = str(value).replace("-", "")
    return float(text) if value is not None and text.isdecimal() else None


def _is_error(value: Any) -> float | None:
    return float(value == "error")


_MEASURES: dict[str, Callable[[Any], float | None]] = {
    "limit": _most,
    "max": _most,
    "max_length": _most,
    "max_rows": _most,
    "max_mb": _most,
    "minimum": _least,
    "min": _least,
    "min_rows": _least,
    "need": _least,
    "required": _flag,
    "sealed": _flag,
    "first": _first_day,
    "until": _last_day,
    "severity": _is_error,
    "countersign": len,
}
"""How strict a value is: the larger, the stricter."""
