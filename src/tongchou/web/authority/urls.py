from django.urls import path

from tongchou.web.authority import (
    bulletins,
    case,
    designated,
    experts,
    merging,
    monitoring,
    queue,
    quotas,
    ranking,
    units,
    workbench,
)

app_name = "authority"
urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("units/", units.units, name="units"),
    path("units/<int:pk>/", units.unit, name="unit"),
    path("units/<int:pk>/scan/", units.unit_scan, name="unit_scan"),
    path("units/<int:pk>/scan/<int:number>/", units.unit_scan_page, name="unit_scan_page"),
    path("units/<int:pk>/merge/", merging.merge, name="merge"),
    path("units/<int:pk>/rename/", units.rename_proof, name="rename_proof"),
    path("cases/", queue.queue, name="queue"),
    path("cases/all/", queue.queue, {"everything": True}, name="all"),
    path("cases/<int:pk>/", case.case, name="case"),
    path("cases/<int:pk>/form.pdf", case.case_pdf, name="case_pdf"),
    path("ranking/", ranking.ranking, name="ranking"),
    path("quotas/", quotas.quotas, name="quotas"),
    path("experts/", experts.experts, name="experts"),
    path("lists/", designated.lists, name="lists"),
    path("designations/", designated.designations, name="designations"),
    path("designations/<int:pk>/", designated.designation, name="designation"),
    path("monitoring/", monitoring.monitoring, name="monitoring"),
    path("monitoring/reports/", monitoring.reports, name="reports"),
    path("monitoring/reports/<int:pk>/", monitoring.report, name="report"),
    path("monitoring/periodic/", monitoring.periodic, name="periodic"),
    path("monitoring/periodic/<int:pk>/", monitoring.periodic_report, name="periodic_report"),
    path("monitoring/periodic/<int:pk>/file/", monitoring.periodic_file, name="periodic_file"),
    path("monitoring/bulletins/", bulletins.bulletins, name="bulletins"),
    path("monitoring/bulletins/<int:pk>/", bulletins.bulletin, name="bulletin"),
]
