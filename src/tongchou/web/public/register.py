"""A unit registers: itself, and its first person's account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.orgs import actions, queries
from tongchou.orgs.contacts import Contact
from tongchou.orgs.models import Jurisdiction, Tag, Unit
from tongchou.web.places import chain
from tongchou.web.screens import Request, public, screen


class RegisterForm(forms.Form):
    """What is typed. The rules (code, uniqueness, password) are the action's; here only shape and place."""

    kind = forms.ChoiceField(label=_("单位类型"))
    name = forms.CharField(label=_("单位全称"), max_length=120, help_text=_("与法人证书或登记证书一致"))
    uscc = forms.CharField(
        label=_("统一社会信用代码"), max_length=18, min_length=18, help_text=_("18 位，与证书一致")
    )
    place = forms.CharField(widget=forms.HiddenInput, required=False)
    school_code = forms.CharField(
        label=_("学校标识码"), max_length=20, required=False, help_text=_("学校填写，其他单位留空")
    )
    address = forms.CharField(label=_("通信地址"), max_length=200, required=False)
    tags = forms.MultipleChoiceField(
        label=_("单位称号"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("如实勾选；经主管部门核实后，用于确定推荐限额"),
    )
    contact_name = forms.CharField(label=_("联系人姓名"), max_length=60)
    contact_duty = forms.CharField(label=_("职务"), max_length=60)
    contact_phone = forms.CharField(
        label=_("联系电话"), max_length=40, help_text=_("手机，或带区号的固定电话")
    )
    contact_email = forms.EmailField(label=_("联系邮箱"))
    supervised_by = forms.ChoiceField(
        label=_("主管部门"),
        required=False,
        help_text=_("只有省属单位需要改选省级，其他单位不用选"),
    )
    person_name = forms.CharField(label=_("填报人姓名"), max_length=60)
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

    def __init__(self, *args: Any, remarks: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", gettext("请选择")),
            *((value, gettext(label)) for value, label in Unit.Kind.choices),
        ]
        self.fields["supervised_by"].choices = [  # type: ignore[attr-defined]
            ("", gettext("按单位类型和所在地确定")),
            ("city", gettext("市级教育行政部门")),
            ("province", gettext("省级教育行政部门（省属单位）")),
        ]
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
        for name, widget in self.fields.items():
            widget.widget.attrs.setdefault(
                "autocomplete", {"email": "email", "username": "username"}.get(name, "off")
            )
        self.remarks = remarks or {}
        for name, remark in self.remarks.items():
            if name in self.fields and self.is_bound:
                self.add_error(name, remark)

    def year_fields(self) -> list[forms.BoundField]:
        """The fields that ask since when a dated tag is held."""
        return [self[f"since_{code}"] for code in self.dated]

    def tag_years(self) -> dict[str, int]:
        """The years as typed, by tag."""
        typed = {code: self.cleaned_data.get(f"since_{code}") for code in self.dated}
        return {code: year for code, year in typed.items() if year is not None}

    def contact(self) -> Contact:
        """The contact as typed."""
        return Contact(*(self.cleaned_data[f"contact_{part}"] for part in ("name", "duty", "phone", "email")))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("password") != data.get("password_again"):
            self.add_error("password_again", gettext("两次输入的密码不同"))
        data["where"] = Jurisdiction.objects.filter(pk=data.get("place") or "", valid_to=None).first()
        if data["where"] is None:
            self.add_error("place", gettext("请选择单位所在地"))
        return data


@public
@screen
def register(request: Request) -> HttpResponse:
    """Register a unit with its first person."""
    typed = None
    status = 200
    if request.POST:
        typed = request.POST.copy()
        typed["place"] = next((c for c in reversed(request.POST.getlist("place_at")) if c), "")
    remarks = request.refusal.fields if request.refusal else {}
    form = RegisterForm(typed, remarks=remarks)
    if request.method == "POST":
        if form.is_valid():
            data = form.cleaned_data
            fields = (
                "kind",
                "name",
                "uscc",
                "school_code",
                "address",
                "tags",
                "supervised_by",
                "person_name",
                "username",
                "email",
                "password",
            )
            unit, person = actions.register_unit(
                place=data["where"],
                tag_years=form.tag_years(),
                contact=form.contact(),
                **{f: data[f] for f in fields},
            )
            messages.success(
                request,
                gettext(
                    "%(unit)s已注册，用户名 %(name)s。请登录后打印联系表，盖章扫描上传；%(authority)s核验后即可申报。"
                )
                % {"unit": unit.name, "name": person.username, "authority": unit.authority.name},
            )
            return redirect("account_login")
        status = 422
    levels = chain(str(typed["place"]) if typed else "")
    return render(request, "public/register.html", {"form": form, "levels": levels}, status=status)


@public
@screen
def places(request: Request) -> HttpResponse:
    """The places directly below ``parent``, for the chooser."""
    rows = queries.children(request.GET.get("parent", "")[:6])
    return JsonResponse({"places": [{"code": p.code, "name": p.name} for p in rows]})
