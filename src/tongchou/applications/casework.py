"""What every action on a case begins and ends with: its row under lock, and its audit record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tongchou.applications.models import Application
from tongchou.core import audit
from tongchou.core.prepared import Prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongchou.orgs.models import Person


def as_it_stands(application: Application) -> Application:
    """The case as it is stored now, with what actions read; somebody may change it the next moment."""
    return _one(_AS_IT_STANDS(case=application.pk))


def locked(application: Application) -> Application:
    """The case as it stands, its row under lock, with what actions read. Inside a transaction."""
    return _one(_LOCKED(case=application.pk))


def _whole(case: int) -> QuerySet[Application]:
    return Application.objects.filter(pk=case).select_related(
        "draft", "edition", "task", "round__programme", "unit__authority", "unit__place"
    )


_AS_IT_STANDS = Prepared(_whole)
_LOCKED = Prepared(lambda case: _whole(case).select_for_update(of=("self",)))


def _one(found: list[Application]) -> Application:
    if not found:
        raise Application.DoesNotExist
    return found[0]


def note(action: str, application: Application, by: Person, **data: Any) -> None:
    """Leave the audit record of an action on the case."""
    audit.record(
        action, application, by=by, scope_path=application.scope_path, unit_id=application.unit_id, **data
    )
