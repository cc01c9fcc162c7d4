"""The unit's own record: its registration and what it waits for, the contact form, correction, contact, and its names."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tongchou.core.access import refuse
from tongchou.documents import contacts as documents
from tongchou.documents import pdf
from tongchou.orgs import actions, contacts, queries
from tongchou.orgs.models import Unit
from tongchou.orgs.record_models import UnitContact
from tongchou.web import files
from tongchou.web.places import chain
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads
from tongchou.web.unit_forms import ContactForm, PlacedForm


class CorrectForm(ContactForm, PlacedForm):
    """A refused registration: all of it may have been the reason."""

    name = forms.CharField(label=_("单位全称"), max_length=120)
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18, min_length=18)
    kind = forms.ChoiceField(label=_("单位类型"))
    school_code = forms.CharField(label=_("学校标识码"), max_length=20, required=False)
    address = forms.CharField(label=_("通信地址"), max_length=200, required=False)
    field_order = ("name", "uscc", "kind", "school_code", "address", "tags")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (value, gettext(label)) for value, label in Unit.Kind.choices
        ]

    def shown(self) -> list[forms.BoundField]:
        """All but the place, which has a chooser of its own."""
        return [field for field in self if field.name != "place"]


@screen
def records(request: Request) -> HttpResponse:
    """The record of one's unit; with several, a list of them."""
    units = reads.own_units(request)
    if len(units) == 1:
        return redirect("unit:record", units[0].pk)
    return render(request, "unit/records.html", {"units": units})


def _own(request: Request, pk: int) -> Unit:
    wanted = reads.own_unit(request, pk).pk
    return Unit.objects.select_related("place__parent", "authority", "merged_into").get(pk=wanted)


@screen
def record(request: Request, pk: int) -> HttpResponse:
    """One unit's record: print and upload the contact form, correct after a refusal, change contact, ask for a name."""
    unit = _own(request, pk)
    contact = queries.contact_of(unit)
    do = request.POST.get("do", "")
    correct = _correct_form(request, unit, contact) if unit.state == Unit.State.REFUSED else None
    reach = ContactForm(
        request.POST if do == "contact" else None,
        initial=_contact_values(contact),
        remarks=request.refusal.fields if request.refusal else {},
    )
    if request.method == "POST" and (done := _do(request, unit, do, correct, reach)):
        messages.success(request, done)
        return redirect("unit:record", unit.pk)
    people = unit.memberships.filter(active=True).select_related("person").order_by("person__name", "role")
    faulty = reach.errors or (correct is not None and correct.errors)
    return render(
        request,
        "unit/record.html",
        {
            "unit": unit,
            "contact": contact,
            "rule": queries.registration_rule(unit.kind, unit.place_path),
            "scan_fault": contacts.scan_fault(unit),
            "form": correct,
            "levels": chain(correct["place"].value() or "") if correct else [],
            "contact_form": reach,
            "people": people,
            "tags": unit.tags.select_related("tag").order_by("tag__code"),
            "former": unit.former_names.all(),
            "renames": unit.rename_requests.all()[:5],
            "leads": request.actor.in_unit(unit.pk, "leader"),
            "typed": request.POST if request.refusal else {},
            "do": request.POST.get("do", "") if request.refusal or faulty else "",
        },
        status=422 if faulty else 200,
    )


def _do(request: Request, unit: Unit, do: str, correct: CorrectForm | None, reach: ContactForm) -> str:
    """Do what was asked; what to say of it, empty when the form has faults to be shown."""
    by = request.person
    match do:
        case "correct" if correct is not None:
            if not correct.is_valid():
                return ""
            data = correct.cleaned_data
            actions.correct_unit(
                unit,
                by=by,
                **{field: data[field] for field in ("name", "uscc", "school_code", "address", "tags")},
                kind=data["kind"] if data["kind"] != unit.kind else "",
                place=data["where"] if data["where"].pk != unit.place_id else None,
                tag_years=correct.tag_years(),
                contact=correct.contact(),
            )
            return gettext("已更正，等待主管部门重新核验。联系表上的信息如有变化，请重新打印盖章上传。")
        case "contact":
            if not reach.is_valid():
                return ""
            actions.change_contact(unit, by=by, contact=reach.contact())
            return gettext("联系人已更新。")
        case "scan":
            sent = _sent(request, "scan")
            actions.upload_contact_form(unit, by=by, upload=sent.file or b"", name=sent.name or "")
            return gettext("已上传联系表，主管部门可以核验了。")
        case "rename":
            sent = _sent(request, "proof")
            actions.ask_rename(
                unit,
                by=by,
                name=request.POST.get("name", ""),
                reason=request.POST.get("reason", ""),
                proof=sent.file or b"",
                proof_name=sent.name or "",
            )
            return gettext("更名申请已提交，等待主管部门审核。")
        case _other:
            raise Http404


def _sent(request: Request, field: str) -> Any:
    """The file that was sent; refused when none was chosen."""
    sent = request.FILES.get(field)
    if sent is None:
        raise refuse("form", gettext("还没有选择文件。"), fields={field: gettext("请选择文件")})
    return sent


def _contact_values(contact: UnitContact | None) -> dict[str, str]:
    if contact is None:
        return {}
    return {f"contact_{part}": getattr(contact, part) for part in ("name", "duty", "phone", "email")}


def _correct_form(request: Request, unit: Unit, contact: UnitContact | None) -> CorrectForm:
    claimed = {t.tag_id: t.since_year for t in unit.tags.all()}
    initial = {f: getattr(unit, f) for f in ("name", "uscc", "school_code", "address", "kind")}
    typed = None
    if request.POST.get("do") == "correct":
        typed = request.POST.copy()
        typed["place"] = next((c for c in reversed(request.POST.getlist("place_at")) if c), "")
    return CorrectForm(
        typed,
        initial=initial
        | {"place": unit.place_id, "tags": list(claimed)}
        | {f"since_{tag}": year for tag, year in claimed.items()}
        | _contact_values(contact),
        remarks=request.refusal.fields if request.refusal else {},
    )


@screen
def contact_form(request: Request, pk: int) -> HttpResponse:
    """The contact form to print and seal."""
    unit = _own(request, pk)
    contact = queries.contact_of(unit)
    if contact is None:
        raise Http404
    made = pdf.contact_form(documents.contact_form(unit, contact))
    return files.send_made(made, gettext("%(unit)s联系表.pdf") % {"unit": unit.name})


@screen
def scan(request: Request, pk: int) -> HttpResponseBase:
    """The scan that was uploaded."""
    contact = queries.contact_of(_own(request, pk))
    if contact is None or contact.scan is None:
        raise Http404
    return files.send(contact.scan, contact.scan_name)
