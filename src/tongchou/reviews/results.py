"""What experts' scoring came to: cases to be scored, results ranked, and how each expert marks. Reads only."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tongchou.applications import steps
from tongchou.applications.models import Application, Revision
from tongchou.programmes.models import TaskEdition
from tongchou.reviews import aggregating
from tongchou.reviews.aggregating import Mark, Severity
from tongchou.reviews.expert_models import PanelResult
from tongchou.reviews.models import Assignment

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongchou.orgs.models import Authority
    from tongchou.programmes.models import Task
    from tongchou.programmes.pack_format import Aggregate


def waiting_to_score(authority: Authority) -> list[tuple[int, str, int]]:
    """What waits at ``authority`` with expert scoring directly before: task, scoring step, how many cases. Two queries."""
    rows = (
        Application.objects.filter(
            state=Application.State.IN_REVIEW, scope_path__startswith=authority.place.path
        )
        .order_by()
        .values_list("task", "edition", "unit__kind", "step")
        .annotate(count=Count("pk"))
    )
    counted = list(rows)
    editions = TaskEdition.objects.in_bulk({edition for _task, edition, *_rest in counted})
    found: Counter[tuple[int, str]] = Counter()
    for task, edition, kind, at, count in counted:
        pack = editions[edition].pack
        before = steps.scoring_before(pack, kind, at)
        if before and steps.find(pack, at).level == authority.place.level:
            found[task, before.code] += count
    return [(task, step, count) for (task, step), count in sorted(found.items())]


def to_score(authority: Authority, task: Task, step: str) -> QuerySet[Application]:
    """The cases of ``task`` that wait at ``authority`` with the scoring step ``step`` directly before."""
    waiting = Application.objects.filter(
        task=task, state=Application.State.IN_REVIEW, scope_path__startswith=authority.place.path
    ).order_by("pk")
    found = Q(pk=None)
    editions = _editions(task)
    combinations = waiting.order_by().values_list("edition", "unit__kind", "step").distinct()
    for edition, kind, at in combinations:
        pack = editions[edition].pack
        before = steps.scoring_before(pack, kind, at)
        if before and before.code == step and steps.find(pack, at).level == authority.place.level:
            found |= Q(edition=edition, unit__kind=kind, step=at)
    return waiting.filter(found).prefetch_related("edition", "unit", "task")


def _editions(task: Task) -> dict[int, TaskEdition]:
    return TaskEdition.objects.in_bulk(
        list(Application.objects.filter(task=task).order_by().values_list("edition", flat=True).distinct())
    )


@dataclass(frozen=True, slots=True)
class Result:
    """What one case came to. ``total`` counts: the meeting's where there was one, else what the marks give."""

    case: int
    rank: int | None
    total: Decimal | None
    marks: Decimal | None
    low: Decimal | None
    high: Decimal | None
    scored: int
    assigned: int
    vetoed: bool
    panel: PanelResult | None = None

    @property
    def spread(self) -> Decimal | None:
        return None if self.low is None or self.high is None else self.high - self.low

    @property
    def wide(self) -> bool:
        return self.spread is not None and self.spread >= aggregating.WIDE


@dataclass(frozen=True, slots=True)
class Results:
    """All cases of one scoring step, ranked, and the experts, the strictest first."""

    how: Aggregate
    rows: list[Result]
    experts: list[Severity]

    @property
    def mean(self) -> float | None:
        totals = [float(row.total) for row in self.rows if row.total is not None]
        return sum(totals) / len(totals) if totals else None


def scored_steps(
    authority: Authority, duties: QuerySet[Assignment] | None = None
) -> list[tuple[int, str, int]]:
    """Task, scoring step and round of everything (or of ``duties``) that experts of ``authority``'s level were assigned."""
    given = Assignment.objects.filter(superseded=False) if duties is None else duties
    rows = (
        given.filter(application__scope_path__startswith=authority.place.path)
        .order_by()
        .values_list("application__task", "step", "application__round", "application__edition")
        .distinct()
    )
    found = list(rows)
    editions = TaskEdition.objects.in_bulk({edition for *_rest, edition in found})
    return sorted(
        {
            (task, step, round_)
            for task, step, round_, edition in found
            if steps.find(editions[edition].pack, step).level == authority.place.level
        }
    )


