from django.urls import path

from tongchou.web.public import views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("tasks/", views.home, name="tasks"),
    path("lists/", views.home, name="lists"),
    path("bulletins/", views.home, name="bulletins"),
    path("documents/", views.home, name="documents"),
    path("register/", views.home, name="register"),
]
