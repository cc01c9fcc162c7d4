"""Answering what the public says about a report, from the page of the report."""

from __future__ import annotations

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from tongchou.monitoring import feedback
from tongchou.monitoring.feedback_models import Feedback
from tongchou.monitoring.models import PeriodicReport
from tongchou.web.screens import Request


def answer(request: Request, report: PeriodicReport) -> HttpResponseBase:
    """Carry out the posted answer and show the page again."""
    asked = request.POST.get("feedback", "")
    found = get_object_or_404(Feedback, pk=int(asked) if asked.isdecimal() else 0, report=report)
    feedback.answer_feedback(
        found, by=request.person, answer=request.POST.get("answer", ""), show=bool(request.POST.get("show"))
    )
    messages.success(request, _("已答复。"))
    return redirect(request.path)
