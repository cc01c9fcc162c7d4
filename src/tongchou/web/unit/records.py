"""The unit's own record: whether it is verified, and its correction after a refusal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.orgs import actions
from tongchou.orgs.models import Unit
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads


class CorrectForm(forms.Form):
    """What may be corrected of a refused registration."""

    name = forms.CharField(label=_("单位全称"), max_length=120)
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18, min_length=18)
    school_code = forms.CharField(label=_("学校标识码"), max_length=20, required=False)
    address = forms.CharField(label=_("通信地址"), max_length=200, required=False)

    def __init__(self, *args: Any, remarks: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, remark in (remarks or {}).items():
            if name in self.fields and self.is_bound:
                self.add_error(name, remark)


@screen
def records(request: Request) -> HttpResponse:
    """The record of one's unit; with several, a list of them."""
    units = reads.own_units(request)
    if len(units) == 1:
        return redirect("unit:record", units[0].pk)
    return render(request, "unit/records.html", {"units": units})


@screen
def record(request: Request, pk: int) -> HttpResponse:
    """One unit's record; correct it after a refusal."""
    unit = Unit.objects.select_related("place", "authority").get(pk=reads.own_unit(request, pk).pk)
    form = None
    if unit.state == Unit.State.REFUSED:
        initial = {f: getattr(unit, f) for f in ("name", "uscc", "school_code", "address")}
        remarks = request.refusal.fields if request.refusal else {}
        form = CorrectForm(request.POST or None, initial=initial, remarks=remarks)
        if request.method == "POST" and form.is_valid():
            actions.correct_unit(unit, by=request.person, **form.cleaned_data)
            messages.success(request, gettext("已更正，等待主管部门重新核验。"))
            return redirect("unit:record", unit.pk)
    people = unit.memberships.filter(active=True).select_related("person").order_by("person__name", "role")
    tags = unit.tags.select_related("tag").order_by("tag__code")
    return render(
        request,
        "unit/record.html",
        {"unit": unit, "form": form, "people": people, "tags": tags},
        status=422 if form is not None and form.errors else 200,
    )
