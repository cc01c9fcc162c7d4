"""Roll-ups: figures over the typed rows of reports, and nothing else.

Every figure belongs to one indicator of one task: sums across indicators mean nothing. A ratio is the sum of what stands
above divided by the sum of what stands below, never a mean of ratios; its target is weighted by what stands below. A
percentage that is reported without its parts can only be averaged, and says so. Money is in fen.

The sums come grouped from the database (:mod:`.cells`), in two queries at most; four more give tasks, definitions, mappings
and names. What was reported under a code that has gone since is read under the one that took its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tongchou.insight import cells, translated
from tongchou.insight.figure import METHODS, Figure, unknown
from tongchou.insight.summary_models import CountedPlace
from tongchou.monitoring import grouping
from tongchou.monitoring.models import IndicatorValue
from tongchou.programmes.models import Programme, Task, TaskEdition
from tongchou.programmes.queries import translators
from tongchou.programmes.translating import Translator

if TYPE_CHECKING:
    from tongchou.core.scope import Scope
    from tongchou.forms.definition import Indicator

__all__ = ["DIMENSIONS", "METHODS", "Count", "Figure", "counts", "definitions_of", "rollup", "selected"]

DIMENSIONS = cells.DIMENSIONS
"""Besides task and indicator, by which every figure stands apart anyway."""


def rollup(
    scope: Scope | None,
    *,
    programme: Programme,
    year: int | Sequence[int],
    path: str = "",
    by: str | Sequence[str] = (),
    task: str = "",
    indicator: str = "",
    level: str = "",
    unit_kind: str = "",
    variant: str = "",
    confirmed_only: bool = False,
    now: bool = False,
) -> list[Figure]:
    """The figures below ``path`` for ``year`` (or several, then by year too), by the dimensions of ``by``, in the order of documents.

    ``scope`` limits the rows to what the reader may see; ``None`` is for what gets published. By place means the places
    directly below ``path`` (of the nation provinces, of a province cities …), ``""`` standing for the place itself: as they
    stood when reported or, with ``now``, as units stand today, after mergers and moves. ``"task"`` and ``"indicator"`` may be
    named but change nothing. KeyError for any other dimension.
    """
    asked, tasks, meant = _asked(
        scope,
        programme=programme,
        year=year,
        path=path,
        by=by,
        task=task,
        indicator=indicator,
        filters={"level": level, "unit_kind": unit_kind, "variant": variant},
        confirmed_only=confirmed_only,
        now=now,
    )
    dimensions = list(asked.by)
    definitions = definitions_of(programme)
    grouped = translated.as_today(cells.read(asked), meant, dimensions, indicator=indicator)
    names = {d: grouping.names(d, {str(row[f"by_{d}"]) for row in grouped}) for d in dimensions}
    figures = [
        _figure(row, chosen, dimensions, names, tasks[row["task_id"]], definitions)
        for row, chosen in _choices_together(grouped, dimensions)
    ]
    known = {key: number for number, key in enumerate(definitions)}
    places = {d: {key: (number, key) for number, key in enumerate(labels)} for d, labels in names.items()}

    def in_order(figure: Figure) -> tuple[Any, ...]:
        """Tasks by number, indicators as defined, each dimension as documents list it."""
        task, code = figure.of, figure.definition.code
        groups = [places[d].get(key, (len(places[d]), key)) for d, key in figure.keys.items()]
        return (task.number, known.get((task.code, code), len(known)), code, *groups)

    return sorted(figures, key=in_order)


def counts(
    scope: Scope | None,
    *,
    programme: Programme,
    year: int | Sequence[int],
    path: str = "",
    by: Sequence[str] = (),
    task: str = "",
    indicator: str = "",
    confirmed_only: bool = False,
    now: bool = False,
    **filters: str,
) -> list[Count]:
    """How many facts there are across indicators, with a target, and that met it; by task and the dimensions of ``by``.

    What was reported under a code that has gone counts as well. ``filters``: level, unit_kind, variant.
    """
    asked, tasks, _ = _asked(
        scope,
        programme=programme,
        year=year,
        path=path,
        by=by,
        task=task,
        indicator=indicator,
        filters=filters,
        confirmed_only=confirmed_only,
        now=now,
    )
    rows = cells.counts(asked)
    names = {d: grouping.names(d, {str(row[f"by_{d}"]) for row in rows}) for d in asked.by}
    order = {d: {key: number for number, key in enumerate(labels)} for d, labels in names.items()}
    found = []
    for row in rows:
        keys = {d: str(row[f"by_{d}"]) for d in asked.by}
        labels = {d: names[d].get(key, key) for d, key in keys.items()}
        found.append(Count(tasks[row["task_id"]], keys, labels, row["n"], row["n_targeted"], row["n_met"]))
    return sorted(
        found,
        key=lambda c: (c.of.number, *((order[d].get(key, len(order[d])), key) for d, key in c.keys.items())),
    )


@dataclass(frozen=True, slots=True)
class Count:
    """How many figures a group of one task has, whatever their indicators."""

    of: Task
    keys: Mapping[str, str]
    labels: Mapping[str, str]
    count: int
    targeted: int
    met: int


def _asked(
    scope: Scope | None,
    *,
    programme: Programme,
    year: int | Sequence[int],
    path: str,
    by: str | Sequence[str],
    task: str,
    indicator: str,
    filters: Mapping[str, str],
    confirmed_only: bool,
    now: bool,
) -> tuple[cells.Asked, dict[int, Task], dict[int, Translator]]:
    """The question as the database is asked it; and the tasks, and what older codes mean (three queries at most)."""
    dimensions = [d for d in ([by] if isinstance(by, str) else by) if d not in {"task", "indicator", ""}]
    if strange := set(dimensions) - set(DIMENSIONS):
        raise KeyError(f"no such dimension: {', '.join(sorted(strange))}")
    years = [year] if isinstance(year, int) else list(year)
    if len(years) > 1 and "year" not in dimensions:
        dimensions.append("year")
    tasks = _tasks(programme, task)
    meant = translators(programme)
    only = {
        name: _variants(value, meant) if name == "variant" else [value]
        for name, value in filters.items()
        if value
    }
    asked = cells.Asked(
        tasks=list(tasks),
        years=years,
        path=path,
        by=dimensions,
        scope=scope,
        indicators=_sources(indicator, meant) if indicator else None,
        filters=only,
        confirmed_only=confirmed_only,
        now=now,
    )
    return asked, tasks, meant


def _sources(indicator: str, meant: Mapping[int, Translator]) -> set[str]:
    """Every code under which ``indicator`` may have been reported, in any task; what means something else is left out later."""
    return {indicator}.union(*(t.sources("indicator", indicator) for t in meant.values()))


def _variants(variant: str, meant: Mapping[int, Translator]) -> list[str]:
    return sorted({variant}.union(*(t.sources("variant", variant) for t in meant.values())))


def selected(
    scope: Scope | None,
    *,
    tasks: Iterable[int],
    year: int,
    path: str = "",
    indicator: str = "",
    meant: Mapping[int, Translator],
    level: str = "",
    confirmed_only: bool = False,
    now: bool = False,
) -> QuerySet[IndicatorValue]:
    """The rows a figure is made of, each with ``stands``, the path of its place. ``meant``: what older codes mean today, by task."""
    then = IndicatorValue.objects.filter(task_id__in=list(tasks), year=year)
    today = Subquery(CountedPlace.objects.filter(unit=OuterRef("unit")).values("path")[:1])
    rows = then.annotate(stands=Coalesce(today, F("place_path")) if now else F("place_path"))
    if path:
        rows = rows.filter(stands__startswith=path)
    if scope is not None:
        rows = rows.filter(scope.q())
    if indicator:
        rows = rows.filter(translated.meaning(indicator, meant))
    if level:
        rows = rows.filter(level=level)
    return rows.filter(confirmed=True) if confirmed_only else rows


def _tasks(programme: Programme, code: str = "") -> dict[int, Task]:
    rows = Task.objects.filter(programme=programme)
    return {task.pk: task for task in (rows.filter(code=code) if code else rows)}


def definitions_of(programme: Programme) -> dict[tuple[str, str], Indicator]:
    """The programme's indicators by task and code, in their order (one query). Overlays add none."""
    editions = TaskEdition.objects.filter(
        task__programme=programme, current=True, place_id=programme.place_id
    ).select_related("task")
    return {
        (edition.task.code, indicator.code): indicator
        for edition in sorted(editions, key=lambda e: e.task.number)
        for indicator in edition.pack.indicators
    }


