"""Fields of a pack's form as the templates draw them: to be filled, or to be read.

Names of inputs are those of ``forms.answers``: ``code``, ``code-<row>-<column>``, ``code-<indicator>-<year>``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from django.utils.translation import gettext as _

from tongchou.forms.definition import FieldDef, Indicator, Section
from tongchou.forms.display import show, typed_text
from tongchou.forms.schema import PARTNER_COLUMNS, TABLE_TYPES, columns_of, target_field, targeted
from tongchou.web import show as shown

WIDE = {"longtext", "table", "people", "partners", "targets", "files", "multichoice"}
ACCEPT = {
    "pdf": ".pdf",
    "image": ".png,.jpg,.jpeg",
    "office": ".docx,.xlsx,.pptx",
    "video": ".mp4",
}
# The row number in the pattern from which the page's script makes new rows.
NEW_ROW = "__row__"
# As many choices are seen at a glance; more are picked by typing.
MOST_AT_A_GLANCE = 15
# A partner unit may be looked up by its code or its name.
LOOKED_UP = [column for column in PARTNER_COLUMNS if column.code in {"uscc", "name"}]


@dataclass(frozen=True)
class Input:
    """One input: what it is called, what stands in it, what is wrong with it."""

    field: FieldDef
    name: str
    text: str = ""
    picked: tuple[str, ...] = ()
    error: str = ""
    label: str = ""

    @property
    def numeric(self) -> bool:
        return self.field.type in {"integer", "number", "money", "percent"}

    @property
    def unit(self) -> str:
        return {"money": "万元", "percent": "%"}.get(self.field.type, self.field.unit)

    @property
    def longest(self) -> int | None:
        return self.field.max_length

    @property
    def counted(self) -> bool:
        """Whether the page counts the characters as they are typed; not in the cells of a table."""
        return not self.label and (
            self.field.type == "longtext" or (self.field.type == "text" and bool(self.field.max_length))
        )

    @property
    def searched(self) -> bool:
        """Whether there are so many choices that the page's script lets one type to find them."""
        return len(self.field.choices) > MOST_AT_A_GLANCE

    @property
    def look_up(self) -> str:
        """The name of the address that completes what is typed; empty where nothing does."""
        return "unit:find_units" if any(self.field is column for column in LOOKED_UP) else ""


@dataclass
class FieldView:
    """One field: to be filled (``input``, ``rows``, ``grid``) and to be read (``text``, ``table``)."""

    field: FieldDef
    text: str = ""
    input: Input | None = None
    rows: list[list[Input]] = made(default_factory=list)
    pattern: list[Input] = made(default_factory=list)
    grid: list[tuple[Indicator, list[Input]]] = made(default_factory=list)
    years: Sequence[int] = ()
    columns: Sequence[FieldDef] = ()
    cells: list[list[str]] = made(default_factory=list)
    totals: list[str] = made(default_factory=list)
    evidence: list[Any] = made(default_factory=list)
    coming: list[Any] = made(default_factory=list)
    error: str = ""
    remark: str = ""
    source: str = ""
    hidden: bool = False
    required: bool = False

    @property
    def code(self) -> str:
        return self.field.code

    @property
    def kind(self) -> str:
        return "table" if self.field.type in TABLE_TYPES else self.field.type

    @property
    def accept(self) -> str:
        """What the browser offers to choose for a file slot."""
        return ",".join(ACCEPT[kind] for kind in self.field.accept)

    @property
    def foot(self) -> list[tuple[FieldDef, str]]:
        """Below a table that is filled: each column with its sum as typed, or nothing where none is asked for."""
        sums = dict(zip((column.code for column in self.columns), self.totals, strict=False))
        return [
            (column, (sums.get(column.code) or "0") if column.code in self.field.total else "")
            for column in self.columns
        ]

    @property
    def row_limits(self) -> str:
        least, most = self.field.min_rows, self.field.max_rows
        if least and most:
            return _("%(least)s–%(most)s 行") % {"least": least, "most": most}
        if least:
            return _("至少 %(least)s 行") % {"least": least}
        return _("最多 %(most)s 行") % {"most": most} if most else ""

    @property
    def names(self) -> dict[str, str]:
        """The indicators of a targets field by code, to say what a file proves."""
        return {indicator.code: indicator.name for indicator, _inputs in self.grid}

    @property
    def described(self) -> str:
        """The id of the help text, for aria-describedby."""
        return f"h-{self.code}" if self.field.help else ""

    @property
    def wide(self) -> bool:
        return self.field.type in WIDE


@dataclass
class SectionView:
    section: Section
    fields: list[FieldView]


