"""Every write of applications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import access, queries, states, steps, uniqueness
from tongchou.applications.casework import locked, note
from tongchou.applications.models import Application, Draft, Revision
from tongchou.applications.saving import Saved, project_name, save_draft, save_typed
from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.core.dates import day_text
from tongchou.core.digests import digest_of
from tongchou.forms.schema import by_code, sections_for
from tongchou.orgs.models import Unit
from tongchou.orgs.queries import authority_over, officers
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.programmes import queries as programme_queries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tongchou.orgs.models import Person
    from tongchou.programmes.models import Round, Task

__all__ = ["Saved", "save_draft", "save_typed"]  # a file of their own; actions all the same

S = Application.State


@transaction.atomic
def begin(unit: Unit, *, task: Task, variant: str, round: Round, by: Person) -> Application:
    """Begin a declaration on the edition that holds where the unit stands; it keeps that edition.

    Refused when the unit is not verified, its kind may not lead this variant, or the declaring window is shut.
    """
    unit = Unit.objects.select_related("authority", "place").get(
        pk=unit.pk
    )  # as it stands, not as it was read
    require(access.may_begin(actor(by), unit))
    if round.programme_id != task.programme_id:
        raise refuse(
            "form",
            _("%(round)s不是“%(task)s”的批次。") % {"round": round.name, "task": task.name},
            fields={"round": _("请选择批次")},
        )
    if round.year > clock.today().year:
        raise refuse(
            "window",
            _("%(round)s尚未开始，%(year)s年1月1日起办理。") % {"round": round.name, "year": round.year},
            remedy=_("请选择当年或以前的批次。"),
        )
    edition = programme_queries.edition_for(task, unit.scope_path)
    offered = {v.code: v for v in edition.pack.variants}
    if variant not in offered:
        raise refuse(
            "form",
            _("%(task)s没有“%(variant)s”这一类别。") % {"task": task.name, "variant": variant},
            fields={"variant": _("请选择类别")},
        )
    if unit.kind not in offered[variant].leads:
        raise refuse(
            "eligibility",
            _("%(variant)s不能由%(kind)s牵头申报。")
            % {"variant": offered[variant].name, "kind": _(unit.get_kind_display())},
            clause="；".join(offered[variant].cite),
            remedy=_("请核对建设指南对牵头单位的要求。"),
        )
    _require_window(task, unit.scope_path, variant, round)
    now = clock.now()
    application = Application.objects.create(
        round=round,
        task=task,
        edition=edition,
        variant=variant,
        unit=unit,
        place_path=unit.place_path,
        scope_path=unit.scope_path,
        number=f"new-{by.pk}-{now.timestamp()}",
        step=steps.DECLARE,
        begun_at=now,
    )
    application.number = f"{round.code}-{task.number:02d}-{unit.place_id}-{application.pk:06d}"
    application.save(update_fields=["number"])
    sections = sections_for(edition.pack.form, variant)
    Draft.objects.create(
        application=application, answers=_prefilled(sections, unit), saved_at=now, saved_by=by
    )
    note("begin", application, by, task=task.code, variant=variant)
    return application


_PREFILL: dict[str, Callable[[Unit], Any]] = {
    "unit.name": lambda unit: unit.name,
    "unit.uscc": lambda unit: unit.uscc,
    "unit.kind": lambda unit: unit.get_kind_display(),
    "unit.place": lambda unit: unit.place.name,
    "unit.school_code": lambda unit: unit.school_code,
}


def _prefilled(sections: Any, unit: Unit) -> dict[str, Any]:
    return {
        code: _PREFILL[asked.prefill](unit)
        for code, asked in by_code(sections).items()
        if asked.prefill and asked.type == "text"
    }


def _require_window(task: Task, scope_path: str, variant: str, round_: Round) -> None:
    window = programme_queries.window_state(
        task, scope_path, "declare", binds="units", variant=variant, at=clock.now(), year=round_.year
    )
    if not window.open:
        raise refuse(
            "window",
            window.message,
            clause="；".join(window.cite),
            remedy=_("请等待主管部门的通知。")
            if window.waiting
            else _("如确有原因，请联系主管部门申请个别延期。"),
        )


@transaction.atomic
def freeze_revision(application: Application, *, by: Person) -> Revision:
    """Freeze the draft as the next revision and move the case to the step that decides on it.

    The part of submitting that belongs to this room; ``reviews.actions.submit`` takes the quota in the same transaction.
    Refused when the window is shut (unless the case was returned and is not overdue) or anything is missing or wrong.
    """
    application = locked(application)
    require(access.may_submit(actor(by), application))
    require(states.may_move(application, "submit"))
    if application.state == S.RETURNED:
        if application.returned_due and clock.today() > application.returned_due:
            raise refuse(
                "window",
                _("退回修改的期限是%(returned_due)s，已经过期。")
                % {"returned_due": day_text(application.returned_due)},
                remedy=_("请联系退回的主管部门另定期限。"),
            )
    else:
        _require_window(application.task, application.scope_path, application.variant, application.round)
    draft = application.draft
    seen = queries.look(application, draft.answers)
    if found := [finding for finding in seen.findings if finding.blocks]:
        first = found[0]
        raise refuse(
            "incomplete",
            _("还有 %(count)s 处未完成或不符合要求，例如：%(example)s")
            % {"count": len(found), "example": first.message},
            clause="；".join(first.cite),
            remedy=_("请按检查结果逐项修改后再提交。"),
            fields={f.field: f.message for f in reversed(found) if f.field},
        )
    frozen = draft.answers | seen.computed
    last = queries.latest_revision(application)
    revision = Revision.objects.create(
        application=application,
        number=last.number + 1 if last else 1,
        answers=frozen,
        digest=_digest(frozen, application),
        submitted_at=clock.now(),
        submitted_by=by,
    )
    following = steps.following(application.edition.pack, application.unit.kind, steps.DECLARE)
    application.state = S.IN_REVIEW if following else S.CONCLUDED
    application.step = application.resume_step or (following.code if following else steps.DECLARE)
    application.resume_step, application.returned_due, application.opened_at = "", None, None
    application.submitted_at = revision.submitted_at
    application.project_name = project_name(frozen)
    application.save()
    if application.edition.pack.unique:
        uniqueness.claim(application, queries.reading(application, frozen))
    note("submit", application, by, revision=revision.number, digest=revision.digest, step=application.step)
    return revision


def _digest(answers: Mapping[str, Any], application: Application) -> str:
    proofs = sorted(
        [e.field, e.indicator, e.year or 0, e.file.sha256, e.pages] for e in queries.evidence(application)
    )
    return digest_of([answers, proofs])


@transaction.atomic
def reopen_draft(application: Application, *, by: Person) -> Application:
    """Give a submitted case back to its unit: the part of withdrawing that belongs to this room.

    Until the next step has opened it. ``reviews.actions.withdraw`` gives the quota's place back with it.
    """
    application = locked(application)
    require(access.may_submit(actor(by), application))
    require(states.may_move(application, "withdraw"))
    first = steps.following(application.edition.pack, application.unit.kind, steps.DECLARE)
    if application.opened_at is not None or first is None or application.step != first.code:
        raise refuse(
            "state",
            _("申报 %(number)s 已由下一环节受理，不能撤回。") % {"number": application.number},
            remedy=_("如需修改，请联系主管部门退回。"),
        )
    application.state, application.step = S.DRAFT, steps.DECLARE
    application.save(update_fields=["state", "step"])
    uniqueness.release(application)
    note("withdraw", application, by)
    return application


@transaction.atomic
def mark_opened(application: Application, *, by: Person) -> None:
    """Note that the step the case waits at has opened it; from then on the unit can't withdraw it by itself."""
    application = locked(application)
    if application.state != S.IN_REVIEW or application.opened_at is not None:
        return
    level = steps.find(application.edition.pack, application.step).level
    if actor(by).officer_of(level, application.scope_path) is None:
        return
    application.opened_at = clock.now()
    application.save(update_fields=["opened_at"])
    note("open", application, by, step=application.step)


def tell_next(application: Application) -> None:
    """Tell the officers of the step the case now waits at."""
    from_level = steps.find(application.edition.pack, application.step).level
    authority = authority_over(application.scope_path, from_level)
    if authority is not None:
        notify(
            officers(authority),
            subject=f"待办：{application.project_name or application.number}",
            body=f"{application.unit.name}的申报到达您的环节。",
            link=f"/authority/cases/{application.pk}/",
        )
