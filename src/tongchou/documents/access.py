"""Who may download what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.core.access import ALLOWED, Decision, Denied

if TYPE_CHECKING:
    from tongchou.applications.models import Revision
    from tongchou.designations.models import DesignationList
    from tongchou.insight.models import Bulletin
    from tongchou.orgs.scopes import Actor


def may_download_bulletin(actor: Actor | None, bulletin: Bulletin) -> Decision:
    """A bulletin is published: everybody may, without an account."""
    return ALLOWED


def may_download_list(actor: Actor | None, published: DesignationList) -> Decision:
    """A designation list is published: everybody may, without an account."""
    return ALLOWED


def may_download_form(actor: Actor, revision: Revision) -> Decision:
    """The unit's own people, officers above it, and the experts who score this very revision."""
    application = revision.application
    if actor.may_see(scope_path=application.scope_path, unit_id=application.unit_id):
        return ALLOWED
    if revision.assignments.filter(expert=actor.person, conflict="").exists():
        return ALLOWED
    return Denied("scope", _("这份申报书不在您的职责范围内。"))
