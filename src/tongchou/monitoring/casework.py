"""What every action on a performance report begins and ends with: its row under lock, and its audit record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongchou.core import audit
from tongchou.monitoring.models import PerformanceReport

if TYPE_CHECKING:
    from tongchou.orgs.models import Person


def as_it_stands(report: PerformanceReport) -> PerformanceReport:
    """The report as it is stored now, with what actions read; somebody may change it the next moment."""
    return _whole.get(pk=report.pk)


def locked(report: PerformanceReport) -> PerformanceReport:
    """The report as it stands, its row under lock, with what actions read. Inside a transaction."""
    return _whole.select_for_update(of=("self",)).get(pk=report.pk)


_whole = PerformanceReport.objects.select_related("period__task", "edition", "application", "unit")


def note(action: str, report: PerformanceReport, by: Person, **data: Any) -> None:
    """Leave the audit record of an action on the report."""
    audit.record(action, report, by=by, scope_path=report.scope_path, unit_id=report.unit_id, **data)
