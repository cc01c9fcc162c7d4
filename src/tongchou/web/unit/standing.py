"""What becomes of a project after review, as its unit sees it: what was asked about it during the public notice."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tongchou.designations import access, objecting
from tongchou.designations.notice_models import Objection
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads


@screen
def statement(request: Request, pk: int) -> HttpResponse:
    """What the authority asks the unit to state, and its statement. Who objects is neither read nor shown."""
    asked = get_object_or_404(
        Objection.objects.filter(
            case__application__unit__in=reads.own_units(request), asked_at__isnull=False
        ).select_related("case__application__unit", "case__notice__authority", "stated_by"),
        pk=pk,
    )
    if request.method == "POST":
        objecting.give_statement(asked, by=request.person, text=request.POST.get("text", ""))
        messages.success(request, _("情况说明已提交。"))
        return redirect("unit:application", asked.case.application_id)
    return render(
        request,
        "unit/statement.html",
        {
            "asked": asked,
            "application": asked.case.application,
            "notice": asked.case.notice,
            "open": asked.state in Objection.OPEN and asked.stated_at is None,
            "may": access.may_state(request.actor, asked),
        },
    )
