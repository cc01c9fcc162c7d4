"""Ranking: the holder's own order of its cases at a step, by dragging, by numbers, by moving one up or down or as expert
review came out; and recommending the first so many of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.db.models import Q
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.applications.steps import find
from tongchou.core.access import Refused, refuse
from tongchou.orgs.models import Authority
from tongchou.programmes.pack_format import TaskPack
from tongchou.reviews import queries, results
from tongchou.reviews.board import BoardRow, board
from tongchou.reviews.queries import WaitingCount
from tongchou.reviews.ranking import rank
from tongchou.reviews.results import Result, Results
from tongchou.web.authority import deciding
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import editions_at
from tongchou.web.authority.results import HOW
from tongchou.web.authority.words import task_titles
from tongchou.web.cases import step_name, variant_name
from tongchou.web.filters import Filter, Filters
from tongchou.web.screens import Request, screen

MOST = 300


@dataclass(frozen=True, slots=True)
class Row:
    """A case as it is drawn; ``pk`` as text, ``mark`` what expert review came to, ``note`` what else it said."""

    pk: str
    at: int
    name: str
    number: str
    variant: str
    unit: str
    ranked: bool
    mark: Decimal | None
    note: str


def order(numbers: dict[int, int | None], ranks: dict[int, int | None]) -> list[int]:
    """The cases by the numbers typed: one given another's number goes before it on the way up, behind it on the way down.

    ``ranks`` are in the order shown, numbered from 1; those without a number stay last, as they were.
    """
    last = len(ranks) + 1
    shown = {pk: at for at, pk in enumerate(ranks, 1)}

    def place(pk: int) -> tuple[int, int, int, int]:
        number = numbers.get(pk)
        way = 0 if number is None else (number > shown[pk]) - (number < shown[pk])
        return number or last, way, ranks[pk] or last, shown[pk]

    return sorted(ranks, key=place)


def moved(pks: list[int], pk: int, by: int) -> list[int]:
    """``pks`` with ``pk`` one place up (-1) or down (1)."""
    at = pks.index(pk)
    to = min(max(at + by, 0), len(pks) - 1)
    rest = [p for p in pks if p != pk]
    return [*rest[:to], pk, *rest[to:]]


@screen
def ranking(request: Request) -> HttpResponseBase:
    authority = acting_for(request)
    groups = queries.waiting_counts(authority, request.actor)
    packs, titles = {e.task_id: e.pack for e in editions_at(authority)}, task_titles()
    chosen = next((g for g in groups if _key(g) == request.GET.get("of")), groups[0] if groups else None)
    variants = _variants(packs.get(chosen.task_id)) if chosen else []
    filters = Filters(request, Filter("variant", _("类别"), choices=variants), keep=["of"])
    rows: list[Application] = []
    too_many: Refused | None = None
    quotas: list[BoardRow] = []
    if chosen:
        here = f"{reverse('authority:ranking')}?of={_key(chosen)}"
        waiting = queries.to_rank(authority, request.actor, task_id=chosen.task_id, step=chosen.step)
        count = chosen.count
        if filters["variant"]:
            waiting, here = waiting.filter(variant=filters["variant"]), f"{here}&variant={filters['variant']}"
            count = waiting.count()
        too_many = _too_many(count)
        rows = [] if too_many else list(waiting[:MOST])
        if request.method == "POST":
            if too_many:
                raise too_many
            return redirect(here + _carry_out(request, authority, chosen.step, rows))
        quotas = _quotas(authority, chosen, filters["variant"])
    scored = results.results_of(authority, rows)
    drawn = _drawn(rows, scored)
    return render(
        request,
        "authority/ranking.html",
        {
            "authority": authority,
            "tabs": [
                {
                    "key": _key(g),
                    "task": titles[g.task_id],
                    "step": step_name(packs[g.task_id], g.step) if g.task_id in packs else g.step,
                    "count": g.count,
                }
                for g in groups
            ],
            "chosen": chosen and _key(chosen),
            "filters": filters,
            "rows": drawn,
            "board": quotas,
            "too_many": too_many,
            "marked": any(row.mark is not None for row in drawn),
            "how": _("、").join(sorted({_(HOW[one.how]) for one in scored})),
            "kind": find(rows[0].edition.pack, rows[0].step).kind if rows else "",
            "results": deciding.kept_results(request),
        },
    )


def _key(group: WaitingCount) -> str:
    return f"{group.task_id}-{group.step}"


def _carry_out(request: Request, authority: Authority, step: str, rows: list[Application]) -> str:
    """What the button pressed asks for; gives what of the address leads to the case that was moved."""
    do = request.POST.get("do")
    if do == "top":
        deciding.keep_results(request, _recommend_top(request, rows))
        return ""
    new = _by_results(authority, rows) if do == "by_results" else _order_from(request, rows)
    by_pk = {row.pk: row for row in rows}
    rank(authority, step=step, applications=[by_pk[pk] for pk in new], by=request.person)
    messages.success(request, _("排序已保存。"))
    return f"#case-{_moving(request)[0] or ''}"


def _drawn(rows: list[Application], scored: list[Results]) -> list[Row]:
    found = _by_case(scored)
    return [
        Row(
            pk=str(row.pk),
            at=at,
            name=row.project_name or row.number,
            number=row.number,
            variant=variant_name(row.edition.pack, row.variant),
            unit=row.unit.name,
            ranked=row.rank is not None,  # type: ignore[attr-defined]
            mark=found[row.pk].total if row.pk in found else None,
            note=_said(found[row.pk]) if row.pk in found else "",
        )
        for at, row in enumerate(rows, 1)
    ]


def _by_case(scored: list[Results]) -> dict[int, Result]:
    return {result.case: result for one in scored for result in one.rows}


def _said(result: Result) -> str:
    words = [_("合议")] if result.panel else []
    return _("、").join([*words, _("一票否决")] if result.vetoed else words)


def _quotas(authority: Authority, group: WaitingCount, variant: str) -> list[BoardRow]:
    """How the quotas stand in which these cases (of one ``variant``, if any) count with their holder."""
    of_step = Q(task=group.task_id, step=group.step)
    return [
        row
        for row in board(authority.place.path, of_step, holder=authority)
        if row.holder_pk == authority.pk
        and (not variant or not row.quota.variants or variant in row.quota.variants)
    ]


def _variants(pack: TaskPack | None) -> list[tuple[str, str]]:
    """The variants of a task that has several: quotas may be set for each."""
    found = [(variant.code, variant.name) for variant in pack.variants] if pack else []
    return found if len(found) > 1 else []


def _by_results(authority: Authority, rows: list[Application]) -> list[int]:
    """The cases as expert review came out, best first; those it vetoed or did not score come last, as they were."""
    found = _by_case(results.results_of(authority, rows))
    totals = {pk: one.total for pk, one in found.items() if one.total is not None and not one.vetoed}
    return sorted((row.pk for row in rows), key=lambda pk: -totals.get(pk, -1))


def _recommend_top(request: Request, rows: list[Application]) -> list[deciding.Result]:
    """Recommend (or designate) the first so many of the order as it is stored, each by itself; what is refused stays."""
    typed = request.POST.get("top", "").strip()
    if not typed.isascii() or not typed.isdecimal() or not 0 < int(typed) <= len(rows):
        raise refuse(
            "form",
            _("请填写推荐排在前面的几项。"),
            fields={"top": _("应为 1 至 %(most)s 的整数") % {"most": len(rows)}},
        )
    first = rows[: int(typed)]
    if any(row.rank is None for row in first):  # type: ignore[attr-defined]
        raise refuse(
            "form",
            _("排在前面的申报中还有尚未排序的。"),
            remedy=_("请先保存排序，再按排序推荐。"),
            fields={"top": _("请先保存排序")},
        )
    return deciding.one_by_one(first, lambda row: deciding.pass_on(row, by=request.person))


def _moving(request: Request) -> tuple[int | None, int]:
    pk, _colon, way = request.POST.get("move", "").partition(":")
    return (int(pk) if pk.isdecimal() else None), -1 if way == "up" else 1


def _too_many(count: int) -> Refused | None:
    """Why so many can't be ranked on one page, and what to do."""
    if count <= MOST:
        return None
    return refuse(
        "form",
        _("待排序的申报超过 %(most)s 项。") % {"most": MOST},
        remedy=_("请先退回一部分，或决定不予推荐、不予认定，再排序。"),
    )


def _order_from(request: Request, rows: list[Application]) -> list[int]:
    pks = [row.pk for row in rows]
    pk, way = _moving(request)
    if pk in pks:
        return moved(pks, int(pk or 0), way)
    numbers: dict[int, int | None] = {}
    for one in pks:
        typed = request.POST.get(f"n-{one}", "").strip()
        if typed and (not typed.isdecimal() or not 0 < int(typed) <= 100_000):
            raise refuse(
                "form",
                _("序号应为正整数。"),
                fields={f"n-{one}": _("“%(text)s”不是序号") % {"text": typed}},
            )
        numbers[one] = int(typed) if typed else None
    return order(numbers, {row.pk: row.rank for row in rows})  # type: ignore[attr-defined]
