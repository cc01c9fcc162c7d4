"""Copying from an earlier declaration of the unit: choose which, see what would come over, choose what does."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongchou.applications import access, copying, states
from tongchou.core.access import require
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads


@screen
def copy(request: Request, pk: int) -> HttpResponse:
    """The unit's other declarations; of the chosen one each field with what it has and what stands here."""
    application = reads.own_application(request, pk)
    require(access.may_fill(request.actor, application))
    require(states.may_move(application, "save"))
    earlier = list(copying.earlier(application).select_related("draft")[:200])
    wanted = request.POST.get("from") or request.GET.get("from", "")
    source = next((case for case in earlier if str(case.pk) == wanted), None)
    if wanted and source is None:
        raise Http404
    if request.method == "POST" and source is not None:
        done = copying.copy_from(
            application, source, by=request.person, fields=request.POST.getlist("fields")
        )
        messages.success(
            request,
            ngettext("已从 %(number)s 复制 %(count)s 项。", "已从 %(number)s 复制 %(count)s 项。", len(done))
            % {"number": source.number, "count": len(done)},
        )
        return redirect("unit:fill", pk)
    lines = copying.preview(application, source) if source else []
    return render(
        request,
        "unit/copy.html",
        {
            "application": application,
            "earlier": earlier,
            "source": source,
            "can": [line for line in lines if not line.why_not],
            "cannot": [line for line in lines if line.why_not],
            "word": _("将覆盖现有内容"),
        },
    )
