"""Everything that happened to a case, in one order of time, as its officers see it."""

from __future__ import annotations

from datetime import datetime, time

from django.utils.translation import gettext as _

from tongchou.applications.extension_models import Extension
from tongchou.applications.models import Application
from tongchou.core import audit, clock
from tongchou.core.dates import day_text
from tongchou.designations import history
from tongchou.reviews.models import Decision
from tongchou.web.authority import stepwise
from tongchou.web.authority.reading import Reading
from tongchou.web.parts import Event
from tongchou.web.screens import Request

K = Decision.Kind
TONES = {
    K.RECOMMEND: "good",
    K.DESIGNATE: "good",
    K.RETURN: "warn",
    K.DECLINE: "bad",
    K.TAKE_BACK: "quiet",
    K.PROPOSE: "wait",
    K.OBJECT: "warn",
}


def events(request: Request, reading: Reading, decisions: list[Decision]) -> list[Event]:
    """Submissions, decisions (``decisions`` as far as they are to be read), signatures, handings over, more time given,
    exemptions refused, and what became of the levels the project was given; the latest first.
    """
    application = reading.application
    found = [
        Event(
            r.submitted_at,
            _("提交第 %(n)s 版") % {"n": r.number},
            who=application.unit.name,
            text=_("版本摘要 %(digest)s") % {"digest": r.digest[:12]},
            tone="wait",
        )
        for r in application.revisions.all()
    ]
    found += [
        Event(
            d.at,
            _(d.get_kind_display()),
            who=f"{d.authority.name} {d.by}",
            text=_("意见按本环节的规定不公开。") if d.withheld else d.reason,  # type: ignore[attr-defined]
            tone=TONES[K(d.kind)],
            due=d.due,
            remarks=reading.labelled(d.remarks),
        )
        for d in decisions
    ]
    found += stepwise.events(request, application)
    found += [*_extensions(application), *_exemptions_refused(application), *_standing(application)]
    return sorted(found, key=_order, reverse=True)


def _order(event: Event) -> datetime:
    """When it was; what has a day alone stands behind that day's moments."""
    if isinstance(event.at, datetime):
        return event.at
    return datetime.combine(event.at or clock.today(), time.max, clock.SHANGHAI)


def _extensions(application: Application) -> list[Event]:
    decided = application.extensions.exclude(state=Extension.State.REQUESTED)
    return [
        Event(
            one.decided_at,
            _("个别延期：%(state)s") % {"state": _(one.get_state_display())},
            who=f"{one.authority} {one.decided_by}",
            text=(_("延期至 %(day)s。") % {"day": day_text(one.until)} if one.until else "") + one.reason,
        )
        for one in decided.select_related("authority", "decided_by")
    ]


def _exemptions_refused(application: Application) -> list[Event]:
    return [
        Event(record.at, _("改为占用限额"), who=str(record.by), text=record.data["reason"], tone="warn")
        for record in audit.records_of(application, "refuse_exemption")
    ]


def _standing(application: Application) -> list[Event]:
    told = history.milestones(application, history.levels(application))
    return [
        Event(
            one.on,
            one.what,
            who=one.who,
            text="\n".join(filter(None, [one.document, one.text])),
            tone=one.tone,
        )
        for one in told
    ]
