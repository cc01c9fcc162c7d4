"""Changing a committed target: asked for by the unit's leader, decided by the level that designated the project.

Committed targets are frozen; what a year was confirmed against is never changed afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Case, Q, When
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import Refused, refuse, require
from tongchou.designations.models import Designation, Level
from tongchou.forms import ranges
from tongchou.forms.finding import Findings
from tongchou.forms.limits import check_limits
from tongchou.forms.values import Malformed, clean_value
from tongchou.monitoring import access, casework, facts
from tongchou.monitoring.attainment import Target, stored_target
from tongchou.monitoring.change_models import TargetChange
from tongchou.monitoring.indicators import asked, show_target
from tongchou.monitoring.models import AnnualTarget, PerformanceReport
from tongchou.orgs.queries import authority_over, officers, people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongchou.applications.models import Application
    from tongchou.forms.definition import Indicator
    from tongchou.orgs.models import Person, Unit
    from tongchou.orgs.scopes import Actor

S = TargetChange.State
LONGEST_REASON = 2000
_LEVELS = list(Level.values)


# ---------------------------------------------------------------- asking


@transaction.atomic
def request_target_change(
    application: Application, *, indicator: str, year: int, target: Any, reason: str, by: Person
) -> TargetChange:
    """Ask for another target of one indicator and year. ``target`` is as a plan's answers hold it: a number, or a text.

    Refused where none is committed, once the year's report was confirmed, and while a request for it waits.
    """
    require(access.may_request(actor(by), application))
    frozen = _frozen(application, indicator, year)
    _require_not_confirmed(application, year)
    defined = indicator_of(application, indicator)
    wanted = _cleaned(defined, target)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise refuse("form", _("变更目标必须写明理由。"), fields={"reason": _("请填写变更理由")})
    before = target_of(frozen)
    if wanted == before:
        raise refuse("form", _("新的目标与原目标相同。"), fields={"target": _("请填写要改成的目标")})
    if TargetChange.objects.filter(
        application=application, indicator=indicator, year=year, state=S.ASKED
    ).exists():
        raise refuse(
            "state",
            _("“%(indicator)s”%(year)s年目标的变更申请正在审批。")
            % {"indicator": defined.name, "year": year},
            remedy=_("请等待批复，或先撤回原申请。"),
        )
    level = _level(application)
    change = TargetChange.objects.create(
        application=application,
        unit=application.unit,
        scope_path=application.scope_path,
        level=level,
        indicator=indicator,
        year=year,
        old_value=before.value,
        old_upper=before.upper,
        old_text=before.text,
        value=wanted.value,
        upper=wanted.upper,
        text=wanted.text,
        reason=reason,
        asked_at=clock.now(),
        asked_by=by,
    )
    _note("request_target_change", change, by, reason=reason)
    if authority := authority_over(application.scope_path, level):
        notify(
            officers(authority),
            kind=Kind.WAITING,
            about=str(application),
            subject=f"申请变更年度目标：{application.project_name or application.number}",
            body=f"{defined.name}（{year}年）：{show_target(defined, before)}改为{show_target(defined, wanted)}。理由：{reason}",
            link="/authority/monitoring/targets/",
        )
    return change


@transaction.atomic
def withdraw_target_change(change: TargetChange, *, by: Person) -> TargetChange:
    """Take back a request that is not decided yet."""
    change = _locked(change)
    require(access.may_request(actor(by), change.application))
    _require_asked(change)
    change.state = S.WITHDRAWN
    change.save(update_fields=["state"])
    _note("withdraw_target_change", change, by)
    return change


# ---------------------------------------------------------------- deciding


@transaction.atomic
def approve_target_change(change: TargetChange, *, by: Person, reason: str = "") -> TargetChange:
    """Put the new target in the place of the old one, and hold what was reported against it.

    Refused when the year was confirmed meanwhile.
    """
    change = _locked(change)
    require(access.may_decide_target(actor(by), change))
    _require_asked(change)
    reports = [
        casework.locked(report)
        for report in PerformanceReport.objects.filter(
            application=change.application, period__year=change.year
        )
    ]
    _require_not_confirmed(change.application, change.year)
    AnnualTarget.objects.filter(
        application=change.application, indicator=change.indicator, year=change.year
    ).update(value=change.value, upper=change.upper, text=change.text)
    for report in reports:
        if revision := report.revisions.order_by("-number").first():
            facts.write(report, revision)
    return _decided(change, S.APPROVED, by, reason.strip())


@transaction.atomic
def refuse_target_change(change: TargetChange, *, by: Person, reason: str) -> TargetChange:
    """Leave the target as it is, with the reason."""
    change = _locked(change)
    require(access.may_decide_target(actor(by), change))
    _require_asked(change)
    if not reason.strip():
        raise refuse("form", _("不同意必须写明理由。"), fields={"answer": _("请填写理由")})
    return _decided(change, S.REFUSED, by, reason.strip())


def _decided(change: TargetChange, state: TargetChange.State, by: Person, reason: str) -> TargetChange:
    change.state, change.decided_at, change.decided_by = state, clock.now(), by
    change.answer = reason[:LONGEST_REASON]
    change.save(update_fields=["state", "decided_at", "decided_by", "answer"])
    said = "approve_target_change" if state == S.APPROVED else "refuse_target_change"
    _note(said, change, by, reason=reason)
    notify(
        people_of(change.application.unit),
        kind=Kind.DECIDED,
        about=str(change.application),
        subject=f"年度目标变更{change.get_state_display()}：{change.application.project_name or change.application.number}",
        body=reason or "新的目标即日起适用。",
        link=f"/unit/applications/{change.application_id}/targets/",
    )
    return change


# ---------------------------------------------------------------- reading


def of_actor(of: Actor) -> QuerySet[TargetChange]:
    """The requests of projects an officer stands above, what waits first, then the latest."""
    scope = Q(pk=None)
    for authority in of.authorities_as():
        scope |= Q(scope_path__startswith=authority.place.path)
    return _ordered(TargetChange.objects.filter(scope))


def of_units(units: list[Unit]) -> QuerySet[TargetChange]:
    """The requests of one's units."""
    return _ordered(TargetChange.objects.filter(application__unit__in=units))


