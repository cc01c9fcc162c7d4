"""What every action on a case begins and ends with: its row under lock, and its audit record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongchou.applications.models import Application
from tongchou.core import audit

if TYPE_CHECKING:
    from tongchou.orgs.models import Person


def locked(application: Application) -> Application:
    """The case as it stands, its row under lock, with what actions read. Inside a transaction."""
    return (
        Application.objects.select_for_update(of=("self",))
        .select_related("draft", "edition", "task", "round__programme", "unit__authority", "unit__place")
        .get(pk=application.pk)
    )


def note(action: str, application: Application, by: Person, **data: Any) -> None:
    """Leave the audit record of an action on the case."""
    audit.record(
        action, application, by=by, scope_path=application.scope_path, unit_id=application.unit_id, **data
    )
