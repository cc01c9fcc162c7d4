"""The reference of the pack format as a page: what the mistakes of a version link to."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.shortcuts import render

from tongchou.programmes import access, pack_reference
from tongchou.web.markdown import render_own
from tongchou.web.screens import Request, allow, screen

_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?!#)[^)]+\)")
"""Links to other pages of the documentation, which are not served here."""
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@screen
def reference(request: Request) -> HttpResponse:
    """Every part of a pack and every key in it, each with an address of its own."""
    allow(access.may_read_packs(request.actor))
    text = _OUTSIDE.sub(r"\1", _COMMENT.sub("", pack_reference.page())).partition("\n")[2]
    return render(request, "packs/reference.html", {"reference": render_own(text)})
