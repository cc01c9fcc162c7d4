"""The filters of the queue and of all cases, with how many cases each choice would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.applications.steps import find
from tongchou.core import clock
from tongchou.orgs import queries as org_queries
from tongchou.orgs.models import Authority, Jurisdiction, Unit
from tongchou.programmes.deadlines import Closing, Deadlines
from tongchou.programmes.models import Round, TaskEdition
from tongchou.reviews import handling, ties
from tongchou.web.authority.acting import BINDS
from tongchou.web.authority.choices import editions_at, place_choices, task_choices
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import COUNT_TO
from tongchou.web.screens import Request

FIELDS = {
    "task": "task_id",
    "variant": "variant",
    "kind": "unit__kind",
    "state": "state",
    "step": "step",
}
_COUNTED = [*FIELDS, "place"]
_SOON = {"7": 7, "30": 30}
S = Application.State


@dataclass(frozen=True)
class Chosen:
    """What the filters leave. ``count`` is how many where that is known already."""

    filters: Filters
    rows: QuerySet[Application]
    count: int | None


def choose(
    request: Request,
    authority: Authority,
    rows: QuerySet[Application],
    *,
    everything: bool,
    mine: bool = True,
) -> Chosen:
    """Read the filters from the address and narrow ``rows``.

    Up to ``paging.COUNT_TO`` cases each choice says how many it would leave with what else is chosen: at most two queries.
    """
    filters = _filters(request, authority, everything=everything)
    rows = _narrowed(rows, request, filters, authority)
    count: int | None
    at_least = rows.order_by().values("pk")[: COUNT_TO + 1].count()
    if at_least <= COUNT_TO:
        count = _count_choices(filters, _combinations(rows), authority)
    else:
        count = None if any(filters.get(name) for name in _COUNTED) else at_least
    for name, field in FIELDS.items():
        if value := filters.get(name):
            rows = rows.filter(**{field: value})
    if code := filters.get("place"):
        rows = rows.filter(place_path__startswith=Jurisdiction.objects.get(code=code).path)
    return Chosen(filters, rows, count)


def _filters(request: Request, authority: Authority, *, everything: bool) -> Filters:
    editions = editions_at(authority)
    chosen = [e for e in editions if str(e.task_id) == request.GET.get("task", "")] or editions
    variants = {v.code: v.name for e in chosen for v in e.pack.variants if v.code != "main"}
    steps = {
        s.code: s.name
        for e in chosen
        for s in e.pack.steps
        if s.kind != "score" and (everything or s.level == authority.place.level)
    }
    fields = [
        Filter("q", _("项目、单位或编号"), kind="search"),
        Filter("task", _("重点任务"), choices=task_choices()),
        Filter("variant", _("类别"), choices=variants.items()),
        Filter("kind", _("单位类型"), choices=Unit.Kind.choices),
        Filter("place", _("地区"), choices=place_choices(authority)),
        Filter("step", _("环节"), choices=steps.items()),
        Filter("due", _("期限"), choices=_due_choices()),
    ]
    fields.append(Filter("tie", _("关联"), choices=[(kind, _(word)) for kind, word in ties.WORDS.items()]))
    if not everything:
        fields.append(Filter("holder", _("经办人"), choices=[("me", _("我的")), ("nobody", _("未转办的"))]))
    else:
        fields.append(
            Filter("state", _("状态"), choices=[c for c in S.choices if c[0] not in {S.DRAFT, S.ABANDONED}])
        )
    return Filters(request, *[f for f in fields if f.kind == "search" or len(list(f.choices)) > 1])


def _due_choices() -> list[tuple[str, str]]:
    soon = [(key, _("%(n)s 天内截止") % {"n": days}) for key, days in _SOON.items()]
    return [("over", _("已过期限")), *soon, ("none", _("未限定时间"))]


# ---------------------------------------------------------------- words and deadlines


def _narrowed(
    rows: QuerySet[Application], request: Request, filters: Filters, authority: Authority
) -> QuerySet[Application]:
    for word in filters["q"].split():
        rows = rows.filter(_matches(word))
    if wanted := filters.get("due"):
        rows = rows.filter(_due(rows, wanted, authority))
    if (tie := filters.get("tie")) in ties.WORDS:
        rows = ties.with_tie(rows, tie)
    match filters.get("holder"):
        case "me":
            rows = handling.held_by(rows, request.person)
        case "nobody":
            rows = handling.held_by_nobody(rows)
    return rows


def _matches(word: str) -> Q:
    return (
        Q(project_name__icontains=word)
        | Q(unit__in=org_queries.units_called(word))
        | Q(number__icontains=word)
    )


class StepDays:
    """The last day of the authority's own step, for any case: the windows are read once."""

    def __init__(self, authority: Authority) -> None:
        self.place = authority.place
        self.binds = BINDS.get(authority.place.level, "")
        self.deadlines = Deadlines.read("recommend", "designate")
        self._kept: dict[tuple[int, str, str, int], Closing | None] = {}

    def closing(self, edition: TaskEdition, step: str, variant: str, year: int) -> Closing | None:
        """``None`` where time is not limited, or the step is another's."""
        found = find(edition.pack, step)
        if found.level != self.place.level:
            return None
        key = (edition.task_id, found.kind, variant, year)
        if key not in self._kept:
            self._kept[key] = self.deadlines.closing(
                found.kind, self.binds, edition.task, self.place.path, year=year, variant=variant
            )
        return self._kept[key]


