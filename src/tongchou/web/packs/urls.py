from django.urls import path

from tongchou.web.packs import calendar, reference, structure, tracing, version, versions

app_name = "packs"
urlpatterns = [
    path("", structure.programme, name="programme"),
    path("tasks/<int:pk>/", structure.task, name="task"),
    path("calendar/", calendar.year, name="calendar"),
    path("trace/", tracing.matrix, name="trace"),
    path("reference/", reference.reference, name="reference"),
    path("versions/", versions.versions, name="versions"),
    path("versions/new/", versions.upload, name="upload"),
    path("versions/<int:pk>/", version.version, name="version"),
    path("versions/<int:pk>/zip/", version.version_zip, name="version_zip"),
    path("versions/<int:pk>/rehearsals/<int:number>/", version.rehearsal, name="rehearsal"),
    path("releases/<int:pk>/", versions.release, name="release"),
    path("releases/<int:pk>/zip/", versions.release_zip, name="release_zip"),
]
