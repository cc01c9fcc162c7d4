"""A case beside its list: the same reading and the same decision as on its own page, without leaving the list."""

from __future__ import annotations

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render

from tongchou.web.authority import panel
from tongchou.web.authority.case import case_of, decided, seen
from tongchou.web.screens import Request, screen

STAYS = panel.DOES | {"check_formally", "hand_over", "refuse_exemption"}
"""What leaves the case to be decided: the panel goes on showing it."""


@screen
def beside(request: Request, pk: int) -> HttpResponseBase:
    """The panel; after a decision what was done, for the script to go on with the next of the list."""
    application = case_of(request, pk)
    if request.method == "POST" and request.POST.get("do") in STAYS:
        said = decided(request, application)
        request.POST = QueryDict()  # done: no form stands open with what was typed
        shown = seen(request, case_of(request, pk)) | {"said": said}
        response = render(request, "authority/parts/beside.html", shown)
    elif request.method == "POST":
        said = decided(request, application)
        response = render(
            request, "authority/parts/decided.html", {"said": said, "application": case_of(request, pk)}
        )
        response["X-Decided"] = str(pk)
    else:
        response = render(request, "authority/parts/beside.html", seen(request, application))
    response["X-Beside"] = str(pk)  # tells the script that this is a panel, not a page
    return response
