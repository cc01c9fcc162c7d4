"""Accepting an invitation into a unit: with one's own account, or with a new one. Open to everyone who holds the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.orgs import actions, inviting
from tongchou.orgs.models import Membership
from tongchou.web.screens import Request, public, screen
from tongchou.web.unit_forms import AccountForm


class NewAccountForm(AccountForm):
    """The account of whoever is invited. The e-mail is asked for only where the invitation names none."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    field_order = ("name", "username", "email", "password", "password_again")

    def __init__(
        self, *args: Any, asks_email: bool, remarks: dict[str, str] | None = None, **kwargs: Any
    ) -> None:
        named = {"name" if name == "person_name" else name: text for name, text in (remarks or {}).items()}
        super().__init__(*args, remarks=named, **kwargs)
        if not asks_email:
            del self.fields["email"]


@public
@screen
def invitation(request: Request, token: str) -> HttpResponse:
    """What one is invited to; accept it logged in, or make an account of one's own."""
    found = inviting.find(token)
    do = request.POST.get("do", "")
    form = NewAccountForm(
        request.POST if do == "new" else None,
        asks_email=not found.email,
        initial={"name": found.name},
        remarks=request.refusal.fields if request.refusal else {},
    )
    if request.method == "POST":
        if do == "accept" and request.user.is_authenticated:
            actions.accept_invitation(token, by=request.person)
            messages.success(request, gettext("您已加入%(unit)s。") % {"unit": found.unit.name})
            return redirect("unit:workbench")
        if do == "new" and not request.user.is_authenticated and form.is_valid():
            data = form.cleaned_data
            person = actions.accept_as_new(
                token,
                username=data["username"],
                name=data["name"],
                email=data.get("email", ""),
                password=data["password"],
            )
            messages.success(
                request,
                gettext("账号已建立，用户名 %(name)s。请登录。") % {"name": person.username},
            )
            return redirect("account_login")
    return render(
        request,
        "account/invitation.html",
        {"invitation": found, "role": Membership.Role(found.role).label, "form": form},
        status=422 if form.errors else 200,
    )
