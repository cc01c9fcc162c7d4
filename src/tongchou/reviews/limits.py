"""What the authority that set a quota decides about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications.casework import locked, note
from tongchou.core.access import refuse, require
from tongchou.orgs.queries import authority_over
from tongchou.orgs.scopes import actor
from tongchou.reviews import access, quota
from tongchou.reviews.models import QuotaPlace

if TYPE_CHECKING:
    from tongchou.applications.models import Application
    from tongchou.orgs.models import Person


@transaction.atomic
def refuse_exemption(application: Application, *, by: Person, reason: str) -> list[QuotaPlace]:
    """Decide that a case claiming exemption takes a place after all. Refused when its holder has none left."""
    application = locked(application)
    who = actor(by)
    require(access.may_act_on(who, application))
    places = list(
        QuotaPlace.objects.filter(application=application)
        .exclude(exemption="")
        .select_related("account__quota__place")
        .order_by("account__quota_id")
    )
    if not places:
        raise refuse("state", _("申报 %(number)s 没有免占限额。") % {"number": application.number})
    if not reason.strip():
        raise refuse("form", _("不认可免占限额必须写明理由。"), fields={"reason": _("请填写理由")})
    for place in places:
        setter = place.account.quota.place
        require(access.may_refuse_exemption(who, authority_over(setter.path, setter.level)))
        quota.end_exemption(place)
    note("refuse_exemption", application, by, reason=reason.strip())
    return places
