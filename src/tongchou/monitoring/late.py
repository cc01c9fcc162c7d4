"""What is not handed in under an authority, and can be chased: lists that page and filter, each one query."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.monitoring.states import OWED
from tongchou.orgs.models import Unit
from tongchou.programmes.models import Round, Task


def drafts(path: str) -> QuerySet[Application]:
    """Drafts of units below ``path``: which unit, task and round; what stands in them is the unit's own."""
    return _cases(path, Application.State.DRAFT).order_by("task__number", "unit__name", "pk")


def returned(path: str) -> QuerySet[Application]:
    """Returned cases not submitted again, what is due first on top."""
    return _cases(path, Application.State.RETURNED).order_by("returned_due", "pk")


def _cases(path: str, state: str) -> QuerySet[Application]:
    rows = Application.objects.filter(state=state, scope_path__startswith=path)
    return rows.select_related("task", "round", "unit", "edition")


def unbegun(path: str, task: Task, round_: Round, kinds: Iterable[str]) -> QuerySet[Unit]:
    """The verified units of some kinds that have not begun ``task`` in the round."""
    begun = Application.objects.filter(unit=OuterRef("pk"), task=task, round=round_)
    return (
        Unit.objects.filter(
            ~Exists(begun), state=Unit.State.VERIFIED, scope_path__startswith=path, kind__in=list(kinds)
        )
        .select_related("place")
        .order_by("place__sort_key", "name", "pk")
    )


def performance(path: str) -> QuerySet[PerformanceReport]:
    """Performance reports not submitted, or returned, whose time has come, what is due first on top."""
    return (
        PerformanceReport.objects.filter(
            Q(opens=None) | Q(opens__lte=clock.today()),
            state__in=OWED,
            scope_path__startswith=path,
        )
        .select_related("period__task", "application", "unit")
        .annotate(last_day=Coalesce("returned_due", "extended_to", "due"))
        .defer("answers", "field_versions", "dates")
        .order_by("last_day", "pk")
    )


def periodic(path: str) -> QuerySet[PeriodicReport]:
    """Periodic reports not submitted by the units and the authorities below, what is due first on top."""
    own = Q(unit=None, scope_path=path)
    return (
        PeriodicReport.objects.filter(state=PeriodicReport.State.DUE, scope_path__startswith=path)
        .exclude(own)
        .select_related("task", "application", "unit", "authority")
        .defer("text", "dates")
        .order_by("due", "pk")
    )
