"""A tiny nation, written in bulk: broken off, gone on with, and looked at through the platform's own queries."""

from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Count, F, Q

from tongchou.core.scope import Scope
from tongchou.insight import queries, rollup
from tongchou.monitoring.models import IndicatorValue, PerformanceReport
from tongchou.orgs.models import Unit
from tongchou.programmes.models import Programme
from tongchou.rehearsal import generating
from tongchou.rehearsal.invented_figures import Figures

PACKS = Path(__file__).resolve().parents[2] / "packs"


@pytest.fixture
def tiny(transactional_db, monkeypatch):
    """Broken off in the second year, then gone on with."""
    size = generating.Size(units=60, projects=150, indicators=10)
    whole = Figures.copy

    def breaks(self, to, projects, year):
        if year == 2025:
            raise KeyboardInterrupt
        return whole(self, to, projects, year)

    monkeypatch.setattr(Figures, "copy", breaks)
    with pytest.raises(KeyboardInterrupt):
        generating.generate(size, seed=7, packs=PACKS, echo=lambda _: None)
    halfway = IndicatorValue.objects.count()
    monkeypatch.setattr(Figures, "copy", whole)
    counted = generating.generate(size, seed=7, packs=PACKS, echo=lambda _: None)
    yield size, halfway, counted
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE generated_part, generated_later, generated_size")


def test_a_nation_is_whole_and_its_figures_are_those_of_its_answers(tiny):
    size, halfway, counted = tiny
    assert 0 < halfway < counted["monitoring_indicatorvalue"]
    reports = PerformanceReport.objects.all()
    assert reports.count() == 3 * size.projects
    assert 0 < reports.filter(state="due").count() < 0.1 * reports.count()
    assert IndicatorValue.objects.count() > 0.9 * 3 * size.projects * size.indicators
    assert not IndicatorValue.objects.exclude(confirmed=Q(report__state="confirmed")).exists()
    assert not IndicatorValue.objects.exclude(revision__report=F("report")).exists()
    indexes = {"indicator_value_once", "indicator_value_rollup", "performance_once"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint UNION SELECT relname FROM pg_class")
        assert indexes <= {name for (name,) in cursor.fetchall()}
    programme = Programme.objects.get(code="generated")
    figures = rollup.rollup(None, programme=programme, year=2025, task="task-03")
    assert len(figures) == size.indicators
    for figure in figures[:1] + figures[7:8]:
        answers = [
            report.answers[figure.indicator]
            for report in reports.filter(period__task__code="task-03", period__year=2025)
            if figure.indicator in report.answers
        ]
        above = sum(a.get("value", a.get("numerator")) for a in answers)
        assert (figure.total, figure.count) == (above, len(answers))
    assert Unit.objects.filter(rehearsal=False).count() == 0
    by_task = queries.cases(Scope(path="000000/"), programme=programme, by="task", path="000000/")
    held = Unit.objects.aggregate(n=Count("designations"))["n"]
    assert sum(sum(row.held.values()) for row in by_task) == held
    with pytest.raises(generating.OtherSizeError):
        generating.generate(
            generating.Size(units=61, projects=150, indicators=10), seed=7, packs=PACKS, echo=str
        )
