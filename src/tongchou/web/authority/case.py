"""One case: what was declared, what was found, where it stands, and the decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from tongchou.applications import steps
from tongchou.applications.actions import mark_opened
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.access import Decision as Access
from tongchou.designations.queries import levels_of
from tongchou.documents import pdf
from tongchou.documents.forms import application_form
from tongchou.orgs.models import Authority
from tongchou.orgs.queries import authority_over
from tongchou.programmes.queries import window_state
from tongchou.reviews import access, remarks
from tongchou.reviews import queries as review_queries
from tongchou.reviews.board import BoardRow, board
from tongchou.reviews.models import Decision, QuotaPlace
from tongchou.web.authority import deciding, stepwise, timeline
from tongchou.web.authority import panel as panels
from tongchou.web.authority.acting import BINDS, acting_for
from tongchou.web.authority.reading import Reading, reading_of
from tongchou.web.cases import step_name, variant_name
from tongchou.web.screens import Request, screen

K = Decision.Kind
S = Application.State
DAYS_TO_MEND = 7


def case_of(request: Request, pk: int) -> Application:
    """A submitted case inside the officer's subtree; anything else is not found."""
    acting_for(request)
    rows = review_queries.readable(request.actor).select_related(
        "task__programme", "round__programme", "unit__authority", "unit__place", "edition"
    )
    return get_object_or_404(rows, pk=pk)


@screen
def case_pdf(request: Request, pk: int) -> HttpResponseBase:
    """The declaration form of the latest revision as a PDF."""
    reading = reading_of(case_of(request, pk))
    if reading is None:
        raise Http404
    made = pdf.application_form(application_form(reading.revision))
    response = HttpResponse(made, content_type="application/pdf")
    name = f"{reading.application.number}-{reading.revision.number}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@screen
def case(request: Request, pk: int) -> HttpResponseBase:
    """Read the case and decide on it. Opening it at its step ends the unit's own withdrawing."""
    application = case_of(request, pk)
    if request.method == "POST":
        messages.success(request, decided(request, application))
        return redirect("authority:case", application.pk)
    return render(request, "authority/case.html", seen(request, application))


def seen(request: Request, application: Application) -> dict[str, Any]:
    """All that the screens of a case show, whole or beside its list. Whoever sees it has opened it."""
    reading = reading_of(application)
    if reading is None:
        raise Http404
    pack = application.edition.pack
    levels = remarks.levels_of(request.actor)
    decisions = remarks.for_readers(pack, review_queries.decisions(application), levels)
    if not (decisions and request.actor.for_authority(decisions[-1].authority_id)):
        # Whoever has just decided looks at the own decision, which may still be taken back; the next step opens it.
        mark_opened(application, by=request.person)
        application.refresh_from_db(fields=["opened_at"])
    may = access.may_decide(request.actor, application)
    beside = stepwise.beside(request, reading, may=bool(may))
    open_here = bool(may) and application.state == Application.State.IN_REVIEW and not beside["waiting"]
    older = reading.last_decided(decisions)
    places = _places(application)
    posted = request.POST if request.refusal else {}
    return {
        "application": application,
        "name": reading.name,
        "variant": variant_name(pack, application.variant),
        "step": step_name(pack, application.step),
        "reading": reading,
        "sections": reading.views(_last_remarks(decisions)),
        "proofs": reading.proofs(),
        "findings": reading.findings(),
        "older": older,
        "changes": reading.changes_since(older) if older else [],
        "levels": levels_of(application),
        "events": timeline.events(request, reading, decisions),
        "may": may,
        "beside": beside,
        "open_here": open_here,
        "next_case": _next(request, application),
        "kind": steps.find(pack, application.step).kind,
        "onward": steps.after_decline(pack, application.unit.kind, application.step),
        "window": _window(application) if open_here else None,
        "take_back": _may_take_back(request, reading, decisions),
        "places": places,
        "exempt": [p for p in places if p.exemption and _may_refuse(request, p)],
        "board": _board(application) if open_here else [],
        "experts": panels.panel(request, application)
        if access.may_organise(request.actor, application)
        else None,
        "fields": [(c, f.label) for c, f in reading.fields.items() if c not in reading.hidden],
        "remark_rows": _remark_rows(posted),
        "due": posted.get("due") or (clock.today() + timedelta(days=DAYS_TO_MEND)).isoformat(),
    }


