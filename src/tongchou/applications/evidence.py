"""Evidence 佐证材料: files attached to a slot of the form, or to an indicator or one year's target of the plan.

A file comes whole (:func:`attach`) or in pieces: :func:`begin_upload`, then ``core.files.uploads.append``, then
:func:`finish_upload`, which ends in the same checks. They are made when the upload begins, before the first byte, and
again when it is attached.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import access, paper, queries, sealed, states
from tongchou.applications.casework import as_it_stands, locked, note
from tongchou.applications.models import Application, Evidence, EvidenceUpload
from tongchou.core import clock, files
from tongchou.core.access import Refused, refuse, require
from tongchou.core.files import uploads
from tongchou.core.models import Upload
from tongchou.forms.schema import by_code, sections_for, targeted
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import Reminder, remind
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tongchou.core.models import StoredFile
    from tongchou.forms.definition import FieldDef
    from tongchou.orgs.models import Person

MOST_FILES = 20
"""Of a slot, unless the pack says another number; and of an indicator."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a file belongs: a file slot; or the field of annual targets with an indicator and, if one is meant, a year."""

    field: str
    indicator: str = ""
    year: int | None = None


def attach(
    application: Application,
    *,
    by: Person,
    field: str,
    upload: IO[bytes] | bytes,
    name: str,
    pages: str = "",
    indicator: str = "",
    year: int | None = None,
) -> Evidence:
    """Attach a file; checked by content, size and count. ``pages`` is the range that proves, e.g. ``3-5``.

    ``indicator`` and ``year`` say what it proves where ``field`` is that of the annual targets.
    """
    spot = Spot(field, indicator, year)
    asked = _require_room(as_it_stands(application), spot, by)
    with _naming(name):  # long, and nobody waits for it
        stored = files.store(upload, allowed=asked.accept, max_mb=asked.max_mb)
    return _attach(application, spot, stored, by=by, name=name, pages=pages)


@transaction.atomic
def begin_upload(
    application: Application,
    *,
    by: Person,
    field: str,
    name: str,
    size: int,
    pages: str = "",
    indicator: str = "",
    year: int | None = None,
) -> Upload:
    """Open an upload of ``size`` bytes that will be attached when it is whole. Refused as attaching would be."""
    application = locked(application)
    spot = Spot(field, indicator, year)
    asked = _require_room(application, spot, by)
    page_range(pages, None)
    with _naming(name):
        upload = uploads.begin(by=by, name=name, size=size, max_mb=asked.max_mb)
    EvidenceUpload.objects.create(
        upload=upload, application=application, field=field, indicator=indicator, year=year, pages=pages[:40]
    )
    note("begin_upload", application, by, field=field, size=size)
    return upload


def finish_upload(meant: EvidenceUpload) -> Upload:
    """Check a wholly received file and attach it in the name of who sent it; a refusal stays with the upload."""
    application = as_it_stands(meant.application)
    spot = Spot(meant.field, meant.indicator, meant.year)
    asked = _field(application, spot.field)
    by: Person = meant.upload.by
    return uploads.finish(
        meant.upload,
        allowed=asked.accept,
        max_mb=asked.max_mb,
        take=lambda stored: _attach(
            application, spot, stored, by=by, name=meant.upload.name, pages=meant.pages
        ),
    )


def tell_refused(upload: Upload, *, link: str, about: object) -> int:
    """Tell who sent a file for ``about``, once, that it was refused while nobody was looking. ``link`` leads to where it
    was to be attached.
    """
    by: Person = upload.by
    return remind(
        [
            Reminder(
                to=by.pk,
                has_mail=bool(by.email),
                once=f"upload:{upload.pk}",
                kind=Kind.FILE_REFUSED,
                subject=f"材料未通过检查：{upload.name}",
                body=upload.reason,
                link=link,
                about=str(about),
            )
        ]
    )


@transaction.atomic
def set_pages(evidence: Evidence, *, by: Person, pages: str) -> Evidence:
    """Say anew which pages of an attached file prove."""
    application = locked(evidence.application)
    _require_filling(application, by, evidence.field)
    evidence = Evidence.objects.select_related("file").get(pk=evidence.pk)
    _require_attached(evidence)
    evidence.page_from, evidence.page_to = page_range(pages, evidence.file)
    evidence.save(update_fields=["page_from", "page_to"])
    _touch(application, by, evidence.field)
    note("set_evidence_pages", application, by, field=evidence.field, pages=evidence.pages)
    return evidence


@transaction.atomic
def detach(evidence: Evidence, *, by: Person) -> None:
    """Take evidence off the draft. The file stays: an earlier revision may refer to it."""
    application = locked(evidence.application)
    _require_filling(application, by, evidence.field)
    evidence = Evidence.objects.select_related("file").get(pk=evidence.pk)
    _require_attached(evidence)
    evidence.removed_at = clock.now()
    evidence.save(update_fields=["removed_at"])
    _touch(application, by, evidence.field)
    note("detach", application, by, field=evidence.field, sha256=evidence.file.sha256)


