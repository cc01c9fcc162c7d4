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
from tongchou.orgs.models import Unit
from tongchou.web.places import chain
from tongchou.web.screens import Request, public, screen
from tongchou.web.unit_forms import AccountForm, ContactForm, PlacedForm


class RegisterForm(ContactForm, AccountForm, PlacedForm):
    """What is typed. The rules (code, uniqueness, password) are the action's; here only shape and place."""

    kind = forms.ChoiceField(label=_("单位类型"))
    name = forms.CharField(label=_("单位全称"), max_length=120, help_text=_("与法人证书或登记证书一致"))
    uscc = forms.CharField(
        label=_("统一社会信用代码"), max_length=18, min_length=18, help_text=_("18 位，与证书一致")
    )
    school_code = forms.CharField(
        label=_("学校标识码"), max_length=20, required=False, help_text=_("学校填写，其他单位留空")
    )
    address = forms.CharField(label=_("通信地址"), max_length=200, required=False)
    supervised_by = forms.ChoiceField(
        label=_("主管部门"),
        required=False,
        help_text=_("只有省属单位需要改选省级，其他单位不用选"),
    )
    person_name = forms.CharField(label=_("填报人姓名"), max_length=60)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].help_text = gettext("如实勾选；经主管部门核实后，用于确定推荐限额")
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", gettext("请选择")),
            *((value, gettext(label)) for value, label in Unit.Kind.choices),
        ]
        self.fields["supervised_by"].choices = [  # type: ignore[attr-defined]
            ("", gettext("按单位类型和所在地确定")),
            ("city", gettext("市级教育行政部门")),
            ("province", gettext("省级教育行政部门（省属单位）")),
        ]
        for name, field in self.fields.items():
            field.widget.attrs.setdefault(
                "autocomplete", {"email": "email", "username": "username"}.get(name, "off")
            )


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
