"""Experts for a whole task: how far scoring is, who carries how much, and having the solver propose who scores what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.orgs.models import Authority
from tongchou.orgs.queries import experts as experts_of
from tongchou.programmes.models import Task
from tongchou.reviews import queries, results, solving
from tongchou.reviews.expert_models import AssignmentRun
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.words import task_titles
from tongchou.web.cases import variant_name
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.show import thousands
from tongchou.web.tables import Column, Empty, Table

USUAL_CAP = 60
RUNS = 8


@screen
def experts(request: Request) -> HttpResponseBase:
    """The cases that wait for experts, by task; a post has the solver propose."""
    authority = acting_for(request)
    titles = task_titles()
    tabs: list[dict[str, Any]] = [
        {"task": task, "step": step, "count": count, "name": titles[task], "key": f"{task}.{step}"}
        for task, step, count in results.waiting_to_score(authority)
    ]
    wanted = request.GET.get("of", "")
    chosen = next((tab for tab in tabs if tab["key"] == wanted), tabs[0] if tabs else None)
    if request.method == "POST":
        if chosen is None:
            raise Http404
        run = _propose(request, authority, chosen)
        return redirect("authority:expert_run", run.pk)
    rows = Application.objects.none()
    if chosen:
        waiting = results.to_score(authority, Task.objects.get(pk=chosen["task"]), chosen["step"])
        rows = queries.cases(request.actor, step=chosen["step"])
        rows = rows.filter(pk__in=waiting.order_by().values("pk")).order_by("pk")
    pool = experts_of(authority)
    paused = pool.filter(expert_profile__paused=True).count()
    runs = AssignmentRun.objects.filter(authority=authority).select_related("task").order_by("-pk")
    return render(
        request,
        "authority/experts.html",
        {
            "authority": authority,
            "tabs": tabs,
            "chosen": chosen,
            "table": _table(page_of(request, rows)),
            "pool": pool.count() - paused,
            "paused": paused,
            "runs": page_of(request, runs, per_page=RUNS, name="runs"),
            "cap": USUAL_CAP,
        },
    )


def _propose(request: Request, authority: Authority, chosen: dict[str, Any]) -> AssignmentRun:
    post = request.POST
    return solving.propose(
        authority,
        task=Task.objects.get(pk=chosen["task"]),
        step=chosen["step"],
        by=request.person,
        per_case=_number(post.get("n", "")),
        cap=_number(post.get("cap", "")),
        seed=_number(post["seed"]) if post.get("seed", "").strip() else clock.now().microsecond,
    )


def _number(typed: str) -> int:
    """A whole number as typed; what is none is left for the action to name."""
    typed = typed.strip()
    return int(typed) if typed.isdecimal() and len(typed) < 12 else -1


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


# ---------------------------------------------------------------- a run


@screen
def run(request: Request, pk: int) -> HttpResponseBase:
    """A proposal with its reasons; a post carries it out or puts it away."""
    authority = acting_for(request)
    found = get_object_or_404(
        AssignmentRun.objects.filter(authority=authority).select_related("task", "proposed_by"), pk=pk
    )
    if request.method == "POST":
        return _decide(request, found)
    chosen = {int(case): rows for case, rows in found.result["chosen"].items()}
    cases = Application.objects.filter(pk__in=chosen).select_related("unit", "edition").order_by("pk")
    page = page_of(request, cases)
    gaps = page_of(request, found.result["gaps"], name="gaps")
    named = experts_of(authority).in_bulk(
        {row[0] for case in page.rows for row in chosen[case.pk]} | set(map(int, found.result["loads"]))
    )
    short = Application.objects.select_related("unit").in_bulk([gap[0] for gap in gaps.rows])
    return render(
        request,
        "authority/expert_run.html",
        {
            "run": found,
            "open": found.state == AssignmentRun.State.PROPOSED,
            "table": Table(
                [
                    Column(
                        _("项目"),
                        lambda r: r.project_name or r.number,
                        link=lambda r: reverse("authority:case", args=[r.pk]) + "#experts",
                        note=lambda r: r.number,
                    ),
                    Column(_("单位"), "unit__name"),
                    Column(
                        _("专家与理由"),
                        lambda r: format_html_join(
                            "", "<div>{}</div>", ((_because(row, named),) for row in chosen[r.pk])
                        ),
                    ),
                ],
                page,
                caption=_("拟分配"),
                empty=Empty(_("没有可以分配的"), _("各项申报已有足够的专家，或没有可派的专家。")),
            ),
            "made": sum(len(rows) for rows in chosen.values()),
            "gaps": [(short[gap[0]], gap) for gap in gaps.rows if gap[0] in short],
            "gap_page": gaps,
            "loads": sorted(
                ((named[int(p)], load) for p, load in found.result["loads"].items() if int(p) in named),
                key=lambda pair: (-pair[1], pair[0].pk),
            ),
            "skipped": sorted(set(found.result.get("skipped", {}).values())),
            "skipped_count": len(found.result.get("skipped", {})),
        },
    )


def _because(row: list[Any], named: dict[int, Any]) -> str:
    """An expert and why."""
    expert, task, words, elsewhere = row
    reasons = [_("专长为本任务")] if task else []
    reasons += [_("专长“%(word)s”") % {"word": word} for word in words]
    if elsewhere:
        reasons.append(_("与其他专家不同地"))
    name = str(named.get(expert, expert))
    return f"{name}{_('（')}{_('，').join(reasons) or _('任务较少')}{_('）')}"


def _decide(request: Request, found: AssignmentRun) -> HttpResponseBase:
    match request.POST.get("do"):
        case "carry_out":
            done = solving.carry_out(found, by=request.person)
            words = _("已分配 %(count)s 份评审任务，并通知了专家。") % {"count": done.result["made"]}
            messages.success(request, words)
        case "discard":
            solving.discard(found, by=request.person)
            messages.success(request, _("方案已放弃，没有分配任何专家。"))
            return redirect(f"{reverse('authority:experts')}?of={found.task_id}.{found.step}")
        case _:
            raise Http404
    return redirect("authority:expert_run", found.pk)
