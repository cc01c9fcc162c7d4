"""Uploading, publishing and withdrawing versions of packs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import Refused, refuse, require
from tongchou.core.files import safe_name
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.programmes import access, archives, history
from tongchou.programmes.actions import load_pack
from tongchou.programmes.examining import Examined, examine, overtaken, own_parts, require_sound, whole
from tongchou.programmes.models import Programme
from tongchou.programmes.release_models import PackRelease, PackUpload

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority, Person

U = PackUpload.State


@transaction.atomic
def upload_pack(
    content: bytes, *, name: str, authority: Authority, programme: Programme | None, by: Person
) -> PackUpload:
    """Keep a version of what ``authority`` answers for, checked and compared with what is in force.

    ``content`` is a zip: of the whole pack by whoever runs the programme (``programme`` none: a new one), of the
    overlay's folder by anybody else. A version with mistakes is kept too, with all of them, but can't be published.
    """
    require(access.may_keep_packs(actor(by), authority))
    files = archives.unpack(content)
    unit = history.unit_kept_by(authority, programme)
    if unit:
        files = archives.overlay_of(unit, files)
        if programme is None or history.current(programme) is None:
            raise refuse("state", _("还没有载入可供依附的上级配置包。"), remedy=_("请先由上级载入。"))
    found = examine(archives.units(files), authority=authority, programme=programme)
    upload = PackUpload.objects.create(
        authority=authority,
        programme=programme,
        archive=history.archive(content),
        name=safe_name(name),
        version=found.version[:40],
        units=archives.digests(files),
        state=U.FAULTY if found.problems else U.CHECKED,
        uploaded_at=clock.now(),
        uploaded_by=by,
        against=history.current(programme) if programme else None,
        checked_at=clock.now(),
        problems=found.problems_as_json(),
        notes=found.notes,
        changes=found.changes,
        hindrance=found.hindrance,
    )
    _record("upload_pack", upload, by=by, version=upload.version, problems=len(found.problems))
    return upload


@transaction.atomic
def check_again(upload: PackUpload, *, by: Person) -> PackUpload:
    """Check a version again and compare it with what is in force by now."""
    upload = _locked(upload)
    require(access.may_keep_packs(actor(by), upload.authority))
    _require_state(upload, U.FAULTY, U.CHECKED, U.SCHEDULED)
    _examine(upload)
    _record("check_pack", upload, by=by, problems=len(upload.problems))
    return upload


@transaction.atomic
def publish(upload: PackUpload, *, effective: date, by: Person) -> PackUpload:
    """Publish a version that takes effect on ``effective``: at once if that is today, else by the worker on that day.

    It is checked again. Refused while it has mistakes, while stored data forbid it, where it changes nothing, or where
    another version of the same part takes effect on the same day.
    """
    upload = _locked(upload)
    require(access.may_keep_packs(actor(by), upload.authority))
    _require_state(upload, U.CHECKED)
    if effective < clock.today():
        raise refuse(
            "form",
            _("生效日期不能早于今天。"),
            remedy=_("请选择今天或以后的日期。"),
            fields={"effective": _("请选择今天或以后的日期")},
        )
    same_day = PackUpload.objects.filter(
        authority=upload.authority, programme=upload.programme, state=U.SCHEDULED, effective_from=effective
    ).first()
    if same_day is not None:
        raise refuse(
            "conflict",
            _("版本 %(version)s 已定于同一天生效。") % {"version": same_day.version},
            remedy=_("请换一个日期，或先撤回那个版本。"),
            fields={"effective": _("请换一个日期")},
        )
    _require_publishable(upload)
    upload.state, upload.effective_from = U.SCHEDULED, effective
    upload.published_at, upload.published_by = clock.now(), by
    upload.save()
    _record("publish_pack", upload, by=by, version=upload.version, effective=effective.isoformat())
    if effective <= clock.today():
        _take_effect(upload)
    return upload


@transaction.atomic
def withdraw(upload: PackUpload, *, reason: str, by: Person) -> PackUpload:
    """Withdraw a published version: cancelled before its day; once in force, what was in force before is put back.

    Refused without a reason, and where stored data forbid going back.
    """
    upload = _locked(upload)
    require(access.may_keep_packs(actor(by), upload.authority))
    _require_state(upload, U.SCHEDULED, U.IN_FORCE)
    if not reason.strip():
        raise refuse("form", _("撤回必须写明理由。"), fields={"reason": _("请填写理由")})
    was_in_force = upload.state == U.IN_FORCE
    upload.state = U.WITHDRAWN
    upload.withdrawn_at, upload.withdrawn_by = clock.now(), by
    upload.withdrawn_reason = reason.strip()[:500]
    upload.save()
    _record("withdraw_pack", upload, by=by, version=upload.version, reason=upload.withdrawn_reason)
    if was_in_force:
        _put_back(upload, by=by)
    return upload


def take_effect_due() -> int:
    """Bring into force what is due by now, each on its own; return how many. The worker's part, and safe to repeat.

    What is refused on its day stays out of force; the reason is kept and sent to who published it.
    """
    due = PackUpload.objects.filter(state=U.SCHEDULED, effective_from__lte=clock.today())
    done = 0
    for pk in due.order_by("effective_from", "published_at", "pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                upload = _locked(PackUpload(pk=pk))
                if upload.state != U.SCHEDULED:  # another worker was faster, or it was withdrawn
                    continue
                _require_publishable(upload)
                _take_effect(upload)
                _tell(upload, "配置包已生效")
            done += 1
        except Refused as refused:
            _refuse_on_its_day(pk, str(refused))
    return done


@transaction.atomic
def _refuse_on_its_day(pk: int, reason: str) -> None:
    upload = _locked(PackUpload(pk=pk))
    if upload.state != U.SCHEDULED:
        return
    upload.state, upload.refusal = U.REFUSED, reason
    upload.save(update_fields=["state", "refusal"])
    _record("refuse_pack", upload, by=None, reason=reason)
    _tell(upload, "配置包未能生效", reason)


def _take_effect(upload: PackUpload) -> None:
    current = history.current(upload.programme) if upload.programme else None
    with archives.folder_of(whole(own_parts(upload), current)) as folder:
        upload.state = U.IN_FORCE
        upload.save(update_fields=["state"])
        report = load_pack(folder, by=upload.published_by)
    if report.release is not None:
        PackRelease.objects.filter(pk=report.release.pk).update(upload=upload)
    upload.programme = report.programme
    upload.save(update_fields=["programme"])


def _put_back(upload: PackUpload, *, by: Person) -> None:
    """Load what is in force with the upload's part as it was before the upload."""
    brought = upload.releases.order_by("-pk").first()
    programme = upload.programme
    current = history.current(programme) if programme else None
    before = (
        programme.releases.filter(pk__lt=brought.pk).select_related("archive").first()
        if programme and brought
        else None
    )
    if current is None or before is None:
        raise refuse(
            "state",
            _("这是第一个版本，没有可以恢复的上一版本。"),
            remedy=_("请上传改正后的版本并发布。"),
        )
    then, now = (archives.units(history.files_of(release.archive)) for release in (before, current))
    for unit, digest in upload.units.items():
        if current.units.get(unit) == digest:  # still the upload's; what others have renewed since stays
            now.pop(unit)
            if unit in then:
                now[unit] = then[unit]
    with archives.folder_of(archives.joined(now)) as folder:
        report = load_pack(folder, by=by)
    if report.release is not None:
        PackRelease.objects.filter(pk=report.release.pk).update(withdraws=upload)


