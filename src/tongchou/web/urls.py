"""Every address. A folder a kind of user; its ``urls.py`` is included here under its own name."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, register_converter
from django.views.i18n import set_language

from tongchou.web import demo_clock, files, uploads

register_converter(files.Unguessable, "unguessable")

urlpatterns = [
    path("", include("tongchou.web.public.urls")),
    path("unit/", include("tongchou.web.unit.urls")),
    path("authority/", include("tongchou.web.authority.urls")),
    path("expert/", include("tongchou.web.expert.urls")),
    path("insight/", include("tongchou.web.insight.urls")),
    path("admin/", include("tongchou.web.admin.urls")),
    path("packs/", include("tongchou.web.packs.urls")),
    path("me/", include("tongchou.web.account.urls")),
    path("files/evidence/<unguessable:pk>/", files.evidence, name="evidence"),
    path("files/evidence/<unguessable:pk>/<int:number>/", files.evidence_page, name="evidence_page"),
    path("files/report/<unguessable:pk>/", files.report_evidence, name="report_evidence"),
    path(
        "files/report/<unguessable:pk>/<int:number>/", files.report_evidence_page, name="report_evidence_page"
    ),
    path("files/assessment/<unguessable:pk>/", files.assessment_file, name="assessment_file"),
    path("uploads/application/<int:pk>/", uploads.begin, name="begin_upload"),
    path("uploads/report/<int:pk>/", uploads.begin_report, name="begin_report_upload"),
    path("uploads/<uuid:key>/", uploads.upload, name="upload"),
    path("demo/clock/", demo_clock.change, name="demo_clock"),
    path("account/", include("allauth.account.urls")),
    path("account/mfa/", include("allauth.mfa.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
]
