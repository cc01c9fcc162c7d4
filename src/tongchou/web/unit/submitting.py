"""Checking and submitting a declaration: what is missing, the unit's own desks, the stamped scan, the window, more time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from tongchou.applications import access, extensions, internal, paper, queries, sealed
from tongchou.applications.extension_models import Extension
from tongchou.applications.internal_models import Desk
from tongchou.applications.models import Application
from tongchou.applications.sealed_models import SealedScan
from tongchou.core import clock
from tongchou.core.access import Decision, Refused
from tongchou.designations import actions as designation_actions
from tongchou.forms.diff import Change, changes
from tongchou.forms.finding import Finding
from tongchou.forms.schema import by_code, sections_for
from tongchou.programmes.queries import WindowState, window_state
from tongchou.web.days import day_typed
from tongchou.web.screens import Request, screen
from tongchou.web.unit import evidence, reads

S = Application.State


@screen
def submit(request: Request, pk: int) -> HttpResponse:
    """Everything between a filled form and a submitted one, on one page."""
    if request.method == "POST":
        return _act(request, reads.own_application(request, pk, whole=False))
    application = reads.own_application(request, pk)
    if application.state not in {S.DRAFT, S.RETURNED}:
        return redirect("unit:application", pk)
    since = changed_since(application, application.desk)
    seen = reads.look(application, application.draft.answers)
    try:
        sealed.require_matched(application)
    except Refused as refused:  # what would refuse the submission stands among what is to be mended
        seen.seen.findings.extend(Finding("error", field, refused.denied.reason) for field in refused.fields)
    return render(
        request,
        "unit/submit.html",
        {
            "application": application,
            "look": seen,
            "standings": reads.standings(seen),
            "may": _may_submit(request, application),
            "quotas": reads.quotas_ahead(
                application.task, application.unit, application.edition.pack, {application.variant}
            ),
            "desks": _desks(application),
            "sits": access.may_sit_at(request.actor, application, application.desk),
            "fields": _fields(application),
            "remark_rows": range(1, 4),
            "taken_by": _may_take_back(request, application),
            "since": since,
            "scans": _scans(request, application),
            "window": _window(application),
            "today": clock.today(),
        },
    )


# ---------------------------------------------------------------- what is done


def _act(request: Request, application: Application) -> HttpResponse:
    if evidence.change(request, application):
        return redirect("unit:submit", application.pk)
    done = _DONE.get(request.POST.get("do", "submit"))
    if done is None:
        raise Http404
    messages.success(request, done(request, application))
    gone = application.state not in {S.DRAFT, S.RETURNED}
    return redirect("unit:application" if gone else "unit:submit", application.pk)


def _submitted(request: Request, application: Application) -> str:
    revision = designation_actions.submit(application, by=request.person)
    application.state = revision.application.state
    return _("已提交第 %(n)s 版。") % {"n": revision.number}


def _handed_on(request: Request, application: Application) -> str:
    handover = internal.hand_on(application, by=request.person)
    return _("已送审：%(desk)s。") % {"desk": _(handover.get_to_desk_display())}


def _sent_back(request: Request, application: Application) -> str:
    typed = zip(request.POST.getlist("remark_on"), request.POST.getlist("remark"), strict=False)
    remarks = {code: words for code, words in typed if code}
    reason = request.POST.get("reason", "")
    internal.send_back(application, by=request.person, reason=reason, remarks=remarks)
    return _("已退回填报员。")


def _taken_back(request: Request, application: Application) -> str:
    internal.take_back(application, by=request.person)
    return _("已收回，可以继续办理。")


def _checked(request: Request, application: Application) -> str:
    scan = sealed.check_scan(application, by=request.person, field=request.POST.get("field", ""))
    return (
        _("页数较多，正在后台核对，稍后刷新本页。")
        if scan.state == SealedScan.State.WAITING
        else _("已核对扫描件：%(state)s。") % {"state": _(scan.get_state_display())}
    )


def _confirmed(request: Request, application: Application) -> str:
    words = request.POST.get("words", "")
    sealed.confirm_scan(application, by=request.person, field=request.POST.get("field", ""), words=words)
    return _("已记录人工确认。")


def _asked(request: Request, application: Application) -> str:
    extensions.ask_extension(
        application.unit,
        task=application.task,
        round=application.round,
        by=request.person,
        reason=request.POST.get("reason", ""),
        until=day_typed(request.POST.get("until", "")),
        application=application,
    )
    return _("已提交延期申请，主管部门批复后会收到消息。")


_DONE: dict[str, Callable[[Request, Application], str]] = {
    "submit": _submitted,
    "hand_on": _handed_on,
    "send_back": _sent_back,
    "take_back": _taken_back,
    "check_scan": _checked,
    "confirm_scan": _confirmed,
    "ask_extension": _asked,
}


# ---------------------------------------------------------------- what is shown


@dataclass(frozen=True)
class Since:
    """What has changed since a desk last had it out of hand, or since it was last submitted."""

    title: str
    changes: list[Change]


def changed_since(application: Application, desk: str) -> Since | None:
    """For the reviewer and the leader: since they last gave it away; otherwise since the last submitted version."""
    revision = queries.latest_revision(application)
    seen = internal.last_seen(application, desk) if desk != Desk.FILLER else None
    if seen is not None and (revision is None or seen.at > revision.submitted_at):
        title, answers = _("您上次退回以后的修改"), seen.answers
    elif revision is not None:
        title = _("与已提交的第 %(n)s 版相比的修改") % {"n": revision.number}
        answers = revision.answers
    else:
        return None
    pack = application.edition.pack
    sections = sections_for(pack.form, application.variant)
    now = application.draft.answers | {
        field.code: answers.get(field.code)
        for section in sections
        for field in section.fields
        if field.type == "computed"  # follows from the others
    }
    return Since(title, changes(sections, answers, now, indicators=pack.indicators))


@dataclass(frozen=True)
class DeskMark:
    name: str
    here: bool
    done: bool


def _desks(application: Application) -> list[DeskMark]:
    way = internal.desks(application.edition.pack)
    at = way.index(Desk(application.desk)) if application.desk in way else 0
    words = {Desk.FILLER: _("填报"), Desk.REVIEWER: _("单位校核"), Desk.LEADER: _("单位审核并提交")}
    return [DeskMark(words[desk], n == at, n < at) for n, desk in enumerate(way)]


def _may_submit(request: Request, application: Application) -> Decision:
    may = access.may_submit(request.actor, application)
    if may:
        try:
            internal.require_checked(application)
        except Refused as refused:
            return refused.denied
    return may


def _may_take_back(request: Request, application: Application) -> bool:
    last = application.handovers.last()
    return (
        last is not None
        and last.kind == last.Kind.ONWARD
        and last.to_desk == application.desk
        and bool(access.may_sit_at(request.actor, application, last.from_desk))
    )


def _fields(application: Application) -> list[tuple[str, str]]:
    """Code and label of every field, for a remark at one of them."""
    asked = by_code(sections_for(application.edition.pack.form, application.variant))
    return [(code, field.label) for code, field in asked.items()]


@dataclass(frozen=True)
class ScanView:
    """A slot for the stamped scan: its files, what was found, whether that still holds, and who may vouch."""

    field: Any
    files: list[Any]
    scan: SealedScan | None
    holds: bool
    may_confirm: bool


def _scans(request: Request, application: Application) -> list[ScanView]:
    pack = application.edition.pack
    slots = paper.sealed_slots(pack, application.variant)
    asked = by_code(sections_for(pack.form, application.variant))
    rows = {scan.field: scan for scan in application.sealed_scans.select_related("confirmed_by")}
    vouches = bool(access.may_confirm_scan(request.actor, application))
    return [
        ScanView(
            asked[code],
            sealed.scan_files(application, code),
            rows.get(code),
            holds=code in rows and sealed.holds(rows[code], application),
            may_confirm=vouches and code in rows and sealed.may_be_confirmed(rows[code]),
        )
        for code in sorted(slots & asked.keys())
    ]


@dataclass(frozen=True)
class WindowView:
    """The declaring window of a draft: its state, an extension that runs, and what was asked for last."""

    state: WindowState
    running: Extension | None
    latest: Extension | None

    @property
    def over(self) -> bool:
        """Shut because its last day is past: more time can be asked for."""
        window = self.state.window
        return not self.state.open and bool(window and window.closes_at and window.closes_at <= clock.now())


def _window(application: Application) -> WindowView | None:
    """None for a returned case: it is due on the day that was set with the return."""
    if application.state == S.RETURNED:
        return None
    of = (application.unit, application.task, application.round, application)
    state = window_state(
        application.task,
        application.unit.scope_path,
        "declare",
        binds="units",
        variant=application.variant,
        at=clock.now(),
        year=application.round.year,
    )
    return WindowView(state, extensions.running(*of), extensions.latest(*of))
