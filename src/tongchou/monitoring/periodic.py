"""Submitting what is owed once a period beside figures: work reports, plans, summaries."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock, files
from tongchou.core.access import ALLOWED, Decision, Denied, refuse, require
from tongchou.core.dates import day_text
from tongchou.monitoring import access
from tongchou.monitoring.models import PeriodicReport
from tongchou.orgs.scopes import actor

if TYPE_CHECKING:
    from tongchou.orgs.models import Person


@transaction.atomic
def submit_periodic(
    report: PeriodicReport,
    *,
    by: Person,
    text: str = "",
    upload: IO[bytes] | bytes | None = None,
    name: str = "",
) -> PeriodicReport:
    """Submit a periodic report: a stamped PDF where one is asked for, otherwise a text or a file.

    It may be replaced until its last day. After that day a report still missing is accepted and counts as late: the
    duty does not end with its date.
    """
    report = (
        PeriodicReport.objects.select_for_update(of=("self",))
        .select_related("unit", "authority")
        .get(pk=report.pk)
    )
    require(access.may_submit_periodic(actor(by), report))
    require(in_time(report))
    text = text.strip()
    if report.sealed and upload is None and report.file_id is None:
        raise refuse(
            "form",
            _("《%(report)s》须上传盖章后的 PDF 扫描件。") % {"report": report.name},
            clause=report.cite,
            fields={"upload": _("请选择盖章扫描件（PDF）")},
        )
    if upload is None and report.file_id is None and not text:
        raise refuse(
            "form",
            _("《%(report)s》没有内容。") % {"report": report.name},
            fields={"text": _("请填写正文或上传文件")},
        )
    if upload is not None:
        report.file = files.store(upload, allowed=("pdf",))
        report.file_name = files.safe_name(name)
    report.text = text or report.text
    report.state = PeriodicReport.State.SUBMITTED
    report.submitted_at, report.submitted_by = clock.now(), by
    report.save()
    audit.record(
        "submit_periodic",
        report,
        by=by,
        scope_path=report.scope_path,
        unit_id=report.unit_id,
        kind=report.kind,
        year=report.year,
        sha256=report.file.sha256 if report.file else "",
    )
    return report


def in_time(report: PeriodicReport) -> Decision:
    """Whether it may still be submitted: what is missing always, what is there may be replaced until its last day."""
    if report.state == PeriodicReport.State.SUBMITTED and clock.today() > report.due:
        return Denied(
            "window",
            _("《%(report)s》（%(year)s年）已经报送，截止日%(due)s以后不能再更换。")
            % {"report": report.name, "year": report.year, "due": day_text(report.due)},
            clause=report.cite,
            remedy=_("如需更正，请联系上级主管部门。"),
        )
    return ALLOWED
