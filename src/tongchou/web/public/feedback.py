"""A published report, what was said about it and answered, and the form for saying more."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tongchou.core.access import refuse
from tongchou.monitoring import feedback
from tongchou.monitoring.models import PeriodicReport
from tongchou.web.screens import Request, public, screen


@public
@screen
def report(request: Request, pk: int) -> HttpResponse:
    """One open report; a visitor may leave a comment, which appears only once it was answered and let appear."""
    found = get_object_or_404(
        PeriodicReport.objects.select_related("unit", "authority", "task", "file"),
        pk=pk,
        public=True,
        state=PeriodicReport.State.SUBMITTED,
    )
    if request.method == "POST":
        if not ratelimit.consume(request, action="feedback"):
            raise refuse("limit", _("反馈意见过于频繁。"), remedy=_("请过一小时再提交。"))
        post = request.POST
        feedback.leave_feedback(
            found, name=post.get("name", ""), contact=post.get("contact", ""), text=post.get("text", "")
        )
        messages.success(request, _("意见已提交，答复后按报送单位的决定公开；联系方式不公开。"))
        return redirect("public:report", pk)
    return render(
        request,
        "public/report.html",
        {"report": found, "said": feedback.shown_on(found), "longest": feedback.LONGEST_TEXT},
    )
