"""What every view of ours is made with: who is here, and how a refusal becomes a page.

``@screen`` gives a view ``request.actor`` and turns :class:`core.access.Refused` into the right page. A page's actions are
posted to the page's own address (a field ``do`` says which), so that a refused post shows the same page again with the
notice on top, and what was typed is still in ``request.POST``.

Everything needs a login (LoginRequiredMiddleware); ``@public`` opens a view to everyone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from tongchou.answers import said, status_of
from tongchou.core.access import Decision, Denied, Refused
from tongchou.orgs import scopes

if TYPE_CHECKING:
    from tongchou.orgs.models import Person

View = Callable[..., HttpResponseBase]


class Request(HttpRequest):
    """A request inside ``@screen``; only for annotations."""

    actor: scopes.Actor
    person: Person
    refusal: Refused | None


def actor_of(request: HttpRequest) -> scopes.Actor | None:
    """Who is here, read once a request; nobody for an anonymous visitor."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return None
    if not hasattr(request, "actor"):
        request.actor = scopes.actor(request.user)  # type: ignore[attr-defined]
    return cast("scopes.Actor", request.actor)  # type: ignore[attr-defined]


def public(view: View) -> View:
    """Open a view to everyone."""
    return login_not_required(view)


def screen(view: View) -> View:
    """Make a view of ours: ``request.actor``, and a page for a refusal."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked = cast("Request", request)
        asked.refusal = None
        asked.person = cast("Person", request.user)
        if not hasattr(request, "actor"):  # read when first asked for: an autosave never does
            asked.actor = cast("scopes.Actor", SimpleLazyObject(lambda: scopes.actor(asked.person)))
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            asked.refusal = refused
        if request.headers.get("Accept") == "application/json":
            return JsonResponse({"refused": said(asked.refusal)}, status=status_of(asked.refusal))
        if request.method == "POST":
            # Show the page again as it now stands, with the notice; request.POST keeps what was typed.
            request.method = "GET"
            try:
                response = view(request, *args, **kwargs)
                if response.status_code in {200, 422}:
                    response.status_code = status_of(asked.refusal)
                    return response
            except Refused as again:
                asked.refusal = again
        return render(request, "tongchou/refused.html", status=status_of(asked.refusal))

    return shown


def allow(decision: Decision) -> None:
    """Stop here with a page unless ``decision`` allows (a read-only screen asks an ``access`` module)."""
    if isinstance(decision, Denied):
        raise Refused(decision)
