"""What a step asks besides a decision, beside the case: signatures, the formal check, with whom it is, what ties it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.designations import actions as designation_actions
from tongchou.orgs.models import Authority, Person
from tongchou.orgs.queries import officers
from tongchou.reviews import formal, handling, queries, remarks, signing, ties
from tongchou.reviews.models import Decision
from tongchou.reviews.step_models import Signature
from tongchou.web.authority.reading import Reading
from tongchou.web.parts import Event
from tongchou.web.screens import Request

S = Application.State
DOES = frozenset({"disagree", "take_back_signature", "check_formally"})
_TONES = {Signature.State.AGREED: "good", Signature.State.DISAGREED: "warn"}


def beside(request: Request, reading: Reading, *, may: bool) -> dict[str, Any]:
    """Everything of it for one case; ``may``: whoever looks decides at this step."""
    application = reading.application
    waiting = list(signing.waiting(application))
    mine = next((one for one in waiting if request.actor.for_authority(one.authority_id)), None)
    here = may and application.state == S.IN_REVIEW
    check = formal.latest(application, reading.revision) if here else None
    lines = formal.standing(application, reading.revision, check) if here else []
    holding = handling.holding_of(application) if here else None
    tied = _tied(request, application)
    return {
        "waiting": waiting,
        "mine": mine,
        "given": _given(request, waiting),
        "proposal": _proposal(waiting, application),
        "check": check,
        "lines": lines,
        "open_lines": sum(1 for line in lines if not line.met),
        "holding": holding,
        "colleagues": _colleagues(request, application, holding) if here else [],
        "tied": tied[: ties.MOST],
        "more_tied": len(tied) > ties.MOST,
    }


def _given(request: Request, waiting: list[Signature]) -> bool:
    """Whether one's own department has agreed while others have yet to sign."""
    return any(
        request.actor.for_authority(one.authority_id)
        for one in Signature.objects.filter(
            proposal__in={w.proposal_id for w in waiting}, state=Signature.State.AGREED
        )
    )


def _proposal(waiting: list[Signature], application: Application) -> Decision | None:
    if not waiting:
        return None
    return Decision.objects.select_related("authority", "by").get(pk=waiting[0].proposal_id)


def _colleagues(request: Request, application: Application, holding: Any) -> list[Person]:
    step = next(s for s in application.edition.pack.steps if s.code == application.step)
    authority: Authority | None = request.actor.officer_of(step.level, application.scope_path)
    if authority is None:
        return []
    people = list(officers(authority).order_by("pk"))
    return [person for person in people if holding is None or person.pk != holding.to_id]


def _tied(request: Request, application: Application) -> list[tuple[Application, str]]:
    return [
        (one.case, _("、").join(_(ties.WORDS[kind]) for kind in one.kinds))
        for one in ties.tied_to(application, queries.readable(request.actor))
    ]


def act(application: Application, do: str, *, by: Person, post: QueryDict) -> str:
    """Do what a form of it asks; an unknown word is not found."""
    reason = post.get("reason", "")
    match do:
        case "disagree":
            designation_actions.countersign(application, by=by, agree=False, reason=reason)
            return _("已退回主办部门。")
        case "take_back_signature":
            signing.take_back_signature(application, by=by)
            return _("已收回会签。")
        case "check_formally":
            formal.check_formally(application, by=by, met=post.getlist("met"), remark=post.get("remark", ""))
            return _("形式审查已保存。")
    raise Http404


def events(request: Request, application: Application) -> list[Event]:
    """Signatures given and handings over, for the timeline, with what the departments said as far as that is to be read."""
    pack, levels = application.edition.pack, remarks.levels_of(request.actor)
    found = [
        Event(
            one.at,
            _("会签：%(state)s") % {"state": _(one.get_state_display())},
            who=f"{one.authority.name} {one.by}",
            text=one.reason if remarks.open_at(pack, one.step, levels) else "",
            tone=_TONES[Signature.State(one.state)],
        )
        for one in signing.of(application)
        if one.state == Signature.State.AGREED
    ]
    found += [
        Event(
            one.at,
            _("转办"),
            who=f"{one.authority.name} {one.by}",
            text=_("转给%(person)s") % {"person": one.to} + (f"{_('：')}{one.reason}" if one.reason else ""),
        )
        for one in handling.history(application)
    ]
    return found