def _choices_together(
    grouped: Iterable[Mapping[str, Any]], dimensions: Sequence[str]
) -> Iterator[tuple[Mapping[str, Any], dict[str, int]]]:
    """The rows of one figure as one, with how often each choice was made (only choices come in several rows)."""
    together: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in grouped:
        key = (row["task_id"], row["indicator"], *(row[f"by_{d}"] for d in dimensions))
        together.setdefault(key, []).append(row)
    for rows in together.values():
        chosen = {row["choice"]: row["n"] for row in rows if row["choice"]}
        totals = {name: sum(row[name] for row in rows) for name in ("n", "total", "n_targeted", "n_met")}
        yield (rows[0] if len(rows) == 1 else {**rows[0], **totals}), chosen


def _figure(
    row: Mapping[str, Any],
    chosen: Mapping[str, int],
    dimensions: Sequence[str],
    names: Mapping[str, Mapping[str, str]],
    task: Task,
    definitions: Mapping[tuple[str, str], Indicator],
) -> Figure:
    code = row["indicator"]
    keys = {d: str(row[f"by_{d}"]) for d in dimensions}
    return Figure(
        of=task,
        definition=definitions.get((task.code, code)) or unknown(code),
        keys=keys,
        labels={d: names[d].get(key, key) for d, key in keys.items()},
        sums=row,
        choices=chosen,
    )
