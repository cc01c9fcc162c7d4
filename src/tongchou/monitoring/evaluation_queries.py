"""Every read of evaluations, each in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.monitoring import consequences, grading, schemes
from tongchou.monitoring.evaluation_models import (
    Assessment,
    AssessmentFile,
    Conclusion,
    Evaluation,
    LevelScore,
    Measure,
    Rectification,
)
from tongchou.monitoring.models import PerformanceReport, PeriodicReport

if TYPE_CHECKING:
    from decimal import Decimal

    from tongchou.core.scope import Scope
    from tongchou.monitoring.consequences import Proposal
    from tongchou.orgs.models import Authority, Unit

A = Assessment.State
TO_MEND = (Rectification.State.DUE, Rectification.State.RETURNED)
OPEN = (*TO_MEND, Rectification.State.SUBMITTED)


# ---------------------------------------------------------------- evaluations


@dataclass
class Progress:
    """How far an evaluation has come inside a scope: who is expected, who marked, what is concluded and mended.

    ``asked``: how many each level marks, which may be fewer than are expected: a college has no city.
    """

    evaluation: Evaluation
    expected: int = 0
    asked: dict[str, int] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    scored: dict[str, int] = field(default_factory=dict)
    rectifying: int = 0

    @property
    def concluded(self) -> int:
        return self.states.get(A.CONCLUDED, 0)

    @property
    def self_done(self) -> int:
        """Those whose self-evaluation is in, or was gone on without."""
        return self.expected - self.states.get(A.DUE, 0) - self.states.get(A.RETURNED, 0)


def evaluations(authority: Authority) -> QuerySet[Evaluation]:
    """The evaluations that concern an authority: its own, those of places below, and those above in which it marks."""
    path = authority.place.path
    codes = path.strip("/").split("/")
    above = ["/".join(codes[:depth]) + "/" for depth in range(1, len(codes))]
    return (
        Evaluation.objects.filter(Q(place_path__startswith=path) | Q(place_path__in=above))
        .select_related("task", "edition", "authority__place")
        .order_by("-year", "-opened_at", "-pk")
    )


def progress(rows: Sequence[Evaluation], path: str) -> list[Progress]:
    """How far each of ``rows`` has come among the projects under ``path`` (five queries)."""
    found = {row.pk: Progress(row) for row in rows}
    inside = Assessment.objects.filter(evaluation__in=found, scope_path__startswith=path)
    for key, state, count in inside.values_list("evaluation", "state").annotate(n=Count("pk")).order_by():
        found[key].states[state] = count
        found[key].expected += count
    places = list(inside.values_list("evaluation", "scope_path").annotate(n=Count("pk")).order_by())
    above = schemes.levels_above(place for _key, place, _count in places)
    for key, place, count in places:
        for level in schemes.markers(found[key].evaluation, above, place):
            found[key].asked[level] = found[key].asked.get(level, 0) + count
    marks = LevelScore.objects.filter(
        assessment__evaluation__in=found, assessment__scope_path__startswith=path, superseded=False
    )
    counted = marks.values_list("assessment__evaluation", "level").annotate(n=Count("pk")).order_by()
    for key, level, count in counted:
        found[key].scored[level] = count
    mending = Rectification.objects.filter(
        measure__assessment__evaluation__in=found, scope_path__startswith=path, state__in=OPEN
    )
    by_evaluation = mending.values_list("measure__assessment__evaluation").annotate(n=Count("pk")).order_by()
    for key, count in by_evaluation:
        found[key].rectifying = count
    return list(found.values())


# ---------------------------------------------------------------- the projects of an evaluation


def assessments(scope: Scope) -> QuerySet[Assessment]:
    """The assessments inside ``scope`` with what a list shows."""
    return (
        Assessment.objects.filter(scope.q())
        .select_related("evaluation__edition", "evaluation__authority__place", "application", "unit")
        .prefetch_related(
            Prefetch("scores", LevelScore.objects.filter(superseded=False), to_attr="standing_scores"),
            Prefetch(
                "conclusions", Conclusion.objects.filter(corrected_by=None), to_attr="standing_conclusions"
            ),
            Prefetch(
                "measures",
                Measure.objects.filter(state=Measure.State.CONFIRMED)
                .select_related("rectification")
                .order_by("pk"),
                to_attr="taken",
            ),
        )
        .order_by("place_path", "unit__name", "pk")
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One project of an evaluation, as its table shows it."""

    assessment: Assessment
    marks: dict[str, Decimal | None]
    conclusion: Conclusion | None
    measures: list[Measure]
    rectification: Rectification | None
    open_proposals: list[Proposal]
    next_level: str
    """The level whose mark is missing next; empty once all are there, or before the self-evaluation."""


