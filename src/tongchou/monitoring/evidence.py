"""The files that prove the figures of a performance report 佐证材料."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import clock, files
from tongchou.core.access import refuse, require
from tongchou.core.files import uploads
from tongchou.core.models import Upload
from tongchou.monitoring import access, casework, queries, states
from tongchou.monitoring.models import PerformanceEvidence, PerformanceReport, ReportUpload
from tongchou.orgs.scopes import actor

if TYPE_CHECKING:
    from tongchou.core.models import StoredFile
    from tongchou.orgs.models import Person

MOST_FILES = 100
MOST_MB = 200
ACCEPTED = ("pdf", "image")


def attach(
    report: PerformanceReport, *, by: Person, upload: IO[bytes] | bytes, name: str
) -> PerformanceEvidence:
    """Attach a file (PDF or picture) to the report; indicators then name it and the page."""
    _require_room(casework.as_it_stands(report), by)
    stored = files.store(upload, allowed=ACCEPTED, max_mb=MOST_MB)  # long, and nobody waits for it
    return _attach(report, stored, by=by, name=name)


@transaction.atomic
def begin_upload(report: PerformanceReport, *, by: Person, name: str, size: int) -> Upload:
    """Open an upload of ``size`` bytes that will be attached when it is whole. Refused as attaching would be."""
    report = casework.locked(report)
    _require_room(report, by)
    upload = uploads.begin(by=by, name=name, size=size, max_mb=MOST_MB)
    ReportUpload.objects.create(upload=upload, report=report)
    casework.note("begin_report_upload", report, by, size=size)
    return upload


def finish_upload(meant: ReportUpload) -> Upload:
    """Check a wholly received file and attach it in the name of who sent it; a refusal stays with the upload."""
    by: Person = meant.upload.by
    return uploads.finish(
        meant.upload,
        allowed=ACCEPTED,
        max_mb=MOST_MB,
        take=lambda stored: _attach(meant.report, stored, by=by, name=meant.upload.name),
    )


def coming(report: PerformanceReport) -> list[ReportUpload]:
    """The files on their way in, and those that were refused and not put away yet."""
    return list(
        report.uploads.exclude(upload__state=Upload.State.DONE).select_related("upload").order_by("upload_id")
    )


@transaction.atomic
def _attach(report: PerformanceReport, stored: StoredFile, *, by: Person, name: str) -> PerformanceEvidence:
    report = casework.locked(report)
    _require_room(report, by)
    evidence = PerformanceEvidence.objects.create(
        report=report, file=stored, name=files.safe_name(name), added_at=clock.now(), added_by=by
    )
    casework.note("attach_to_report", report, by, sha256=stored.sha256)
    return evidence


def _require_room(report: PerformanceReport, by: Person) -> None:
    require(access.may_fill(actor(by), report))
    require(states.may_move(report, "save"))
    if queries.evidence(report).count() >= MOST_FILES:
        raise refuse(
            "form",
            _("佐证材料已有 %(count)s 个。") % {"count": MOST_FILES},
            remedy=_("请合并为较少的 PDF 后再上传。"),
        )


@transaction.atomic
def detach(evidence: PerformanceEvidence, *, by: Person) -> None:
    """Take a file off the report. The file stays: an earlier revision may refer to it."""
    report = casework.locked(evidence.report)
    require(access.may_fill(actor(by), report))
    require(states.may_move(report, "save"))
    evidence.removed_at = clock.now()
    evidence.save(update_fields=["removed_at"])
    casework.note("detach_from_report", report, by, sha256=evidence.file.sha256)
