from django.urls import path

from tongchou.web.insight import figures, overview

app_name = "insight"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("figures/", figures.figures, name="figures"),
    path("figures/rows/", figures.rows, name="rows"),
]
