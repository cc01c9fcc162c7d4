"""A form's answers, cleaned as a whole: from JSON (autosave, API, import) or from a browser's form.

Errors are keyed by input name: ``code``, ``code-<row>-<column>`` (rows count from 0), ``code-<indicator>-<year>``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tongchou.forms import ranges, typed
from tongchou.forms.definition import FieldDef, Indicator, Section
from tongchou.forms.schema import TABLE_TYPES, by_code, columns_of, commits, target_field
from tongchou.forms.values import LONGEST_LONGTEXT, MOST_ROWS, Malformed, clean_value

TARGET_YEARS = range(2000, 2101)
LONGEST_NAME = 200
MOST_ERRORS = 100


@dataclass(slots=True)
class Cleaned:
    """``values`` are well-formed (``None``: the answer was cleared); ``errors`` name what was refused and why."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, label: str, reason: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors[name[:LONGEST_NAME]] = _("“%(label)s”%(reason)s。") % {
                "label": label[:LONGEST_NAME],
                "reason": reason,
            }


def clean(
    sections: Sequence[Section],
    posted: Mapping[str, Any],
    *,
    indicators: Sequence[Indicator] = (),
    years: Collection[int] = TARGET_YEARS,
    partial: bool = True,
) -> Cleaned:
    """Clean JSON answers. What is refused is named in ``errors`` and left out of ``values``; nothing is raised.

    ``sections`` are those of the variant; ``indicators`` and ``years`` bound what a targets field may hold. With
    ``partial`` only what was posted comes back (autosave); otherwise every field does, unanswered ones as ``None``.
    """
    fields = by_code(sections)
    cleaned = Cleaned()
    for name, raw in posted.items():
        asked = fields.get(name)
        if asked is None:
            cleaned.refuse(str(name), str(name), _("不是本表的填报项，未保存"))
        elif asked.type == "computed":
            cleaned.refuse(name, asked.label, _("由平台自动计算，不能填写"))
        elif asked.type == "files":
            cleaned.refuse(name, asked.label, _("是佐证材料，请上传文件"))
        elif asked.type in TABLE_TYPES:
            _clean_rows(asked, raw, cleaned)
        elif asked.type == "targets":
            _clean_targets(asked, raw, indicators, years, cleaned)
        else:
            try:
                cleaned.values[name] = clean_value(asked, raw)
            except Malformed as error:
                cleaned.refuse(name, asked.label, str(error))
    if not partial:
        for code, asked in fields.items():
            if asked.type not in {"files", "computed"} and code not in cleaned.errors:
                cleaned.values.setdefault(code, None)
    return cleaned


def _clean_rows(asked: FieldDef, raw: Any, cleaned: Cleaned) -> None:
    """Rows of a table. One bad cell leaves the rest of the table saved, with that cell empty."""
    if raw is None:
        cleaned.values[asked.code] = None
        return
    if not isinstance(raw, list) or any(not isinstance(row, Mapping) for row in raw):
        cleaned.refuse(asked.code, asked.label, _("应为若干行"))
        return
    most = max(MOST_ROWS, asked.max_rows or 0)
    if len(raw) > most:
        cleaned.refuse(
            asked.code,
            asked.label,
            _("有 %(count)s 行，最多可存 %(most)s 行，请改为上传附件")
            % {"count": f"{len(raw):,}", "most": most},
        )
        return
    columns = {column.code: column for column in columns_of(asked)}
    nothing = dict.fromkeys(columns)
    rows: list[dict[str, Any]] = []
    for number, raw_row in enumerate(raw):
        row: dict[str, Any] = {}
        for name, cell in raw_row.items():
            column = columns.get(name)
            if column is None:
                path = f"{asked.code}-{number}-{name}"
                cleaned.refuse(path, f"{asked.label} · {name}", _("不是本表的列，未保存"))
                continue
            try:
                value = clean_value(column, cell)
            except Malformed as error:
                cleaned.refuse(
                    f"{asked.code}-{number}-{name}",
                    _("%(field)s · 第 %(number)s 行 · %(column)s")
                    % {"field": asked.label, "number": number + 1, "column": column.label},
                    str(error),
                )
                value = None
            row[name] = value
        if row.keys() != columns.keys():
            row = {code: row.get(code) for code in columns}
        if row != nothing:
            rows.append(row)
    cleaned.values[asked.code] = rows or None


