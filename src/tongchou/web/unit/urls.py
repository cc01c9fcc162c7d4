from django.urls import path

from tongchou.web.unit import begin, case, evidence, filling, people, records, reports, workbench

app_name = "unit"
urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("record/", records.records, name="records"),
    path("record/<int:pk>/", records.record, name="record"),
    path("record/<int:pk>/contact.pdf", records.contact_form, name="contact_form"),
    path("record/<int:pk>/scan/", records.scan, name="scan"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.members, name="members"),
    path("applications/", workbench.applications, name="applications"),
    path("begin/", begin.choose, name="begin"),
    path("begin/<int:task>/", begin.begin, name="begin_task"),
    path("applications/<int:pk>/", case.case, name="application"),
    path("applications/<int:pk>/fill/", filling.fill, name="fill"),
    path("applications/<int:pk>/files/<slug:code>/", evidence.slot, name="files"),
    path("applications/<int:pk>/save/", filling.save, name="save"),
    path("applications/<int:pk>/submit/", filling.submit, name="submit"),
    path("applications/<int:pk>/pdf/", case.pdf, name="pdf"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:pk>/", reports.performance, name="performance"),
    path("reports/<int:pk>/save/", reports.save, name="performance_save"),
    path("reports/periodic/<int:pk>/", reports.periodic, name="periodic"),
    path("reports/periodic/<int:pk>/file/", reports.periodic_file, name="periodic_file"),
]
