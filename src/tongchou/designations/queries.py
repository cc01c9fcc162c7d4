"""Every read of designations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from tongchou.core import clock
from tongchou.designations.models import Designation, DesignationList
from tongchou.designations.standing_models import ChangeRequest, CultivatedProject

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from tongchou.applications.models import Application
    from tongchou.core.scope import Scope
    from tongchou.orgs.models import Authority


def public_lists() -> QuerySet[DesignationList]:
    """The published lists with how many projects each holds; open to everybody."""
    return DesignationList.objects.select_related("authority__place", "task", "round").annotate(
        count=Count("designations", filter=Q(designations__revoked_on=None))
    )


def on_list(published: DesignationList) -> QuerySet[Designation]:
    """The projects of a published list that still hold it."""
    return (
        Designation.objects.filter(list=published, revoked_on=None)
        .select_related("application", "unit", "unit__place")
        .order_by("place_path", "unit__name", "id")
    )


def designations(scope: Scope) -> QuerySet[Designation]:
    """Levels held inside ``scope``."""
    return (
        Designation.objects.filter(scope.q(), revoked_on=None)
        .select_related("application", "unit", "task", "list", "authority")
        .order_by("-since", "-id")
    )


def unpublished(authority: Authority) -> list[dict[str, Any]]:
    """What ``authority`` has designated but not yet published, counted by task, round and level."""
    rows = (
        Designation.objects.filter(authority=authority, list=None, revoked_on=None)
        .values(
            "task_id",
            "task__name",
            "task__number",
            "application__round_id",
            "application__round__name",
            "level",
        )
        .annotate(count=Count("id"))
        .order_by("task__number", "level")
    )
    return [dict(row) for row in rows]


def levels_of(application: Application) -> QuerySet[Designation]:
    """The levels a project holds or held."""
    return application.designations.select_related("authority", "list").order_by("since", "id")


def with_levels(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Prefetch the levels held, for lists."""
    held = Designation.objects.filter(revoked_on=None).order_by("id")
    return applications.prefetch_related(Prefetch("designations", held, to_attr="levels_held"))


def names_on(applications: Iterable[Application], day: date) -> dict[int, str]:
    """What each project was called on ``day``, by number: an official list keeps the names it was published with."""
    called = {application.pk: application.project_name for application in applications}
    later = ChangeRequest.objects.filter(
        application__in=called,
        kind=ChangeRequest.Kind.NAME,
        state=ChangeRequest.State.APPROVED,
        decided_at__gte=clock.end_of(day),
    )
    called.update(later.order_by("-decided_at", "-id").values_list("application", "before"))
    return called


def cultivated(scope: Scope) -> QuerySet[CultivatedProject]:
    """Projects cultivated below inside ``scope``, those that go on first."""
    return (
        CultivatedProject.objects.filter(scope.q())
        .select_related("unit__place", "task", "authority", "designation__application")
        .order_by(F("ended_on").desc(nulls_first=True), "-since", "-id")
    )


def changes_of(authority: Authority) -> QuerySet[ChangeRequest]:
    """The changes that ``authority`` decides on, those that wait first, oldest first."""
    return (
        ChangeRequest.objects.filter(authority=authority)
        .exclude(state=ChangeRequest.State.WITHDRAWN)
        .select_related(
            "application__unit", "application__task", "authority__place", "asked_by", "decided_by", "proof"
        )
        .order_by(F("decided_at").desc(nulls_first=True), "asked_at", "id")
    )


def published(number: str) -> Application | None:
    """The project of a certificate's or a case's number, if any level of it was published."""
    found = (
        Designation.objects.filter(Q(certificate=number) | Q(application__number=number), list__isnull=False)
        .select_related("application__unit", "application__task")
        .first()
        if number
        else None
    )
    return found.application if found else None
