"""Putting a draft away 放弃, and taking it up again while a window is open. Nothing of it is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from tongchou.applications import access, extensions, states
from tongchou.applications.casework import locked, note
from tongchou.applications.models import Application
from tongchou.core.access import require
from tongchou.orgs.scopes import actor

if TYPE_CHECKING:
    from tongchou.orgs.models import Person


@transaction.atomic
def abandon(application: Application, *, by: Person) -> Application:
    """Put a draft away: it is no longer due, takes no part in anything, and stays listed as abandoned."""
    return _move(locked(application), "abandon", by)


@transaction.atomic
def take_up(application: Application, *, by: Person) -> Application:
    """Take an abandoned draft up again, in an open window or under an extension, as beginning one would be."""
    application = locked(application)
    require(access.may_fill(actor(by), application))
    extensions.require_window(
        application.unit,
        application.task,
        application.variant,
        application.round,
        application=application,
    )
    return _move(application, "take_up", by)


def _move(application: Application, move: str, by: Person) -> Application:
    require(access.may_fill(actor(by), application))
    require(states.may_move(application, move))
    application.state = states.MOVES[move][1]
    application.save(update_fields=["state"])
    note(move, application, by)
    return application
