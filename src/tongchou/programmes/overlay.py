"""Laying a place's overlay on the pack above it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tongchou.forms.definition import Section
from tongchou.programmes.pack_format import CalendarEntry, OverlayTask, TaskPack


def lay(base: TaskPack, overlay: OverlayTask) -> TaskPack:
    """The task as it stands in the overlay's place.

    ``steps`` replaces the order above where it is given; a section or a calendar entry whose code stands above is that
    one, continued (fields are added) or replaced (dates are the place's); every other list is added to.
    """
    return base.model_copy(
        update={
            "name": overlay.name or base.name,
            "targets": [*base.targets, *overlay.targets],
            "conditions": [*base.conditions, *overlay.conditions],
            "unique": [*base.unique, *overlay.unique],
            "materials": [*base.materials, *overlay.materials],
            "form": _form(base.form, overlay.form),
            "steps": overlay.steps or base.steps,
            "calendar": calendar(base.calendar, overlay.calendar),
            "quotas": [*base.quotas, *overlay.quotas],
            "reports": [*base.reports, *overlay.reports],
            "evaluations": [*base.evaluations, *overlay.evaluations],
            "contacts": [*overlay.contacts, *base.contacts],
            "rubrics": [*overlay.rubrics, *base.rubrics],
        }
    )


def calendar(above: Sequence[CalendarEntry], own: Sequence[CalendarEntry]) -> list[CalendarEntry]:
    """The entries in force: those above whose code the place does not use itself, then its own."""
    codes = {entry.code for entry in own}
    return [*(entry for entry in above if entry.code not in codes), *own]


def _form(base: Sequence[Section], added: Sequence[Section]) -> list[Section]:
    more = {section.code: section for section in added}
    sections = []
    for section in base:
        extra = more.pop(section.code, None)
        sections.append(
            section.model_copy(update={"fields": [*section.fields, *extra.fields]}) if extra else section
        )
    return [*sections, *more.values()]
