"""Every write of insight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.insight import access, bulletin
from tongchou.insight.models import Bulletin
from tongchou.monitoring.models import Period
from tongchou.orgs.models import Authority
from tongchou.orgs.scopes import actor

if TYPE_CHECKING:
    from tongchou.orgs.models import Person
    from tongchou.programmes.models import Programme


@transaction.atomic
def publish_bulletin(
    *,
    authority: Authority,
    programme: Programme,
    year: int,
    document_number: str,
    by: Person,
    reason: str = "",
    remarks: str = "",
    confirmed_only: bool = False,
) -> Bulletin:
    """Freeze everything the bulletin states, with its digest. A second one for the year is a new edition.

    A later edition needs the ``reason`` of the correction and lists what it states otherwise. ``remarks`` become the
    closing section, a paragraph a line. ``documents.actions.publish_bulletin`` also makes the files; screens call that.
    """
    authority = Authority.objects.select_for_update(of=("self",)).select_related("place").get(pk=authority.pk)
    require(access.may_publish(actor(by), authority))
    document_number, reason = document_number.strip(), reason.strip()
    last = (
        Bulletin.objects.filter(programme=programme, authority=authority, year=year)
        .order_by("-edition")
        .first()
    )
    fields: dict[str, str] = {}
    if not 1 <= len(document_number) <= 80:
        fields["document_number"] = _("请填写文号（80 字以内）")
    if last and not 1 <= len(reason) <= 500:
        fields["reason"] = _("%(year)s年度通报已经发布，更正须写明原因（500 字以内）") % {"year": year}
    if fields:
        raise refuse("form", _("通报信息不完整。"), remedy=_("请补充后再发布。"), fields=fields)
    if not Period.objects.filter(
        task__programme=programme, year=year, place__path__startswith=authority.place.path
    ).exists():
        raise refuse(
            "state",
            _("%(place)s%(year)s年没有开启过绩效采集期，没有可以通报的数据。")
            % {"place": authority.place.name, "year": year},
            remedy=_("请先由省级主管部门开启绩效采集期。"),
        )
    made = bulletin.snapshot(
        authority=authority,
        programme=programme,
        year=year,
        document_number=document_number,
        edition=last.edition + 1 if last else 1,
        reason=reason if last else "",
        remarks=remarks,
        confirmed_only=confirmed_only,
    )
    made["changes"] = bulletin.changes(last.snapshot, made) if last else []
    published = Bulletin.objects.create(
        programme=programme,
        authority=authority,
        year=year,
        edition=made["edition"],
        title=made["title"],
        document_number=document_number,
        snapshot=made,
        digest=bulletin.digest(made),
        reason=made["reason"],
        published_at=clock.now(),
        by=by,
    )
    audit.record(
        "publish_bulletin",
        published,
        by=by,
        scope_path=authority.place.path,
        year=year,
        edition=published.edition,
        number=document_number,
        digest=published.digest,
    )
    return published