def _ordered(rows: QuerySet[TargetChange]) -> QuerySet[TargetChange]:
    return rows.select_related(
        "application__edition", "application__task", "application__unit", "asked_by", "decided_by"
    ).order_by(Case(When(state=S.ASKED, then=0), default=1), "-pk")


@dataclass(frozen=True, slots=True)
class Told:
    """A request as people read it."""

    indicator: str
    old: str
    new: str
    cite: list[str]


def told(change: TargetChange) -> Told:
    """The indicator, and both targets with their unit."""
    indicator = indicator_of(change.application, change.indicator)
    before = Target(change.old_value, change.old_upper, change.old_text)
    return Told(
        indicator.name,
        show_target(indicator, before),
        show_target(indicator, target_of(change)),
        list(indicator.cite),
    )


def indicator_of(application: Application, code: str) -> Indicator:
    """The indicator of the project's own edition; refused where it has none of this code."""
    for indicator in asked(application.edition.pack.indicators, application.variant):
        if indicator.code == code:
            return indicator
    raise refuse("form", _("没有这项指标。"), fields={"indicator": _("请选择指标")})


def target_of(row: AnnualTarget | TargetChange) -> Target:
    """What a row commits to."""
    return Target(row.value, row.upper, row.text)


def is_closed(application: Application, year: int) -> bool:
    """Whether the year's figures were confirmed, so that its targets stay."""
    reports = PerformanceReport.objects.filter(application=application, period__year=year)
    return reports.filter(Q(state=PerformanceReport.State.CONFIRMED) | Q(values__confirmed=True)).exists()


# ---------------------------------------------------------------- inside


def _locked(change: TargetChange) -> TargetChange:
    return (
        TargetChange.objects.select_for_update(of=("self",))
        .select_related("application__edition", "application__unit")
        .get(pk=change.pk)
    )


def _frozen(application: Application, indicator: str, year: int) -> AnnualTarget:
    found = AnnualTarget.objects.filter(application=application, indicator=indicator, year=year).first()
    if found is None:
        raise refuse(
            "form",
            _("这项指标在%(year)s年没有已确定的目标。") % {"year": year},
            fields={"indicator": _("请选择有年度目标的指标")},
        )
    return found


def _require_not_confirmed(application: Application, year: int) -> None:
    if is_closed(application, year):
        raise refuse(
            "state",
            _("%(year)s年的绩效数据已经确认，目标不能再变更。") % {"year": year},
            remedy=_("只能变更尚未确认年度的目标；数据有误的，请申请更正。"),
        )


def _require_asked(change: TargetChange) -> None:
    if change.state != S.ASKED:
        raise refuse(
            "state", _("这份变更申请“%(state)s”，不能再办理。") % {"state": _(change.get_state_display())}
        )


def _level(application: Application) -> str:
    """The highest level that designated the project and still holds."""
    held = Designation.objects.filter(application=application, revoked_on=None).values_list(
        "level", flat=True
    )
    above = [level for level in held if level != Level.SCHOOL]
    if not above:
        raise refuse("state", _("这个项目没有有效的认定，目标不需要审批变更。"))
    return max(above, key=_LEVELS.index)


def _cleaned(indicator: Indicator, target: Any) -> Target:
    """``target`` as it is frozen; what is malformed or out of bounds is refused by name."""
    try:
        value = clean_value(indicator.target_field, target)
        if value is None:
            raise _refused(_("请填写新的目标"))
        if indicator.goal == "range":
            value = ranges.canonical(indicator, value)
        wanted = stored_target(indicator, value)
    except Malformed as error:
        raise _refused(_("“%(label)s”%(reason)s。") % {"label": indicator.name, "reason": error}) from None
    found = Findings()
    for bound in (wanted.value, wanted.upper):
        if bound is not None:
            check_limits(indicator.value_field, float(bound), found)
    if found.all:
        raise _refused(found.all[0].message)
    return wanted


def _refused(reason: str) -> Refused:
    return refuse("form", _("新的目标有误。"), fields={"target": reason})


def _note(action: str, change: TargetChange, by: Person, **data: Any) -> None:
    audit.record(
        action,
        change,
        by=by,
        scope_path=change.scope_path,
        unit_id=change.unit_id,
        application=change.application_id,
        indicator=change.indicator,
        year=change.year,
        old=str(change.old_value if not change.old_text else change.old_text),
        new=str(change.value if not change.text else change.text),
        **data,
    )
