"""Every read of designations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Prefetch, Q, QuerySet

from tongchou.designations.models import Designation, DesignationList

if TYPE_CHECKING:
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
