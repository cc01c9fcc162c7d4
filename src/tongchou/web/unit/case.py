"""A declaration as the unit sees it after submitting: where it stands, what was decided, what changed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongchou.applications import shelving, states
from tongchou.applications.internal_models import Desk
from tongchou.applications.models import Application, Revision
from tongchou.designations import notice_queries
from tongchou.documents import pdf as documents
from tongchou.documents.forms import application_form
from tongchou.forms.diff import changes
from tongchou.forms.schema import sections_for
from tongchou.reviews import actions, remarks
from tongchou.reviews import queries as review_queries
from tongchou.web.cases import variant_name
from tongchou.web.fields import section_views
from tongchou.web.files import send_made
from tongchou.web.parts import Event
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads
from tongchou.web.unit.submitting import changed_since

S = Application.State
TONES = {"submit": "wait", "recommend": "good", "designate": "good", "return": "warn", "decline": "bad"}


def _events(application: Application, labels: dict[str, str]) -> list[Event]:
    """Submissions and decisions, newest first; remarks by the label of their field."""
    events = [
        Event(r.submitted_at, _("提交第 %(n)s 版") % {"n": r.number}, application.unit.name, tone="wait")
        for r in application.revisions.all()
    ]
    events += [
        Event(
            d.at,
            _(d.get_kind_display()),
            d.authority.name,
            d.reason,
            TONES.get(d.kind, "quiet"),
            d.due,
            tuple((labels.get(code, code), remark) for code, remark in d.remarks.items()),
        )
        for d in remarks.for_readers(
            application.edition.pack, review_queries.decisions(application), {remarks.UNIT}
        )
    ]
    return sorted(events, key=lambda e: e.at, reverse=True)  # type: ignore[arg-type, return-value]


def _compared(request: Request, revisions: list[Revision]) -> tuple[Revision, Revision] | None:
    """The two revisions asked for; by default the last two."""
    if len(revisions) < 2:
        return None
    by_number = {str(r.number): r for r in revisions}
    older = by_number.get(request.GET.get("from", ""), revisions[-2])
    newer = by_number.get(request.GET.get("to", ""), revisions[-1])
    return older, newer


@screen
def case(request: Request, pk: int) -> HttpResponse:
    """One case, to be read; withdrawing it while that is possible."""
    application = reads.own_application(request, pk)
    if request.method == "POST":
        match request.POST.get("do", "withdraw"):
            case "abandon":
                shelving.abandon(application, by=request.person)
                messages.success(request, _("已放弃；内容保留在“已放弃”中，窗口开放时可以恢复。"))
            case "take_up":
                shelving.take_up(application, by=request.person)
                messages.success(request, _("已恢复为草稿。"))
            case "withdraw":
                actions.withdraw(application, by=request.person)
                messages.success(request, _("已撤回，可以继续修改。"))
            case _other:
                raise Http404
        return redirect("unit:application", pk)
    pack = application.edition.pack
    sections = sections_for(pack.form, application.variant)
    revisions = list(application.revisions.all())
    with_us = application.state in {S.DRAFT, S.RETURNED, S.ABANDONED}
    answers: dict[str, Any] = application.draft.answers if with_us else revisions[-1].answers
    seen = reads.look(application, answers)
    events = _events(application, {f.code: f.label for s in sections for f in s.fields})
    returned = application.state == S.RETURNED
    compared = _compared(request, revisions)
    return render(
        request,
        "unit/case.html",
        {
            "application": application,
            "variant": variant_name(pack, application.variant),
            "part": request.GET.get("part", "answers"),
            "events": events,
            "returned": next((e for e in events if e.tone == "warn"), None) if returned else None,
            "may_fill": bool(states.may_move(application, "save")),
            "with_us": with_us,
            "since": changed_since(application, Desk.FILLER) if with_us else None,
            "may_withdraw": bool(states.may_move(application, "withdraw")) and application.opened_at is None,
            "revisions": revisions,
            "compared": compared,
            "changes": changes(sections, compared[0].answers, compared[1].answers, indicators=pack.indicators)
            if compared
            else [],
            "designations": application.designations.select_related("authority", "list").order_by(
                "since", "id"
            ),
            "noticed": notice_queries.noticed_of(application).first(),
            "sections": section_views(
                sections,
                answers,
                variant=application.variant,
                indicators=pack.indicators,
                years=seen.years,
                evidence=seen.evidence,
                hidden=seen.seen.hidden,
                computed=seen.seen.computed,
            ),
        },
    )


@screen
def pdf(request: Request, pk: int) -> HttpResponse:
    """The declaration as PDF: the latest revision, or the one asked for."""
    application = reads.own_application(request, pk)
    revisions = application.revisions.order_by("-number")
    number = request.GET.get("revision", "")
    revision = (
        revisions.filter(number=int(number)) if number.isascii() and number.isdigit() else revisions
    ).first()
    if revision is None:
        raise Http404
    return send_made(
        documents.application_form(application_form(revision)), f"{application.number}-{revision.number}.pdf"
    )
