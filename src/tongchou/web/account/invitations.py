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


class NewAccountForm(forms.Form):
    """The account of whoever is invited. The e-mail is asked for only where the invitation names none."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    username = forms.CharField(
        label=_("用户名"), max_length=150, help_text=_("登录时使用，字母、数字或邮箱均可")
    )
    email = forms.EmailField(label=_("邮箱"), help_text=_("接收通知、找回密码"))
    password = forms.CharField(
        label=_("密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("至少 10 位，不能全是数字，不能与用户名相近"),
    )
    password_again = forms.CharField(
        label=_("再输入一次密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(
        self, *args: Any, asks_email: bool, remarks: dict[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not asks_email:
            del self.fields["email"]
        for name, remark in (remarks or {}).items():
            shown = "name" if name == "person_name" else name
            if shown in self.fields and self.is_bound:
                self.add_error(shown, remark)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") != data.get("password_again"):
            self.add_error("password_again", gettext("两次输入的密码不同"))
        return data


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
