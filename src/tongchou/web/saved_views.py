"""Views that a person keeps of a list, for any screen with a filter bar.

In the view of a screen, with a name for the screen that no other has::

    if done := saved_views.opened(request, "cases.queue"):
        return done  # a view was kept or dropped, or the screen opens with the one kept as its first
    filters = Filters(request, ...)
    context["views"] = saved_views.read(request, "cases.queue", filters)

and ``{% saved_views views %}`` above ``{% filter_bar filters %}``. What is kept is what the filters say (and what they carry
along); the page's number is not. Three queries at most.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from tongchou.orgs import saved_views as views
from tongchou.orgs.view_models import SavedView
from tongchou.web.filters import Filters
from tongchou.web.screens import Request

CLEARED = "view"
"""The parameter that keeps an otherwise bare address from opening the first view."""


@dataclass(frozen=True)
class Views:
    """The views of a screen as its chips show them. ``here``: the one that is shown now."""

    kept: list[SavedView]
    query: str
    filtered: bool
    typed: str

    @property
    def here(self) -> SavedView | None:
        return next((view for view in self.kept if view.query == self.query), None)

    @property
    def bare(self) -> str:
        return f"?{CLEARED}=all"


def opened(request: Request, screen: str) -> HttpResponseRedirect | None:
    """Do what the chips ask, or go to the view that the screen opens with; nothing where neither is the case."""
    if request.method == "POST":
        return _kept(request, screen)
    if request.GET or request.refusal or request.headers.get("HX-Request"):
        return None
    first = views.saved_views(request.person, screen).filter(first=True).first()
    return HttpResponseRedirect(f"{request.path}?{first.query}") if first and first.query else None


def _kept(request: Request, screen: str) -> HttpResponseRedirect | None:
    post = request.POST
    match post.get("do"):
        case "save_view":
            view = views.save_view(
                screen,
                name=post.get("name", ""),
                query=post.get("query", ""),
                first="first" in post,
                by=request.person,
            )
            messages.success(request, _("已保存视图“%(name)s”。") % {"name": view.name})
            return HttpResponseRedirect(f"{request.path}?{view.query}")
        case "delete_view":
            wanted = post.get("view", "")
            view = get_object_or_404(
                views.saved_views(request.person, screen), pk=wanted if wanted.isdecimal() else 0
            )
            views.delete_view(view, by=request.person)
            messages.success(request, _("已删除视图“%(name)s”。") % {"name": view.name})
            return HttpResponseRedirect(f"{request.path}?{CLEARED}=all")
    return None


def read(request: Request, screen: str, filters: Filters) -> Views:
    """The chips; also tells the filter bar where "clear" leads."""
    said = QueryDict(mutable=True)
    for name, value in [*filters.kept, *((f.name, f.value) for f in filters.fields)]:
        if value:
            said[name] = value
    kept = list(views.saved_views(request.person, screen))
    found = Views(kept, said.urlencode(), filters.active, request.POST.get("name", ""))
    if any(view.first for view in kept):
        filters.cleared = found.bare
    return found
