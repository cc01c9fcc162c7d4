"""A person's access tokens: making one, which is shown this once, and revoking."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tongchou.orgs import tokens
from tongchou.web.screens import Request, screen


@screen
def tokens_page(request: Request) -> HttpResponse:
    """The tokens that serve now, and a form for another."""
    shown_once = None
    if request.method == "POST":
        match request.POST.get("do"):
            case "make":
                days = request.POST.get("days", "")
                token, text = tokens.make_token(
                    by=request.person,
                    name=request.POST.get("name", ""),
                    days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
                )
                # Not after a redirect: the text would have to be kept somewhere until then.
                shown_once = {"name": token.name, "text": text}
            case "revoke":
                pk = request.POST.get("token", "")
                if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
                    raise Http404
                token = get_object_or_404(request.person.access_tokens, pk=pk)
                tokens.revoke_token(token, by=request.person)
                messages.success(request, _("已撤销接口令牌“%(name)s”。") % {"name": token.name})
                return redirect("account:tokens")
            case _:
                raise Http404
    return render(
        request,
        "account/tokens.html",
        {
            "shown_once": shown_once,
            "tokens": tokens.running(request.person),
            "most_days": tokens.MOST_DAYS,
            "typed": request.POST if request.refusal else {"days": "90"},
        },
    )