def _input(definition: FieldDef, name: str, value: Any, errors: Mapping[str, str], label: str = "") -> Input:
    if definition.type == "multichoice":
        return Input(definition, name, picked=tuple(value or ()), error=errors.get(name, ""), label=label)
    return Input(definition, name, typed_text(definition, value), error=errors.get(name, ""), label=label)


def _said(definition: FieldDef, value: Any) -> str:
    """A value as it is read; days and yes or no in the reader's language."""
    if definition.type == "date" and value:
        return shown.day(value)
    text = show(definition, value)
    return _(text) if definition.type == "yesno" else text


def _rows(view: FieldView, value: Any, errors: Mapping[str, str], *, at_least: int) -> None:
    definition = view.field
    view.columns = columns_of(definition)
    rows = list(value or [])
    for row in rows:
        view.cells.append([_said(column, row.get(column.code)) for column in view.columns])
    if definition.total and rows:
        for column in view.columns:
            amounts = [row.get(column.code) for row in rows]
            if column.code in definition.total:
                view.totals.append(show(column, sum(a for a in amounts if isinstance(a, int | float))))
            else:
                view.totals.append("")
    rows += [{}] * (max(at_least, definition.min_rows or 0, 1) - len(rows))
    for number, row in enumerate(rows):
        view.rows.append(
            [
                _input(
                    column,
                    f"{view.code}-{number}-{column.code}",
                    row.get(column.code),
                    errors,
                    f"{definition.label} {number + 1} {column.label}",
                )
                for column in view.columns
            ]
        )
    view.pattern = [
        _input(column, f"{view.code}-{NEW_ROW}-{column.code}", None, {}, f"{definition.label} {column.label}")
        for column in view.columns
    ]


def _grid(
    view: FieldView,
    value: Any,
    errors: Mapping[str, str],
    indicators: Sequence[Indicator],
    years: Sequence[int],
) -> None:
    view.years = years
    given = value or {}
    for indicator in indicators:
        holder = target_field(indicator)
        by_year = given.get(indicator.code, {})
        view.grid.append(
            (
                indicator,
                [
                    _input(
                        holder,
                        f"{view.code}-{indicator.code}-{year}",
                        by_year.get(str(year)),
                        errors,
                        f"{indicator.name} {year}",
                    )
                    for year in years
                ],
            )
        )
        view.cells.append([indicator.name, *(show(holder, by_year.get(str(year))) for year in years)])


def field_view(
    definition: FieldDef,
    answers: Mapping[str, Any],
    *,
    errors: Mapping[str, str] | None = None,
    remarks: Mapping[str, str] | None = None,
    sources: Mapping[str, str] | None = None,
    indicators: Sequence[Indicator] = (),
    years: Sequence[int] = (),
    evidence: Iterable[Any] = (),
    coming: Iterable[Any] = (),
    hidden: Collection[str] = (),
    computed: Mapping[str, Any] | None = None,
    needed: Collection[str] = (),
) -> FieldView:
    """``definition`` with its answer. ``indicators`` are those a targets field asks for; ``coming`` are files on their way in;
    ``sources`` say where an answer that nobody typed is from.
    """
    errors = errors or {}
    value = answers.get(definition.code)
    if definition.type == "computed" and computed is not None:
        value = computed.get(definition.code)
    view = FieldView(
        definition,
        error=errors.get(definition.code, ""),
        remark=(remarks or {}).get(definition.code, ""),
        source=(sources or {}).get(definition.code, ""),
        hidden=definition.code in hidden,
        required=definition.required or definition.code in needed,
    )
    if definition.type in TABLE_TYPES:
        _rows(view, value, errors, at_least=1)
    elif definition.type == "targets":
        _grid(view, value, errors, indicators, years)
    elif definition.type != "files":
        view.text = _said(definition, value)
        if definition.type != "computed":
            view.input = _input(definition, definition.code, value, errors)
    if definition.type in {"files", "targets"}:
        view.evidence = [e for e in evidence if e.field == definition.code]
        view.coming = [u for u in coming if u.field == definition.code]
    return view


def section_views(
    sections: Sequence[Section],
    answers: Mapping[str, Any],
    *,
    variant: str,
    indicators: Sequence[Indicator] = (),
    years: Sequence[int] = (),
    **options: Any,
) -> list[SectionView]:
    """Sections (already those of ``variant``) with their answers; see :func:`field_view` for the options."""
    asked = targeted(indicators, variant)
    return [
        SectionView(
            section,
            [field_view(f, answers, indicators=asked, years=years, **options) for f in section.fields],
        )
        for section in sections
    ]
