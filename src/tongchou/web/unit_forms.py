"""Parts of forms that several screens ask for: whom to ask, an account of one's own, where a unit is and what it holds."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.orgs.contacts import Contact
from tongchou.orgs.models import Jurisdiction, Tag


class RemarkedForm(forms.Form):
    """A form that shows what the action remarked beside the fields it is about."""

    def __init__(self, *args: Any, remarks: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.remarks = remarks or {}

    def full_clean(self) -> None:
        super().full_clean()
        for name, remark in self.remarks.items():
            if name in self.fields and self.is_bound:
                self.add_error(name, remark)


class ContactForm(RemarkedForm):
    """Whom to ask in a unit."""

    contact_name = forms.CharField(label=_("联系人姓名"), max_length=60)
    contact_duty = forms.CharField(label=_("职务"), max_length=60)
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=40, help_text=_("手机，或带区号的固定电话")
    )
    contact_email = forms.EmailField(label=_("联系邮箱"))

    def contact(self) -> Contact:
        """The contact as typed."""
        return Contact(*(self.cleaned_data[f"contact_{part}"] for part in ("name", "duty", "phone", "email")))


class AccountForm(RemarkedForm):
    """A new account. Whether the password is good enough is the action's to say; here only that it was typed alike twice."""

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

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") != data.get("password_again"):
            self.add_error("password_again", gettext("两次输入的密码不同"))
        return data


class PlacedForm(RemarkedForm):
    """Where a unit is, and the titles it claims; of dated ones, since which year."""

    place = forms.CharField(widget=forms.HiddenInput, required=False)
    tags = forms.MultipleChoiceField(label=_("单位称号"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(Tag.objects.order_by("code"))
        self.fields["tags"].choices = [(t.code, t.name) for t in known]  # type: ignore[attr-defined]
        self.dated = [t.code for t in known if t.dated]
        for tag in known:
            if tag.dated:
                self.fields[f"since_{tag.code}"] = forms.IntegerField(
                    label=gettext("“%(tag)s”的认定年份") % {"tag": tag.name},
                    required=False,
                    help_text=gettext("勾选了这个称号的填写，以认定文件为准"),
                )

    def year_fields(self) -> list[forms.BoundField]:
        """The fields that ask since when a dated tag is held."""
        return [self[f"since_{code}"] for code in self.dated]

    def tag_years(self) -> dict[str, int]:
        """The years as typed, by tag."""
        typed = {code: self.cleaned_data.get(f"since_{code}") for code in self.dated}
        return {code: year for code, year in typed.items() if year is not None}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["where"] = Jurisdiction.objects.filter(pk=data.get("place") or "", valid_to=None).first()
        if data["where"] is None:
            self.add_error("place", gettext("请选择单位所在地"))
        return data
