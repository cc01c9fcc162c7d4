"""The experts of one case: who scores, what the marks are, whom to assign."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tongchou.applications import steps
from tongchou.applications.models import Application
from tongchou.core.access import refuse
from tongchou.orgs.models import Authority, Person
from tongchou.orgs.queries import authority_over, experts
from tongchou.programmes.pack_format import Criterion, Rubric, Step
from tongchou.reviews import duties, queries, scoring
from tongchou.reviews.conflict_facts import reasons
from tongchou.reviews.expert_models import PanelResult
from tongchou.reviews.models import Assignment
from tongchou.reviews.scoring import Summary
from tongchou.web.screens import Request


@dataclass(frozen=True)
class Panel:
    """The experts of a case as its screen shows them."""

    step: Step
    rubric: Rubric
    duties: list[Assignment]
    earlier: list[Assignment]  # of an earlier revision; they no longer count
    summary: Summary
    free: list[tuple[Person, str]]  # with the reason why one may not, empty where he may
    matrix: list[tuple[Criterion, list[tuple[Any, str]]]]  # marks, each with its remark
    settled: PanelResult | None


def pool_of(application: Application) -> Authority | None:
    """The authority whose experts score at the step the case waits at."""
    level = steps.find(application.edition.pack, application.step).level
    return authority_over(application.scope_path, level)


def panel(request: Request, application: Application) -> Panel | None:
    """Nothing where this step has no expert scoring before it."""
    pack = application.edition.pack
    step = steps.scoring_before(pack, application.unit.kind, application.step)
    rubric = scoring.rubric_for(pack, application.variant)
    authority = pool_of(application)
    if step is None or rubric is None or authority is None:
        return None
    given = [a for a in queries.assignments(application) if a.step == step.code]
    earlier = application.assignments.filter(step=step.code, superseded=True, submitted_at__isnull=False)
    busy = {a.expert_id for a in given}
    done = [a for a in given if a.submitted_at]
    free = [p for p in experts(authority).exclude(expert_profile__paused=True) if p.pk not in busy]
    barred = reasons(application, step, free)
    settled = PanelResult.objects.filter(application=application, step=step.code).select_related(
        "by", "revision"
    )
    latest = settled.order_by("-revision__number").first()
    return Panel(
        step,
        rubric,
        given,
        list(earlier.select_related("expert", "revision").order_by("id")),
        queries.summary(given),
        sorted(((p, barred.get(p.pk, "")) for p in free), key=lambda row: (bool(row[1]), row[0].pk)),
        [(c, [(a.marks.get(c.code), a.notes.get(c.code, "")) for a in done]) for c in rubric.criteria]
        if done
        else [],
        latest if latest and latest.revision.number == _last_number(application) else None,
    )


def _last_number(application: Application) -> int:
    return int(application.revisions.order_by("-number").values_list("number", flat=True)[0])


DOES = {"assign", "reopen", "settle"}


def act(application: Application, do: str, *, by: Person, post: QueryDict) -> str:
    """Do what a form of the panel asks (one of :data:`DOES`); say what was done."""
    match do:
        case "assign":
            return assign_from(application, by=by, post=post)
        case "reopen":
            wanted = post.get("duty", "")
            duty = get_object_or_404(
                application.assignments.select_related("application"), pk=wanted if wanted.isdecimal() else 0
            )
            duties.reopen_score(duty, by=by, reason=post.get("reason", ""))
            return _("已退回%(name)s重新评分。") % {"name": duty.expert}
        case "settle":
            duties.settle(
                application,
                by=by,
                total=_total(post.get("total", "")),
                vetoed=bool(post.get("vetoed")),
                reason=post.get("reason", ""),
            )
            return _("合议结果已记录。")
    raise Http404


def _total(typed: str) -> Decimal:
    """The result typed; what is no number is left for the action to name."""
    try:
        return Decimal(typed.strip())
    except InvalidOperation:
        return Decimal("NaN")


def assign_from(application: Application, *, by: Person, post: QueryDict) -> str:
    """Assign the expert chosen in a form."""
    authority = pool_of(application)
    wanted = post.get("expert", "")
    chosen = experts(authority).filter(pk=wanted).first() if authority and wanted.isdecimal() else None
    if chosen is None:
        raise refuse("form", _("没有选择专家。"), fields={"expert": _("请选择一位专家")})
    duties.assign(application, expert=chosen, by=by)
    return _("已分配给 %(name)s。") % {"name": chosen}
