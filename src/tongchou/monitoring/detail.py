"""One performance report as its screens show it: committed, reported, proven, and what is still missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongchou.forms.finding import Finding
from tongchou.monitoring import attainment, checks, indicators
from tongchou.monitoring.attainment import NO_TARGET, Target
from tongchou.monitoring.models import PerformanceEvidence, PerformanceReport, ReportRevision
from tongchou.monitoring.queries import committed, last_year

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tongchou.forms.definition import Indicator


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator of a report: what was committed, what is answered, how far that reaches. Texts are for people."""

    indicator: Indicator
    is_key: bool
    target: Target
    target_text: str
    answer: dict[str, Any]
    answer_text: str
    actual: Decimal | None
    achieved: Decimal | None
    met: bool | None
    judgement: str
    points: Decimal | None
    last_year_text: str
    evidence_name: str
    evidence_pk: int | None
    page: int | None
    remark: str


@dataclass(frozen=True, slots=True)
class Detail:
    """A report as its screen shows it."""

    report: PerformanceReport
    lines: list[Line]
    evidence: list[PerformanceEvidence]
    revisions: list[ReportRevision]
    findings: list[Finding]


def detail(report: PerformanceReport) -> Detail:
    """The report with targets, last year's figures, evidence, revisions and what is still missing (four queries)."""
    asked = indicators.asked(report.edition.pack.indicators, report.variant)
    targets = committed(report)
    confirmed = report.state == PerformanceReport.State.CONFIRMED
    files = {e.pk: e for e in report.evidence.select_related("file").order_by("pk")}
    before = last_year(report)
    lines = []
    for indicator in asked:
        answer = report.answers.get(indicator.code, {})
        actual, target = indicators.actual(indicator, answer), targets.get(indicator.code, NO_TARGET)
        judgement = report.judgements.get(indicator.code, "") if confirmed else ""
        file = files.get(answer.get("evidence") or 0)
        lines.append(
            Line(
                indicator=indicator,
                is_key=report.unit.kind in indicator.key_for,
                target=target,
                target_text=indicators.show_target(indicator, target),
                answer=answer,
                answer_text=indicators.show_answer(indicator, answer),
                actual=actual,
                achieved=attainment.rate(indicator, actual, target, judgement),
                met=attainment.is_met(indicator, actual, target, judgement),
                judgement=judgement,
                points=attainment.points(indicator, actual, target, judgement),
                last_year_text=indicators.show_answer(indicator, before.get(indicator.code, {})),
                evidence_name=file.name if file else "",
                evidence_pk=file.pk if file else None,
                page=answer.get("page"),
                remark=report.remarks.get(indicator.code, ""),
            )
        )
    current = [file for file in files.values() if file.removed_at is None]
    return Detail(
        report=report,
        lines=lines,
        evidence=current,
        revisions=list(report.revisions.select_related("submitted_by").order_by("-number")),
        findings=checks.check(
            asked,
            report.variant,
            report.answers,
            targets=targets,
            pages={e.pk: e.file.pages for e in current},
        ),
    )


@dataclass(frozen=True, slots=True)
class Changed:
    """What one indicator said before and says now, as people read it."""

    indicator: Indicator
    before: str
    after: str


def changes(
    report: PerformanceReport, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> list[Changed]:
    """What differs between two versions of a report's answers, in the order of the indicators (one query)."""
    names = dict(report.evidence.values_list("pk", "name"))
    found = []
    for indicator in indicators.asked(report.edition.pack.indicators, report.variant):
        said = [_told(indicator, answers.get(indicator.code, {}), names) for answers in (before, after)]
        if said[0] != said[1]:
            found.append(Changed(indicator, *said))
    return found


def revision_changes(
    report: PerformanceReport, revisions: Sequence[ReportRevision]
) -> dict[int, list[Changed]]:
    """What each revision changed in the one before it, by its number. ``revisions``: the latest first."""
    return {
        newer.number: changes(report, older.answers, newer.answers) for newer, older in pairwise(revisions)
    }


def _told(indicator: Indicator, answer: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """The whole answer in a line: figure, note, evidence with its page."""
    parts = [indicators.show_answer(indicator, answer)]
    if note := answer.get("note"):
        parts.append(note)
    if evidence := answer.get("evidence"):
        page = _("第 %(page)s 页") % {"page": answer["page"]} if answer.get("page") else ""
        parts.append(" ".join(filter(None, [names.get(evidence, ""), page])))
    return "；".join(parts)
