"""Experts for a whole task: how far scoring is, who carries how much, and assigning n experts to each case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Count, Q
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.applications import steps
from tongchou.applications.models import Application
from tongchou.core.access import Refused, refuse
from tongchou.orgs.models import Authority, Person, Unit
from tongchou.orgs.queries import experts as experts_of
from tongchou.reviews import duties, queries
from tongchou.reviews.models import Assignment
from tongchou.web.authority import deciding
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.queue import editions_at
from tongchou.web.authority.words import task_titles
from tongchou.web.cases import variant_name
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.show import thousands
from tongchou.web.tables import Column, Empty, Table

MOST_EXPERTS = 9
_CURRENT = Q(assignments__conflict="", assignments__superseded=False)


def fewest_first(pool: Sequence[int], loads: Mapping[int, int]) -> list[int]:
    """The experts of ``pool``, those with the fewest duties first; the pool's order breaks ties."""
    return sorted(pool, key=lambda pk: loads.get(pk, 0))


def scored_steps(authority: Authority) -> dict[int, set[str]]:
    """By task, the steps of ``authority`` that expert scoring stands directly before."""
    return {
        edition.task_id: {
            step.code
            for step in edition.pack.steps
            for kind in step.kinds or Unit.Kind.values
            if step.level == authority.place.level and steps.scoring_before(edition.pack, kind, step.code)
        }
        for edition in editions_at(authority)
    }


@screen
def experts(request: Request) -> HttpResponseBase:
    authority = acting_for(request)
    waiting = queries.queue(authority, request.actor)
    counts = queries.waiting_counts(authority, request.actor)
    tasks: dict[str, dict[str, Any]] = {}
    scored, titles = scored_steps(authority), task_titles()
    for row in counts:
        if row["step"] not in scored.get(row["task_id"], set()):
            continue
        entry = tasks.setdefault(str(row["task_id"]), {"name": titles[row["task_id"]], "count": 0})
        entry["count"] += row["count"]
    chosen = request.GET.get("task", "")
    chosen = chosen if chosen in tasks else next(iter(tasks), "")
    pool = list(
        experts_of(authority).annotate(
            duties=Count("assignments", filter=_CURRENT, distinct=True),
            open_duties=Count(
                "assignments",
                filter=_CURRENT & Q(assignments__submitted_at=None),
                distinct=True,
            ),
        )
    )
    rows = waiting.filter(task_id=chosen, step__in=scored[int(chosen)]) if chosen else waiting.none()
    if request.method == "POST":
        return _assign_all(request, rows, pool, chosen)
    page = page_of(request, rows)
    return render(
        request,
        "authority/experts.html",
        {
            "authority": authority,
            "tasks": tasks,
            "chosen": chosen,
            "table": _table(page),
            "pool": pool,
            "results": deciding.kept_results(request),
        },
    )


def _table(page: Any) -> Table:
    return Table(
        [
            Column(
                _("项目"),
                lambda r: r.project_name or r.number,
                link=lambda r: reverse("authority:case", args=[r.pk]) + "#experts",
                note=lambda r: r.number,
            ),
            Column(_("类别"), lambda r: variant_name(r.edition.pack, r.variant) or "—"),
            Column(_("单位"), "unit__name"),
            Column(_("已分配"), "experts", kind="number"),
            Column(_("已评"), "scored", kind="number"),
            Column(_("均分"), lambda r: thousands(r.mean_mark, 2), kind="number"),
            Column(
                _("极差"),
                lambda r: r.high_mark - r.low_mark if r.scored and r.scored > 1 else None,
                kind="number",
            ),
            Column(_("一票否决"), lambda r: r.vetoes or None, kind="number"),
        ],
        page,
        caption=_("专家评审"),
        empty=Empty(_("没有待评审的申报"), _("申报到达有专家评审的环节后，可以在这里为其分配专家。")),
    )


def _assign_all(request: Request, rows: Any, pool: Sequence[Person], task: str) -> HttpResponseBase:
    typed = request.POST.get("n", "")
    if not typed.isdecimal() or not 1 <= int(typed) <= MOST_EXPERTS:
        raise refuse(
            "form",
            _("每项专家人数应为 1 至 %(most)s。") % {"most": MOST_EXPERTS},
            fields={"n": _("请填写人数")},
        )
    picked = set(request.POST.getlist("experts"))
    chosen = [p for p in pool if str(p.pk) in picked]
    if len(chosen) < int(typed):
        raise refuse(
            "form",
            _("每项需要 %(needed)s 位专家，只勾选了 %(count)s 位。")
            % {"needed": typed, "count": len(chosen)},
            fields={"experts": _("请多勾选几位专家，或减少每项人数")},
        )
    cases = list(rows[: deciding.MOST_AT_ONCE])
    results = deciding.one_by_one(cases, spread(cases, chosen, n=int(typed), by=request.person))
    deciding.keep_results(request, results)
    return redirect(f"{reverse('authority:experts')}?task={task}")


def spread(
    cases: Sequence[Application], pool: Sequence[Person], *, n: int, by: Person
) -> Callable[[Application], str]:
    """What assigns one case up to ``n`` experts, evenly over ``pool``; whoever has a conflict is passed over."""
    loads: Counter[int] = Counter()
    counted = Assignment.objects.filter(superseded=False)
    for expert_id in counted.filter(expert__in=pool, conflict="").values_list("expert", flat=True):
        loads[expert_id] += 1
    held: dict[int, list[tuple[int, str]]] = {}
    for row in counted.filter(application__in=cases).values_list("application", "expert", "conflict"):
        held.setdefault(row[0], []).append((row[1], row[2]))
    people = {p.pk: p for p in pool}

    def assign(case: Application) -> str:
        named: list[str] = []
        refused: Refused | None = None
        mine = held.get(case.pk, [])
        needed = n - sum(1 for _expert, conflict in mine if not conflict)
        for pk in fewest_first([pk for pk in people if pk not in {e for e, _conflict in mine}], loads):
            if len(named) >= needed:
                break
            try:
                duties.assign(case, expert=people[pk], by=by)
            except Refused as error:
                if error.code != "conflict":
                    raise
                refused = error
                continue
            loads[pk] += 1
            named.append(str(people[pk]))
        if not named and needed > 0:
            raise refused or refuse("form", _("勾选的专家都已分配或回避。"), remedy=_("请多勾选几位专家。"))
        if not named:
            return _("已有足够的专家。")
        return _("已分配给 %(names)s。") % {"names": _("、").join(named)}

    return assign
