from django.urls import path

from tongchou.web.public import lists, register, views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("tasks/", views.tasks, name="tasks"),
    path("tasks/<slug:programme>/<slug:code>/", views.task, name="task"),
    path("tasks/<slug:programme>/<slug:code>/<slug:form>/", views.task_file, name="task_file"),
    path("documents/", views.documents, name="documents"),
    path("lists/", lists.lists, name="lists"),
    path("lists/<int:pk>/", lists.one_list, name="list"),
    path("lists/<int:pk>/<slug:form>/", lists.list_file, name="list_file"),
    path("check/", lists.check, name="check"),
    path("bulletins/", lists.bulletins, name="bulletins"),
    path("bulletins/<int:pk>/<slug:form>/", lists.bulletin_file, name="bulletin_file"),
    path("reports/", lists.reports, name="reports"),
    path("reports/<int:pk>/", lists.report, name="report"),
    path("reports/<int:pk>/file/", lists.report_file, name="report_file"),
    path("register/", register.register, name="register"),
    path("register/places/", register.places, name="places"),
]
