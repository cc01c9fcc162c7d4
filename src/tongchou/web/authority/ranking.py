"""Ranking: the holder's own order of its cases at a step, by dragging, by numbers, by moving one up or down or as expert
review came out; and recommending the first so many of it.
"""

from __future__ import annotations

from django.contrib import messages
from django.db.models import F
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
from tongchou.reviews.ranking import rank
from tongchou.web.authority import deciding
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import editions_at
from tongchou.web.authority.words import task_titles
from tongchou.web.cases import variant_name
from tongchou.web.filters import Filter, Filters
from tongchou.web.screens import Request, screen

MOST = 300
BY_RANK = (F("rank").asc(nulls_last=True), "variant", "submitted_at", "pk")
"""The order as it was stored, over all variants or within one."""


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
    tabs = [
        {
            "key": f"{g['task_id']}-{g['step']}",
            "task": titles[g["task_id"]],
            "step": next((s.name for s in packs[g["task_id"]].steps if s.code == g["step"]), g["step"])
            if g["task_id"] in packs
            else g["step"],
            "count": g["count"],
        }
        for g in groups
    ]
    chosen = next((t for t in tabs if t["key"] == request.GET.get("of")), tabs[0] if tabs else None)
    rows: list[Application] = []
    filters = Filters(request, keep=["of"])
    if chosen:
        task, _dash, step = str(chosen["key"]).partition("-")
        here = f"{reverse('authority:ranking')}?of={chosen['key']}"
        waiting = queries.queue(authority, request.actor).filter(task_id=task, step=step).order_by(*BY_RANK)
        filters = Filters(
            request, Filter("variant", _("类别"), choices=_variants(packs.get(int(task)))), keep=["of"]
        )
        if filters["variant"]:
            waiting, here = waiting.filter(variant=filters["variant"]), f"{here}&variant={filters['variant']}"
        rows = list(waiting[: MOST + 1])
        if request.method == "POST" and request.POST.get("do") == "top":
            deciding.keep_results(request, _recommend_top(request, rows))
            return redirect(here)
        if request.method == "POST":
            new = (
                _by_results(authority, rows)
                if request.POST.get("do") == "by_results"
                else _order_from(request, rows)
            )
            by_pk = {row.pk: row for row in rows}
            rank(authority, step=step, applications=[by_pk[pk] for pk in new], by=request.person)
            messages.success(request, _("排序已保存。"))
            return redirect(f"{here}#case-{_moving(request)[0] or ''}")
    too_many = _too_many(rows)
    quotas = _quotas(authority, rows, filters.get("variant"))
    rows = [] if too_many else rows
    settled = results.settled([row.pk for row in rows])
    return render(
        request,
        "authority/ranking.html",
        {
            "authority": authority,
            "tabs": tabs,
            "chosen": chosen,
            "filters": filters,
            "rows": [
                (i, row, variant_name(row.edition.pack, row.variant), settled.get(row.pk))
                for i, row in enumerate(rows, 1)
            ],
            "last": len(rows),
            "board": quotas,
            "too_many": too_many,
            "scored": any(row.scored for row in rows),  # type: ignore[attr-defined]
            "kind": find(rows[0].edition.pack, rows[0].step).kind if rows else "",
            "results": deciding.kept_results(request),
        },
    )


def _quotas(authority: Authority, rows: list[Application], variant: str) -> list[BoardRow]:
    """How the quotas stand in which these cases (of one ``variant``, if any) count with their holder."""
    if not rows:
        return []
    task, step = rows[0].task, rows[0].step
    return [
        row
        for row in board(authority.place.path, programme_id=task.programme_id, holder=authority)
        if (row.quota.task_id, row.quota.step, row.holder_pk) == (task.pk, step, authority.pk)
        and (not variant or not row.quota.variants or variant in row.quota.variants)
    ]


def _variants(pack: TaskPack | None) -> list[tuple[str, str]]:
    """The variants of a task that has several: quotas may be set for each."""
    found = [(variant.code, variant.name) for variant in pack.variants] if pack else []
    return found if len(found) > 1 else []


def _by_results(authority: Authority, rows: list[Application]) -> list[int]:
    """The cases as expert review came out, best first; those it vetoed or did not score come last, as they were."""
    _require_few(rows)
    totals = results.totals(authority, rows)
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


def _require_few(rows: list[Application]) -> None:
    if refused := _too_many(rows):
        raise refused


def _too_many(rows: list[Application]) -> Refused | None:
    """Why so many can't be ranked on one page, and what to do."""
    if len(rows) <= MOST:
        return None
    return refuse(
        "form",
        _("待排序的申报超过 %(most)s 项。") % {"most": MOST},
        remedy=_("请先退回或不予推荐一部分，再排序。"),
    )


def _order_from(request: Request, rows: list[Application]) -> list[int]:
    _require_few(rows)
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
