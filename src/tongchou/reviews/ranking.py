"""A holder's own order of its cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.core import audit
from tongchou.core.access import refuse, require
from tongchou.orgs.models import Authority
from tongchou.orgs.scopes import actor
from tongchou.reviews import access
from tongchou.reviews.models import Rank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.orgs.models import Person

S = Application.State


@transaction.atomic
def rank(authority: Authority, *, step: str, applications: Sequence[Application], by: Person) -> list[Rank]:
    """Store the holder's own order of its cases at ``step``, first is best; replaces the former order of these cases."""
    require(access.may_rank(actor(by), authority))
    authority = Authority.objects.select_for_update(of=("self",)).select_related("place").get(pk=authority.pk)
    now = Application.objects.in_bulk([a.pk for a in applications])
    if len(now) < len(applications):
        raise refuse("form", _("同一份申报在排序中出现了两次。"), remedy=_("请刷新页面后重新排序。"))
    if strange := [
        a
        for a in now.values()
        if not a.scope_path.startswith(authority.place.path) or (a.state, a.step) != (S.IN_REVIEW, step)
    ]:
        raise refuse(
            "scope",
            _("申报 %(number)s 不在%(authority)s的这一环节，不能排序。")
            % {"number": strange[0].number, "authority": authority.name},
        )
    Rank.objects.filter(authority=authority, step=step, application__in=applications).delete()
    ranks = Rank.objects.bulk_create(
        Rank(application=a, authority=authority, step=step, number=n) for n, a in enumerate(applications, 1)
    )
    audit.record(
        "rank",
        authority,
        by=by,
        scope_path=authority.place.path,
        step=step,
        order=[application.pk for application in applications],
    )
    return ranks
