"""Every read of reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import (
    Avg,
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tongchou.applications.models import Application
from tongchou.applications.queries import visible
from tongchou.core.scope import on_one_line
from tongchou.orgs.models import Authority
from tongchou.programmes.models import Task, TaskEdition
from tongchou.reviews.models import Assignment, Decision
from tongchou.reviews.scoring import Summary, summarise
from tongchou.reviews.step_models import Signature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongchou.orgs.models import Person
    from tongchou.orgs.scopes import Actor

_SUBMITTED = Q(submitted_at__isnull=False)


def _marks(result: Combinable, condition: Q | None = None) -> Subquery:
    """One figure over the experts of a case's latest revision.

    A subquery, not a join: it is computed for the rows of the page that is shown, not for the whole list.
    """
    duties = Assignment.objects.filter(application=OuterRef("pk"), conflict="", superseded=False)
    if condition is not None:
        duties = duties.filter(condition)
    return Subquery(duties.order_by().values("application").annotate(result=result).values("result"))


def readable(actor: Actor) -> QuerySet[Application]:
    """The cases that a person may open: a department that only signs jointly, those it was ever asked to sign."""
    own = actor.authorities_as()
    rows = visible(actor)
    if not own or any(a.department == Authority.Department.EDUCATION for a in own):
        return rows
    asked = Signature.objects.filter(application=OuterRef("pk"), authority__in=own)
    return rows.filter(Exists(asked))


def cases(actor: Actor, *, step: str = "") -> QuerySet[Application]:
    """Every case an authority may see, with what the queue shows: mean mark, how many experts, vetoes.

    Of the scoring ``step`` alone where it is named.
    """
    given = Q(step=step) if step else Q()
    done = _SUBMITTED & given
    return readable(actor).annotate(
        experts=Coalesce(_marks(Count("pk"), given), 0),
        scored=Coalesce(_marks(Count("pk"), done), 0),
        mean_mark=_marks(Avg("total"), done),
        low_mark=_marks(Min("total"), done),
        high_mark=_marks(Max("total"), done),
        vetoes=Coalesce(_marks(Count("pk"), done & ~Q(vetoes={})), 0),
    )


def steps_of(authority: Authority) -> set[str]:
    """The codes of the steps that ``authority`` acts at, in all editions of its places by which cases are under review."""
    under_review = Application.objects.filter(edition=OuterRef("pk"), state=Application.State.IN_REVIEW)
    return {
        step.code
        for edition in TaskEdition.objects.filter(Exists(under_review)).select_related("place")
        if on_one_line(edition.place.path, authority.place.path)
        for step in edition.pack.steps
        if step.level == authority.place.level
    }


def _waiting(authority: Authority, rows: QuerySet[Application]) -> QuerySet[Application]:
    if authority.department != Authority.Department.EDUCATION:
        return rows.filter(signatures__authority=authority, signatures__state=Signature.State.WAITING)
    return rows.filter(
        state=Application.State.IN_REVIEW,
        step__in=steps_of(authority),
        scope_path__startswith=authority.place.path,
    )


def queue(authority: Authority, actor: Actor) -> QuerySet[Application]:
    """The cases that wait for ``authority`` now, by its own rank, then as they came."""
    return ranked(_waiting(authority, cases(actor)), authority).order_by(
        "task__number", "variant", F("rank").asc(nulls_last=True), "submitted_at", "id"
    )


def ranked(rows: QuerySet[Application], authority: Authority) -> QuerySet[Application]:
    """``rows`` with ``rank``: the place that ``authority`` gave each at its step."""
    own = Q(ranks__authority=authority, ranks__step=F("step"))  # a join: sorting asks for it of every row
    return rows.annotate(own_rank=FilteredRelation("ranks", condition=own), rank=F("own_rank__number"))


def to_rank(authority: Authority, actor: Actor, *, task_id: int, step: str) -> QuerySet[Application]:
    """The cases of one task and step that ``authority`` may bring into its order: as last stored, then as they came."""
    waiting = _waiting(authority, readable(actor)).filter(task_id=task_id, step=step)
    return ranked(waiting, authority).order_by(
        F("rank").asc(nulls_last=True), "variant", "submitted_at", "pk"
    )


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """How many cases of a task wait at a step; ``year`` is that of the newest round among them."""

    task_id: int
    step: str
    count: int
    year: int


def waiting_counts(authority: Authority, actor: Actor) -> list[WaitingCount]:
    """How many cases wait for ``authority``, by task and step, in the order of the tasks."""
    rows = (
        _waiting(authority, visible(actor))
        .order_by()
        .values_list("task_id", "step")
        .annotate(count=Count("id"), year=Max("round__year"))
    )
    counts = [WaitingCount(*row) for row in rows]
    tasks = list(Task.objects.filter(pk__in={c.task_id for c in counts}).values_list("pk", flat=True))
    return sorted(counts, key=lambda c: (tasks.index(c.task_id), c.step))


def decisions(application: Application) -> QuerySet[Decision]:
    """The decisions on a case, oldest first."""
    return application.decisions.select_related("authority", "by", "revision")


def assignments(application: Application) -> QuerySet[Assignment]:
    """The experts of a case's latest revision."""
    return (
        application.assignments.filter(superseded=False).select_related("expert", "revision").order_by("id")
    )


def summary(rows: Iterable[Assignment]) -> Summary:
    """The marks of one case summed up; duties ended by a conflict don't count."""
    duties = [a for a in rows if not a.conflict]
    done = [a for a in duties if a.submitted_at]
    return summarise(
        [a.total for a in done if a.total is not None],
        assigned=len(duties),
        vetoed=any(a.vetoes for a in done),
    )


def duties(expert: Person) -> QuerySet[Assignment]:
    """An expert's own duties, open ones first, those withdrawn from last."""
    return (
        Assignment.objects.filter(expert=expert, superseded=False)
        .alias(withdrawn=Case(When(conflict="", then=0), default=1))
        .select_related("application__task", "application__edition", "revision")
        .order_by("withdrawn", F("submitted_at").asc(nulls_first=True), "assigned_at", "id")
    )


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a case's timeline."""

    at: object
    what: str
    who: str
    text: str = ""
    kind: str = ""


def timeline(application: Application) -> list[Event]:
    """Submissions and decisions in order; constant queries."""
    events = [
        Event(
            r.submitted_at, f"提交第 {r.number} 版", str(application.unit), f"摘要 {r.digest[:12]}", "submit"
        )
        for r in application.revisions.all()
    ]
    events += [
        Event(d.at, d.get_kind_display(), str(d.authority), d.reason, d.kind) for d in decisions(application)
    ]
    return sorted(events, key=lambda e: e.at)  # type: ignore[arg-type, return-value]
