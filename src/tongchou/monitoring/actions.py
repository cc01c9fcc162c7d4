"""Opening a period; saving, submitting and deciding performance reports."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import ALLOWED, Decision, Denied, refuse, require
from tongchou.core.dates import day_text
from tongchou.core.digests import digest_of
from tongchou.core.files import scan
from tongchou.monitoring import (
    access,
    casework,
    checks,
    drafts,
    duties,
    facts,
    indicators,
    queries,
    questions,
    states,
)
from tongchou.monitoring.change_models import Correction
from tongchou.monitoring.drafts import Saved
from tongchou.monitoring.models import (
    AnnualTarget,
    PerformanceEvidence,
    PerformanceReport,
    Period,
    PeriodicReport,
    ReportRevision,
)
from tongchou.orgs.models import Person
from tongchou.orgs.queries import people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tongchou.applications.models import Application
    from tongchou.orgs.models import Jurisdiction
    from tongchou.programmes.models import Task

S = PerformanceReport.State
DAYS_TO_MEND = 10
"""How long a returned report has when the officer names no day."""


# ---------------------------------------------------------------- opening


@transaction.atomic
def freeze_targets(application: Application) -> int:
    """Freeze the annual targets a project committed to, unless they are frozen already; return how many.

    Part of opening a period (and of designating, where that is wanted earlier): access and audit are the caller's.
    """
    return len(AnnualTarget.objects.bulk_create(duties.annual_targets([application]), ignore_conflicts=True))


@transaction.atomic
def open_period(*, task: Task, place: Jurisdiction, year: int, by: Person) -> Period:
    """Open the collection of a task's performance in a province for ``year``, and store everything that is expected.

    A performance report for each project designated at province or nation level today, with every date that binds it; the
    periodic reports that fall due in the year; the committed targets of projects that have none frozen. Refused when it
    is open already. A project designated later is expected from the next year on.
    """
    require(access.may_open(actor(by), place))
    period, created = Period.objects.get_or_create(
        task=task, place=place, year=year, defaults={"opened_at": clock.now(), "opened_by": by}
    )
    if not created:
        raise refuse(
            "state",
            _("%(place)s“%(task)s”%(year)s年绩效采集期已于%(day)s开启。")
            % {
                "place": place.name,
                "task": task.name,
                "year": year,
                "day": day_text(period.opened_at.astimezone(clock.SHANGHAI).date()),
            },
            remedy=_("应报清单在开启时已经固定，不能重复开启。"),
        )
    held = duties.designated(period)
    AnnualTarget.objects.bulk_create(
        duties.annual_targets([d.application for d in held]), ignore_conflicts=True
    )
    reports = PerformanceReport.objects.bulk_create(duties.performance_reports(period, held))
    before = PeriodicReport.objects.filter(year=year).count()
    PeriodicReport.objects.bulk_create(duties.periodic_reports(period, held), ignore_conflicts=True)
    audit.record(
        "open_period",
        period,
        by=by,
        scope_path=place.path,
        task=task.code,
        year=year,
        reports=len(reports),
        periodic=PeriodicReport.objects.filter(year=year).count() - before,
    )
    notify(
        Person.objects.filter(
            is_active=True, memberships__active=True, memberships__unit__in={r.unit_id for r in reports}
        ).distinct(),
        kind=Kind.OPENS,
        about=task.name,
        subject=f"{year}年绩效填报：{task.name}",
        body="绩效采集期已开启，请按期填报绩效数据并报送年度工作报告。",
        link="/unit/reports/",
    )
    return period


# ---------------------------------------------------------------- filling


@transaction.atomic
def save_report(
    report: PerformanceReport, *, by: Person, changes: Mapping[str, Any], base_version: int
) -> Saved:
    """Merge ``changes`` (``{indicator: {part: value}}``, ``None`` clears) into the answers, indicator by indicator.

    An indicator changed by somebody else since ``base_version`` stays as it is and comes back as a conflict. What is
    malformed or foreign is refused by name (``<indicator>-<part>``); the rest is saved.
    """
    report = casework.locked(report)
    require(access.may_fill(actor(by), report))
    require(states.may_move(report, "save"))
    saved = drafts.merged(
        report,
        indicators.asked(report.edition.pack.indicators, report.variant),
        changes,
        base_version=base_version,
        evidence=set(queries.evidence(report).values_list("pk", flat=True)),
    )
    if saved.accepted:
        report.version, report.answers = saved.version, saved.answers
        report.field_versions = saved.field_versions
        report.saved_at = clock.now()
        report.save(update_fields=["version", "answers", "field_versions", "saved_at"])
        casework.note("save_report", report, by, version=report.version, fields=saved.accepted)
    return saved


# ---------------------------------------------------------------- submitting and deciding


@transaction.atomic
def submit_report(report: PerformanceReport, *, by: Person) -> ReportRevision:
    """Freeze the answers as the next revision and write its facts, in one transaction.

    Where figures were confirmed before, those stand until this revision is confirmed too. Refused before the window opens, after the last day (unless the report was returned or extended), and while
    anything is missing or wrong; every remark is named by input.
    """
    report = casework.locked(report)
    require(access.may_submit(actor(by), report))
    require(states.may_move(report, "submit"))
    require(in_time(report))
    asked = indicators.asked(report.edition.pack.indicators, report.variant)
    evidence = list(queries.evidence(report))
    scan.require_clean((e.name, e.file) for e in evidence)
    found = [
        finding
        for finding in checks.check(
            asked,
            report.variant,
            report.answers,
            targets=queries.committed(report),
            pages={e.pk: e.file.pages for e in evidence},
        )
        if finding.blocks
    ]
    if found:
        raise refuse(
            "incomplete",
            _("还有 %(count)s 处未完成或不符合要求，例如：%(example)s")
            % {"count": len(found), "example": found[0].message},
            clause="；".join(found[0].cite),
            remedy=_("请按检查结果逐项补充后再报送。"),
            fields={f.field: f.message for f in reversed(found)},
        )
    answers = {i.code: report.answers[i.code] for i in asked if report.answers.get(i.code)}
    now = clock.now()
    revision = ReportRevision.objects.create(
        report=report,
        number=report.revisions.count() + 1,
        answers=answers,
        digest=_digest(answers, evidence),
        submitted_at=now,
        submitted_by=by,
    )
    stands = report.values.filter(confirmed=True).exists()  # until the correction is confirmed
    written = report.values.count() if stands else facts.write(report, revision)
    report.state = S.SUBMITTED
    report.submitted_at = now
    report.first_submitted_at = report.first_submitted_at or now
    report.returned_reason, report.returned_due, report.remarks, report.confirmed_at = "", None, {}, None
    report.save()
    unanswered = questions.keep(report, revision, by)
    casework.note(
        "submit_report",
        report,
        by,
        revision=revision.number,
        digest=revision.digest,
        facts=written,
        unanswered=unanswered,
    )
    return revision


def in_time(report: PerformanceReport) -> Decision:
    """Whether today lies in the days in which it is submitted."""
    today = clock.today()
    name = _("%(year)s年绩效填报") % {"year": report.period.year}
    if report.opens and today < report.opens:
        return Denied(
            "window",
            _("%(name)s从%(opens)s起报送，现在可以先填写保存。")
            % {"name": name, "opens": day_text(report.opens)},
            clause=report.due_cite,
            remedy=_("请在采集期内报送。"),
        )
    last = queries.last_day(report)
    if last and today > last:
        returned = report.state in {S.RETURNED, S.CORRECTING}
        return Denied(
            "window",
            (
                _("%(name)s退回修改的截止日是%(day)s，已经过期。")
                if returned
                else _("%(name)s报送的截止日是%(day)s，已经过期。")
            )
            % {"name": name, "day": day_text(last)},
            clause=report.due_cite,
            remedy=_("已填内容仍然保留；如确有原因，请联系省级主管部门办理个别延期。"),
        )
    return ALLOWED


def _digest(answers: Mapping[str, Any], evidence: list[PerformanceEvidence]) -> str:
    proofs = sorted((e.pk, e.file.sha256) for e in evidence)
    return digest_of([answers, proofs])


@transaction.atomic
def return_report(
    report: PerformanceReport,
    *,
    by: Person,
    reason: str,
    due: date | None = None,
    remarks: Mapping[str, str] | None = None,
) -> PerformanceReport:
    """Return a submitted or confirmed report with a reason, remarks by indicator, and the day it is due again.

    The facts of a confirmed one stand as reported, no longer confirmed, until the next revision replaces them; those
    that a correction waits to replace stay confirmed.
    """
    report = casework.locked(report)
    require(access.may_decide(actor(by), report))
    require(states.may_move(report, "return"))
    reason = reason.strip()
    if not reason:
        raise refuse("form", _("退回必须写明理由。"), fields={"reason": _("请填写退回理由")})
    due = due or clock.today() + timedelta(days=DAYS_TO_MEND)
    if due < clock.today():
        raise refuse("form", _("重新报送的期限不能早于今天。"), fields={"due": _("请选择今天或以后的日期")})
    known = {i.code for i in indicators.asked(report.edition.pack.indicators, report.variant)}
    if strange := set(remarks or {}) - known:
        raise refuse(
            "form",
            _("批注所指的指标不存在：%(names)s") % {"names": _("、").join(sorted(strange))},
            fields={"remarks": _("没有这样的指标")},
        )
    if report.state == S.CONFIRMED:
        report.values.update(confirmed=False)
    report.state, report.returned_reason, report.returned_due = S.RETURNED, reason, due
    report.remarks = {code: text.strip()[:1000] for code, text in (remarks or {}).items() if text.strip()}
    report.confirmed_at = None
    report.save()
    casework.note("return_report", report, by, reason=reason, due=due.isoformat())
    notify(
        people_of(report.unit),
        kind=Kind.RETURNED,
        about=report.application.project_name or report.application.number,
        subject=f"绩效填报已退回：{report.application.project_name or report.application.number}",
        body=f"{reason}\n请在{due:%Y年%-m月%-d日}前修改后重新报送。",
        link=f"/unit/reports/{report.pk}/",
    )
    return report


@transaction.atomic
def confirm_report(
    report: PerformanceReport, *, by: Person, judgements: Mapping[str, str] | None = None
) -> PerformanceReport:
    """Confirm a submitted report; its facts count as confirmed from now on, in the place of those confirmed before.

    ``judgements`` by indicator: the step a graded goal reached, and that what is said not to apply truly does not. Refused
    while one is lacking; who does not agree that something does not apply returns the report.
    """
    report = casework.locked(report)
    require(access.may_decide(actor(by), report))
    require(states.may_move(report, "confirm"))
    revision = report.revisions.order_by("-number")[0]
    report.judgements = _judged(report, revision, judgements or {})
    report.state, report.confirmed_at = S.CONFIRMED, clock.now()
    report.save(update_fields=["state", "confirmed_at", "judgements"])
    facts.write(report, revision, confirmed=True)
    report.corrections.filter(state=Correction.State.OPEN).update(state=Correction.State.DONE)
    casework.note("confirm_report", report, by, revision=revision.number, judgements=report.judgements)
    return report


def _judged(
    report: PerformanceReport, revision: ReportRevision, judgements: Mapping[str, str]
) -> dict[str, str]:
    """What was asked of the reviewer and answered; refused while something is lacking."""
    asked = queries.to_judge(report, revision.answers)
    lacking = {code: one for code, one in asked.items() if judgements.get(code) not in one.choices}
    if lacking:
        names = _("、").join(one.indicator.name for one in lacking.values())
        raise refuse(
            "form",
            _("还有 %(count)s 项需要您评定：%(names)s。") % {"count": len(lacking), "names": names},
            remedy=_("请逐项评定；不同意“不适用”的，请退回修改。"),
            fields={f"judge-{code}": _("请评定") for code in lacking},
        )
    return {code: judgements[code] for code in asked}


@transaction.atomic
def extend_report(report: PerformanceReport, *, by: Person, until: date, reason: str) -> PerformanceReport:
    """Grant one project a later day 个别延期, with the reason. Everyone else's date stands."""
    report = casework.locked(report)
    require(access.may_decide(actor(by), report))
    require(states.may_move(report, "extend"))
    reason = reason.strip()[:500]
    if not reason:
        raise refuse("form", _("个别延期必须写明理由。"), fields={"reason": _("请填写延期理由")})
    current = report.extended_to or report.due
    if until < clock.today() or (current and until <= current):
        raise refuse(
            "form", _("延期后的日期应晚于原截止日，且不早于今天。"), fields={"until": _("请选择更晚的日期")}
        )
    report.extended_to, report.extended_reason = until, reason
    report.save(update_fields=["extended_to", "extended_reason"])
    casework.note("extend_report", report, by, until=until.isoformat(), reason=reason)
    notify(
        people_of(report.unit),
        kind=Kind.EXTENDED,
        about=report.application.project_name or report.application.number,
        subject=f"绩效填报已延期至{until:%Y年%-m月%-d日}",
        body=f"{report.application.project_name or report.application.number}：{reason}",
        link=f"/unit/reports/{report.pk}/",
    )
    return report
