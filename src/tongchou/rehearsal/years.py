"""A year of monitoring: periods open, units report, the province confirms, summaries come in, bulletins are published."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from tongchou.core import clock
from tongchou.core.files import path_of
from tongchou.documents import actions as documents
from tongchou.monitoring import actions as monitoring
from tongchou.monitoring import evidence, periodic
from tongchou.monitoring import queries as monitoring_queries
from tongchou.monitoring.models import PerformanceReport, PeriodicReport
from tongchou.orgs.models import Authority, Person
from tongchou.orgs.queries import people_of
from tongchou.rehearsal import reporting
from tongchou.rehearsal.play import Play

if TYPE_CHECKING:
    from pathlib import Path

    from tongchou.insight.models import Bulletin


def report_year(play: Play, year: int) -> None:
    """A year of monitoring: periods open, units report, the province confirms, summaries come in."""
    officer = play.officer(play.province)
    with clock.at(date(year, 11, 2)):
        for task in play.tasks():
            play.ledger.attempt(
                "开启采集期",
                monitoring.open_period,
                task=task,
                place=play.place,
                year=year,
                by=officer,
            )
    _periodic(play, year)
    _performance(play, year, officer)


def _performance(play: Play, year: int, officer: Person) -> None:
    rows = PerformanceReport.objects.filter(
        period__year=year, period__place=play.place, period__task__programme=play.programme
    )
    for number, report in enumerate(
        rows.select_related("unit", "period", "application", "edition").order_by("pk")
    ):
        person = people_of(report.unit).order_by("pk").first()
        if person is None or number % 25 == 24:  # a few never report, as in any year
            continue
        day = (report.due or date(year, 12, 1)) + timedelta(days=1 if number % 23 == 22 else -(number % 9))
        with clock.at(max(day, date(year, 11, 3))):
            proof = evidence.attach(report, by=person, upload=play.evidence, name="绩效佐证（演练）.pdf")
            targets = monitoring_queries.targets_of(report)
            monitoring.save_report(
                report,
                by=person,
                changes=reporting.answers(report, targets, proof.pk, play.random),
                base_version=report.version,
            )
            sent = play.ledger.attempt("绩效报送", monitoring.submit_report, report, by=person)
        if sent is not None:
            with clock.at(date(year, 12, 18)):
                play.ledger.attempt("绩效确认", monitoring.confirm_report, report, by=officer)


def _periodic(play: Play, year: int) -> None:
    rows = PeriodicReport.objects.filter(
        programme=play.programme, year=year, scope_path__startswith=play.place.path
    )
    for number, report in enumerate(rows.select_related("unit", "authority", "task").order_by("due", "pk")):
        who = people_of(report.unit).order_by("pk").first() if report.unit else None
        if report.unit is None and report.authority is not None:
            who = play.officer(report.authority)
        if who is None or number % 20 == 19:
            continue
        with clock.at(report.due - timedelta(days=number % 5)):
            play.ledger.attempt(
                "报告报送",
                periodic.submit_periodic,
                report,
                by=who,
                text="（演练）本年度工作按计划推进。",
                upload=play.evidence,
                name=f"{report.name}.pdf",
            )


def publish_bulletin(play: Play, authority: Authority, year: int, on: date) -> Bulletin | None:
    """Publish the year's bulletin of ``authority`` with its Word, PDF and Excel."""
    officer = play.officer(authority)
    with clock.at(on):
        return play.ledger.attempt(
            "发布通报",
            documents.publish_bulletin,
            authority=authority,
            programme=play.programme,
            year=year,
            document_number=f"演练〔{on.year}〕1号",
            by=officer,
        )


def write_bulletin(bulletin: Bulletin, folder: Path) -> list[Path]:
    """Copy a bulletin's files into ``folder`` under readable names."""
    written = []
    for file, ending in ((bulletin.docx, "docx"), (bulletin.pdf, "pdf"), (bulletin.xlsx, "xlsx")):
        if file is not None:
            target = folder / f"bulletin-{bulletin.authority.place_id}-{bulletin.year}.{ending}"
            target.write_bytes(path_of(file).read_bytes())
            written.append(target)
    return written