def _examine(upload: PackUpload) -> Examined:
    """Check again, keep what is found, and tell it."""
    found = examine(own_parts(upload), authority=upload.authority, programme=upload.programme)
    upload.problems, upload.notes = found.problems_as_json(), found.notes
    upload.changes, upload.hindrance = found.changes, found.hindrance
    upload.checked_at = clock.now()
    if upload.state in {U.FAULTY, U.CHECKED}:
        upload.state = U.FAULTY if found.problems else U.CHECKED
    upload.save()
    return found


def _require_publishable(upload: PackUpload) -> None:
    """Refuse, with the first reason, what would not load, would change nothing or would undo what others have done."""
    found = _examine(upload)
    require_sound(found)
    if found.same:
        raise refuse("same", _("与现行版本内容相同，不必发布。"))
    if renewed := overtaken(upload):
        raise refuse(
            "conflict",
            _("上传之后，%(places)s已发布新的地方细则，本版本会把它改回去。")
            % {"places": "、".join(renewed)},
            remedy=_("请去掉这些细则，或换成现行的，再重新上传。"),
        )


def _locked(upload: PackUpload) -> PackUpload:
    """The upload and its programme, locked: what is in force stays so while we decide."""
    locked = (
        PackUpload.objects.select_for_update(of=("self",))
        .select_related("authority__place", "archive", "against", "published_by")
        .get(pk=upload.pk)
    )
    if locked.programme_id:
        locked.programme = Programme.objects.select_for_update().get(pk=locked.programme_id)
    return locked


def _require_state(upload: PackUpload, *states: str) -> None:
    if upload.state not in states:
        raise refuse(
            "state",
            _("这个版本当前为“%(state)s”，不能这样办理。") % {"state": _(upload.get_state_display())},
            remedy=_("请刷新页面查看最新状态。"),
        )


def _record(action: str, upload: PackUpload, *, by: Person | None, **data: Any) -> None:
    audit.record(action, upload, by=by, scope_path=upload.authority.place.path, **data)


def _tell(upload: PackUpload, subject: str, body: str = "") -> None:
    """Send who published it a message."""
    if upload.published_by:
        notify(
            [upload.published_by],
            kind=Kind.PACK,
            about=f"{upload.authority.place.name} {upload.version}",
            subject=f"{subject}：{upload.authority.place.name} {upload.version}",
            body=body,
            link=f"/packs/versions/{upload.pk}/",
        )
