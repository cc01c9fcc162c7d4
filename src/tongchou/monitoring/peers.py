"""How the figures of one year lie among projects of one kind: measured over the facts in SQL, kept, and read back.

Ratios are measured as the quotient people see. Measured every few minutes for tasks and years in which something was submitted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max

from tongchou.core import clock
from tongchou.monitoring.indicators import quotient_factor
from tongchou.monitoring.models import ReportRevision
from tongchou.monitoring.outliers import Spread
from tongchou.monitoring.question_models import PeerFigures

if TYPE_CHECKING:
    from tongchou.forms.definition import Indicator
    from tongchou.monitoring.models import PerformanceReport

_MEASURE = """
WITH figures AS (
    SELECT variant, indicator,
           (CASE WHEN denominator IS NULL THEN value ELSE value / nullif(denominator, 0) END)::float8 AS figure
    FROM monitoring_indicatorvalue WHERE task_id = %(task)s AND year = %(year)s AND choice = ''
), middles AS (
    SELECT variant, indicator, count(*) AS n, percentile_cont(0.5) WITHIN GROUP (ORDER BY figure) AS middle,
           array_agg(figure ORDER BY figure) AS ordered
    FROM figures WHERE figure IS NOT NULL GROUP BY variant, indicator HAVING count(*) > 1
), distances AS (
    SELECT variant, indicator, percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(figure - middle)) AS mad
    FROM figures JOIN middles USING (variant, indicator) WHERE figure IS NOT NULL GROUP BY variant, indicator
)
INSERT INTO monitoring_peerfigures
    (task_id, year, variant, indicator, count, median, mad, lowest, second_lowest, second_highest, highest, measured_at)
SELECT %(task)s, %(year)s, variant, indicator, n, middle, mad,
       ordered[1], ordered[2], ordered[n - 1], ordered[n], %(now)s
FROM middles JOIN distances USING (variant, indicator)
"""


@transaction.atomic
def measure(task_id: int, year: int) -> int:
    """Measure anew all kinds and indicators of a task and year; return how many there are."""
    PeerFigures.objects.filter(task_id=task_id, year=year).delete()
    with connection.cursor() as cursor:
        cursor.execute(_MEASURE, {"task": task_id, "year": year, "now": clock.now()})
        return int(cursor.rowcount)


def changed() -> list[tuple[int, int]]:
    """The tasks and years in which something was submitted since they were measured."""
    submitted = ReportRevision.objects.values_list(
        "report__period__task_id", "report__period__year"
    ).annotate(last=Max("submitted_at"))
    measured = {
        (row["task_id"], row["year"]): row["last"]
        for row in PeerFigures.objects.values("task_id", "year").annotate(last=Max("measured_at"))
    }
    return [
        (task, year)
        for task, year, last in submitted
        if (task, year) not in measured or last >= measured[task, year]
    ]


def peers_of(report: PerformanceReport, indicators: Iterable[Indicator]) -> Mapping[str, Spread]:
    """How the figures of the report's peers lie, by indicator, in the indicator's own unit (one query)."""
    factors = {indicator.code: quotient_factor(indicator) for indicator in indicators}
    rows = PeerFigures.objects.filter(
        task_id=report.period.task_id, year=report.period.year, variant=report.variant
    )
    return {
        row.indicator: Spread(
            row.count,
            *(
                figure * factors[row.indicator]
                for figure in (
                    row.median,
                    row.mad,
                    row.lowest,
                    row.second_lowest,
                    row.second_highest,
                    row.highest,
                )
            ),
        )
        for row in rows
        if row.indicator in factors
    }
