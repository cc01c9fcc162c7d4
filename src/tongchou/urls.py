"""Every address: the API's and the screens'."""

from django.urls import include, path

from tongchou.api import urls as api

urlpatterns = [
    path("api/v1/", include((api.urlpatterns, api.app_name), namespace=api.namespace)),
    path("", include("tongchou.web.urls")),
]
