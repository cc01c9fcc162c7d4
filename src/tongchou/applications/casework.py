"""What every action on a case begins and ends with: its row under lock, and its audit record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongchou.applications.models import Application
from tongchou.core import audit

if TYPE_CHECKING:
    from tongchou.orgs.models import Person


def as_it_stands(application: Application) -> Application:
    """The case as it is stored now, with what actions read; somebody may change it the next moment."""
    return _whole.get(pk=application.pk)


def locked(application: Application) -> Application:
    """The case as it stands, its row under lock, with what actions read. Inside a transaction."""
    return _whole.select_for_update(of=("self",)).get(pk=application.pk)


_whole = Application.objects.select_related(
    "draft", "edition", "task", "round__programme", "unit__authority", "unit__place"
)


def note(action: str, application: Application, by: Person, **data: Any) -> None:
    """Leave the audit record of an action on the case."""
    audit.record(
        action, application, by=by, scope_path=application.scope_path, unit_id=application.unit_id, **data
    )
