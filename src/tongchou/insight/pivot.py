"""A pivot table over roll-ups: one dimension down, one across, one measure in the cells, with the whole at the ends.

Across tasks and indicators only counts mean something: how many reported figures there are, and how many of those with a
target met it. Anything else stands in the unit of one indicator.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tongchou.insight.figure import value_text
from tongchou.insight.rollup import Count, Figure, counts, rollup

if TYPE_CHECKING:
    from tongchou.core.scope import Scope
    from tongchou.programmes.models import Programme

AXES = ("task", "indicator", "place", "unit_kind", "level", "variant", "year")
MEASURES = ("value", "mean", "target", "completion", "change", "met", "count")
COUNTED = ("met", "count")
"""What may be added up across indicators."""


@dataclass(frozen=True, slots=True)
class Cell:
    """``number`` for sorting and for Excel (money in fen), ``text`` for people."""

    number: Decimal | None
    text: str


NOTHING = Cell(None, "—")


@dataclass(frozen=True, slots=True)
class Head:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Pivot:
    """``cells`` by row and column key, totals by one of them. ``figures``: those in the cells, for what they mean."""

    rows: Sequence[Head]
    columns: Sequence[Head]
    cells: Mapping[tuple[str, ...], Cell]
    row_totals: Mapping[str, Cell]
    column_totals: Mapping[str, Cell]
    whole: Cell
    figures: Sequence[Figure]


def pivot(
    scope: Scope | None,
    *,
    programme: Programme,
    years: Sequence[int],
    down: str,
    across: str,
    measure: str,
    **only: Any,
) -> Pivot:
    """``only``: path, task, indicator, level, unit_kind, variant, confirmed_only, now, as for a roll-up; ``years`` ascending.

    Several years only where one axis is the year; else the last counts (and the one before, for the change). KeyError for an
    unknown axis or measure, and for a measure that needs one indicator where there are several in a cell.
    """
    if {down, across} - set(AXES) or down == across or measure not in MEASURES:
        raise KeyError(f"{down}, {across}, {measure}")
    if measure not in COUNTED and not (
        only.get("task") and (only.get("indicator") or "indicator" in {down, across})
    ):
        raise KeyError(f"{measure} needs one indicator")
    shown = list(years) if "year" in {down, across} else list(years[-1:])
    before = [shown[0] - 1] if measure == "change" else []

    def read(*axes: str) -> Sequence[Figure | Count]:
        by = [axis for axis in axes if axis not in {"task", "indicator"}]
        wanted = [*before, *shown]
        year = wanted if len(wanted) > 1 else wanted[0]
        if measure in COUNTED and "indicator" not in axes:
            return counts(scope, programme=programme, year=year, by=by, **only)
        return rollup(scope, programme=programme, year=year, by=by, **only)

    inner = read(down, across)
    table = _told(inner, (down, across), measure, shown)
    over_years = "year" in {down, across} and measure not in COUNTED  # figures of several years make no sum
    if measure in COUNTED:  # counts add up
        ends = [_told(inner, (axis,), measure, shown) for axis in (down, across)]
        whole = _told(inner, (), measure, shown)
    else:
        over_years = "year" in {down, across}  # figures of several years make no sum
        ends = [
            {} if over_years and axis != "year" else _told(read(axis), (axis,), measure, shown)
            for axis in (down, across)
        ]
        one = only.get("indicator") and "indicator" not in {down, across} and not over_years
        whole = _told(read(), (), measure, shown) if one else {}
    return Pivot(
        rows=_heads(inner, down, shown),
        columns=_heads(inner, across, shown),
        cells=table,
        row_totals={key[0]: cell for key, cell in ends[0].items()},
        column_totals={key[0]: cell for key, cell in ends[1].items()},
        whole=whole.get((), NOTHING),
        figures=[figure for figure in inner if isinstance(figure, Figure)],
    )


def _key(figure: Figure | Count, axis: str) -> str:
    if axis == "task":
        return figure.of.code
    if axis == "indicator" and isinstance(figure, Figure):
        return f"{figure.task}/{figure.indicator}"
    return figure.keys.get(axis, "")


def _told(
    figures: Sequence[Figure | Count], axes: Sequence[str], measure: str, shown: Sequence[int]
) -> dict[tuple[str, ...], Cell]:
    groups: dict[tuple[tuple[str, ...], int], list[Figure | Count]] = {}
    for figure in figures:
        year = int(figure.keys.get("year", shown[-1]))
        axis_keys = tuple(_key(figure, axis) for axis in axes)
        groups.setdefault((axis_keys, shown[-1] if measure in COUNTED else year), []).append(figure)
    found = {}
    for (keys, year), group in groups.items():
        if year not in shown:
            continue
        if measure in COUNTED:
            found[keys] = _counted(group, measure)
            continue
        here = [figure for figure in group if isinstance(figure, Figure)]
        if len({(f.task, f.indicator) for f in here}) != 1:
            continue  # the end of an axis of indicators has no figure
        year_before = (
            tuple(str(year - 1) if axis == "year" else k for axis, k in zip(axes, keys, strict=True)),
            year - 1,
        )
        found[keys] = _MEASURED[measure](here[0], _first(groups.get(year_before, ())))
    return found


def _first(group: Sequence[Figure | Count]) -> Figure | None:
    return next((figure for figure in group if isinstance(figure, Figure)), None)


def _counted(group: Sequence[Figure | Count], measure: str) -> Cell:
    if measure == "count":
        number = sum(f.count for f in group)
        return Cell(Decimal(number), f"{number:,}")
    targeted, met = sum(f.targeted for f in group), sum(f.met for f in group)
    return _percent(Decimal(100 * met) / targeted) if targeted else NOTHING


def _percent(number: Decimal | None, *, sign: bool = False) -> Cell:
    return NOTHING if number is None else Cell(number, f"{number:{'+' if sign else ''}.1f}%")


def _of_unit(figure: Figure, number: Decimal | None) -> Cell:
    return NOTHING if number is None else Cell(number, value_text(figure.definition, number))


def change(figure: Figure, before: Figure | None) -> Decimal | None:
    """How much more than the year before, in per cent of it; ``None`` where there was nothing to compare with."""
    if before is None or figure.value is None or not before.value:
        return None
    return 100 * (figure.value - before.value) / abs(before.value)


_MEASURED: Mapping[str, Callable[[Figure, Figure | None], Cell]] = {
    "value": lambda f, _: Cell(f.value, f.value_text) if f.value is not None else NOTHING,
    "mean": lambda f, _: _of_unit(f, f.mean),
    "target": lambda f, _: _of_unit(f, f.target),
    "completion": lambda f, _: _percent(f.completion),
    "change": lambda f, before: _percent(change(f, before), sign=True),
}


def _heads(figures: Sequence[Figure | Count], axis: str, shown: Sequence[int]) -> list[Head]:
    """In the order of documents, years ascending."""
    if axis == "year":
        return [Head(str(year), str(year)) for year in shown]
    found: dict[str, tuple[Any, str]] = {}
    for place, figure in enumerate(figures):
        label = figure.of.name if axis == "task" else figure.labels.get(axis, "")
        if axis == "indicator" and isinstance(figure, Figure):
            label = figure.name
        order = (label == "", figure.keys.get("place", "") if axis == "place" else place)
        found.setdefault(_key(figure, axis), (order, label))
    return [Head(key, label) for key, (_, label) in sorted(found.items(), key=lambda item: item[1][0])]
