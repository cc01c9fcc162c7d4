"""What a blind step keeps from experts: fields that say who declares are left out, names inside texts are blotted out.

What is known by name is blotted out wherever it stands: the unit with its former names and numbers, its place below the level
that scores, its partners and people. A nickname that stands in no list can't be known; the organiser reads before assigning.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tongchou.applications import leading, paper, steps
from tongchou.forms.schema import fields_of, sections_for
from tongchou.orgs.models import Jurisdiction
from tongchou.orgs.queries import people_of
from tongchou.orgs.record_models import FormerName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tongchou.applications.models import Application, Revision
    from tongchou.forms.definition import FieldDef, Section
    from tongchou.programmes.pack_format import TaskPack
    from tongchou.reviews.models import Assignment

BLOT = "■■■"
SHORTEST = 2
_DEPTH = {"nation": 1, "province": 2, "city": 3}


class Veil:
    """Names that are blotted out, the longest first."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted(
            {name.strip() for name in names if len(name.strip()) >= SHORTEST}, key=lambda n: (-len(n), n)
        )
        self._pattern = (
            re.compile("|".join(map(re.escape, self.names)), re.IGNORECASE) if self.names else None
        )

    def text(self, text: str) -> str:
        return self._pattern.sub(BLOT, text) if self._pattern else text

    def data(self, value: Any) -> Any:
        """Texts inside lists and mappings; keys stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.data(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.data(part) for part in value)
        return value


def identifies(pack: TaskPack, field: FieldDef) -> bool:
    """Whether the answer says who declares: marked so, filled in from the register, the leader, lists of people and partners."""
    return (
        field.identifying
        or bool(field.prefill)
        or field.type in {"people", "partners"}
        or field.code in pack.leader
    )


def shown_sections(pack: TaskPack, sections: Sequence[Section]) -> list[Section]:
    """The sections without fields that identify; sections left without a field are dropped."""
    return [
        section.model_copy(update={"fields": fields})
        for section in sections
        if (fields := [field for field in section.fields if not identifies(pack, field)])
    ]


def shown_slots(application: Application) -> list[str]:
    """The fields whose files a blind expert gets, in the order of the form: none that identifies, and no stamped scan."""
    pack = application.edition.pack
    fields = fields_of(sections_for(pack.form, application.variant))
    sealed = paper.sealed_slots(pack, application.variant)
    return [field.code for field in fields if not identifies(pack, field) and field.code not in sealed]


def is_blind(duty: Assignment) -> bool:
    """Whether the step scores blind (``application.edition`` selected)."""
    return steps.find(duty.application.edition.pack, duty.step).blind


def veil_of(duty: Assignment) -> Veil:
    """The names that a duty's expert may not read. Five queries."""
    application, revision = duty.application, duty.revision
    unit = application.unit
    day = revision.submitted_at.date()
    level = steps.find(application.edition.pack, duty.step).level
    codes = unit.place_path.strip("/").split("/")[_DEPTH[level] :]
    places = Jurisdiction.objects.filter(pk__in=codes).values_list("name", "short_name")
    former = FormerName.objects.filter(unit=unit).values_list("name", flat=True)
    return Veil(
        [
            unit.name,
            leading.unit_then(application, day).name,
            unit.uscc,
            unit.school_code,
            unit.address,
            *former,
            *(name for names in places for name in names),
            *people_of(unit).values_list("name", flat=True),
            *_named(application, revision),
        ]
    )


def _named(application: Application, revision: Revision) -> Iterable[str]:
    """Whoever stands in the answers that identify."""
    answers: Mapping[str, Any] = revision.answers
    pack = application.edition.pack
    for field in fields_of(sections_for(pack.form, application.variant)):
        value = answers.get(field.code)
        if not identifies(pack, field) or not value:
            continue
        if field.type in {"people", "partners"}:
            for row in value:
                yield from (str(row[key]) for key in ("name", "unit", "uscc") if row.get(key))
        elif isinstance(value, str) and field.prefill != "unit.kind":
            yield value
