"""What every look at a form's answers would find out about the form anew, found out once for each form and variant."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tongchou.forms.definition import FieldDef, Section
from tongchou.forms.schema import TABLE_TYPES, fields_of, sections_for


class Plan:
    """The sections and fields one variant is asked, and which of them more is to be done about than to hold an answer."""

    def __init__(self, sections: Sequence[Section], variant: str) -> None:
        self.sections = sections_for(sections, variant)
        self.fields = {field.code: field for field in fields_of(self.sections)}
        every = self.fields.values()
        self.answered = [field.code for field in every if field.type not in {"files", "computed"}]
        self.slots = [field.code for field in every if field.type == "files"]
        self.settled = [field for field in every if field.visible_when or field.type == "computed"]
        self.simple = {field.code for field in every if _is_simple(field)}
        self.required = {code for code in self.simple if self.fields[code].required}


def _is_simple(field: FieldDef) -> bool:
    """Whether its own kind and limits say all there is to check of its answer."""
    return not (
        field.visible_when
        or field.required_when
        or field.type in TABLE_TYPES | {"files", "computed", "targets"}
    )


class _Form:
    """A form by its identity: those of loaded packs live as long as the process and never change."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self.sections = sections

    def __hash__(self) -> int:
        return id(self.sections)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Form) and other.sections is self.sections


def plan_for(sections: Sequence[Section], variant: str) -> Plan:
    return _plan(_Form(sections), variant)


@lru_cache(maxsize=512)
def _plan(form: _Form, variant: str) -> Plan:
    return Plan(form.sections, variant)
