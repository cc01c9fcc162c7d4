"""Undoing the latest decision on a case: what may be undone, and what then holds again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.applications import queries as application_queries
from tongchou.applications import states, uniqueness
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.access import refuse, require
from tongchou.reviews import quota, signing
from tongchou.reviews.casework import decide
from tongchou.reviews.models import Decision

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority, Person

S = Application.State
K = Decision.Kind
PASSING = frozenset({K.RECOMMEND, K.DESIGNATE, K.PROPOSE})
"""The decisions that hold a place."""


def latest(application: Application) -> Decision:
    """The latest decision of the locked case, if it is one that can be taken back at all."""
    last = application.decisions.select_related("authority").order_by("-at", "-id").first()
    if last is None or last.kind in {K.TAKE_BACK, K.OBJECT}:
        raise refuse(
            "state",
            _("申报 %(number)s 没有可以收回的决定。") % {"number": application.number},
            remedy=_("请刷新页面，查看最新情况。"),
        )
    return last


def require_not_acted_on(application: Application, last: Decision) -> None:
    """Refuse where the next step, or the unit, has acted since; a proposal waits at its own step."""
    require(states.may_move(application, "take_back"))
    if application.opened_at is not None and application.state != S.DECLINED and last.kind != K.PROPOSE:
        raise refuse("state", _("下一环节已经受理，不能收回。"), remedy=_("请与下一环节的主管部门联系。"))
    if application.state == S.RETURNED and application.draft.saved_at > last.at:
        raise refuse(
            "state", _("建设单位已经开始修改，不能收回。"), remedy=_("请等建设单位重新提交后再办理。")
        )
    revision = application_queries.latest_revision(application)
    if revision is not None and revision.pk != last.revision_id:
        raise refuse("state", _("建设单位已经重新提交，不能收回。"), remedy=_("请直接审核重新提交的申报。"))


def undo(
    application: Application, last: Decision, *, by: Person, authority: Authority, reason: str
) -> Decision:
    """Let the locked case wait again where ``last`` was decided, its places of that step free."""
    if last.kind == K.PROPOSE:
        signing.end(application)
    if last.kind in PASSING:
        quota.release(application, at=[last.step])
    revision = application_queries.latest_revision(application)
    if revision is not None and application.state != S.IN_REVIEW:
        uniqueness.claim(application, application_queries.reading(application, revision.answers))
    application.state, application.step = S.IN_REVIEW, last.step
    application.resume_step, application.returned_due = "", None
    application.opened_at = clock.now()
    application.save()
    return decide(application, K.TAKE_BACK, by=by, authority=authority, reason=reason)
