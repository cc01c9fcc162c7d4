"""Reading sums by group: from the cells where they stand at the grain asked, else from the facts themselves.

What was changed and is not in the cells yet is added in the same statement, so a group is exact at the moment it is read. Facts
are read for single units, below a city, and for whoever sees less than a whole place of a cell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.db import connection

from tongchou.core.scope import Scope
from tongchou.insight.summary import DEEPEST, DEEPEST_FINE

FINE = ("variant", "level", "unit_kind")
DIMENSIONS = ("place", *FINE, "unit", "year", "confirmed")
"""Besides task, indicator and choice, which always stand apart."""
_LETTERS = 7  # of one place in a path: six characters and a slash


@dataclass(frozen=True, slots=True)
class Asked:
    """Which facts, by what. ``path``: below which place; by place means those directly below it.

    ``now``: by the place where the unit stands today, not where it stood when it reported. ``filters``: of ``FINE``, each
    with the values that count.
    """

    tasks: Sequence[int]
    years: Sequence[int]
    path: str
    by: Sequence[str] = ()
    scope: Scope | None = None
    indicators: Collection[str] | None = None
    filters: Mapping[str, Collection[str]] = field(default_factory=lambda: MappingProxyType({}))
    confirmed_only: bool = False
    now: bool = False

    @property
    def depth(self) -> int:
        """Of the places whose cells are read. Everything there is stands in the cells of the root."""
        return self.path.count("/") + ("place" in self.by) or 1

    @property
    def fine(self) -> bool:
        """Whether kinds of unit, levels or variants must stand apart."""
        return any(name in FINE for name in (*self.by, *self.filters))

    @property
    def from_cells(self) -> bool:
        """Whether the cells can answer: no deeper than they go, and nobody who sees only a part of one."""
        if "unit" in self.by or self.depth > (DEEPEST_FINE if self.fine else DEEPEST):
            return False
        if self.scope is None:
            return True
        return (
            self.scope.unit_id is None
            and self.scope.path is not None
            and self.path.startswith(self.scope.path)
        )


def read(asked: Asked) -> list[dict[str, Any]]:
    """One row for each task, indicator, choice and group: ``by_<dimension>`` and the sums. One query, or two.

    ``n`` facts, ``total`` of their values, ``below`` of denominators; of those with a target ``n_targeted``, how many met it
    ``n_met``, ``target_total``, and their own ``targeted_total``, ``targeted_below``; ``target_weighted`` is targets weighted by
    denominators. What nobody reported is ``None``.
    """
    where: dict[str, Any] = {"tasks": list(asked.tasks), "years": list(asked.years), "path": asked.path}
    source = _source(asked, where)
    keys = [f"by_{name}" for name in asked.by]
    groups = ", ".join(["task_id", "indicator", "choice", *keys])
    sql = f"""
        SELECT {groups}, sum(n)::bigint AS n, sum(total) AS total, nullif(sum(below), 0) AS below,
            sum(n_targeted)::bigint AS n_targeted, sum(n_met)::bigint AS n_met,
            {", ".join(f"CASE WHEN sum(n_targeted) > 0 THEN sum({name}) END AS {name}" for name in ("target_total", "targeted_total"))},
            nullif(sum(targeted_below), 0) AS targeted_below, nullif(sum(target_weighted), 0) AS target_weighted
        FROM ({source}) AS both_sides GROUP BY {groups} HAVING sum(n) <> 0"""  # noqa: S608 - fixed words, values bound
    return _rows(sql, where)


def counts(asked: Asked) -> list[dict[str, Any]]:
    """Across indicators, by task and the groups of ``asked``: facts ``n``, with a target ``n_targeted``, that met it ``n_met``."""
    where: dict[str, Any] = {"tasks": list(asked.tasks), "years": list(asked.years), "path": asked.path}
    groups = ", ".join(["task_id", *(f"by_{name}" for name in asked.by)])
    source = _source(asked, where)
    sql = f"""
        SELECT {groups}, sum(n)::bigint AS n, sum(n_targeted)::bigint AS n_targeted, sum(n_met)::bigint AS n_met
        FROM ({source}) AS both_sides GROUP BY {groups} HAVING sum(n) <> 0"""  # noqa: S608 - fixed words, values bound
    return _rows(sql, where)


_SUMS = "n, total, below, n_targeted, n_met, target_total, targeted_total, targeted_below, target_weighted"


def _source(asked: Asked, where: dict[str, Any]) -> str:
    if asked.from_cells:
        return f"{_cells(asked, where)} UNION ALL {_changes(asked, where)}"
    return _facts(asked, where)


def _rows(sql: str, where: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, where)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _cells(asked: Asked, where: dict[str, Any]) -> str:
    """The cells of one grain. With few indicators named, the index leads to them; unnamed, the nation's cells name them."""
    where |= {"grain": 2 * asked.depth + asked.fine, "basis": ["b", "n" if asked.now else "t"]}
    where["codes"] = list(asked.indicators) if asked.indicators is not None else _codes(asked)
    conditions = [
        "grain = %(grain)s AND year = ANY(%(years)s) AND task_id = ANY(%(tasks)s) AND indicator = ANY(%(codes)s)",
        "basis = ANY(%(basis)s)",
        *_common(asked, where, "scope"),
    ]
    if "place" in asked.by:
        conditions.append("inside = %(path)s")
    elif asked.path:
        where["inside"] = asked.path[: _LETTERS * (asked.depth - 1)]
        conditions.append("inside = %(inside)s AND place = %(path)s")
    columns = ", ".join(
        ["task_id", "indicator", "choice", *(_column(name, asked, "place") for name in asked.by)]
    )
    return f"SELECT {columns}, {_SUMS} FROM insight_cell WHERE {' AND '.join(conditions)}"  # noqa: S608 - as above


