from django.urls import path

from tongchou.web.expert import views

app_name = "expert"
urlpatterns = [
    path("", views.duties, name="duties"),
    path("<int:pk>/", views.sheet, name="sheet"),
]
