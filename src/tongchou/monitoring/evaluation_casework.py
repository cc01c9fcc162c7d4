"""What every action on an assessment begins and ends with: its row under lock, its audit record; and files of units."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongchou.core import audit, clock, files
from tongchou.core.access import refuse
from tongchou.monitoring.evaluation_models import Assessment, AssessmentFile

if TYPE_CHECKING:
    from tongchou.orgs.models import Person

MOST_FILES = 20


def locked(assessment: Assessment) -> Assessment:
    """The assessment as it stands, its row under lock, with what actions read."""
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("evaluation__edition", "evaluation__authority__place", "application", "unit")
        .get(pk=assessment.pk)
    )


def note(action: str, assessment: Assessment, by: Person, **data: Any) -> None:
    """Leave the audit record of an action on the assessment."""
    audit.record(
        action, assessment, by=by, scope_path=assessment.scope_path, unit_id=assessment.unit_id, **data
    )


def store(
    assessment: Assessment,
    attached: int,
    *,
    by: Person,
    upload: IO[bytes] | bytes,
    name: str,
    rectification_id: int | None = None,
) -> AssessmentFile:
    """Store one more file, unless there are too many; for an action that has asked who may."""
    if attached >= MOST_FILES:
        raise refuse(
            "form",
            _("佐证材料已有 %(count)s 个。") % {"count": MOST_FILES},
            remedy=_("请合并为较少的 PDF 后再上传。"),
        )
    kept = AssessmentFile.objects.create(
        assessment=assessment,
        rectification_id=rectification_id,
        file=files.store(upload, allowed=("pdf", "image")),
        name=files.safe_name(name),
        added_at=clock.now(),
        added_by=by,
    )
    note("attach_to_assessment", assessment, by, sha256=kept.file.sha256)
    return kept
