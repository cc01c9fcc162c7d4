from django.urls import path

from tongchou.web.admin import accounts, audit, roles

app_name = "admin"
urlpatterns = [
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.create, name="create"),
    path("accounts/<int:pk>/", accounts.account, name="account"),
    path("roles/", roles.people, name="roles"),
    path("roles/<int:pk>/", roles.person, name="person"),
    path("audit/", audit.log, name="audit"),
    path("audit/<int:pk>/", audit.record, name="record"),
    path("audit/chain/", audit.chain, name="chain"),
]
