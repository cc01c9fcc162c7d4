"""What every insight screen is asked: programme, year and place, the place inside the officer's own subtree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import gettext as _

from tongchou.designations.models import Level
from tongchou.insight.rollup import definitions_of
from tongchou.orgs.models import Authority, Jurisdiction, Unit
from tongchou.programmes.models import Programme, Task
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.monitoring import year_filter
from tongchou.web.authority.words import task_title
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


def asked(request: Request, *extra: Filter, keep: Iterable[str] = ()) -> Asked:
    """Read the address. A place outside the officer's subtree is not found."""
    authority = acting_for(request)
    programmes = _programmes()
    which = Filter(
        "programme",
        _("计划"),
        choices=[(p.code, p.name) for p in programmes],
        value=programmes[0].code,
        required=True,
    )
    several = [which] if len(programmes) > 1 else []
    filters = Filters(request, *several, year_filter(), *extra, keep=["place", *keep])
    programme = _chosen(request, programmes)
    code = request.GET.get("place", "") or authority.place_id
    place = Jurisdiction.objects.filter(code=code, path__startswith=authority.place.path).first()
    if place is None:
        raise Http404
    codes = place.path.strip("/").split("/")
    above = {p.code: p for p in Jurisdiction.objects.filter(code__in=codes)}
    own = authority.place.path.strip("/").count("/")
    trail = [above[c] for c in codes[own:] if c in above]
    return Asked(authority, programme, int(filters["year"]), place, filters, trail)


def _programmes() -> list[Programme]:
    found = list(Programme.objects.order_by("id"))
    if not found:
        raise Http404
    return found


def _chosen(request: Request, programmes: list[Programme]) -> Programme:
    return next((p for p in programmes if p.code == request.GET.get("programme")), programmes[0])


def indicator_filter(request: Request) -> list[Filter]:
    """A choice among the indicators of the task that is chosen; none while no task is."""
    task = request.GET.get("task", "")
    known = definitions_of(_chosen(request, _programmes())) if task else {}
    choices = [(code, indicator.name) for (of, code), indicator in known.items() if of == task]
    return [Filter("indicator", _("指标"), choices=choices)] if choices else []


def asked_figures(request: Request, *extra: Filter, keep: Iterable[str] = ()) -> Asked:
    """What screens of figures are asked besides: task, level, kind of unit, confirmed or not, by the place of then or of today."""
    tasks = Task.objects.filter(programme=_chosen(request, _programmes()))
    return asked(
        request,
        Filter("task", _("重点任务"), choices=[(t.code, task_title(t)) for t in tasks]),
        *extra,
        Filter("level", _("级别"), choices=Level.choices),
        Filter("unit_kind", _("单位类型"), choices=Unit.Kind.choices),
        Filter("confirmed", _("数据"), choices=[("1", _("只计已确认的"))]),
        Filter("now", _("地区口径"), choices=[("1", _("按现在的地区（合并、迁移后）"))]),
        keep=keep,
    )


def only(question: Asked) -> dict[str, Any]:
    """The same as what a roll-up is limited to."""
    filters = question.filters
    return {
        "task": filters["task"],
        "level": filters["level"],
        "unit_kind": filters["unit_kind"],
        "confirmed_only": filters["confirmed"] == "1",
        "now": filters["now"] == "1",
    }
