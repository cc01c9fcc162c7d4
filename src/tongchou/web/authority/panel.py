"""The experts of one case: who scores, what the marks are, whom to assign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongchou.applications import steps
from tongchou.applications.models import Application
from tongchou.core.access import refuse
from tongchou.orgs.models import Authority, Person
from tongchou.orgs.queries import authority_over, experts
from tongchou.programmes.pack_format import Criterion, Rubric, Step
from tongchou.reviews import duties, queries, scoring
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
    free: list[Person]
    matrix: list[tuple[Criterion, list[Any]]]


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
    duties = [a for a in queries.assignments(application) if a.step == step.code]
    earlier = application.assignments.filter(step=step.code, superseded=True, submitted_at__isnull=False)
    busy = {a.expert_id for a in duties}
    done = [a for a in duties if a.submitted_at]
    return Panel(
        step,
        rubric,
        duties,
        list(earlier.select_related("expert", "revision").order_by("id")),
        queries.summary(duties),
        [p for p in experts(authority) if p.pk not in busy],
        [(c, [a.marks.get(c.code) for a in done]) for c in rubric.criteria] if done else [],
    )


def assign_from(application: Application, *, by: Person, post: QueryDict) -> str:
    """Assign the expert chosen in a form."""
    authority = pool_of(application)
    wanted = post.get("expert", "")
    chosen = experts(authority).filter(pk=wanted).first() if authority and wanted.isdecimal() else None
    if chosen is None:
        raise refuse("form", _("没有选择专家。"), fields={"expert": _("请选择一位专家")})
    duties.assign(application, expert=chosen, by=by)
    return _("已分配给 %(name)s。") % {"name": chosen}
