"""What stands behind a figure: the rows, each with its report, its evidence and the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, DecimalField, F, When, Window

from tongchou.core.scope import Scope
from tongchou.insight.rollup import definitions_of, selected
from tongchou.monitoring import grouping, indicators
from tongchou.monitoring.models import IndicatorValue, PerformanceEvidence
from tongchou.programmes.models import Task
from tongchou.programmes.queries import translators
from tongchou.programmes.translating import Translator

if TYPE_CHECKING:
    from tongchou.programmes.models import Programme

PAGE = 50


@dataclass(frozen=True, slots=True)
class Behind:
    """One row behind a figure, down to the report and the page of evidence."""

    value: IndicatorValue
    unit: str
    project: str
    text: str
    target_text: str
    note: str
    evidence_pk: int | None
    evidence_name: str
    page: int | None


def rows_behind(
    scope: Scope,
    *,
    programme: Programme,
    year: int,
    task: str,
    indicator: str,
    path: str = "",
    level: str = "",
    unit_kind: str = "",
    variant: str = "",
    confirmed_only: bool = False,
    now: bool = False,
    keys: Mapping[str, str] | None = None,
    offset: int = 0,
    limit: int = PAGE,
) -> tuple[list[Behind], int]:
    """The rows of one figure inside ``scope`` with their reports and evidence, largest first, and how many there are.

    ``keys`` are those of the figure (``rollup.Figure.keys``). Six queries at most, whatever the number of rows.
    """
    definition = definitions_of(programme)[task, indicator]
    asked = Task.objects.get(programme=programme, code=task).pk
    means = translators(programme).get(asked, Translator())
    rows = selected(
        scope,
        tasks=[asked],
        year=year,
        path=path,
        indicator=indicator,
        meant={asked: means},
        level=level,
        confirmed_only=confirmed_only,
        now=now,
    )
    only = {"unit_kind": unit_kind, "variant": variant, **(keys or {})}
    for dimension, key in only.items():
        if dimension in {"unit_kind", "variant"} and not key:
            continue
        if dimension == "place":
            rows = rows.annotate(below=grouping.place_below(path, column="stands")).filter(below=key)
        elif dimension == "variant":
            rows = rows.filter(variant__in=list(means.sources("variant", key)))
        else:
            rows = rows.filter(**{"unit_id" if dimension == "unit" else dimension: key})
    factors = means.sources("indicator", indicator)
    converted = [When(indicator=code, then=F("value") * factor) for code, factor in factors.items()]
    rows = rows.annotate(today=Case(*converted, default=F("value"), output_field=DecimalField()))
    first = list(
        rows.annotate(whole=Window(Count("*")))
        .order_by("-today", "pk")
        .values_list("pk", "whole")[offset : offset + limit]
    )
    count = first[0][1] if first else rows.count()
    known = IndicatorValue.objects.select_related(
        "report__application", "report__period", "revision", "unit"
    ).in_bulk([pk for pk, _ in first])
    page = [known[pk] for pk, _ in first]
    answers = {row.pk: _answer_today(row, indicator, means) for row in page}
    files = PerformanceEvidence.objects.in_bulk(
        {a["evidence"] for a in answers.values() if a.get("evidence")}
    )
    found = []
    for row in page:
        answer = answers[row.pk]
        file = files.get(answer.get("evidence"))
        found.append(
            Behind(
                value=row,
                unit=row.unit.name,
                project=row.report.application.project_name or row.report.application.number,
                text=indicators.show_answer(definition, answer),
                target_text=indicators.show_figure(
                    definition, None if row.target is None else row.target * factors[row.indicator]
                ),
                note=answer.get("note", ""),
                evidence_pk=file.pk if file else None,
                evidence_name=file.name if file else "",
                page=answer.get("page"),
            )
        )
    return found, count


def _answer_today(row: IndicatorValue, indicator: str, means: Translator) -> Mapping[str, Any]:
    answers = row.revision.answers
    return (
        answers.get(indicator, {})
        if row.indicator == indicator and not means
        else means.figures(answers)[indicator]
    )