def _codes(asked: Asked) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indicator FROM insight_cell WHERE grain = 2 AND year = ANY(%(years)s) AND task_id = ANY(%(tasks)s) "
            "UNION SELECT indicator FROM insight_factchange",
            {"years": list(asked.years), "tasks": list(asked.tasks)},
        )
        return [code for (code,) in cursor.fetchall()]


def _changes(asked: Asked, where: dict[str, Any]) -> str:
    """What is not in the cells yet, as if it were."""
    place = "coalesce(counted.path, place_path)" if asked.now else "place_path"
    join = "LEFT JOIN insight_countedplace counted USING (unit_id)" if asked.now else ""
    columns = ", ".join(
        ["task_id", "indicator", "choice", *(_column(name, asked, place) for name in asked.by)]
    )
    return f"""
        SELECT {columns}, sign, sign * value, coalesce(sign * denominator, 0),
            CASE WHEN target IS NULL THEN 0 ELSE sign END, CASE WHEN met THEN sign ELSE 0 END,
            coalesce(sign * target, 0), CASE WHEN target IS NULL THEN 0 ELSE sign * value END,
            CASE WHEN target IS NULL THEN 0 ELSE coalesce(sign * denominator, 0) END,
            coalesce(sign * target * denominator, 0)
        FROM insight_factchange {join} WHERE {" AND ".join(_fact_conditions(asked, where, place))}"""  # noqa: S608 - as above


def _facts(asked: Asked, where: dict[str, Any]) -> str:
    place = "coalesce(counted.path, place_path)" if asked.now else "place_path"
    join = "LEFT JOIN insight_countedplace counted USING (unit_id)" if asked.now else ""
    columns = ", ".join(
        ["task_id", "indicator", "choice", *(_column(name, asked, place) for name in asked.by)]
    )
    conditions = _fact_conditions(asked, where, place)
    if asked.indicators is None:
        where["codes"] = _codes(asked)
        conditions.append("indicator = ANY(%(codes)s)")
    return f"""
        SELECT {columns}, 1 AS n, value AS total, coalesce(denominator, 0) AS below,
            (target IS NOT NULL)::int AS n_targeted, coalesce(met, false)::int AS n_met,
            coalesce(target, 0) AS target_total, CASE WHEN target IS NULL THEN 0 ELSE value END AS targeted_total,
            CASE WHEN target IS NULL THEN 0 ELSE coalesce(denominator, 0) END AS targeted_below,
            coalesce(target * denominator, 0) AS target_weighted
        FROM monitoring_indicatorvalue {join} WHERE {" AND ".join(conditions)}"""  # noqa: S608 - as above


def _fact_conditions(asked: Asked, where: dict[str, Any], place: str) -> list[str]:
    where["below_path"] = asked.path + "%"
    conditions = ["year = ANY(%(years)s) AND task_id = ANY(%(tasks)s)", *_common(asked, where, "scope_path")]
    if asked.path and asked.now:  # the units that stand there now lead to their facts
        conditions.append(
            "unit_id IN (SELECT unit_id FROM insight_countedplace WHERE path LIKE %(below_path)s)"
        )
    elif asked.path:
        conditions.append(f"{place} LIKE %(below_path)s")
    if asked.indicators is not None:
        where["codes"] = list(asked.indicators)
        conditions.append("indicator = ANY(%(codes)s)")
    if asked.scope is not None and asked.scope.unit_id is not None:
        where["unit"] = asked.scope.unit_id
        conditions.append("unit_id = %(unit)s")
    return conditions


def _common(asked: Asked, where: dict[str, Any], scope: str) -> list[str]:
    conditions = []
    if asked.scope is not None and asked.scope.unit_id is None:
        where["scope"] = "" if asked.scope.path is None else asked.scope.path + "%"
        conditions.append(f"{scope} LIKE %(scope)s")
    for name, values in asked.filters.items():
        if name not in FINE:
            raise KeyError(name)
        where[f"only_{name}"] = list(values)
        conditions.append(f"{name} = ANY(%(only_{name})s)")
    if asked.confirmed_only:
        conditions.append("confirmed")
    return conditions


def _column(name: str, asked: Asked, place: str) -> str:
    if name == "place":
        return f"split_part({place}, '/', {asked.path.count('/') + 1}) AS by_place"
    return f"{'unit_id' if name == 'unit' else name} AS by_{name}"