_RANGE = re.compile(r"第?\s*(\d{1,5})\s*(?:[-–—~～至到]\s*(\d{1,5}))?\s*页?")


def page_range(text: str, file: StoredFile | None) -> tuple[int | None, int | None]:
    """The first and last page that ``text`` names (``3``, ``3-5``, ``第3至5页``), none when it is empty.

    Refused when it is no range, and when ``file`` (not known yet: ``None``) has no such pages.
    """
    if not text.strip():
        return None, None
    found = _RANGE.fullmatch(text.strip())
    first = int(found[1]) if found else 0
    last = int(found[2] or found[1]) if found else 0
    if not 0 < first <= last:
        raise refuse(
            "form",
            _("佐证页“%(text)s”不是页码范围。") % {"text": text.strip()[:40]},
            remedy=_("请填一页或起止页，例如 3 或 3-5。"),
        )
    if file is not None and file.pages is None:
        raise refuse("form", _("只有 PDF 可以注明佐证页。"), remedy=_("请清空佐证页后再试。"))
    if file is not None and file.pages is not None and last > file.pages:
        raise refuse(
            "form",
            _("文件共 %(pages)s 页，没有第 %(last)s 页。") % {"pages": file.pages, "last": last},
            remedy=_("请核对佐证页。"),
        )
    return first, last


# ---------------------------------------------------------------- inside


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Tell a refused file by its name: several may have been sent at once."""
    try:
        yield
    except Refused as refused:
        if refused.code != "file":
            raise
        denied = refused.denied
        said = _("“%(name)s”：%(reason)s") % {"name": files.safe_name(name), "reason": denied.reason}
        raise refuse("file", said, clause=denied.clause, remedy=denied.remedy) from None


@transaction.atomic
def _attach(
    application: Application, spot: Spot, stored: StoredFile, *, by: Person, name: str, pages: str
) -> Evidence:
    application = locked(application)
    _require_room(application, spot, by)
    page_from, page_to = page_range(pages, stored)
    evidence = Evidence.objects.create(
        application=application,
        field=spot.field,
        indicator=spot.indicator,
        year=spot.year,
        file=stored,
        name=files.safe_name(name),
        page_from=page_from,
        page_to=page_to,
        added_at=clock.now(),
        added_by=by,
    )
    _touch(application, by, spot.field)
    note("attach", application, by, field=spot.field, sha256=stored.sha256)
    return evidence


def _require_room(application: Application, spot: Spot, by: Person) -> FieldDef:
    """The field that takes the file; refused unless the person may fill, the spot exists and has room for one more."""
    _require_filling(application, by, spot.field)
    asked = _field(application, spot.field)
    if asked.type == "targets":
        _require_target(application, spot)
    taken = queries.evidence(application).filter(field=spot.field, indicator=spot.indicator).count()
    if taken >= (asked.max_rows or MOST_FILES):
        raise refuse(
            "form",
            _("“%(field)s”的文件数已到上限（%(count)s 个）。") % {"field": asked.label, "count": taken},
            remedy=_("请先移除不需要的文件，或合并为一个 PDF。"),
        )
    return asked


def _field(application: Application, code: str) -> FieldDef:
    asked = by_code(sections_for(application.edition.pack.form, application.variant)).get(code)
    if asked is None or asked.type not in {"files", "targets"}:
        raise refuse(
            "form",
            _("“%(field)s”不是本表的佐证材料位置。") % {"field": code},
            fields={code: _("没有这个位置")},
        )
    return asked


def _require_target(application: Application, spot: Spot) -> None:
    known = {i.code for i in targeted(application.edition.pack.indicators, application.variant)}
    years = queries.target_years(application.round)
    if spot.indicator not in known or (spot.year is not None and spot.year not in years):
        raise refuse(
            "form",
            _("没有“%(indicator)s”这一指标或年度。") % {"indicator": spot.indicator},
            remedy=_("请选择要佐证的指标和年度。"),
            fields={spot.field: _("请选择指标")},
        )


def _require_filling(application: Application, by: Person, field: str) -> None:
    """The stamped scan comes when the unit's own steps are through; everything else is typed at the filler's desk."""
    require(access.may_fill(actor(by), application))
    scan = field in paper.sealed_slots(application.edition.pack, application.variant)
    require(states.may_move(application, "scan" if scan else "save"))


def _require_attached(evidence: Evidence) -> None:
    if evidence.removed_at is not None:
        raise refuse("state", _("“%(evidence)s”已经移除。") % {"evidence": evidence.name})


def _touch(application: Application, by: Person, field: str) -> None:
    """Changed evidence is a change of the draft: a decision is not taken back from under it. A changed scan is read anew."""
    if field in paper.sealed_slots(application.edition.pack, application.variant):
        sealed.expect(application, field)
    application.draft.saved_at, application.draft.saved_by = clock.now(), by
    application.draft.save(update_fields=["saved_at", "saved_by"])
