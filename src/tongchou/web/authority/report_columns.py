"""What every list of reports shows of a row: of performance reports, of periodic reports."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.web.authority.words import task_title
from tongchou.web.tables import Column


def performance_columns() -> list[Column]:
    """Of rows that have their ``last_day``."""
    return [
        Column(
            _("项目"),
            lambda r: r.application.project_name or r.application.number,
            link=lambda r: reverse("authority:report", args=[r.pk]),
            note=lambda r: f"{r.application.number} · {r.period.year}",
        ),
        Column(_("单位"), "unit__name"),
        Column(_("任务"), lambda r: task_title(r.period.task)),
        Column(_("截止日"), "last_day", kind="day"),
    ]


def periodic_columns() -> list[Column]:
    return [
        Column(
            _("报告"),
            "name",
            link=lambda r: reverse("authority:periodic_report", args=[r.pk]),
            note=lambda r: r.application.project_name if r.application else "",
        ),
        Column(_("年度"), lambda r: str(r.year)),
        Column(_("报送者"), lambda r: (r.unit or r.authority).name),
        Column(_("任务"), lambda r: task_title(r.task) if r.task else "—"),
        Column(_("截止日"), "due", kind="day"),
    ]
