"""What every decision of an authority begins and ends with: the locked case, its window and marks, the record, the way on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from tongchou.applications import actions as application_actions
from tongchou.applications import queries as application_queries
from tongchou.applications import states, steps
from tongchou.applications.casework import locked, note
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.orgs.queries import people_of
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.programmes.queries import window_state
from tongchou.reviews import access
from tongchou.reviews.expert_models import PanelResult
from tongchou.reviews.models import Assignment, Decision
from tongchou.reviews.step_models import Signature

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority, Person
    from tongchou.programmes.pack_format import Step

S = Application.State
_DECIDES = frozenset({"recommend", "designate", "return", "decline"})
_BINDS = {"city": "cities", "province": "province", "nation": "nation"}


def deciding(application: Application, by: Person, move: str) -> tuple[Application, Authority]:
    """The locked case and the authority ``by`` acts for, or a refusal."""
    application = locked(application)
    who = actor(by)
    require(access.may_decide(who, application))
    require(states.may_move(application, move))
    step = steps.find(application.edition.pack, application.step)
    if move in {"recommend", "designate"} and step.kind != move:
        raise refuse(
            "step",
            _("“%(step)s”环节不能%(move)s。") % {"step": step.name, "move": _(states.WORDS[move])},
            clause="；".join(step.cite),
        )
    authority = who.officer_of(step.level, application.scope_path)
    if authority is None:  # may_decide has just found it
        raise AssertionError
    if move in _DECIDES and step.countersign:
        _require_none_waiting(application, step)
    return application, authority


def _require_none_waiting(application: Application, step: Step) -> None:
    asked = Signature.objects.filter(application=application, state=Signature.State.WAITING)
    if names := list(asked.order_by("id").values_list("authority__name", flat=True)):
        raise refuse(
            "state",
            _("申报 %(number)s 正在会签，等待%(names)s。")
            % {"number": application.number, "names": _("、").join(names)},
            clause="；".join(step.cite),
            remedy=_("如需改变意见，请先收回送签。"),
        )


def decide(
    application: Application, kind: str, *, by: Person, authority: Authority, **words: Any
) -> Decision:
    """Record a decision and leave its audit record."""
    decision = recorded(application, kind, by=by, authority=authority, **words)
    note(
        kind,
        application,
        by,
        step=application.step,
        revision=decision.revision.number,
        reason=decision.reason[:200],
    )
    return decision


def recorded(
    application: Application, kind: str, *, by: Person, authority: Authority, **words: Any
) -> Decision:
    """The decision on the latest revision as a row; the action leaves its own audit record."""
    revision = application_queries.latest_revision(application)
    if revision is None:
        raise refuse("state", _("申报 %(number)s 还没有提交过。") % {"number": application.number})
    return Decision.objects.create(
        application=application,
        revision=revision,
        step=application.step,
        kind=kind,
        authority=authority,
        by=by,
        at=clock.now(),
        **words,
    )


def passed_on(application: Application, decision: Decision) -> None:
    """Move the case on after a decision that lets it pass; the unit is told of a recommendation."""
    move_on(application)
    if decision.kind == Decision.Kind.RECOMMEND:
        notify(
            people_of(application.unit),
            kind=Kind.DECIDED,
            about=str(application),
            subject=f"申报已获推荐：{application.project_name}",
            body=f"{decision.authority.name}已推荐本项目。",
            link=f"/unit/applications/{application.pk}/",
        )


def move_on(application: Application) -> None:
    """Let the case wait at the following step, or end it after the last."""
    following = steps.following(application.edition.pack, application.unit.kind, application.step)
    application.opened_at = None
    if following is None:
        application.state = S.CONCLUDED
    else:
        application.step = following.code
    application.save()
    if following is not None:
        application_actions.tell_next(application)


def require_window(application: Application, purpose: str) -> None:
    step = steps.find(application.edition.pack, application.step)
    window = window_state(
        application.task,
        application.scope_path,
        purpose,
        binds=_BINDS[step.level],
        variant=application.variant,
        at=clock.now(),
        year=application.round.year,
    )
    if not window.open:
        raise refuse(
            "window",
            window.message,
            clause="；".join(window.cite),
            remedy=_("请等待主管部门的通知。")
            if window.waiting
            else _("如确有原因，请报上级主管部门同意延期。"),
        )


def require_scored(application: Application) -> None:
    step = steps.scoring_before(application.edition.pack, application.unit.kind, application.step)
    if step is None:
        return
    revision = application_queries.latest_revision(application)
    if panel := PanelResult.objects.filter(revision=revision, step=step.code).first():
        if panel.vetoed:
            raise refuse(
                "veto",
                _("申报 %(number)s 经合议一票否决：%(reason)s")
                % {"number": application.number, "reason": panel.reason},
                clause="；".join(step.cite),
                remedy=_("请不予认定，或退回修改后重新评审。"),
            )
        return
    duties = Assignment.objects.filter(application=application, step=step.code, conflict="", superseded=False)
    done = [a for a in duties if a.submitted_at]
    if not done or len(done) < len(duties):
        raise refuse(
            "scoring",
            _("申报 %(number)s 的专家评审尚未完成（已评 %(done)s，共 %(duties)s）。")
            % {"number": application.number, "done": len(done), "duties": len(duties)},
            clause="；".join(step.cite),
            remedy=_("请先安排专家并等待其提交评分。"),
        )
    if vetoing := [a for a in done if a.vetoes]:
        raise refuse(
            "veto",
            _("申报 %(number)s 被 %(count)s 位专家一票否决：%(reason)s")
            % {
                "number": application.number,
                "count": len(vetoing),
                "reason": next(iter(vetoing[0].vetoes.values())),
            },
            clause="；".join(step.cite),
            remedy=_("请核实后不予认定，或退回修改后重新评审。"),
        )
