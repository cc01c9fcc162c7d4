"""What follows from conclusions, computed for officers to confirm: nothing is taken from a unit by a machine alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tongchou.monitoring import grading, indicators, schemes
from tongchou.monitoring.evaluation_models import Assessment, Conclusion, Evaluation, Measure
from tongchou.monitoring.models import IndicatorValue
from tongchou.programmes.queries import edition_for, translator

if TYPE_CHECKING:
    from tongchou.programmes.evaluation_format import Consequence
    from tongchou.programmes.evaluation_format import Evaluation as Scheme


@dataclass(frozen=True, slots=True)
class Proposal:
    """A consequence that grades or figures lead to, with the reason in words; or one for the authority itself to find."""

    consequence: Consequence
    because: str
    found: bool = False


Figures = Mapping[tuple[int, str], Mapping[int, Decimal]]


def proposals(assessments: Iterable[Assessment]) -> dict[int, list[Proposal]]:
    """What follows for each concluded assessment of one evaluation and is not decided yet.

    Four queries, whatever their number. Figures count once they are confirmed.
    """
    rows = [a for a in assessments if a.state == Assessment.State.CONCLUDED]
    if not rows:
        return {}
    evaluation = rows[0].evaluation
    scheme = schemes.scheme_of(evaluation)
    projects = {a.application_id for a in rows}
    grades = _grades(evaluation, rows)
    figures = figures_of(evaluation, scheme, projects)
    decided = _decided(rows)
    names = {grade.code: grade.name for grade in scheme.grades}
    cycle = cycle_of(evaluation, scheme)
    found: dict[int, list[Proposal]] = {}
    for row in rows:
        found[row.pk] = []
        for consequence in scheme.consequences:
            if consequence.code in decided[row.pk]:
                continue
            of_grade = grades[row.pk]
            of_figure = figures.get((row.application_id, consequence.indicator or ""), {})
            years = grading.led_to(
                consequence, year=evaluation.year, grades=of_grade, figures=of_figure, cycle=cycle
            )
            if years and consequence.indicator:
                because = "；".join(f"{y}年为 {of_figure[y].normalize():f}" for y in years)
                found[row.pk].append(
                    Proposal(consequence, f"{because}，低于 {Decimal(str(consequence.below)):f}")
                )
            elif years:
                found[row.pk].append(
                    Proposal(consequence, "；".join(f"{y}年：{names[of_grade[y]]}" for y in years))
                )
            elif not consequence.grades and not consequence.indicator:
                found[row.pk].append(Proposal(consequence, "", found=True))
    return found


def cycle_of(evaluation: Evaluation, scheme: Scheme) -> int | None:
    """How many years a cycle has: what the evaluation of the whole period beside it says."""
    beside = evaluation.edition.pack.evaluations
    return next((s.years for s in beside if s.kind == "period" and s.of == scheme.of), None)


def _grades(evaluation: Evaluation, rows: list[Assessment]) -> dict[int, dict[int, str]]:
    """By assessment the grade of each year so far; only a yearly evaluation counts its earlier years."""
    standing = Conclusion.objects.filter(corrected_by=None)
    if evaluation.kind == Evaluation.Kind.YEARLY:
        standing = standing.filter(
            assessment__application__in={a.application_id for a in rows},
            assessment__evaluation__task=evaluation.task_id,
            assessment__evaluation__code=evaluation.code,
            assessment__evaluation__authority=evaluation.authority_id,
            assessment__evaluation__year__lte=evaluation.year,
        )
    else:
        standing = standing.filter(assessment__in=rows)
    by_project: dict[int, dict[int, str]] = defaultdict(dict)
    for project, year, grade in standing.values_list(
        "assessment__application_id", "assessment__evaluation__year", "grade"
    ):
        by_project[project][year] = grade
    return {row.pk: by_project[row.application_id] for row in rows}


def figures_of(
    evaluation: Evaluation, scheme: Scheme, projects: Iterable[int], *, confirmed: bool = True
) -> Figures:
    """By project and indicator the yearly figure, for the indicators that consequences look at."""
    watched = {c.indicator for c in scheme.consequences if c.indicator}
    if not watched:
        return {}
    pack = edition_for(evaluation.task, evaluation.place_path).pack
    known = {i.code: i for i in pack.indicators if i.code in watched}
    meant = translator(evaluation.task, evaluation.place_path, pack=pack)
    sources = {
        old: (code, factor) for code in known for old, factor in meant.sources("indicator", code).items()
    }
    values = IndicatorValue.objects.filter(
        report__application__in=list(projects), indicator__in=sources, year__lte=evaluation.year
    )
    if confirmed:
        values = values.filter(confirmed=True)
    found: dict[tuple[int, str], dict[int, Decimal]] = defaultdict(dict)
    for project, old, year, value, denominator in values.values_list(
        "report__application_id", "indicator", "year", "value", "denominator"
    ):
        code, factor = sources[old]
        figure = indicators.figure(known[code], value, denominator)
        if figure is not None:
            found[project, code][year] = figure * factor
    return found


def _decided(rows: list[Assessment]) -> dict[int, set[str]]:
    """The consequences confirmed for an assessment, or set aside on the conclusion that stands."""
    decided: dict[int, set[str]] = defaultdict(set)
    taken = Measure.objects.filter(assessment__in=rows).values_list(
        "assessment_id", "code", "state", "conclusion__corrected_by"
    )
    for assessment, code, state, corrected in taken:
        if state == Measure.State.CONFIRMED or corrected is None:
            decided[assessment].add(code)
    return decided
