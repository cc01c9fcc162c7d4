"""What a bulletin states of reports: how many are in, beside the year before, and who is late or missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from tongchou.core import clock
from tongchou.forms.display import show_date, show_number
from tongchou.monitoring import queries as monitoring_queries

if TYPE_CHECKING:
    from tongchou.core.scope import Scope
    from tongchou.monitoring.queries import Completeness
    from tongchou.programmes.models import Programme


def percent(number: Decimal | float | None) -> str:
    """A share in per cent as people read it."""
    return "—" if number is None else f"{show_number(float(number))}%"


def rates_before(scope: Scope, year: int, programme: Programme, path: str) -> dict[str | None, Decimal]:
    """How much was handed in a year before, in per cent, by place and (under ``None``) as a whole; what nobody owed is left out."""
    rows = monitoring_queries.completeness(scope, year, by="place", programme=programme, path=path)
    rates: dict[str | None, Decimal] = {row.key: row.rate for row in rows if row.rate is not None}
    expected, submitted = sum(r.expected for r in rows), sum(r.submitted for r in rows)
    return rates | ({None: round(Decimal(100) * submitted / expected, 1)} if expected else {})


def completeness(row: Completeness, before: Decimal | None = None) -> dict[str, Any]:
    """One line of completeness; ``before`` is the share of the year before, in per cent."""
    return {
        "key": row.key,
        "name": row.name,
        "expected": row.expected,
        "submitted": row.submitted,
        "missing": row.missing,
        "late": row.late,
        "rate": percent(row.rate),
        "rate_number": float(row.rate) if row.rate is not None else None,
        "before": percent(before),
        "change": _points(row.rate, before),
    }


def _points(now: Decimal | None, before: Decimal | None) -> str:
    if now is None or before is None:
        return "—"
    if now == before:
        return "持平"
    return f"{'提高' if now > before else '下降'}{show_number(float(abs(now - before)))}个百分点"


def late(
    scope: Scope, year: int, programme: Programme, path: str, *, authorities_only: bool
) -> list[dict[str, Any]]:
    """What was handed in late or is missing after its day; for the nation, of the provinces only."""
    periodic = (
        monitoring_queries.periodic_counted(scope, year, programme, path)
        .filter(Q(is_late=True) | Q(is_overdue=True))
        .select_related("unit", "authority", "task", "application")
        .order_by("due", "place_path", "pk")
    )
    rows: list[dict[str, Any]] = []
    if authorities_only:
        periodic = periodic.filter(authority__place__level="province")
    else:
        reports = (
            monitoring_queries.performance_counted(scope, year, programme, path)
            .filter(Q(is_late=True) | Q(is_overdue=True))
            .select_related("unit", "period__task", "application")
            .order_by(Coalesce("extended_to", "due"), "place_path", "pk")
        )
        rows = [
            _late_row(
                r.unit.name,
                "年度绩效填报",
                r.period.task.name,
                r.application.project_name,
                r.last_day,  # type: ignore[attr-defined]
                r.first_submitted_at,
            )
            for r in reports
        ]
    rows += [
        _late_row(
            p.unit.name if p.unit else p.authority.name if p.authority else "",
            p.name,
            p.task.name if p.task else "",
            p.application.project_name if p.application else "",
            p.due,
            p.submitted_at,
        )
        for p in periodic
    ]
    return rows


def _late_row(who: str, what: str, task: str, project: str, due: date, at: Any) -> dict[str, Any]:
    handed_in = at.astimezone(clock.SHANGHAI).date().isoformat() if at else None
    return {
        "who": who,
        "what": what,
        "task": task,
        "project": project,
        "due": due.isoformat(),
        "handed_in": handed_in,
        "text": f"{show_date(handed_in)}补报" if handed_in else "未报送",
    }
