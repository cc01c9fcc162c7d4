"""The demo's clock: every page sees the day it is set to, so that a newcomer can walk through a year in an hour.

Only there when ``TONGCHOU_DEMO`` is set (``make demo`` does). The day stands in the data directory, so that all web processes
agree; from the moment it is set, time goes on as usual.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongchou.core import clock
from tongchou.programmes.releases import take_effect_due
from tongchou.web.screens import public

_FIRST_DAY = date(2025, 6, 18)


class DemoClock:
    """Middleware: sets the clock for the request, and ``request.demo_now`` for the bar."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        moment = read()
        request.demo_now = moment  # type: ignore[attr-defined]
        with clock.at(moment):
            return self.get_response(request)


def _file() -> Path:
    return settings.DATA / "demo-clock"


def read() -> datetime:
    """The demo's present moment."""
    try:
        since, moment = _file().read_text().split()
        return datetime.fromisoformat(moment) + timedelta(seconds=time.time() - float(since))
    except (FileNotFoundError, ValueError):
        set_to(_FIRST_DAY)
        return clock.start_of(_FIRST_DAY) + timedelta(hours=9)


def set_to(day: date) -> None:
    """Set the clock to nine in the morning of ``day``."""
    draft = _file().with_suffix(".new")
    draft.write_text(f"{time.time()} {(clock.start_of(day) + timedelta(hours=9)).isoformat()}")
    draft.replace(_file())


@public
@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Set the demo's day; there is no such page outside the demo."""
    if not settings.DEMO:
        raise Http404
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        messages.error(request, _("请选择日期。"))
    else:
        if 2023 <= day.year <= 2030:
            set_to(day)
            with clock.at(read()):
                take_effect_due()  # at once, as nobody who moves the clock waits for the worker
        else:
            messages.error(request, _("演示时钟可设在 2023 至 2030 年之间。"))
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if safe else "/")
