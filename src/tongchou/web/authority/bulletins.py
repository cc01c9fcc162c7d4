"""The yearly bulletin: publish an edition, see what was published."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.documents import actions
from tongchou.insight import access, published
from tongchou.insight import actions as insight_actions
from tongchou.insight.models import Bulletin
from tongchou.orgs.models import Authority
from tongchou.programmes.models import Programme
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.monitoring import years
from tongchou.web.files import send
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table


@screen
def bulletins(request: Request) -> HttpResponseBase:
    """What was published in the place, and the next edition: looked at first, then published."""
    authority = acting_for(request)
    draft = None
    incomplete = request.refusal is not None and request.refusal.code == "form"
    if incomplete or (request.method == "POST" and request.POST.get("do") == "preview"):
        draft = insight_actions.draft_bulletin(**_asked(request, authority), person=request.person)
    elif request.method == "POST":
        made = actions.publish_bulletin(**_asked(request, authority), by=request.person)
        messages.success(request, _("已发布第 %(n)s 版通报。") % {"n": made.edition})
        return redirect("authority:bulletin", made.pk)
    table = Table(
        [
            Column(
                _("通报"),
                "title",
                link=lambda b: reverse("authority:bulletin", args=[b.pk]),
                note=lambda b: b.reason,
            ),
            Column(_("文号"), "document_number"),
            Column(_("年度"), lambda b: str(b.year)),
            Column(_("版次"), lambda b: str(b.edition)),
            Column(_("发布部门"), "authority__name"),
            Column(_("发布时间"), "published_at", kind="moment"),
        ],
        page_of(request, published.bulletins(authority.place.path)),
        caption=_("绩效通报"),
        empty=Empty(_("还没有发布过通报"), _("绩效填报确认之后，由省级主管部门和教育部发布年度通报。")),
    )
    return render(
        request,
        "authority/bulletins.html",
        {
            "authority": authority,
            "table": table,
            "may": access.may_publish(request.actor, authority),
            "programmes": Programme.objects.order_by("id"),
            "years": years(),
            "typed": request.POST or _again(request, authority),
            "draft": draft,
            "longest": insight_actions.LONGEST_REASON,
        },
    )


def _again(request: Request, authority: Authority) -> dict[str, str]:
    """What a later edition of the bulletin named by ``again`` begins with: its year and what people wrote in it."""
    key = request.GET.get("again", "")
    found = published.bulletins().defer(None).filter(pk=key if key.isdecimal() else 0, authority=authority)
    if (one := found.first()) is None:
        return {}
    return {
        "programme": str(one.programme_id),
        "year": str(one.year),
        "remarks": "\n".join(one.snapshot["remarks"]),
        "confirmed_only": "1" if one.snapshot["confirmed_only"] else "",
    }


def _asked(request: Request, authority: Authority) -> dict[str, Any]:
    """What was asked to be published. The reason of a change comes as ``why-<n>`` beside its name in ``what-<n>``."""
    post = request.POST
    if not post.get("programme", "").isdecimal() or post.get("year", "") not in dict(years()):
        raise Http404
    numbers = [key.removeprefix("what-") for key in post if key.startswith("what-")]
    return {
        "authority": authority,
        "programme": get_object_or_404(Programme, pk=post["programme"]),
        "year": int(post["year"]),
        "document_number": post.get("document_number", ""),
        "reason": post.get("reason", ""),
        "reasons": {post[f"what-{n}"]: post.get(f"why-{n}", "") for n in numbers},
        "remarks": post.get("remarks", ""),
        "confirmed_only": bool(post.get("confirmed_only")),
    }


@screen
def bulletin(request: Request, pk: int) -> HttpResponseBase:
    """One edition with the figures it froze, and the files made from them."""
    authority = acting_for(request)
    found = get_object_or_404(published.bulletins().defer(None), pk=pk)
    if form := request.GET.get("file"):
        file = published.file_of(found, form)
        if file is None:
            raise Http404
        name = f"{found.title}（第{found.edition}版）.{form}"
        return send(file, name, download="download" in request.GET)
    return render(
        request,
        "authority/bulletin.html",
        {
            "bulletin": found,
            "snapshot": found.snapshot,
            "others": published.editions_of(found),
            "may": found.authority_id == authority.pk and access.may_publish(request.actor, authority),
            "trace": _trace(found) if found.authority.place.path.startswith(authority.place.path) else "",
        },
    )


def _trace(found: Bulletin) -> str:
    """Where a figure of the bulletin is followed to the reports behind it; the task and the indicator come after it."""
    asked: dict[str, Any] = {"programme": found.programme.code, "year": found.year}
    asked["place"] = found.authority.place_id
    if found.snapshot["confirmed_only"]:
        asked["confirmed"] = 1
    return f"{reverse('insight:figures')}?{urlencode(asked)}"
