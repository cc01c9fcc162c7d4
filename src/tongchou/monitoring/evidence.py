"""The files that prove the figures of a performance report 佐证材料."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import clock, files
from tongchou.core.access import refuse, require
from tongchou.monitoring import access, casework, queries, states
from tongchou.monitoring.models import PerformanceEvidence, PerformanceReport
from tongchou.orgs.scopes import actor

if TYPE_CHECKING:
    from tongchou.orgs.models import Person

MOST_FILES = 100


@transaction.atomic
def attach(
    report: PerformanceReport, *, by: Person, upload: IO[bytes] | bytes, name: str
) -> PerformanceEvidence:
    """Attach a file (PDF or picture) to the report; indicators then name it and the page."""
    report = casework.locked(report)
    require(access.may_fill(actor(by), report))
    require(states.may_move(report, "save"))
    if queries.evidence(report).count() >= MOST_FILES:
        raise refuse(
            "form",
            _("佐证材料已有 %(count)s 个。") % {"count": MOST_FILES},
            remedy=_("请合并为较少的 PDF 后再上传。"),
        )
    stored = files.store(upload, allowed=("pdf", "image"))
    evidence = PerformanceEvidence.objects.create(
        report=report, file=stored, name=files.safe_name(name), added_at=clock.now(), added_by=by
    )
    casework.note("attach_to_report", report, by, sha256=stored.sha256)
    return evidence


@transaction.atomic
def detach(evidence: PerformanceEvidence, *, by: Person) -> None:
    """Take a file off the report. The file stays: an earlier revision may refer to it."""
    report = casework.locked(evidence.report)
    require(access.may_fill(actor(by), report))
    require(states.may_move(report, "save"))
    evidence.removed_at = clock.now()
    evidence.save(update_fields=["removed_at"])
    casework.note("detach_from_report", report, by, sha256=evidence.file.sha256)
