"""An answer as it stands in a browser's inputs: the way back of :func:`tongchou.forms.answers.from_post`."""

from __future__ import annotations

from typing import Any

from tongchou.forms.definition import FieldDef, Indicator
from tongchou.forms.display import typed_text
from tongchou.forms.schema import TABLE_TYPES, columns_of, target_field


def inputs_of(
    field: FieldDef, value: Any, indicators: tuple[Indicator, ...] | list[Indicator] = ()
) -> dict[str, list[str]]:
    """The texts of one field's inputs by their names; of a table those of its rows, empty cells included.

    A table, a list of boxes and a target grid come with the hidden empty input that clears them.
    """
    code = field.code
    if field.type == "multichoice":
        return {code: ["", *(value or ())]}
    if field.type in TABLE_TYPES:
        texts = {code: [""]}
        for number, row in enumerate(value or ()):
            for column in columns_of(field):
                texts[f"{code}-{number}-{column.code}"] = [typed_text(column, row.get(column.code))]
        return texts
    if field.type == "targets":
        known = {indicator.code: target_field(indicator) for indicator in indicators}
        texts = {code: [""]}
        for indicator_code, by_year in (value or {}).items():
            for year, target in by_year.items():
                if holder := known.get(indicator_code):
                    texts[f"{code}-{indicator_code}-{year}"] = [typed_text(holder, target)]
        return texts
    return {code: [typed_text(field, value)]}
