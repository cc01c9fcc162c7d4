"""Questions about a report: read while it is filled, stored with what was submitted, answered before or after."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications.models import Revision
from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.forms.finding import Finding
from tongchou.forms.schema import by_code
from tongchou.monitoring import access, asking, casework, indicators, peers, states
from tongchou.monitoring.asking import Question, Said
from tongchou.monitoring.models import IndicatorValue, PerformanceReport, ReportRevision
from tongchou.monitoring.queries import last_year
from tongchou.monitoring.question_models import ReportQuestion
from tongchou.orgs.queries import people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongchou.orgs.models import Person

LONGEST_REPLY = 1000


def raised(report: PerformanceReport, answers: Mapping[str, Mapping[str, Any]]) -> list[Question]:
    """What the answers raise now, in the order of the indicators (three queries, more where other sources are named)."""
    asked = indicators.asked(report.edition.pack.indicators, report.variant)
    before, among, said = last_year(report), peers.peers_of(report, asked), _said(report, asked)
    return [
        question
        for indicator in asked
        for question in asking.questions(
            indicator,
            answers.get(indicator.code, {}),
            before=before.get(indicator.code, {}),
            peers=among.get(indicator.code),
            said=tuple(said.get(indicator.code, ())),
        )
    ]


def as_findings(raised: list[Question]) -> list[Finding]:
    """What is not answered yet, as advice beside the report's other findings."""
    return [
        Finding("advice", one.name, f"{one.indicator.name}：{one.text}", tuple(one.indicator.cite))
        for one in raised
        if not one.reply
    ]


def keep(report: PerformanceReport, revision: ReportRevision, by: Person) -> int:
    """Keep what a revision raises, with the replies given in it. Part of submitting; return how many are open."""
    rows = [
        ReportQuestion(
            report=report,
            revision=revision,
            indicator=one.indicator.code,
            kind=one.kind,
            text=one.text,
            asked_at=revision.submitted_at,
            reply=one.reply,
            replied_at=revision.submitted_at if one.reply else None,
            replied_by=by if one.reply else None,
        )
        for one in raised(report, revision.answers)
    ]
    return sum(not row.reply for row in ReportQuestion.objects.bulk_create(rows))


@transaction.atomic
def answer_question(question: ReportQuestion, *, by: Person, text: str) -> ReportQuestion:
    """Reply to a question about what was submitted; it may be worded anew until the report is decided on."""
    report = casework.locked(question.report)
    require(access.may_fill(actor(by), report))
    require(states.may_move(report, "reply"))
    question = ReportQuestion.objects.select_for_update().get(pk=question.pk)
    text = text.strip()[:LONGEST_REPLY]
    if not text:
        raise refuse("form", _("答复没有内容。"), fields={f"reply-{question.pk}": _("请填写答复")})
    question.reply, question.replied_at, question.replied_by = text, clock.now(), by
    question.save(update_fields=["reply", "replied_at", "replied_by"])
    casework.note("answer_question", report, by, indicator=question.indicator, kind=question.kind, reply=text)
    return question


def of_revision(revision: ReportRevision | None) -> dict[str, list[ReportQuestion]]:
    """The questions about a revision, by indicator (one query)."""
    found: dict[str, list[ReportQuestion]] = defaultdict(list)
    if revision is not None:
        for row in revision.questions.select_related("replied_by").order_by("pk"):
            found[row.indicator].append(row)
    return dict(found)


# ---------------------------------------------------------------- later, when peers have reported


@transaction.atomic
def ask_later(task_id: int, year: int) -> int:
    """Ask about submitted figures that stand out among peers who reported after them; return how many are new."""
    reports = (
        PerformanceReport.objects.filter(
            period__task_id=task_id, period__year=year, state=PerformanceReport.State.SUBMITTED
        )
        .select_related("period__task", "edition", "application", "unit")
        .order_by("pk")
    )
    made = 0
    for report in reports.iterator(chunk_size=200):
        revision = report.revisions.order_by("-number")[0]
        known = set(
            revision.questions.filter(kind=ReportQuestion.Kind.PEERS).values_list("indicator", flat=True)
        )
        asked = indicators.asked(report.edition.pack.indicators, report.variant)
        among = peers.peers_of(report, asked)
        rows = []
        for indicator in asked:
            now = indicators.actual(indicator, revision.answers.get(indicator.code, {}))
            if now is None or indicator.code in known or indicator.code not in among:
                continue
            if text := asking.among_peers(indicator, now, among[indicator.code]):
                rows.append(
                    ReportQuestion(
                        report=report,
                        revision=revision,
                        indicator=indicator.code,
                        kind=ReportQuestion.Kind.PEERS,
                        text=text,
                        asked_at=clock.now(),
                    )
                )
        if rows:
            made += len(ReportQuestion.objects.bulk_create(rows))
            _tell(report, len(rows))
    return made


def _tell(report: PerformanceReport, count: int) -> None:
    project = report.application.project_name or report.application.number
    notify(
        people_of(report.unit),
        kind=Kind.OTHER,
        about=str(report.application),
        subject=f"{project}：{report.period.year}年绩效数据有{count}处需要说明",
        body="与同类项目相比有明显差异，请核对并答复。",
        link=f"/unit/reports/{report.pk}/",
    )


# ---------------------------------------------------------------- other sources


def _said(report: PerformanceReport, asked: list[indicators.Indicator]) -> dict[str, list[Said]]:
    """What other sources say of the same figures, as the pack names them; no query where it names none."""
    found: dict[str, list[Said]] = defaultdict(list)
    named = [(i, reference.split(".")) for i in asked for reference in i.same_as]
    if not named:
        return found
    declared = _declared(report) if any(where[0] == "field" for _i, where in named) else {}
    fields = by_code(report.edition.pack.form)
    others = _others(report, [where for _i, where in named if where[0] == "task"])
    for indicator, where in named:
        if where[0] == "field":
            value, field = declared.get(where[1]), fields.get(where[1])
            if field and isinstance(value, int | float) and not isinstance(value, bool):
                source = _("申报书“%(field)s”") % {"field": field.label}
                found[indicator.code].append(Said("declared", source, Decimal(str(value))))
        elif (other := others.get((where[1], where[2]))) is not None:
            value = indicators.figure(indicator, other.value, other.denominator)
            if value is not None:
                source = _("“%(task)s”") % {"task": other.task.name}
                found[indicator.code].append(Said("tasks", source, value))
    return found


def _declared(report: PerformanceReport) -> Mapping[str, Any]:
    latest = Revision.objects.filter(application_id=report.application_id).order_by("-number").first()
    return latest.answers if latest else {}


def _others(report: PerformanceReport, named: list[list[str]]) -> dict[tuple[str, str], IndicatorValue]:
    """Facts of the unit's other reports of the year; none of a task in which it has several projects."""
    rows = IndicatorValue.objects.filter(
        unit_id=report.unit_id,
        year=report.period.year,
        task__code__in={task for _where, task, _code in named},
        indicator__in={code for _where, _task, code in named},
        choice="",
    ).exclude(report=report)
    found: dict[tuple[str, str], list[IndicatorValue]] = defaultdict(list)
    for row in rows.select_related("task").order_by("pk"):
        found[row.task.code, row.indicator].append(row)
    return {key: rows[0] for key, rows in found.items() if len(rows) == 1}
