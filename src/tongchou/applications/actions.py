"""Every write of applications."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications import (
    access,
    extensions,
    internal,
    paper,
    prefill,
    queries,
    sealed,
    states,
    steps,
    uniqueness,
)
from tongchou.applications.casework import locked, note
from tongchou.applications.internal_models import Desk
from tongchou.applications.models import Application, Draft, Revision
from tongchou.applications.saving import Saved, project_name, save_draft, save_typed
from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.core.dates import day_text
from tongchou.forms.schema import sections_for
from tongchou.orgs.models import Unit
from tongchou.orgs.queries import authority_over, officers
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.programmes import queries as programme_queries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongchou.orgs.models import Person
    from tongchou.programmes.models import Round, Task

__all__ = ["Saved", "save_draft", "save_typed"]  # a file of their own; actions all the same

S = Application.State


@transaction.atomic
def begin(
    unit: Unit,
    *,
    task: Task,
    variant: str,
    round: Round,
    by: Person,
    figures: Iterable[prefill.Figure] = (),
) -> Application:
    """Begin a declaration on the edition that holds where the unit stands; it keeps that edition.

    Filled in with what is known of the unit (see ``prefill``); ``figures`` are what it last reported, which the room of
    reports adds in ``monitoring.beginning.begin``.

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
    extension = extensions.require_window(unit, task, variant, round)
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
    first = prefill.start(
        unit,
        task=task,
        variant=variant,
        round=round,
        pack=edition.pack,
        sections=sections,
        figures=figures,
    )
    Draft.objects.create(
        application=application,
        answers=first.answers,
        sources=first.sources,
        known=first.known,
        saved_at=now,
        saved_by=by,
    )
    under = {"extension": extension.pk} if extension else {}
    note("begin", application, by, task=task.code, variant=variant, **under)
    return application


_FROZEN = [
    "state", "step", "resume_step", "returned_due", "opened_at", "desk", "submitted_at", "project_name",
]  # fmt: skip


def freeze_revision(application: Application, *, by: Person) -> Revision:
    """Freeze the draft as the next revision and move the case to the step that decides on it. Inside a transaction.

    The part of submitting that belongs to this room; ``reviews.actions.submit`` takes the quota in the same transaction.
    Refused when the window is shut (unless the case was returned and is not overdue) or anything is missing or wrong.
    """
    application = locked(application)
    require(access.may_submit(actor(by), application))
    require(states.may_move(application, "submit"))
    internal.require_checked(application)
    extension = None
    if application.state == S.RETURNED:
        if application.returned_due and clock.today() > application.returned_due:
            raise refuse(
                "window",
                _("退回修改的期限是%(returned_due)s，已经过期。")
                % {"returned_due": day_text(application.returned_due)},
                remedy=_("请联系退回的主管部门另定期限。"),
            )
    else:
        extension = extensions.require_window(
            application.unit,
            application.task,
            application.variant,
            application.round,
            application=application,
        )
    draft = application.draft
    attached = list(queries.evidence(application))
    seen = queries.look(application, draft.answers, attached=attached)
    internal.require_complete(seen.findings)
    scans = sealed.require_matched(application)
    frozen = draft.answers | seen.computed
    revision = Revision.objects.create(
        application=application,
        number=queries.latest_number(application) + 1,
        answers=frozen,
        digest=paper.content_digest(application, frozen, attached),
        submitted_at=clock.now(),
        submitted_by=by,
    )
    following = steps.following(application.edition.pack, application.unit.kind, steps.DECLARE)
    application.state = S.IN_REVIEW if following else S.CONCLUDED
    application.step = application.resume_step or (following.code if following else steps.DECLARE)
    application.resume_step, application.returned_due, application.opened_at = "", None, None
    application.desk = Desk.FILLER
    application.submitted_at = revision.submitted_at
    application.project_name = project_name(frozen)
    application.save(update_fields=_FROZEN)
    if application.edition.pack.unique:
        uniqueness.claim(application, queries.reading(application, frozen))
    under = ({"extension": extension.pk} if extension else {}) | ({"scans": scans} if scans else {})
    note(
        "submit",
        application,
        by,
        revision=revision.number,
        digest=revision.digest,
        step=application.step,
        **under,
    )
    return revision


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
            kind=Kind.WAITING,
            about=str(application),
            subject=f"待办：{application.project_name or application.number}",
            body=f"{application.unit.name}的申报到达您的环节。",
            link=f"/authority/cases/{application.pk}/",
        )
