"""Where the API's addresses are put together."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern

from tongchou.api import cases, figures, people, reports
from tongchou.api.room import api

for router in (people.router, cases.router, reports.router, figures.router):
    api.add_router("", router)

patterns, app_name, namespace = api.urls
for pattern in patterns:
    if isinstance(pattern, URLPattern):  # a token stands for the login, see room.Token
        pattern.callback = login_not_required(pattern.callback)
urlpatterns = patterns
