"""The same fact in two places: where an answer and another source disagree, both are named. Pure; always advice.

What a field is held against is data: the unit's registration by ``prefill``, every other place by ``same_as``. What those
places say is given as :class:`Said` by reference (``unit.name``, ``last.students``); the form's own are read from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongchou.forms.definition import FieldDef, Indicator, Section
from tongchou.forms.display import show
from tongchou.forms.finding import Finding, Findings
from tongchou.forms.schema import by_code

HELD_AGAINST_REGISTER = frozenset(
    {"unit.name", "unit.uscc", "unit.kind", "unit.place", "unit.school_code", "unit.authority"}
)
"""Of what a registration fills in, that which is the unit's own; a project may have another contact or address."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one source says: ``source`` as people read it, ``value`` in the format answers are stored in."""

    source: str
    value: Any


def held(sections: Sequence[Section]) -> tuple[FieldDef, ...]:
    """The fields that are held against another source at all."""
    fields = by_code(sections).values()
    return tuple(f for f in fields if f.same_as or f.prefill in HELD_AGAINST_REGISTER)


def disagreements(
    fields: Iterable[FieldDef],
    values: Mapping[str, Any],
    said: Mapping[str, Sequence[Said]],
    *,
    form: Mapping[str, FieldDef],
    indicators: Sequence[Indicator] = (),
) -> list[Finding]:
    """Where answers to ``fields`` (those of :func:`held` that are shown) differ from what other sources say.

    ``values`` are the answers with what was computed; ``form`` is every field by code.
    """
    found = Findings()
    for field in fields:
        value = values.get(field.code)
        if value is None:
            continue
        references = [field.prefill] if field.prefill in HELD_AGAINST_REGISTER else []
        for reference in [*references, *field.same_as]:
            inside = reference.startswith(("field.", "target."))
            for other in _in_form(reference, values, form, indicators) if inside else said.get(reference, ()):
                if not agrees(value, other.value):
                    found.advice(field.code, _message(field, value, other), field.cite)
    return found.all


def agrees(value: Any, other: Any) -> bool:
    """Whether two sources say the same; what can't be compared (nothing, another kind of value) is no contradiction."""
    if other is None or other == "":
        return True
    if isinstance(value, str) and isinstance(other, str):
        return value.strip() == other.strip()
    if _is_number(value) and _is_number(other):
        return bool(abs(value - other) < 1e-9)
    return bool(type(value) is not type(other) or value == other)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _in_form(
    reference: str, values: Mapping[str, Any], form: Mapping[str, FieldDef], indicators: Sequence[Indicator]
) -> list[Said]:
    """What another field of the form says, or the first year's target of an indicator."""
    where, _dot, code = reference.partition(".")
    if where == "field":
        other = form.get(code)
        return [Said(_("“%(label)s”") % {"label": other.label}, values.get(code))] if other else []
    for field in form.values():
        by_year = (values.get(field.code) or {}).get(code) if field.type == "targets" else None
        if by_year:
            year = min(by_year)
            name = next((i.name for i in indicators if i.code == code), code)
            source = _("%(year)s 年绩效目标“%(indicator)s”") % {"year": year, "indicator": name}
            return [Said(source, by_year[year])]
    return []


def _message(field: FieldDef, value: Any, other: Said) -> str:
    words = {
        "label": field.label,
        "value": show(field, value),
        "source": other.source,
        "other": show(field, other.value),
    }
    if _is_number(value) and _is_number(other.value):
        words["gap"] = _gap(field, value, other.value)
        return (
            _("“%(label)s”两处不一致：本表 %(value)s，%(source)s %(other)s（%(gap)s）。请核对，以实际为准。")
            % words
        )
    return _("“%(label)s”两处不一致：本表“%(value)s”，%(source)s“%(other)s”。请核对，以实际为准。") % words


def _gap(field: FieldDef, value: float, other: float) -> str:
    """By how much, and of what is not nothing in per cent of the other source: +250 人，+8.5%."""
    gap = value - other
    sign = "+" if gap > 0 else "-"
    size = abs(gap) if isinstance(gap, int) else round(abs(gap), 6)
    text = sign + show(field, size)
    return f"{text}，{sign}{abs(gap) / abs(other) * 100:.1f}%" if other else text
