from django.urls import path

from tongchou.web.account import invitations, views

app_name = "account"
urlpatterns = [
    path("", views.me, name="me"),
    path("messages/", views.inbox, name="inbox"),
    path("messages/<int:pk>/", views.message, name="message"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
