"""What must hold of a public notice: which cases may stand on it, how long it stands, and that it is over."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.applications import queries as application_queries
from tongchou.applications import steps
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.core.dates import day_text
from tongchou.designations.notice_models import NoticedCase, Objection
from tongchou.programmes.working_days import is_rest_day
from tongchou.reviews.casework import require_scored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.orgs.models import Authority
    from tongchou.programmes.models import Round, Task
    from tongchou.programmes.pack_format import Step
    from tongchou.reviews.models import Decision

_NAMED = 5  # cases named in one refusal


def last_day_of(first: date, days: int, *, working: bool) -> date:
    """The last day of a notice that begins on ``first``, which is not counted. Without working days rest days count too."""
    day = first
    while days:
        day += timedelta(days=1)
        days -= not (working and is_rest_day(day))
    return day


def require_over(application: Application, decision: Decision) -> None:
    """Refuse (code ``notice``) to designate while the case still has to be on notice, or an objection to it is open.

    Inside the designating transaction. The entry's row is locked, as filing an objection locks it: none comes between.
    """
    step = steps.find(application.edition.pack, decision.step)
    entry = (
        NoticedCase.objects.select_for_update(of=("self",))
        .filter(application=application, step=step.code, removed_at=None, revision=decision.revision_id)
        .select_related("notice")
        .first()
    )
    clause = "；".join(step.cite)
    number = {"number": application.number}
    if entry is None or entry.notice.closes_at is None:
        if step.notice_days is None:
            return
        raise refuse(
            "notice",
            _("申报 %(number)s 还没有公示，不能认定。") % number,
            clause=clause,
            remedy=_("请先列入公示名单，公示期满、没有未答复的异议后再认定。"),
        )
    if clock.now() < entry.notice.closes_at:
        day = day_text(clock.last_day(entry.notice.closes_at))
        raise refuse(
            "notice",
            _("申报 %(number)s 正在公示，至 %(day)s 期满，现在不能认定。") % (number | {"day": day}),
            clause=clause,
            remedy=_("请在公示期满后认定。"),
        )
    if waiting := Objection.objects.filter(case=entry, state__in=Objection.OPEN).count():
        raise refuse(
            "notice",
            _("申报 %(number)s 有 %(count)s 件异议没有答复，不能认定。") % (number | {"count": waiting}),
            clause=clause,
            remedy=_("请先核实并答复异议。"),
        )


def require_fitting(
    row: Application, authority: Authority, task: Task, round: Round, step: str, variant: str
) -> None:
    """The case waits at this designating step of this authority, for this task and round."""
    at = steps.find(row.edition.pack, row.step)
    fits = (
        row.state == Application.State.IN_REVIEW
        and row.step == step
        and at.kind == "designate"
        and at.level == authority.place.level
        and row.scope_path.startswith(authority.place.path)
        and (row.task_id, row.round_id) == (task.pk, round.pk)
        and variant in {"", row.variant}
    )
    if not fits:
        raise refuse(
            "scope",
            _("申报 %(number)s 不在%(authority)s的这一认定环节，不能列入公示。")
            % {"number": row.number, "authority": authority.name},
            remedy=_("请去掉这份申报后再试。"),
        )


def require_ready(entries: Sequence[NoticedCase]) -> None:
    """Every case still waits at the step with the revision listed, and its expert review is through."""
    gone = []
    for entry in entries:
        case = entry.application
        latest = application_queries.latest_revision(case)
        if (
            case.state != Application.State.IN_REVIEW
            or case.step != entry.step
            or latest is None
            or latest.pk != entry.revision_id
        ):
            gone.append(case.number)
            continue
        require_scored(case)
    if gone:
        raise refuse(
            "state",
            _("%(count)s 份申报已不在这一环节或已有新的版本：%(numbers)s。")
            % {"count": len(gone), "numbers": _("、").join(gone[:_NAMED])},
            remedy=_("请将其移出草稿后再发布。"),
        )


def strictest(entries: Sequence[NoticedCase]) -> Step | None:
    """The strictest demand of the packs of the cases listed, if any makes one."""
    found = {
        entry.application.edition_id: steps.find(entry.application.edition.pack, entry.step)
        for entry in entries
    }
    asked = [step for step in found.values() if step.notice_days is not None]
    return max(asked, key=lambda step: (step.notice_working, step.notice_days), default=None)