def rows(found: Sequence[Any]) -> list[Row]:
    """Assessments of one evaluation (from :func:`assessments`) with marks, conclusion and what follows (five queries)."""
    above = schemes.levels_above(a.scope_path for a in found) if found else {}
    proposed = consequences.proposals(found)
    made = []
    for assessment in found:
        marks = {score.level: score.mark for score in assessment.standing_scores}
        order = schemes.markers(assessment.evaluation, above, assessment.scope_path)
        waits = next((level for level in order if level not in marks), "")
        made.append(
            Row(
                assessment=assessment,
                marks=marks,
                conclusion=next(iter(assessment.standing_conclusions), None),
                measures=assessment.taken,
                rectification=rectification_of(assessment.taken),
                open_proposals=[p for p in proposed.get(assessment.pk, []) if not p.found],
                next_level=waits if assessment.state == A.SCORING else "",
            )
        )
    return made


def rectification_of(measures: Iterable[Measure]) -> Rectification | None:
    """The rectification among measures that were read with theirs; the latest where there are several."""
    found = [m.rectification for m in measures if hasattr(m, "rectification")]
    return found[-1] if found else None


def waiting_for(rows: QuerySet[Assessment], level: str) -> QuerySet[Assessment]:
    """Those in marking that ``level`` has not marked."""
    marked = LevelScore.objects.filter(assessment=OuterRef("pk"), level=level, superseded=False)
    return rows.filter(~Exists(marked), state=A.SCORING)


