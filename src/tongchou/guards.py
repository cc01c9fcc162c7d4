"""What stands between a browser and every screen: room for slow senders, plans of what is read, the content security policy,
and who may open an account.
"""

import threading
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'self'; "
    "img-src 'self' data: blob:; "  # Tabler draws its checkboxes with data: images; previews are blobs
    "font-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


class SlowBodies:
    """Who sends slowly may occupy some of a web process's threads, never all: the rest stay for everybody else.

    A thread waits while the body of its request comes in. ``settings.BODY_SLOTS`` threads may wait so at once; who comes
    then is told to try again in a moment, which the browser's side of uploads and of autosave does. A short body is read
    here, before anything takes a database connection for its request.
    """

    SHORT = 64 * 1024

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.slots = threading.BoundedSemaphore(settings.BODY_SLOTS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length == "0":
            return self.get_response(request)
        if not self.slots.acquire(blocking=False):
            return HttpResponse(status=503, headers={"Retry-After": "3"})
        try:
            if not (length.isdigit() and int(length) <= self.SHORT):
                return self.get_response(request)
            request.body  # noqa: B018 -- read now and kept
        finally:
            self.slots.release()
        return self.get_response(request)


class PlansOfReading:
    """What is only read is planned anew each time, for the place and the words that are asked for.

    The settings let a connection keep the plan of a statement it meets often, which suits the saving of one case. A list is
    another matter: a plan made for any place takes the country for a village, and was three times as slow.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with connection.execute_wrapper(_unprepared):
            return self.get_response(request)


def _unprepared(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    psycopg = context["connection"].connection
    usual, psycopg.prepare_threshold = psycopg.prepare_threshold, None
    try:
        return execute(sql, params, many, context)
    finally:
        psycopg.prepare_threshold = usual


class ContentSecurityPolicy:
    """No inline script or style, nothing from another host. A view that needs another policy sets its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


class AccountAdapter(DefaultAccountAdapter):
    """Units register through their authority; allauth's own signup stays shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
