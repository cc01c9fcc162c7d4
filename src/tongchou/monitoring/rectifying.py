"""Rectification 限期整改: what the unit mends and reports by the day set, and its acceptance 验收."""

from __future__ import annotations

from datetime import date
from typing import IO, TYPE_CHECKING, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.core.dates import day_text
from tongchou.core.files import scan
from tongchou.monitoring import evaluation_access as access
from tongchou.monitoring import evaluation_states as states
from tongchou.monitoring.evaluation_casework import locked, note, store
from tongchou.monitoring.evaluation_models import AssessmentFile, Rectification
from tongchou.monitoring.marking import MOST_WORDS
from tongchou.orgs.queries import officers, people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from tongchou.monitoring.evaluation_models import Assessment
    from tongchou.orgs.models import Person

R = Rectification.State
Answer = Literal["accept", "again", "fail"]


@transaction.atomic
def save_rectification(rectification: Rectification, *, by: Person, report: str) -> Rectification:
    """Keep the report on what was mended as it is written."""
    rectification = _locked(rectification)
    require(access.may_fill(actor(by), rectification))
    require(states.may_move(rectification, "mend"))
    rectification.report = report.strip()[: MOST_WORDS * 4]
    rectification.save(update_fields=["report"])
    note("save_rectification", _of(rectification), by)
    return rectification


@transaction.atomic
def attach_proof(
    rectification: Rectification, *, by: Person, upload: IO[bytes] | bytes, name: str
) -> AssessmentFile:
    """Attach a file (PDF or picture) that proves what was mended."""
    rectification = _locked(rectification)
    require(access.may_fill(actor(by), rectification))
    require(states.may_move(rectification, "mend"))
    attached = rectification.files.filter(removed_at=None).count()
    return store(
        _of(rectification), attached, by=by, upload=upload, name=name, rectification_id=rectification.pk
    )


@transaction.atomic
def detach_file(file: AssessmentFile, *, by: Person) -> None:
    """Take a file off a self-evaluation or a rectification while it is the unit's to write; the file itself stays."""
    assessment = locked(file.assessment)
    require(access.may_fill(actor(by), assessment))
    if file.rectification is not None:
        require(states.may_move(_locked(file.rectification), "mend"))
    else:
        require(states.may_move(assessment, "fill"))
    file.removed_at = clock.now()
    file.save(update_fields=["removed_at"])
    note("detach_from_assessment", assessment, by, sha256=file.file.sha256)


@transaction.atomic
def submit_rectification(rectification: Rectification, *, by: Person) -> Rectification:
    """Hand in the report with its proofs. Late is accepted and shows: the duty does not end with its day."""
    rectification = _locked(rectification)
    require(access.may_submit(actor(by), rectification))
    require(states.may_move(rectification, "mend"))
    if not rectification.report:
        raise refuse(
            "incomplete",
            _("还没有填写整改情况。"),
            clause="；".join(rectification.measure.cite),
            fields={"report": _("请逐条写明整改措施和结果")},
        )
    attached = rectification.files.filter(removed_at=None).select_related("file")
    scan.require_clean((f.name, f.file) for f in attached)
    rectification.state, rectification.submitted_at = R.SUBMITTED, clock.now()
    rectification.save(update_fields=["state", "submitted_at"])
    assessment = _of(rectification)
    note("submit_rectification", assessment, by, late=clock.today() > rectification.due)
    notify(
        officers(assessment.evaluation.authority),
        kind=Kind.WAITING,
        about=str(assessment),
        subject=f"整改情况已报送，待验收：{assessment}",
        body=f"{assessment.unit.name}已报送整改情况。",
        link=f"/authority/evaluations/cases/{assessment.pk}/",
    )
    return rectification


@transaction.atomic
def decide_rectification(
    rectification: Rectification, *, by: Person, answer: Answer, reason: str = "", due: date | None = None
) -> Rectification:
    """Accept what was mended, have it mended ``again`` by a new day, or find that it failed.

    A rectification that failed leaves the consequences that the authority itself finds; none follows by itself.
    """
    rectification = _locked(rectification)
    assessment = _of(rectification)
    require(access.may_conclude(actor(by), assessment.evaluation))
    require(states.may_move(rectification, "accept"))
    if answer != "accept" and not reason.strip():
        raise refuse("form", _("验收不通过必须写明理由。"), fields={"reason": _("请填写理由")})
    if answer == "again":
        if due is None or due <= clock.today():
            raise refuse("form", _("请写明新的整改期限。"), fields={"due": _("请选择今天以后的日期")})
        rectification.due = due
    rectification.state = {"accept": R.ACCEPTED, "again": R.RETURNED, "fail": R.FAILED}[answer]
    rectification.decided_at, rectification.decided_reason = clock.now(), reason.strip()
    rectification.save(update_fields=["state", "due", "decided_at", "decided_reason"])
    note(
        "decide_rectification",
        assessment,
        by,
        answer=answer,
        reason=reason.strip(),
        due=rectification.due.isoformat(),
    )
    said = {
        "accept": "整改验收通过",
        "again": f"整改未到位，请在{day_text(rectification.due)}前继续整改",
        "fail": "整改验收未通过",
    }[answer]
    notify(
        people_of(assessment.unit),
        kind=Kind.RETURNED if answer == "again" else Kind.EVALUATED,
        about=str(assessment),
        subject=f"{said}：{assessment}",
        body=reason.strip(),
        link=f"/unit/evaluations/{assessment.pk}/",
    )
    return rectification


def _locked(rectification: Rectification) -> Rectification:
    return (
        Rectification.objects.select_for_update(of=("self",))
        .select_related(
            "unit",
            "measure__assessment__evaluation__authority__place",
            "measure__assessment__application",
            "measure__assessment__unit",
        )
        .get(pk=rectification.pk)
    )


def _of(rectification: Rectification) -> Assessment:
    return rectification.measure.assessment
