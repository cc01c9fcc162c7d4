"""What every screen of packs is asked for: which programme, which place."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongchou.orgs.models import Jurisdiction
from tongchou.programmes import release_queries
from tongchou.programmes.models import Programme, TaskEdition
from tongchou.web.filters import Filter
from tongchou.web.screens import Request


def chosen_programme(request: Request) -> Programme | None:
    """The programme that the address names, else the first one."""
    rows = list(release_queries.programmes())
    asked = request.GET.get("programme", "")
    return next((p for p in rows if p.code == asked), rows[0] if rows else None)


def programme_filter(request: Request) -> list[Filter]:
    """A choice of programme, where there are several."""
    rows = list(release_queries.programmes())
    if len(rows) < 2:
        return []
    choices = [(p.code, p.name) for p in rows]
    return [Filter("programme", _("计划"), choices=choices, value=rows[0].code, required=True)]


def places_with_rules(programme: Programme) -> list[Jurisdiction]:
    """The place that runs the programme, and those with an overlay; widest first."""
    held = TaskEdition.objects.filter(task__programme=programme, current=True).values("place")
    rows = Jurisdiction.objects.filter(pk__in=held) | Jurisdiction.objects.filter(pk=programme.place_id)
    return sorted(rows.distinct(), key=lambda p: (p.path.count("/"), p.sort_key))


def chosen_place(request: Request, among: list[Jurisdiction]) -> Jurisdiction | None:
    """The place that the address names, if it is one of ``among``."""
    return next((p for p in among if p.code == request.GET.get("place", "")), None)