def _due(rows: QuerySet[Application], wanted: str, authority: Authority) -> Q:
    """Returned cases by the day they are due again, waiting ones by the window of the authority's own step."""
    days = StepDays(authority)
    waiting = rows.filter(state=S.IN_REVIEW, scope_path__startswith=authority.place.path).order_by()
    groups = waiting.values_list("edition", "step", "variant", "round").distinct()
    editions = TaskEdition.objects.select_related("task").in_bulk({g[0] for g in groups})
    years = dict(Round.objects.values_list("pk", "year"))
    found = Q(pk=None)
    for edition, step, variant, round_ in groups:
        closing = days.closing(editions[edition], step, variant, years[round_])
        own = find(editions[edition].pack, step).level == authority.place.level
        if own and _fits(closing, wanted):
            found |= Q(state=S.IN_REVIEW, edition=edition, step=step, variant=variant, round=round_)
    today = clock.today()
    if wanted == "over":
        found |= Q(state=S.RETURNED, returned_due__lt=today)
    elif wanted in _SOON:
        until = today + timedelta(days=_SOON[wanted])
        found |= Q(state=S.RETURNED, returned_due__gte=today, returned_due__lte=until)
    return found


def _fits(closing: Closing | None, wanted: str) -> bool:
    if closing is None:
        return wanted == "none"
    left = (closing.last - clock.today()).days
    return left < 0 if wanted == "over" else wanted in _SOON and 0 <= left <= _SOON[wanted]


# ---------------------------------------------------------------- counts


def _combinations(rows: QuerySet[Application]) -> list[tuple[dict[str, str], int]]:
    """How many cases have which values together."""
    counted = rows.order_by().values_list(*FIELDS.values(), "place_path").annotate(n=Count("pk"))
    return [(dict(zip(_COUNTED, map(str, row[:-1]), strict=True)), row[-1]) for row in counted]


def _count_choices(
    filters: Filters, combinations: Iterable[tuple[dict[str, str], int]], authority: Authority
) -> int:
    """Give each choice its count, and say how many are left by all filters together."""
    depth = len(authority.place.path.strip("/").split("/"))
    chosen = {name: filters.get(name) for name in _COUNTED}
    counts: dict[str, Counter[str]] = {name: Counter() for name in _COUNTED}
    total = 0
    for values, count in combinations:
        values["place"] = (values["place"].strip("/").split("/")[depth:] or [""])[0]
        missed = [name for name, value in chosen.items() if value and values[name] != value]
        if not missed:
            total += count
            for name, value in values.items():
                counts[name][value] += count
        elif len(missed) == 1:
            counts[missed[0]][values[missed[0]]] += count
    for field in filters.fields:
        if field.name in counts:
            field.counts = counts[field.name]
    return total
