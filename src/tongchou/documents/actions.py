"""Every write of documents: making the files of what is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, files
from tongchou.core.access import refuse, require
from tongchou.documents import bulletin_book, bulletins
from tongchou.documents.official import pdf as official_pdf
from tongchou.documents.official import word as official_word
from tongchou.insight import access as insight_access
from tongchou.insight import actions as insight_actions
from tongchou.insight.models import Bulletin
from tongchou.orgs.scopes import actor

if TYPE_CHECKING:
    from tongchou.orgs.models import Person


@transaction.atomic
def publish_bulletin(*, by: Person, **words: Any) -> Bulletin:
    """Publish a bulletin with its Word, PDF and Excel: all of it or nothing.

    ``words`` are those of ``insight.actions.publish_bulletin`` (authority, programme, year, document_number, and for a
    correction reason and reasons; remarks, confirmed_only).
    """
    return render_bulletin(insight_actions.publish_bulletin(by=by, **words), by=by)


@transaction.atomic
def render_bulletin(bulletin: Bulletin, *, by: Person) -> Bulletin:
    """Make Word, PDF and Excel from the frozen snapshot and keep them with the bulletin, once."""
    bulletin = (
        Bulletin.objects.select_for_update(of=("self",))
        .select_related("authority__place")
        .get(pk=bulletin.pk)
    )
    require(insight_access.may_publish(actor(by), bulletin.authority))
    if bulletin.pdf_id or bulletin.docx_id or bulletin.xlsx_id:
        raise refuse(
            "state",
            _("《%(bulletin)s》的文件已经生成。") % {"bulletin": bulletin.title},
            remedy=_("如需更正，请发布新一版。"),
        )
    paper = bulletins.paper(bulletin.snapshot)
    bulletin.pdf = files.store(official_pdf.made(paper), allowed=("pdf",), ours=True)
    bulletin.docx = files.store(official_word.made(paper), allowed=("office",), ours=True)
    bulletin.xlsx = files.store(bulletin_book.made(bulletin.snapshot), allowed=("office",), ours=True)
    bulletin.save(update_fields=["pdf", "docx", "xlsx"])
    audit.record(
        "render_bulletin",
        bulletin,
        by=by,
        scope_path=bulletin.authority.place.path,
        pdf=bulletin.pdf.sha256,
        docx=bulletin.docx.sha256,
        xlsx=bulletin.xlsx.sha256,
    )
    return bulletin
