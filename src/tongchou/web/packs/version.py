"""One uploaded version: its mistakes or what it changes, its rehearsals, and publishing or withdrawing it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes import access, release_queries, releases, trials
from tongchou.programmes.models import Task
from tongchou.programmes.release_models import PackRehearsal, PackUpload
from tongchou.web.files import send_made
from tongchou.web.packs.changes import kinds_of, told
from tongchou.web.packs.versions import ZIP, part_of
from tongchou.web.screens import Request, allow, screen

U = PackUpload.State
_MOST_PLACES = 40


def _visible(request: Request, pk: int) -> PackUpload:
    allow(access.may_read_packs(request.actor))
    return get_object_or_404(release_queries.uploads(request.actor).defer(None), pk=pk)


@screen
def version(request: Request, pk: int) -> HttpResponse:
    """Read a version; its own administrators check it again, rehearse, publish and withdraw it here."""
    upload = _visible(request, pk)
    if request.method == "POST":
        _act(request, upload)
        return redirect("packs:version", pk)
    changes = told(upload.changes, upload.programme)
    rehearsals = list(release_queries.rehearsals(upload))
    keeps = access.may_keep_packs(request.actor, upload.authority)
    return render(
        request,
        "packs/version.html",
        {
            "upload": upload,
            "part": part_of(upload),
            "changes": changes,
            "kinds": kinds_of(changes),
            "keeps": bool(keeps),
            "rehearsals": rehearsals,
            "under_way": any(r.state in trials.UNDER_WAY for r in rehearsals),
            "provinces": _provinces(upload) if keeps else [],
            "tasks": Task.objects.filter(programme=upload.programme) if keeps else [],
            "fewest": trials.FEWEST,
            "most": trials.MOST,
            "today": clock.today().isoformat(),
            "typed": request.POST if request.refusal else {},
        },
    )


def _provinces(upload: PackUpload) -> list[Jurisdiction]:
    """Where a rehearsal may be played: the authority's own province, or any; those with rules of their own first."""
    rows = Jurisdiction.objects.filter(level="province", valid_to=None)
    own = upload.authority.place
    if own.level != "nation":
        rows = rows.filter(pk__in=own.path.strip("/").split("/"))
    return sorted(rows, key=lambda p: (p.code not in upload.units, p.sort_key))[:_MOST_PLACES]


def _act(request: Request, upload: PackUpload) -> None:
    post, person = request.POST, request.person
    match post.get("do"):
        case "check":
            releases.check_again(upload, by=person)
            messages.success(request, _("已重新检查。"))
        case "publish":
            done = releases.publish(upload, effective=_day(post.get("effective", "")), by=person)
            said = _("已发布，现已生效。") if done.state == U.IN_FORCE else _("已发布，到生效日期自动生效。")
            messages.success(request, said)
        case "withdraw":
            releases.withdraw(upload, reason=post.get("reason", ""), by=person)
            messages.success(request, _("已撤回。"))
        case "rehearse":
            _rehearse(request, upload)
            messages.success(request, _("已交给后台演练，页面会自动显示进展。"))
        case "stop":
            wanted = post.get("rehearsal", "")
            if not wanted.isdecimal():
                raise Http404
            trials.stop_rehearsal(get_object_or_404(upload.rehearsals, pk=wanted), by=person)
            messages.success(request, _("已停止演练。"))
        case _other:
            raise Http404


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("form", _("没有填写生效日期。"), fields={"effective": _("请选择生效日期")}) from None


def _rehearse(request: Request, upload: PackUpload) -> PackRehearsal:
    post = request.POST
    place = Jurisdiction.objects.filter(pk=post.get("place", "")).first()
    if place is None:
        raise refuse("form", _("没有选择演练的省份。"), fields={"place": _("请选择省份")})
    units = post.get("units", "")
    numbers = [int(number) for number in post.getlist("tasks") if number.isdecimal()]
    return trials.ask_rehearsal(
        upload,
        place=place,
        units=int(units) if units.isdecimal() else 0,
        tasks=numbers,
        by=request.person,
    )


@screen
def rehearsal(request: Request, pk: int, number: int) -> HttpResponse:
    """How far a rehearsal is, or what it came to: the part of the page that renews itself."""
    upload = _visible(request, pk)
    found = get_object_or_404(release_queries.rehearsals(upload), pk=number)
    keeps = bool(access.may_keep_packs(request.actor, upload.authority))
    return render(request, "packs/parts/rehearsal.html", {"r": found, "upload": upload, "keeps": keeps})


@screen
def version_zip(request: Request, pk: int) -> HttpResponse:
    """The zip as it was uploaded."""
    upload = _visible(request, pk)
    name: Any = upload.name or f"{upload.version}.zip"
    return send_made(bytes(upload.archive.content), name, ZIP)
