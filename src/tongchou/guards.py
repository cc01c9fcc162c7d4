"""What stands between a browser and every screen: the content security policy, and who may open an account."""

from collections.abc import Callable

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'self'; "
    "img-src 'self' data: blob:; "  # Tabler draws its checkboxes with data: images; previews are blobs
    "font-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


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
