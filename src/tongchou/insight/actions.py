"""Every write of insight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    from collections.abc import Mapping

    from tongchou.orgs.models import Person
    from tongchou.programmes.models import Programme


LONGEST_REASON = 500
LONGEST_NUMBER = 80


def draft_bulletin(
    *,
    authority: Authority,
    programme: Programme,
    year: int,
    document_number: str,
    person: Person,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
    remarks: str = "",
    confirmed_only: bool = False,
) -> dict[str, Any]:
    """What an edition published now would state and, of a later one, what it corrects; writes nothing.

    Refused for whoever may not publish it. ``reason`` is that of the whole edition, ``reasons`` those of single changes by
    what they change (``bulletin.changes``).
    """
    require(access.may_publish(actor(person), authority))
    last = _latest(authority, programme, year)
    made = bulletin.snapshot(
        authority=authority,
        programme=programme,
        year=year,
        document_number=document_number.strip(),
        edition=last.edition + 1 if last else 1,
        reason=reason.strip() if last else "",
        remarks=remarks,
        confirmed_only=confirmed_only,
    )
    made["changes"] = bulletin.changes(last.snapshot, made, reasons) if last else []
    return made


@transaction.atomic
def publish_bulletin(
    *,
    authority: Authority,
    programme: Programme,
    year: int,
    document_number: str,
    by: Person,
    reason: str = "",
    reasons: Mapping[str, str] | None = None,
    remarks: str = "",
    confirmed_only: bool = False,
) -> Bulletin:
    """Freeze everything the bulletin states, with its digest. A second one for the year is a new edition.

    A later edition needs the ``reason`` of the correction and lists what it states otherwise, each with its own of
    ``reasons`` where one is given. ``remarks`` become the closing section, a paragraph a line.
    ``documents.actions.publish_bulletin`` also makes the files; screens call that.
    """
    authority = Authority.objects.select_for_update(of=("self",)).select_related("place").get(pk=authority.pk)
    require(access.may_publish(actor(by), authority))
    _require_form(_latest(authority, programme, year), year, document_number.strip(), reason.strip(), reasons)
    if not Period.objects.filter(
        task__programme=programme, year=year, place__path__startswith=authority.place.path
    ).exists():
        raise refuse(
            "state",
            _("%(place)s%(year)s年没有开启过绩效采集期，没有可以通报的数据。")
            % {"place": authority.place.name, "year": year},
            remedy=_("请先由省级主管部门开启绩效采集期。"),
        )
    made = draft_bulletin(
        authority=authority,
        programme=programme,
        year=year,
        document_number=document_number,
        person=by,
        reason=reason,
        reasons=reasons,
        remarks=remarks,
        confirmed_only=confirmed_only,
    )
    published = Bulletin.objects.create(
        programme=programme,
        authority=authority,
        year=year,
        edition=made["edition"],
        title=made["title"],
        document_number=made["document_number"],
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
        number=published.document_number,
        digest=published.digest,
    )
    return published


def _latest(authority: Authority, programme: Programme, year: int) -> Bulletin | None:
    rows = Bulletin.objects.filter(programme=programme, authority=authority, year=year)
    return rows.order_by("-edition").first()


def _require_form(
    last: Bulletin | None, year: int, number: str, reason: str, reasons: Mapping[str, str] | None
) -> None:
    fields: dict[str, str] = {}
    if not 1 <= len(number) <= LONGEST_NUMBER:
        fields["document_number"] = _("请填写文号（80 字以内）")
    if last and not 1 <= len(reason) <= LONGEST_REASON:
        fields["reason"] = _("%(year)s年度通报已经发布，更正须写明原因（500 字以内）") % {"year": year}
    if any(len(text) > LONGEST_REASON for text in (reasons or {}).values()):
        fields["reasons"] = _("每项变化的原因不超过 500 字")
    if fields:
        raise refuse("form", _("通报信息不完整。"), remedy=_("请补充后再发布。"), fields=fields)
