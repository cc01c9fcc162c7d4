"""What the template of a draft asks, and the codes by which it is known again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongchou.applications.models import Application
from tongchou.applications.queries import target_years
from tongchou.forms.definition import FieldDef, Indicator, Section
from tongchou.forms.schema import TABLE_TYPES, UNANSWERED_TYPES, sections_for, targeted
from tongchou.forms.values import MOST_ROWS

GUIDE, FORM, LISTS, MARKS = "说明", "填报", "选项", "_tongchou"
FORMAT = "1"
"""Of the workbook itself: raised when an older one can no longer be read."""
CLEAR = "（清空）"
"""In a cell: take the answer away. An empty cell leaves it as it is."""
SPARE_ROWS = 20
_LONGEST_TITLE = 31
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\'“”]")


@dataclass(frozen=True, slots=True)
class Template:
    """A draft as a template is made of it and held against it."""

    case: int
    number: str
    digest: str
    variant: str
    title: str
    unit: str
    round: str
    version: int
    sections: Sequence[Section]
    indicators: Sequence[Indicator]
    years: Sequence[int]
    answers: Mapping[str, Any]

    @property
    def marks(self) -> dict[str, str]:
        """What the hidden sheet says of the template."""
        return {
            "format": FORMAT,
            "case": str(self.case),
            "number": self.number,
            "edition": self.digest,
            "variant": self.variant,
            "version": str(self.version),
        }

    @property
    def fields(self) -> list[FieldDef]:
        """The fields that are answered, in the order of the form."""
        return [f for s in self.sections for f in s.fields if f.type not in UNANSWERED_TYPES]

    @property
    def own_sheets(self) -> dict[str, FieldDef]:
        """The fields that have a sheet of their own (tables, lists, targets), by its title."""
        titles: dict[str, FieldDef] = {}
        for section_number, section in enumerate(self.sections, 1):
            for number, field in enumerate(section.fields, 1):
                if field.type in TABLE_TYPES or field.type == "targets":
                    label = _NOT_IN_TITLES.sub("", field.label)
                    titles[f"{section_number}.{number} {label}"[:_LONGEST_TITLE]] = field
        return titles


def template_of(application: Application) -> Template:
    """The draft of a case, read with its edition, task, round (and programme), unit and draft."""
    pack = application.edition.pack
    return Template(
        case=application.pk,
        number=application.number,
        digest=application.edition.digest,
        variant=application.variant,
        title=pack.name,
        unit=application.unit.name,
        round=application.round.name,
        version=application.draft.version,
        sections=sections_for(pack.form, application.variant),
        indicators=targeted(pack.indicators, application.variant),
        years=target_years(application.round),
        answers=application.draft.answers,
    )


def rows_offered(field: FieldDef, filled: int) -> int:
    """How many rows the sheet of a table has."""
    wanted = field.max_rows or filled + SPARE_ROWS
    return min(max(wanted, filled, field.min_rows or 0), max(MOST_ROWS, field.max_rows or 0))


def unit_of(field: FieldDef) -> str:
    """The unit of measure in which it is typed."""
    return {"money": "万元", "percent": "%"}.get(field.type, field.unit)
