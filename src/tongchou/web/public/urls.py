from django.urls import path, register_converter

from tongchou.web.public import bulletins, feedback, lists, notices, objections, register, views

app_name = "public"
register_converter(objections.OwnObjection, "own_objection")
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
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/object/<int:entry>/", objections.object_to, name="object"),
    path("objections/<own_objection:pk>/", objections.objection, name="objection"),
    path("bulletins/", bulletins.bulletins, name="bulletins"),
    path("data/", bulletins.data, name="data"),
    path("bulletins/<int:pk>/", bulletins.bulletin, name="bulletin"),
    path("bulletins/<int:pk>/<slug:form>/", bulletins.bulletin_file, name="bulletin_file"),
    path("reports/", lists.reports, name="reports"),
    path("reports/<int:pk>/", feedback.report, name="report"),
    path("reports/<int:pk>/file/", lists.report_file, name="report_file"),
    path("register/", register.register, name="register"),
    path("register/places/", register.places, name="places"),
]
