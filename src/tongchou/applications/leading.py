"""Declarations pass from one unit to another when the one is merged into the other. What was is kept, see ``FormerLead``."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from tongchou.applications.leading_models import FormerLead
from tongchou.applications.models import Application
from tongchou.orgs.models import Unit
from tongchou.orgs.queries import names_on

S = Application.State
UNDER_WAY = (S.IN_REVIEW, S.RETURNED)


def under_way(unit: Unit) -> QuerySet[Application]:
    """The declarations of ``unit`` on which an authority has begun to decide: they keep it from being merged."""
    return Application.objects.filter(unit=unit, state__in=UNDER_WAY).order_by("number")


def pass_on(unit: Unit, into: Unit, *, on: date) -> int:
    """Let ``into`` lead every declaration of ``unit`` from ``on``, in the caller's transaction; return how many."""
    passed = list(Application.objects.select_for_update().filter(unit=unit).order_by("pk"))
    FormerLead.objects.bulk_create(FormerLead(application=case, unit=unit, until=on) for case in passed)
    return Application.objects.filter(pk__in=[case.pk for case in passed]).update(
        unit=into, place_path=into.place_path, scope_path=into.scope_path
    )


def unit_then(application: Application, day: date) -> Unit:
    """Who led ``application`` on ``day``; ``name`` is what that unit was called then. Not to be saved."""
    former = (
        FormerLead.objects.filter(application=application, until__gt=day)
        .select_related("unit__place", "unit__authority")
        .first()
    )
    found = (
        former.unit
        if former
        else Unit.objects.select_related("place", "authority").get(pk=application.unit_id)
    )
    found.name = names_on([found], day)[found.pk]
    return found
