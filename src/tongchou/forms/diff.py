"""What changed between two versions of the answers, for the reviewer who saw the older one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongchou.forms.definition import FieldDef, Indicator, Section
from tongchou.forms.display import EMPTY, show, show_row
from tongchou.forms.schema import TABLE_TYPES, columns_of, fields_of, target_field


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``field`` is the field's code, ``name`` the input's; ``before`` and ``after`` are display text."""

    field: str
    name: str
    label: str
    before: str
    after: str


def changes(
    sections: Sequence[Section],
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    indicators: Sequence[Indicator] = (),
) -> list[Change]:
    """Every difference in the order of the form; tables by row and cell (rows by position), targets by year."""
    found: list[Change] = []
    for field in fields_of(sections):
        before, after = old.get(field.code), new.get(field.code)
        if before == after:
            continue
        if field.type in TABLE_TYPES:
            found += _rows(field, before or [], after or [])
        elif field.type == "targets":
            found += _targets(field, before or {}, after or {}, indicators)
        else:
            _append(found, field, field.code, field.label, show(field, before), show(field, after))
    return found


def _append(found: list[Change], field: FieldDef, name: str, label: str, before: str, after: str) -> None:
    if before != after:
        found.append(Change(field.code, name, label, before, after))


def _rows(field: FieldDef, old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> list[Change]:
    found: list[Change] = []
    columns = columns_of(field)
    for number in range(max(len(old), len(new))):
        label = _("%(field)s · 第 %(number)s 行") % {"field": field.label, "number": number + 1}
        if number >= len(old):
            _append(found, field, f"{field.code}-{number}", label, EMPTY, show_row(columns, new[number]))
        elif number >= len(new):
            _append(found, field, f"{field.code}-{number}", label, show_row(columns, old[number]), EMPTY)
        else:
            for column in columns:
                before, after = old[number].get(column.code), new[number].get(column.code)
                name = f"{field.code}-{number}-{column.code}"
                _append(
                    found, field, name, f"{label} · {column.label}", show(column, before), show(column, after)
                )
    return found


def _targets(
    field: FieldDef, old: Mapping[str, Any], new: Mapping[str, Any], indicators: Sequence[Indicator]
) -> Iterator[Change]:
    for indicator in indicators:
        value_field = target_field(indicator)
        before, after = old.get(indicator.code, {}), new.get(indicator.code, {})
        for year in sorted({*before, *after}):
            if before.get(year) != after.get(year):
                yield Change(
                    field.code,
                    f"{field.code}-{indicator.code}-{year}",
                    _("%(field)s · %(indicator)s · %(year)s 年")
                    % {"field": field.label, "indicator": indicator.name, "year": year},
                    show(value_field, before.get(year)),
                    show(value_field, after.get(year)),
                )
