"""What follows from a conclusion 结果运用, decided by an officer: confirmed with one click, or set aside with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.core.dates import day_text
from tongchou.designations import actions as designations
from tongchou.designations import standing
from tongchou.designations.models import Designation
from tongchou.monitoring import consequences, schemes
from tongchou.monitoring import evaluation_access as access
from tongchou.monitoring import evaluation_states as states
from tongchou.monitoring.evaluation_casework import locked, note
from tongchou.monitoring.evaluation_models import Assessment, Measure, Rectification
from tongchou.orgs.queries import people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from tongchou.monitoring.consequences import Proposal
    from tongchou.orgs.models import Person, Unit
    from tongchou.programmes.models import Task

Does = Measure.Does


@transaction.atomic
def confirm_measure(
    assessment: Assessment,
    *,
    code: str,
    by: Person,
    reason: str = "",
    due: date | None = None,
    until: date | None = None,
) -> Measure:
    """Confirm a consequence and do what it says: begin a rectification, bar the unit, renew or revoke the designations.

    ``due``: last day of a rectification where the scheme gives no number of days. ``until``: last day of a bar, or of what is
    renewed, by default the end of the next cycle. ``reason``: what the authority found, or what is to be mended.
    """
    assessment, proposal = _decided_on(assessment, code, by)
    consequence, today = proposal.consequence, clock.today()
    does = Does(consequence.does)
    if proposal.found and not reason.strip():
        raise refuse(
            "form",
            _("这一情形由主管部门认定，请写明事实和依据。"),
            clause="；".join(consequence.cite),
            fields={"reason": _("请填写认定的事实和依据")},
        )
    if does == Does.RECTIFY:
        due = due or (today + timedelta(days=consequence.days) if consequence.days else None)
        if due is None or due <= today:
            raise refuse("form", _("请写明整改期限。"), fields={"due": _("请选择今天以后的日期")})
    if does == Does.BAR:
        until = until or date(assessment.evaluation.year + (_cycle(assessment) or 1), 12, 31)
        if until <= today:
            raise refuse("form", _("限制的截止日应晚于今天。"), fields={"until": _("请选择今天以后的日期")})
    measure = _keep(assessment, proposal, Measure.State.CONFIRMED, by=by, reason=reason, until=until)
    note("confirm_measure", assessment, by, code=code, does=consequence.does, reason=reason.strip())
    said = [f"{consequence.text}（{measure.get_does_display()}）。", proposal.because, reason.strip()]
    if does == Does.RECTIFY and due is not None:
        Rectification.objects.create(
            measure=measure,
            unit_id=assessment.unit_id,
            scope_path=assessment.scope_path,
            demands=reason.strip() or consequence.text,
            due=due,
        )
        said.append(f"请在{day_text(due)}前完成整改并报送整改情况。")
    elif does == Does.RENEW:
        _renew(assessment, measure, until, by=by)
    elif does == Does.REVOKE:
        _revoke(assessment, measure, by=by)
    notify(
        people_of(assessment.unit),
        kind=Kind.EVALUATED,
        about=str(assessment),
        subject=f"考核结果运用：{assessment}，{measure.get_does_display()}",
        body="\n".join(part for part in said if part),
        link=f"/unit/evaluations/{assessment.pk}/",
    )
    return measure


@transaction.atomic
def set_measure_aside(assessment: Assessment, *, code: str, by: Person, reason: str) -> Measure:
    """Decide not to follow a consequence that was proposed; the reason is kept."""
    assessment, proposal = _decided_on(assessment, code, by)
    if not reason.strip():
        raise refuse("form", _("不予采取必须写明理由。"), fields={"reason": _("请填写理由")})
    measure = _keep(assessment, proposal, Measure.State.SET_ASIDE, by=by, reason=reason)
    note("set_measure_aside", assessment, by, code=code, reason=reason.strip())
    return measure


def require_not_barred(unit: Unit, task: Task) -> None:
    """Refuse a unit that an evaluation of the task bars from the next selection 不得参加下一周期遴选."""
    bar = (
        Measure.objects.filter(
            does=Does.BAR,
            state=Measure.State.CONFIRMED,
            until__gte=clock.today(),
            assessment__unit=unit,
            assessment__evaluation__task=task,
        )
        .select_related("assessment__evaluation")
        .order_by("-until")
        .first()
    )
    if bar is not None and bar.until is not None:
        raise refuse(
            "barred",
            _("按%(evaluation)s的结论，贵单位在%(day)s以前不能申报“%(task)s”。")
            % {"evaluation": bar.assessment.evaluation, "day": day_text(bar.until), "task": task.name},
            clause="；".join(bar.cite),
            remedy=_("如有异议，请向作出结论的主管部门反映。"),
        )


def _decided_on(assessment: Assessment, code: str, by: Person) -> tuple[Assessment, Proposal]:
    """The assessment under lock, and the proposal that is decided on."""
    assessment = locked(assessment)
    require(access.may_conclude(actor(by), assessment.evaluation))
    require(states.may_move(assessment, "measure"))
    open_ones = consequences.proposals([assessment])[assessment.pk]
    proposal = next((p for p in open_ones if p.consequence.code == code), None)
    if proposal is None:
        raise refuse(
            "state",
            _("这项结果运用现在不成立，或者已经办理。"),
            remedy=_("请刷新页面，查看最新情况。"),
        )
    return assessment, proposal


def _keep(
    assessment: Assessment,
    proposal: Proposal,
    state: str,
    *,
    by: Person,
    reason: str,
    until: date | None = None,
) -> Measure:
    consequence = proposal.consequence
    return Measure.objects.create(
        assessment=assessment,
        conclusion=assessment.conclusions.get(corrected_by=None),
        code=consequence.code,
        does=consequence.does,
        text=consequence.text,
        cite=consequence.cite,
        because=proposal.because,
        reason=reason.strip(),
        until=until if Does(consequence.does) in {Does.BAR, Does.RENEW} else None,
        state=state,
        at=clock.now(),
        by=by,
    )


def _cycle(assessment: Assessment) -> int | None:
    scheme = schemes.scheme_of(assessment.evaluation)
    return scheme.years or consequences.cycle_of(assessment.evaluation, scheme)


def _own(assessment: Assessment) -> list[Designation]:
    """What the authority that evaluates has designated itself; what others designated stays theirs to decide."""
    return list(
        Designation.objects.filter(
            application=assessment.application_id,
            revoked_on=None,
            authority=assessment.evaluation.authority_id,
        )
    )


def _why(measure: Measure) -> str:
    return "；".join(part for part in (measure.text, measure.because, measure.reason, *measure.cite) if part)


def _renew(assessment: Assessment, measure: Measure, until: date | None, *, by: Person) -> None:
    """Put off the end of what has one, by a cycle where no day is named; what has no end goes on as it is."""
    years = _cycle(assessment) or 1
    for designation in _own(assessment):
        if designation.ends_on is not None:
            last = until or standing.years_after(designation.ends_on, years) - timedelta(days=1)
            standing.renew(designation, until=last, by=by, reason=_why(measure))


def _revoke(assessment: Assessment, measure: Measure, *, by: Person) -> None:
    """Revoke what the authority itself designated; refused where that is nothing."""
    held = _own(assessment)
    if not held:
        raise refuse(
            "state",
            _("%(authority)s没有对本项目作出的有效认定，不能撤销。")
            % {"authority": assessment.evaluation.authority.name},
            remedy=_("请由作出认定的主管部门撤销。"),
        )
    for designation in held:
        designations.revoke(designation, by=by, reason=_why(measure))
