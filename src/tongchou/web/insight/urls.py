from django.urls import path

from tongchou.web.insight import figures, overview, pivot

app_name = "insight"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("figures/", figures.figures, name="figures"),
    path("pivot/", pivot.pivot, name="pivot"),
    path("figures/rows/", figures.rows, name="rows"),
]
