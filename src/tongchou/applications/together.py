"""Several people in one form: who is here now, and who changed what.

Being here is no act: it is told by the page every so often, leaves no audit record and decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection

from tongchou.applications import access, states
from tongchou.applications.models import Application, Draft
from tongchou.applications.presence_models import Presence
from tongchou.core import clock
from tongchou.core.access import Denied, require
from tongchou.core.models import AuditRecord
from tongchou.orgs.scopes import actor

if TYPE_CHECKING:
    from collections.abc import Collection

    from tongchou.orgs.models import Person

GONE_AFTER = timedelta(seconds=60)

_PUT = """
INSERT INTO applications_presence (application_id, person_id, section, field, at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (application_id, person_id)
DO UPDATE SET section = excluded.section, field = excluded.field, at = excluded.at
"""


@dataclass(frozen=True, slots=True)
class Here:
    """Another person in the form, with the section that is open and the field that has the cursor (or none)."""

    name: str
    section: str
    field: str


@dataclass(frozen=True, slots=True)
class Beat:
    """What a page is told that says it is open: who else is here, how far the draft has come, why nothing can be saved."""

    application: Application
    people: list[Here]
    version: int
    shut: Denied | None = None
    answers: dict[str, Any] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    """Fields changed after the version the page shows, with the versions at which they were."""


def beat(application_id: int, *, by: Person, section: str = "", field: str = "", since: int) -> Beat:
    """Note that ``by`` has the form open on version ``since``. Raises ``Application.DoesNotExist``, or refuses by scope."""
    application = Application.objects.select_related("edition").get(pk=application_id)
    require(access.may_fill(actor(by), application))
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_PUT, [application_id, by.pk, section[:60], field[:60], now])
    present = (
        Presence.objects.filter(application_id=application_id, at__gt=now - GONE_AFTER)
        .exclude(person=by)
        .select_related("person")
        .order_by("person__name", "pk")
    )
    may = states.may_move(application, "save")
    draft = Draft.objects.only("version", "field_versions").get(pk=application_id)
    told = Beat(
        application,
        [Here(p.person.name or p.person.username, p.section, p.field) for p in present],
        draft.version,
        may if isinstance(may, Denied) else None,
    )
    if draft.version > since:
        told.changed.update({code: v for code, v in draft.field_versions.items() if v > since})
        told.answers.update(draft.answers)
    return told


def leave(application_id: int, *, by: Person) -> None:
    """The page was closed."""
    Presence.objects.filter(application_id=application_id, person=by).delete()


def authors(application_id: int, versions: Collection[int]) -> dict[int, tuple[str, datetime]]:
    """Who made these versions of the draft, and when; one query. What was not typed (begun, copied) has no author here."""
    records = AuditRecord.objects.filter(
        thing="application",
        thing_id=application_id,
        action="save_draft",
        data__version__in=sorted(versions),
    ).select_related("by")
    return {r.data["version"]: (r.by.name or r.by.username, r.at) for r in records if r.by is not None}
