"""Handing a case to a colleague of the same authority 转办.

It says with whom a case is, so that work can be shared; every officer of the authority may still act on it, because a
colleague's absence must not hold a case up. What was done, and by whom, stands in the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from tongchou.applications.casework import note
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.orgs.queries import officers
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind
from tongchou.reviews.casework import deciding
from tongchou.reviews.step_models import Holding

if TYPE_CHECKING:
    from tongchou.orgs.models import Person


@transaction.atomic
def hand_over(application: Application, *, to: Person, by: Person, reason: str = "") -> Holding:
    """Hand the case to a colleague, or take it up oneself, at the step where it waits."""
    application, authority = deciding(application, by, "hand_over")
    if not officers(authority).filter(pk=to.pk).exists():
        raise refuse(
            "form",
            _("%(person)s不是%(authority)s的经办人。") % {"person": to, "authority": authority.name},
            remedy=_("只能转给同一主管部门的经办人。"),
            fields={"to": _("请选择本部门的经办人")},
        )
    now = Holding.objects.filter(application=application, step=application.step, current=True)
    if now.filter(to=to).exists():
        raise refuse(
            "state",
            _("申报 %(number)s 已经由%(person)s办理。") % {"number": application.number, "person": to},
            remedy=_("如需转办，请选择其他经办人。"),
        )
    now.update(current=False)
    holding = Holding.objects.create(
        application=application,
        step=application.step,
        authority=authority,
        to=to,
        by=by,
        at=clock.now(),
        reason=reason.strip()[:300],
    )
    note("hand_over_case", application, by, step=application.step, to=to.pk, reason=holding.reason)
    if to.pk != by.pk:
        notify(
            [to],
            kind=Kind.WAITING,
            about=str(application),
            subject=f"转办：{application.project_name or application.number}",
            body=f"{by}转请您办理。" + (f"\n{holding.reason}" if holding.reason else ""),
            link=f"/authority/cases/{application.pk}/",
        )
    return holding


def _here() -> QuerySet[Holding]:
    return Holding.objects.filter(application=OuterRef("pk"), step=OuterRef("step"), current=True)


def with_holder(rows: QuerySet[Application]) -> QuerySet[Application]:
    """``rows`` with ``holder_id`` and ``holder_name``: with whom each is at its step, if it was handed to anybody."""
    return rows.annotate(
        holder_id=Subquery(_here().values("to")[:1]), holder_name=Subquery(_here().values("to__name")[:1])
    )


def held_by(rows: QuerySet[Application], person: Person) -> QuerySet[Application]:
    """Those of ``rows`` that were handed to ``person`` at the step where they wait: the filter “mine”."""
    return rows.filter(Exists(_here().filter(to=person)))


def held_by_nobody(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Those of ``rows`` that nobody has been handed."""
    return rows.filter(~Exists(_here()))


def holding_of(application: Application) -> Holding | None:
    """With whom the case is at its step."""
    return (
        Holding.objects.filter(application=application, step=application.step, current=True)
        .select_related("to", "by")
        .first()
    )


def history(application: Application) -> QuerySet[Holding]:
    """Every handing over of the case, oldest first."""
    return application.holdings.select_related("to", "by", "authority")
