"""A person's own account."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from tongchou.web.screens import Request, screen


@screen
def me(request: Request) -> HttpResponse:
    """Who I am here: my roles, and the ways to my password and second factor."""
    return render(request, "account/me.html", {"memberships": request.actor.memberships})
