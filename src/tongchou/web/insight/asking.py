"""What every insight screen is asked: programme, year and place, the place inside the officer's own subtree."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import gettext as _

from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.programmes.models import Programme
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.monitoring import year_filter
from tongchou.web.filters import Filter, Filters
from tongchou.web.screens import Request


@dataclass(frozen=True)
class Asked:
    """The question a page answers."""

    authority: Authority
    programme: Programme
    year: int
    place: Jurisdiction
    filters: Filters
    trail: list[Jurisdiction]

    def query(self, **more: object) -> str:
        """An address with the same question, and ``more``."""
        asked = {"programme": self.programme.code, "year": self.year, "place": self.place.code, **more}
        return urlencode({key: value for key, value in asked.items() if value not in {"", None}})


def asked(request: Request, *extra: Filter) -> Asked:
    """Read the address. A place outside the officer's subtree is not found."""
    authority = acting_for(request)
    programmes = list(Programme.objects.order_by("id"))
    if not programmes:
        raise Http404
    several = [Filter("programme", _("计划"), choices=[(p.code, p.name) for p in programmes])]
    filters = Filters(
        request, *(several if len(programmes) > 1 else []), year_filter(), *extra, keep=["place"]
    )
    programme = next((p for p in programmes if p.code == request.GET.get("programme")), programmes[0])
    code = request.GET.get("place", "") or authority.place_id
    place = Jurisdiction.objects.filter(code=code, path__startswith=authority.place.path).first()
    if place is None:
        raise Http404
    codes = place.path.strip("/").split("/")
    above = {p.code: p for p in Jurisdiction.objects.filter(code__in=codes)}
    own = authority.place.path.strip("/").count("/")
    trail = [above[c] for c in codes[own:] if c in above]
    return Asked(authority, programme, int(filters["year"]), place, filters, trail)
