from django.urls import path

from tongchou.web.expert import views

app_name = "expert"
urlpatterns = [
    path("", views.duties, name="duties"),
    path("me/", views.me, name="me"),
    path("<int:pk>/", views.sheet, name="sheet"),
    path("<int:pk>/form.pdf", views.form_pdf, name="form_pdf"),
]
