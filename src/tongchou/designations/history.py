"""What became of a project, in one order of time: levels held, by which document, renewed, ended, revoked; its changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tongchou.core import clock
from tongchou.core.dates import day_text
from tongchou.designations.models import Designation, Level
from tongchou.designations.standing_models import ChangeRequest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tongchou.applications.models import Application


@dataclass(frozen=True, slots=True)
class Milestone:
    """One thing that happened to the standing of a project; the public is told no reasons."""

    on: date
    what: str
    who: str = ""
    document: str = ""
    text: str = ""
    tone: str = "quiet"


def levels(application: Application) -> list[Designation]:
    """The levels a project holds or held, with all that the history reads (three queries)."""
    return list(
        application.designations.select_related("authority", "list", "unit")
        .prefetch_related("renewals__by")
        .order_by("since", "id")
    )


def milestones(
    application: Application, held: Iterable[Designation], *, public: bool = False
) -> list[Milestone]:
    """The history, oldest first. The public sees levels that were published or have a document, and documents alone."""
    found: list[Milestone] = []
    for designation in held:
        if public and not designation.document:
            continue
        found += _of_level(designation, public=public)
    if not public:
        found += [_of_change(change) for change in changes(application)]
    return sorted(found, key=lambda milestone: milestone.on)


def changes(application: Application) -> list[ChangeRequest]:
    """The changes that were asked for, oldest first."""
    return list(application.change_requests.select_related("authority", "asked_by", "decided_by", "proof"))


def _of_level(held: Designation, *, public: bool) -> list[Milestone]:
    level = _(Level(held.level).label)
    who = held.authority.name if held.authority else held.unit.name
    renewals = list(held.renewals.all())
    words = [held.certificate, _until(renewals[0].ended_on if renewals else held.ends_on)]
    found = [
        Milestone(
            held.since,
            _("获%(level)s认定") % {"level": level},
            who,
            held.document,
            _("，").join(word for word in words if word),
            "good",
        )
    ]
    for renewal in renewals:
        later = renewal.ends_on is None or (
            renewal.ended_on is not None and renewal.ends_on > renewal.ended_on
        )
        found.append(
            Milestone(
                renewal.at.astimezone(clock.SHANGHAI).date(),
                (_("%(level)s续期") if later else _("%(level)s到期")) % {"level": level},
                who,
                renewal.document_number,
                _("，").join(
                    word
                    for word in (_until(renewal.ends_on) if later else "", "" if public else renewal.reason)
                    if word
                ),
                "good" if later else "warn",
            )
        )
    if held.revoked_on is not None:
        found.append(
            Milestone(
                held.revoked_on,
                _("撤销%(level)s") % {"level": level},
                who,
                held.revoked_document,
                "" if public else held.revoked_reason,
                "bad",
            )
        )
    elif held.standing == "expired" and held.ends_on is not None and not renewals:
        found.append(Milestone(held.ends_on, _("%(level)s到期") % {"level": level}, who, tone="warn"))
    return found


def _until(ends_on: date | None) -> str:
    """The last day in words, empty where there is no end."""
    return _("有效期至 %(day)s") % {"day": day_text(ends_on - timedelta(days=1))} if ends_on else ""


def _of_change(change: ChangeRequest) -> Milestone:
    what = _("%(kind)s变更（%(state)s）") % {
        "kind": _(change.get_kind_display()),
        "state": _(change.get_state_display()),
    }
    on = (change.decided_at or change.asked_at).astimezone(clock.SHANGHAI).date()
    text = f"{change.before} → {change.after}"
    if change.answer:
        text += _("。%(answer)s") % {"answer": change.answer}
    return Milestone(on, what, change.authority.name, change.document_number, text)