def decided(request: Request, application: Application) -> str:
    """Do what a post asks with the case; say what was done."""
    do = request.POST.get("do", "")
    if do in stepwise.DOES:
        return stepwise.act(application, do, by=request.person, post=request.POST)
    if do in panels.DOES:
        return panels.act(application, do, by=request.person, post=request.POST)
    return deciding.decide(application, do, by=request.person, post=request.POST)


def _remark_rows(posted: Any) -> list[tuple[str, str]]:
    """Pairs of field and remark as typed, and one empty row more."""
    if not hasattr(posted, "getlist"):
        return [("", "")]
    rows = zip(posted.getlist("remark_field"), posted.getlist("remark_text"), strict=False)
    return [*((code, text) for code, text in rows if code or text), ("", "")]


def _last_remarks(decisions: list[Decision]) -> dict[str, str]:
    """The remarks of the last return, shown at the fields they were made on."""
    last = next((d for d in reversed(decisions) if d.kind == K.RETURN), None)
    return last.remarks if last else {}


def _window(application: Application) -> Any:
    """The window in which this step is decided."""
    step = steps.find(application.edition.pack, application.step)
    if step.kind not in {"recommend", "designate"}:
        return None
    return window_state(
        application.task,
        application.scope_path,
        step.kind,
        binds=BINDS[step.level],
        variant=application.variant,
        at=clock.now(),
        year=application.round.year,
    )


def _next(request: Request, application: Application) -> int | None:
    """The case of the same task that waits here after this one; the first when this is the last."""
    waiting = review_queries.queue(acting_for(request), request.actor).filter(task=application.task)
    others = waiting.exclude(pk=application.pk).order_by("submitted_at", "pk").values_list("pk", flat=True)
    at = application.submitted_at
    return (
        others.filter(Q(submitted_at__gt=at) | Q(submitted_at=at, pk__gt=application.pk)).first()
        or others.first()
    )


def _may_take_back(request: Request, reading: Reading, decisions: list[Decision]) -> Decision | None:
    """One's own latest decision, while nobody has acted on it; the action looks again under lock."""
    last = decisions[-1] if decisions else None
    if last is None or last.kind in {K.TAKE_BACK, K.OBJECT}:
        return None
    mine = {last.authority_id, *last.signed_by.values_list("authority", flat=True)}
    if not any(request.actor.for_authority(pk) for pk in mine):
        return None
    acted_on = reading.application.opened_at is not None and reading.application.state != S.DECLINED
    if acted_on and last.kind != K.PROPOSE:
        return None
    return last if reading.revision.pk == last.revision_id else None


def _places(application: Application) -> list[QuotaPlace]:
    return list(
        QuotaPlace.objects.filter(application=application)
        .select_related("account__quota__place", "account__authority", "account__unit")
        .order_by("id")
    )


def _may_refuse(request: Request, place: QuotaPlace) -> Access:
    setter = place.account.quota.place
    return access.may_refuse_exemption(request.actor, authority_over(setter.path, setter.level))


def _board(application: Application) -> list[BoardRow]:
    """How the quotas of this step stand for the holder this case counts with."""
    level = steps.find(application.edition.pack, application.step).level
    holder: Authority | None = authority_over(application.scope_path, level)
    if holder is None or level == "nation":
        return []
    kind = application.unit.kind
    return [
        row
        for row in board(holder.place.path, Q(task=application.task_id, step=application.step), holder=holder)
        if row.holder == holder.name
        and (not row.quota.variants or application.variant in row.quota.variants)
        and (not row.quota.kinds or kind in row.quota.kinds)
    ]
