"""The bare alternative of ``paint``: a template without anything to fill in, the bytes of the page it is held against."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

PLACE = settings.DATA / "bare.html"
_page = engines["django"].from_string("{% verbatim bare %}" + PLACE.read_text() + "{% endverbatim bare %}")


@login_not_required
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_page.render({}, request))


@login_not_required
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """What the page's scripts ask for."""
    return HttpResponse(status=204)


urlpatterns = [path("", page), path("<path:rest>", nothing)]
