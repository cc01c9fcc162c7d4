"""Rehearsals of an uploaded version. Asked for here; played by the worker, in the room above (task :data:`TASK`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.orgs.scopes import actor
from tongchou.programmes import access, archives, history
from tongchou.programmes.examining import own_parts, whole
from tongchou.programmes.release_models import PackRehearsal, PackUpload

if TYPE_CHECKING:
    from tongchou.orgs.models import Jurisdiction, Person

TASK = "rehearsal.play_upload"
FEWEST, MOST = 5, 500
R = PackRehearsal.State
UNDER_WAY = (R.WAITING, R.RUNNING)
_LINES = 200


@transaction.atomic
def ask_rehearsal(
    upload: PackUpload, *, place: Jurisdiction, units: int, tasks: Sequence[int] = (), by: Person
) -> PackRehearsal:
    """Have a version rehearsed in ``place`` (a province) with so many invented ``units``; ``tasks``: their numbers, or all.

    One at a time for a version; refused for one with mistakes.
    """
    upload = PackUpload.objects.select_for_update(of=("self",)).select_related("authority").get(pk=upload.pk)
    require(access.may_keep_packs(actor(by), upload.authority))
    if upload.state == PackUpload.State.FAULTY:
        raise refuse("state", _("有错误的版本不能演练。"), remedy=_("改正后重新上传。"))
    if upload.rehearsals.filter(state__in=UNDER_WAY).exists():
        raise refuse("state", _("这个版本正在演练。"), remedy=_("请等它结束，或先停止。"))
    if place.level != "province":
        raise refuse("form", _("演练在一个省里进行。"), fields={"place": _("请选择省份")})
    if not FEWEST <= units <= MOST:
        limits = {"fewest": FEWEST, "most": MOST}
        raise refuse(
            "form",
            _("演练单位数应在 %(fewest)s 至 %(most)s 之间。") % limits,
            fields={"units": _("请填 %(fewest)s 至 %(most)s") % limits},
        )
    asked = PackRehearsal.objects.create(
        upload=upload, place=place, units=units, tasks=sorted(set(tasks)), asked_at=clock.now(), asked_by=by
    )
    app.configure_task(TASK, lock=TASK).defer(rehearsal=asked.pk)
    _record("ask_rehearsal", asked, by=by, place=place.pk, units=units)
    return asked


@transaction.atomic
def stop_rehearsal(rehearsal: PackRehearsal, *, by: Person) -> PackRehearsal:
    """Stop a rehearsal that waits or runs, or that hangs because its worker was killed."""
    rehearsal = _locked(rehearsal.pk)
    require(access.may_keep_packs(actor(by), rehearsal.upload.authority))
    if rehearsal.state not in UNDER_WAY:
        raise refuse("state", _("这次演练已经结束。"))
    _end(rehearsal, R.FAILED, message=_("由%(person)s停止。") % {"person": by})
    _record("stop_rehearsal", rehearsal, by=by)
    return rehearsal


# ---------------------------------------------------------------- the worker's part


@transaction.atomic
def begin(pk: int) -> PackRehearsal | None:
    """The rehearsal to be played now; none if it was stopped meanwhile."""
    rehearsal = _locked(pk)
    if rehearsal.state != R.WAITING:
        return None
    rehearsal.state = R.RUNNING
    rehearsal.save(update_fields=["state"])
    return rehearsal


def files_of(rehearsal: PackRehearsal) -> archives.Files:
    """The whole pack that is played: the version laid on what is in force."""
    upload = rehearsal.upload
    return whole(own_parts(upload), history.current(upload.programme) if upload.programme else None)


def note(rehearsal: PackRehearsal, line: str) -> bool:
    """Keep what it says; false once somebody has stopped it."""
    rehearsal.progress = [*rehearsal.progress, line][-_LINES:]
    return bool(
        PackRehearsal.objects.filter(pk=rehearsal.pk, state=R.RUNNING).update(progress=rehearsal.progress)
    )


@transaction.atomic
def finish(pk: int, *, tables: list[dict[str, Any]]) -> None:
    """Keep the result, unless it was stopped meanwhile."""
    rehearsal = _locked(pk)
    if rehearsal.state == R.RUNNING:
        _end(rehearsal, R.DONE, tables=tables)


@transaction.atomic
def fail(pk: int, message: str) -> None:
    """Keep why it came to nothing, unless it was stopped meanwhile."""
    rehearsal = _locked(pk)
    if rehearsal.state == R.RUNNING:
        _end(rehearsal, R.FAILED, message=message)


def _end(
    rehearsal: PackRehearsal, state: str, *, tables: list[dict[str, Any]] | None = None, message: str = ""
) -> None:
    rehearsal.state, rehearsal.tables, rehearsal.message = state, tables or [], message
    rehearsal.ended_at = clock.now()
    rehearsal.save(update_fields=["state", "tables", "message", "ended_at"])


def _locked(pk: int) -> PackRehearsal:
    return (
        PackRehearsal.objects.select_for_update(of=("self",))
        .select_related("upload__authority__place", "upload__programme", "upload__archive", "place")
        .get(pk=pk)
    )


def _record(action: str, rehearsal: PackRehearsal, *, by: Person, **data: Any) -> None:
    path = rehearsal.upload.authority.place.path
    audit.record(action, rehearsal, by=by, scope_path=path, upload=rehearsal.upload_id, **data)