def _clean_targets(
    asked: FieldDef, raw: Any, indicators: Sequence[Indicator], years: Collection[int], cleaned: Cleaned
) -> None:
    """Annual targets ``{indicator: {year: number}}``; years are keys of JSON, so text."""
    if raw is None:
        cleaned.values[asked.code] = None
        return
    if not isinstance(raw, Mapping):
        cleaned.refuse(asked.code, asked.label, _("应为各指标的年度目标"))
        return
    known = {indicator.code: indicator for indicator in indicators}
    asked_years = {str(year) for year in years}
    kept: dict[str, dict[str, Any]] = {}
    for code, by_year in raw.items():
        indicator = known.get(code)
        if indicator is None or not commits(indicator):
            cleaned.refuse(
                f"{asked.code}-{code}", f"{asked.label} · {code}", _("不是本任务有年度目标的指标，未保存")
            )
            continue
        if not isinstance(by_year, Mapping):
            cleaned.refuse(
                f"{asked.code}-{code}", f"{asked.label} · {indicator.name}", _("应为各年度的目标值")
            )
            continue
        value_field = target_field(indicator)
        for year, cell in by_year.items():
            path = f"{asked.code}-{code}-{year}"
            if str(year) not in asked_years:
                cleaned.refuse(path, f"{asked.label} · {indicator.name} · {year}", _("不是填报年度，未保存"))
                continue
            try:
                value = clean_value(value_field, cell)
                if value is not None and indicator.goal == "range":
                    value = ranges.canonical(indicator, value)
            except Malformed as error:
                cleaned.refuse(
                    path,
                    _("%(field)s · %(indicator)s · %(year)s 年")
                    % {"field": asked.label, "indicator": indicator.name, "year": year},
                    str(error),
                )
                continue
            if value is not None:
                kept.setdefault(code, {})[str(year)] = value
    cleaned.values[asked.code] = kept or None


def from_post(
    sections: Sequence[Section],
    post: Mapping[str, Sequence[str]],
    *,
    indicators: Sequence[Indicator] = (),
    years: Collection[int] = TARGET_YEARS,
    ignore: Collection[str] = (),
) -> Cleaned:
    """Clean a browser's form: inputs are named as the errors are, and hold what people type.

    A table is posted whole: rows left out are gone. An unticked list of boxes posts nothing, so such a field must come
    with a hidden empty input of the same name to be cleared. Names in ``ignore`` belong to the screen.
    """
    fields = by_code(sections)
    known = {indicator.code: indicator for indicator in indicators}
    refused = Cleaned()
    posted: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, Any]]] = {}
    for name, texts in post.items():
        if name in ignore:
            continue
        code, _dash, rest = name.partition("-")
        asked = fields.get(code)
        cell = _cell(asked, rest, known) if asked else None
        if asked is None or cell is None:
            refused.refuse(name, name, _("不是本表的填报项，未保存"))
            continue
        holder, label, keys = cell
        if sum(map(len, texts)) > LONGEST_LONGTEXT * 2:
            refused.refuse(name, label, _("内容过长"))
            continue
        try:
            value = typed.parse(holder, list(texts)) if holder.type not in {"files", "computed"} else True
        except Malformed as error:
            refused.refuse(name, label, str(error))
            if rest and asked.type in TABLE_TYPES:  # the row stays, without this cell
                rows.setdefault(code, {}).setdefault(int(keys[0]), {})
            continue
        if not rest:
            posted[code] = value if asked.type not in TABLE_TYPES | {"targets"} else posted.get(code)
        elif asked.type == "targets":
            posted[code] = posted.get(code) or {}
            posted[code].setdefault(keys[0], {})[keys[1]] = value
        else:
            rows.setdefault(code, {}).setdefault(int(keys[0]), {})[keys[1]] = value
    for code, numbered in rows.items():
        posted[code] = [
            numbered.get(number, {}) for number in range(max(numbered) + 1)
        ]  # so errors keep their row
    cleaned = clean(sections, posted, indicators=indicators, years=years)
    cleaned.errors.update(refused.errors)
    return cleaned


def _cell(
    asked: FieldDef, rest: str, known: Mapping[str, Indicator]
) -> tuple[FieldDef, str, tuple[str, str]] | None:
    """Which field the rest of an input's name leads to, its label, and the row and column (or indicator and year)."""
    if not rest:
        return asked, asked.label, ("", "")
    if asked.type in TABLE_TYPES:
        row, _dash, column_code = rest.partition("-")
        if not (row.isascii() and row.isdecimal() and len(row) <= 4):
            return None
        for column in columns_of(asked):
            if column.code == column_code:
                return (
                    column,
                    _("%(field)s · 第 %(number)s 行 · %(column)s")
                    % {"field": asked.label, "number": int(row) + 1, "column": column.label},
                    (row, column_code),
                )
    if asked.type == "targets":
        indicator_code, _dash, year = rest.rpartition("-")
        if indicator_code in known:
            indicator = known[indicator_code]
            return (
                target_field(indicator),
                _("%(field)s · %(indicator)s · %(year)s 年")
                % {"field": asked.label, "indicator": indicator.name, "year": year},
                (indicator_code, year),
            )
    return None
