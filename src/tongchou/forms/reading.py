"""A set of answers read against its form: which fields are shown, what is computed, what is filled."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any

from tongchou.forms.definition import FieldDef, Section
from tongchou.forms.plan import plan_for
from tongchou.forms.rules import Context, compile_rule


class Reading:
    """Answers of one variant, as rules and checks see them.

    Fields are gone through in the order of the form: one whose ``visible_when`` does not hold is hidden and its answer,
    kept in the draft, does not count; a computed one is computed from what stands before it. ``unit`` is what rules may
    know of the unit (``kind``, ``tags``, ``place``). In rules a file slot that has evidence is ``true``.
    """

    def __init__(
        self,
        sections: Sequence[Section],
        answers: Mapping[str, Any],
        *,
        variant: str,
        unit: Mapping[str, Any],
        evidence_fields: Container[str] = (),
    ) -> None:
        self.variant = variant
        self.plan = plan_for(sections, variant)
        self.sections = self.plan.sections
        self.fields: dict[str, FieldDef] = dict(self.plan.fields)
        self.hidden: set[str] = set()
        self.computed: dict[str, Any] = {}
        self.values: dict[str, Any] = {code: answers.get(code) for code in self.plan.answered}
        for code in self.plan.slots:
            self.values[code] = code in evidence_fields or None
        self.context = Context(self.values, variant=variant, unit=unit)
        for field in self.plan.settled:
            self._settle(field)
        self.context.settled()

    def _settle(self, field: FieldDef) -> None:
        if field.visible_when and compile_rule(field.visible_when).holds(self.context) is not True:
            self.hidden.add(field.code)
            del self.fields[field.code]
            self.values.pop(field.code, None)
            self.context.drop(field.code)
        elif field.type == "computed" and field.compute:
            value = compile_rule(field.compute).value(self.context)
            if isinstance(value, float) and field.decimals is not None:
                value = round(value, field.decimals)
            self.computed[field.code] = self.values[field.code] = value
            self.context.set(field.code, value)

    def filled(self, code: str) -> bool:
        """Whether a field that is shown has an answer (a file slot: evidence)."""
        return code in self.context.values

    def label(self, code: str) -> str:
        return self.fields[code].label if code in self.fields else code

    def needs(self, field: FieldDef) -> bool:
        """Whether the form itself asks for an answer to a field that is shown."""
        if field.required or bool(field.min_rows):
            return True
        return (
            bool(field.required_when) and compile_rule(field.required_when or "").holds(self.context) is True
        )