def results(authority: Authority, *, task: int, step: str, round: int, variant: str = "") -> Results:
    """The cases that were scored at ``step``, best first; vetoed ones and those without a mark have no rank. Four queries.

    Who marks how strictly is counted over all variants; what is standardised too.
    """
    duties = Assignment.objects.filter(
        application__task=task,
        application__round=round,
        application__scope_path__startswith=authority.place.path,
        step=step,
        superseded=False,
        conflict="",
    )
    columns = ("application", "expert", "total", "submitted_at", "vetoes", "application__variant")
    rows = list(duties.values_list(*columns))
    panels = {panel.application_id: panel for panel in _panels({row[0] for row in rows}).filter(step=step)}
    how = _how(duties)
    done = [Mark(row[0], row[1], float(row[2])) for row in rows if row[3] is not None]
    made = aggregating.aggregate(how, done)
    by_case: dict[int, list[tuple[Decimal | None, bool, bool]]] = defaultdict(list)
    for case, _expert, total, submitted, vetoes, of_variant in rows:
        if not variant or of_variant == variant:
            by_case[case].append((total, submitted is not None, bool(vetoes)))
    found = [_result(case, given, made.get(case), panels.get(case)) for case, given in by_case.items()]
    return Results(how, _ranked(found), aggregating.severities(done))


def results_of(authority: Authority, cases: Sequence[Application]) -> list[Results]:
    """The results of every scoring step at which experts of ``authority``'s level scored ``cases`` of one task."""
    scored = Assignment.objects.filter(application__in=cases, superseded=False)
    return [
        results(authority, task=task, step=step, round=round_)
        for task, step, round_ in scored_steps(authority, scored)
    ]


def _panels(cases: Iterable[int]) -> QuerySet[PanelResult]:
    """What meetings recorded on the revisions that stand; what one made of an earlier revision no longer counts."""
    later = Revision.objects.filter(
        application=OuterRef("application"), number__gt=OuterRef("revision__number")
    )
    return PanelResult.objects.filter(~Exists(later), application__in=list(cases)).order_by("at")


def _how(duties: QuerySet[Assignment]) -> Aggregate:
    """As the newest edition among the cases says."""
    first = duties.select_related("application__edition").order_by("-application__edition").first()
    return steps.find(first.application.edition.pack, first.step).aggregate if first else "mean"


def _result(
    case: int,
    given: list[tuple[Decimal | None, bool, bool]],
    marks: Decimal | None,
    panel: PanelResult | None,
) -> Result:
    totals = [total for total, submitted, _vetoed in given if submitted and total is not None]
    vetoed = any(vetoed for _total, submitted, vetoed in given if submitted)
    return Result(
        case,
        None,
        panel.total if panel else marks,
        marks,
        min(totals, default=None),
        max(totals, default=None),
        len(totals),
        len(given),
        panel.vetoed if panel else vetoed,
        panel,
    )


def _ranked(rows: Iterable[Result]) -> list[Result]:
    """Equal totals share a rank, and the next one is counted on: 1, 2, 2, 4."""
    ordered = sorted(rows, key=lambda r: (r.vetoed, -(r.total if r.total is not None else -1), r.case))
    ranked: list[Result] = []
    for number, row in enumerate(ordered, 1):
        if row.total is None or row.vetoed:
            ranked.append(row)
            continue
        before = ranked[-1] if ranked else None
        same = before is not None and before.total == row.total
        rank = before.rank if same and before else number
        ranked.append(replace(row, rank=rank))
    return ranked