def self_overdue(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Those whose self-evaluation is past its last day and not in."""
    last = Coalesce("returned_due", "evaluation__self_due")
    return rows.filter(state__in=[A.DUE, A.RETURNED]).annotate(last=last).filter(last__lt=clock.today())


def graded(rows: QuerySet[Assessment], grade: str) -> QuerySet[Assessment]:
    """Those whose standing conclusion names ``grade``."""
    return rows.filter(
        Exists(Conclusion.objects.filter(assessment=OuterRef("pk"), corrected_by=None, grade=grade))
    )


def mending(rows: QuerySet[Assessment], states: Iterable[str]) -> QuerySet[Assessment]:
    """Those with a rectification in one of ``states``."""
    return rows.filter(
        Exists(Rectification.objects.filter(measure__assessment=OuterRef("pk"), state__in=list(states)))
    )


def mending_overdue(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """Those whose rectification is past its last day and not reported."""
    late = Rectification.objects.filter(
        measure__assessment=OuterRef("pk"), state__in=TO_MEND, due__lt=clock.today()
    )
    return rows.filter(Exists(late))


# ---------------------------------------------------------------- one project


@dataclass(frozen=True, slots=True)
class Detail:
    """One assessment as its screens show it."""

    assessment: Assessment
    scores: list[LevelScore]
    conclusions: list[Conclusion]
    measures: list[Measure]
    rectifications: list[Rectification]
    files: list[AssessmentFile]
    performance: list[PerformanceReport]
    reports: list[PeriodicReport]

    @property
    def conclusion(self) -> Conclusion | None:
        """The one that stands."""
        return self.conclusions[-1] if self.conclusions else None

    def proofs(self, rectification: Rectification | None) -> list[AssessmentFile]:
        """The files of a rectification, or of the self-evaluation."""
        wanted = rectification.pk if rectification else None
        return [file for file in self.files if file.rectification_id == wanted]


def detail(assessment: Assessment) -> Detail:
    """Marks, conclusions, what followed, files, and the year's reports it rests on (six queries)."""
    scheme = schemes.scheme_of(assessment.evaluation)
    last = assessment.evaluation.year
    years = range(last - (scheme.years or 1) + 1, last + 1)
    measures = list(assessment.measures.select_related("rectification", "by").order_by("pk"))
    performance = PerformanceReport.objects.filter(
        application=assessment.application_id, period__year__in=years
    )
    periodic = PeriodicReport.objects.filter(
        application=assessment.application_id, year__in=years, kind__in=scheme.reports
    )
    return Detail(
        assessment=assessment,
        scores=list(assessment.scores.filter(superseded=False).select_related("by").order_by("at")),
        conclusions=list(assessment.conclusions.select_related("by").order_by("at", "pk")),
        measures=measures,
        rectifications=[m.rectification for m in measures if hasattr(m, "rectification")],
        files=list(assessment.files.filter(removed_at=None).select_related("file").order_by("pk")),
        performance=list(performance.select_related("period").defer("answers").order_by("period__year")),
        reports=list(periodic.defer("text").order_by("year", "kind")),
    )


# ---------------------------------------------------------------- what a unit has to do


def of_unit(unit: Unit) -> QuerySet[Assessment]:
    """A unit's assessments, the latest first, with what its list shows."""
    return (
        Assessment.objects.filter(unit=unit)
        .select_related("evaluation__edition", "evaluation__authority", "evaluation__task", "application")
        .prefetch_related(
            Prefetch(
                "conclusions", Conclusion.objects.filter(corrected_by=None), to_attr="standing_conclusions"
            ),
            Prefetch(
                "measures",
                Measure.objects.filter(state=Measure.State.CONFIRMED)
                .select_related("rectification")
                .order_by("pk"),
                to_attr="taken",
            ),
        )
        .order_by("-evaluation__year", "-pk")
    )


def rectifications(scope: Scope) -> QuerySet[Rectification]:
    """The rectifications inside ``scope``, what is due first on top."""
    return (
        Rectification.objects.filter(scope.q())
        .select_related("unit", "measure__assessment__application", "measure__assessment__evaluation__task")
        .order_by("due", "pk")
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for an authority in evaluations. ``scoring`` counts those that lower levels have still to mark too."""

    scoring: int
    concluding: int
    accepting: int


def waiting(authority: Authority) -> Waiting:
    """How many projects lack the mark of the authority's level, or its conclusion, or its acceptance (four queries)."""
    path, level = authority.place.path, authority.place.level
    inside = Assessment.objects.filter(scope_path__startswith=path, state=A.SCORING)
    running = evaluations(authority).filter(Exists(inside.filter(evaluation=OuterRef("pk"))))
    marking = [e.pk for e in running if level in marking_levels(e)]
    mended = Rectification.objects.filter(
        measure__assessment__evaluation__authority=authority, state=Rectification.State.SUBMITTED
    )
    return Waiting(
        scoring=waiting_for(inside.filter(evaluation__in=marking), level).count(),
        concluding=inside.filter(evaluation__authority=authority).count(),
        accepting=mended.count(),
    )


def marking_levels(evaluation: Evaluation) -> list[str]:
    """The levels that mark somebody by the scheme, wherever a unit stands."""
    return list(
        grading.weights(
            schemes.scheme_of(evaluation), grading.ORDER, concludes=evaluation.authority.place.level
        )
    )


def level_name(level: str) -> str:
    return _(LevelScore.Level(level).label)
