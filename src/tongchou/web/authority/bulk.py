"""Many cases at once. A page of them is done while one waits; more are done by the worker, on a page that shows how far it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from tongchou.applications import bulk
from tongchou.applications.bulk_models import BulkItem, BulkRun
from tongchou.applications.models import Application
from tongchou.core.access import refuse
from tongchou.orgs.models import Authority, Person
from tongchou.reviews import queries
from tongchou.web.authority import deciding
from tongchou.web.authority.acting import acting_for
from tongchou.web.paging import PER_PAGE, page_of
from tongchou.web.screens import Request, screen

AT_ONCE = PER_PAGE
"""As many are done while one waits; what is more goes to the worker."""
WAITING = {"pass", "return", "decline", "assign", "hand_over", "sign"}
ALL = {"chase"}
_TYPED = ("reason", "due", "expert", "to")


def wanted(request: Request, rows: QuerySet[Application]) -> list[int]:
    """The cases that a post means: those ticked, or all that the filters leave. Others than the officer's are left out."""
    if request.POST.get("which") == "all":
        found = list(rows.values_list("pk", flat=True)[: bulk.MOST + 1])
    else:
        ticked = [int(pk) for pk in request.POST.getlist("rows") if pk.isdecimal()]
        mine = queries.readable(request.actor).filter(pk__in=ticked).values_list("pk", flat=True)
        order = {pk: n for n, pk in enumerate(ticked)}
        found = sorted(mine, key=lambda pk: order[pk])
    if not found:
        raise refuse("form", _("没有选择申报。"), remedy=_("请先勾选要办理的申报。"))
    if len(found) > bulk.MOST:
        raise refuse(
            "form",
            _("一次最多办理 %(most)s 项。") % {"most": bulk.MOST},
            remedy=_("请用筛选条件分批办理。"),
        )
    return found


def decide_many(
    request: Request, authority: Authority, rows: QuerySet[Application], *, everything: bool
) -> HttpResponseBase:
    """Do what a post asks with each of its cases."""
    do = request.POST.get("do", "")
    if do not in (ALL if everything else WAITING):
        raise Http404
    typed = _typed(do, request.POST)
    _look(do, typed)
    pks = wanted(request, rows)
    if len(pks) > AT_ONCE:
        return leave_to_worker(request, authority, do, typed, pks)
    cases = queries.readable(request.actor).in_bulk(pks)
    act = act_of(do, typed, by=request.person)
    deciding.keep_results(request, deciding.one_by_one((cases[pk] for pk in pks if pk in cases), act))
    return redirect(request.get_full_path())


def leave_to_worker(
    request: Request, authority: Authority, do: str, typed: QueryDict, pks: list[int]
) -> HttpResponseBase:
    """Have the worker do it with each of the cases, in the language of who asks; the page tells how far it is."""
    words = {"post": typed.urlencode(), "language": translation.get_language()}
    run = bulk.ask_bulk(authority, do=do, words=words, cases=pks, by=request.person)
    return redirect("authority:bulk", run.pk)


def _typed(do: str, post: QueryDict) -> QueryDict:
    """What was typed for this action; each has a reason of its own on the page."""
    typed = QueryDict(mutable=True)
    for name in _TYPED:
        if value := post.get(f"{do}_{name}", post.get(name, "")):
            typed[name] = value
    return typed


def _look(do: str, post: QueryDict) -> None:
    """What is faulty for every case is refused once, not for each."""
    if do == "return":
        deciding.due_day(post)
    if do in {"return", "decline"} and not post.get("reason", "").strip():
        raise refuse("form", _("请写明理由。"), fields={"reason": _("请填写理由")})


def act_of(do: str, post: QueryDict, *, by: Person) -> Callable[[Application], str]:
    return lambda case: deciding.decide(case, do, by=by, post=post)


def play(pk: int) -> None:
    """The worker's part: do a run to its end, in the language in which it was asked for."""
    run = BulkRun.objects.select_related("by").get(pk=pk)
    with translation.override(run.words.get("language")):
        bulk.play(run, act_of(run.do, QueryDict(run.words["post"]), by=run.by))


def under_way(authority: Authority, person: Person) -> list[BulkRun]:
    """The person's own runs that are not at their end."""
    return list(bulk.runs_of(authority).filter(by=person, ended_at=None))


@screen
def shown(request: Request, pk: int) -> HttpResponseBase:
    """A run: how far it is, what was refused and by which clause, what was done."""
    authority = acting_for(request)
    run = get_object_or_404(bulk.runs_of(authority), pk=pk)
    items = run.items.select_related("application")
    refused = items.filter(state=BulkItem.State.REFUSED)
    context: dict[str, Any] = {
        "run": run,
        "over": items.exclude(state=BulkItem.State.WAITING).count(),
        "page": page_of(request, refused),
        "done": list(items.filter(state=BulkItem.State.DONE)[:PER_PAGE]),
        "what": deciding.words_for(run.do),
    }
    template = "authority/parts/bulk_run.html" if request.headers.get("HX-Request") else "authority/bulk.html"
    return render(request, template, context)
