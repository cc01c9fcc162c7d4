"""What a form's inputs complete as one types: units of the register, by code or name."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongchou.core import clock
from tongchou.core.access import Denied
from tongchou.orgs import queries
from tongchou.orgs.models import Unit
from tongchou.web.screens import Request, allow, screen
from tongchou.web.unit import reads

MOST = 12
A_MINUTE = 60
"""How often a person may look up in a minute: enough for typing, not for copying the register."""


@require_GET
@screen
def find_units(request: Request) -> HttpResponse:
    """Verified units whose name holds ``q`` or whose code begins with it: code, name and kind, and nothing else."""
    if not reads.own_units(request):
        allow(Denied("role", _("只有建设单位的人员可以查找单位。")))
    word = request.GET.get("q", "").strip()[:60]
    if len(word) < 2:
        return JsonResponse({"found": []})
    if _too_often(request.person.pk):
        return JsonResponse({"found": []}, status=429)
    found = Unit.objects.filter(queries.called(word), state=Unit.State.VERIFIED).order_by("name", "pk")[:MOST]
    return JsonResponse(
        {
            "found": [
                {"uscc": u.uscc, "name": u.name, "kind": u.kind, "label": f"{u.uscc} {u.name}"} for u in found
            ]
        }
    )


def _too_often(person_id: int) -> bool:
    key = f"look-up-{person_id}-{clock.now():%H%M}"
    cache.add(key, 0, timeout=90)
    return cache.incr(key) > A_MINUTE
