from django.urls import path

from tongchou.web.account import inbox, invitations, tokens, views

app_name = "account"
urlpatterns = [
    path("", views.me, name="me"),
    path("messages/", inbox.inbox, name="inbox"),
    path("messages/<int:pk>/", inbox.message, name="message"),
    path("messages/preferences/", inbox.preferences, name="preferences"),
    path("tokens/", tokens.tokens_page, name="tokens"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
