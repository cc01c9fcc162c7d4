"""Every read of public notices and objections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from tongchou.applications import steps
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.designations.notice_models import Notice, NoticedCase, Objection
from tongchou.designations.standing_models import ChangeRequest
from tongchou.programmes.models import Round, Task, TaskEdition

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority, Unit
    from tongchou.programmes.pack_format import Step, Variant

_OPEN = Q(cases__objections__state__in=Objection.OPEN)


@dataclass(frozen=True, slots=True)
class Group:
    """Cases of one task and round that wait at a designating step and stand on no notice of it."""

    task: Task
    round: Round
    step: Step
    variants: list[Variant]
    count: int


def to_notice(authority: Authority) -> list[Group]:
    """What ``authority`` could put on notice, by task, round and step; constant queries."""
    rows = list(
        _waiting(authority)
        .order_by()
        .values_list("task", "round", "step", "edition")
        .annotate(count=Count("pk"))
    )
    editions = TaskEdition.objects.in_bulk({edition for *_rest, edition, _n in rows})
    tasks = Task.objects.in_bulk({task for task, *_rest in rows})
    rounds = Round.objects.in_bulk({number for _task, number, *_rest in rows})
    found: dict[tuple[int, int, str], Group] = {}
    for task, number, code, edition, count in rows:
        pack = editions[edition].pack
        step = steps.find(pack, code)
        if step.kind != "designate" or step.level != authority.place.level:
            continue
        key = (task, number, code)
        before = found[key].count if key in found else 0
        found[key] = Group(tasks[task], rounds[number], step, pack.variants, before + count)
    return sorted(found.values(), key=lambda g: (g.task.number, g.round.year, g.step.code))


def _waiting(authority: Authority) -> QuerySet[Application]:
    listed = NoticedCase.objects.filter(application=OuterRef("pk"), step=OuterRef("step"), removed_at=None)
    return Application.objects.filter(
        ~Exists(listed),
        state=Application.State.IN_REVIEW,
        scope_path__startswith=authority.place.path,
    )


def cases_to_notice(
    authority: Authority, *, task: Task, round: Round, step: str, variant: str = ""
) -> QuerySet[Application]:
    """The cases of one group (of one variant), by place and unit."""
    rows = _waiting(authority).filter(task=task, round=round, step=step)
    if variant:
        rows = rows.filter(variant=variant)
    return rows.select_related("unit__place", "edition", "task").order_by("place_path", "unit__name", "pk")


def notices(authority: Authority) -> QuerySet[Notice]:
    """The notices of ``authority``, latest first, with how many cases stand on each and how many objections are open."""
    return (
        Notice.objects.filter(authority=authority)
        .select_related("task", "round")
        .annotate(
            count=Count("cases", filter=Q(cases__removed_at=None), distinct=True),
            waiting=Count("cases__objections", filter=_OPEN, distinct=True),
        )
    )


def public_notices() -> QuerySet[Notice]:
    """The notices that were put up, those withdrawn included, with how many cases stand on each; open to everybody."""
    return (
        Notice.objects.filter(opens_at__isnull=False)
        .select_related("authority", "task", "round")
        .annotate(count=Count("cases", filter=Q(cases__removed_at=None)))
        .order_by("-opens_at", "-id")
    )


def on_notice(notice: Notice) -> QuerySet[NoticedCase]:
    """All that was put on a notice, with what everybody may see of it."""
    return notice.cases.select_related("application__unit__place__parent", "application__edition").order_by(
        "application__place_path", "application__unit__name", "application_id"
    )


def handled(authority: Authority) -> QuerySet[Objection]:
    """The objections that ``authority`` handles: those that count, the open ones first."""
    return (
        Objection.objects.filter(case__notice__authority=authority)
        .exclude(state=Objection.State.UNVERIFIED)
        .select_related(
            "case__notice__authority__place", "case__application__unit", "case__application__task", "person"
        )
        .annotate(materials=Count("files"))
        .order_by("answered_at", "filed_at", "id")
    )


def noticed_of(application: Application) -> QuerySet[NoticedCase]:
    """Where a case stood on notice, latest first."""
    return (
        NoticedCase.objects.filter(application=application, notice__opens_at__isnull=False)
        .select_related("notice")
        .order_by("-notice__opens_at")
    )


def statements_asked(units: list[Unit]) -> QuerySet[Objection]:
    """What units were asked to state and have not stated yet. Who objects is not read."""
    return (
        Objection.objects.filter(
            case__application__unit__in=units,
            state__in=Objection.OPEN,
            asked_at__isnull=False,
            stated_at=None,
        )
        .select_related("case__application__unit", "case__notice")
        .defer("name", "organisation", "phone", "email", "reason")
        .order_by("statement_due", "id")
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for an authority: objections to answer, cases whose notice is over, changes to decide."""

    objections: int
    over: int
    changes: int


def waiting(authority: Authority) -> Waiting:
    """The counts for the workbench (three queries)."""
    return Waiting(
        Objection.objects.filter(case__notice__authority=authority, state__in=Objection.OPEN).count(),
        NoticedCase.objects.filter(
            notice__authority=authority,
            removed_at=None,
            notice__closes_at__lte=clock.now(),
            application__state=Application.State.IN_REVIEW,
            application__step=F("step"),
        ).count(),
        ChangeRequest.objects.filter(authority=authority, state=ChangeRequest.State.WAITING).count(),
    )
