"""What an expert reads of a case: all of the assigned revision, or, where the step is blind, what does not say who declares."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tongchou.applications import queries
from tongchou.core.files import blotting
from tongchou.reviews import veil
from tongchou.web.authority.reading import Reading
from tongchou.web.fields import SectionView, section_views

if TYPE_CHECKING:
    from tongchou.applications.models import Evidence
    from tongchou.reviews.models import Assignment


@dataclass(frozen=True)
class Material:
    """A file as an expert sees it: its own name, or a number where the step is blind."""

    evidence: Evidence
    name: str

    @property
    def is_pdf(self) -> bool:
        return self.evidence.file.media_type == "application/pdf"


class DutyReading:
    """The revision of a duty, to be scored."""

    def __init__(self, duty: Assignment) -> None:
        self.duty = duty
        self.application = duty.application
        self.reading = Reading(duty.application, duty.revision)

    @cached_property
    def blind(self) -> bool:
        return veil.is_blind(self.duty)

    @cached_property
    def veil(self) -> veil.Veil:
        return veil.veil_of(self.duty) if self.blind else veil.Veil([])

    @property
    def name(self) -> str:
        """The project's name, without who declares where that is not to be seen."""
        return self.veil.text(self.reading.name) if self.blind else self.reading.name

    @property
    def number(self) -> str:
        """What the case is called: its number tells the place, so a blind duty goes by its own."""
        return case_number(self.duty)

    def views(self) -> list[SectionView]:
        if not self.blind:
            return self.reading.views()
        application = self.application
        sections = veil.shown_sections(application.edition.pack, self.reading.sections)
        fields = {field.code for section in sections for field in section.fields}
        answers: dict[str, Any] = {
            code: self.veil.data(value)
            for code, value in self.duty.revision.answers.items()
            if code in fields
        }
        return section_views(
            sections,
            answers,
            variant=application.variant,
            indicators=application.edition.pack.indicators,
            years=queries.target_years(application.round),
            evidence=[],
            remarks={},
            hidden=self.reading.hidden,
        )

    @cached_property
    def materials(self) -> list[Material]:
        """The files in the order of the form; blind only those of which a copy without names can be made."""
        if not self.blind:
            return [Material(e, e.name) for e in self.reading.evidence]
        slots = veil.shown_slots(self.application)
        shown = [e for e in self.reading.evidence if e.field in slots and blotting.can_blot(e.file)]
        return [
            Material(e, f"材料{number}.{blotting.KINDS[e.file.media_type]}")
            for number, e in enumerate(sorted(shown, key=lambda e: slots.index(e.field)), 1)
        ]

    def groups(self) -> list[tuple[str, list[Material]]]:
        """The files by field, with the field's label."""
        groups: dict[str, list[Material]] = {}
        for one in self.materials:
            groups.setdefault(one.evidence.field, []).append(one)
        return [(field.label, groups[code]) for code, field in self.reading.fields.items() if code in groups]

    def material(self, evidence: Evidence) -> Material | None:
        """How this reader sees a file; nothing where he does not."""
        return next((m for m in self.materials if m.evidence.pk == evidence.pk), None)


def case_number(duty: Assignment) -> str:
    """The number by which an expert knows a case (``application.edition`` selected)."""
    return f"PS-{duty.pk:06d}" if veil.is_blind(duty) else duty.application.number


def shown_name(duty: Assignment) -> str:
    """The project's name in a list of duties. Blind it is left out: taking the names out of each would ask too much."""
    if veil.is_blind(duty):
        return case_number(duty)
    return duty.application.project_name or duty.application.number
