"""Units: those that wait for verification, all of the subtree, and one unit's registration."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.applications import queries as application_queries
from tongchou.orgs import access, actions, contacts, queries
from tongchou.orgs.models import Jurisdiction, Unit
from tongchou.orgs.record_models import RenameRequest
from tongchou.web import files
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.choices import place_choices
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, allow, screen
from tongchou.web.tables import Column, Empty, Table


@screen
def units(request: Request) -> HttpResponseBase:
    """The units of the subtree; those that wait for this authority unless a state is chosen."""
    authority = acting_for(request)
    filters = Filters(
        request,
        Filter("q", _("名称或信用代码"), kind="search"),
        Filter("state", _("状态"), choices=Unit.State.choices),
        Filter("kind", _("单位类型"), choices=Unit.Kind.choices),
        Filter("place", _("地区"), choices=place_choices(authority)),
    )
    rows = queries.units(request.actor.scope).filter(scope_path__startswith=authority.place.path)
    if filters["state"]:
        rows = rows.filter(state=filters["state"])
    if filters["kind"]:
        rows = rows.filter(kind=filters["kind"])
    if filters["place"]:
        rows = rows.filter(place_path__startswith=Jurisdiction.objects.get(code=filters["place"]).path)
    for word in filters["q"].split():
        rows = rows.filter(queries.called(word))
    waiting = not filters.active
    if waiting:
        rows = rows.filter(state=Unit.State.REGISTERED, authority=authority)
    table = Table(
        [
            Column(
                _("单位"),
                "name",
                link=lambda u: reverse("authority:unit", args=[u.pk]),
                note=lambda u: u.uscc,
            ),
            Column(_("类型"), lambda u: _(u.get_kind_display())),
            Column(_("所在地"), "place__name"),
            Column(_("所报标签"), lambda u: _("、").join(t.tag.name for t in u.tags.all()) or "—"),
            Column(_("核验部门"), "authority__name"),
            Column(_("注册日期"), "registered_at", kind="day"),
            Column(_("状态"), lambda u: u, kind="badge"),
        ],
        page_of(request, rows),
        caption=_("待核验单位") if waiting else _("单位"),
        empty=Empty(
            _("没有待核验的单位") if waiting else _("没有符合条件的单位"),
            _("单位注册后会出现在这里；已核验的单位可在状态中筛选查看。"),
        ),
    )
    return render(
        request,
        "authority/units.html",
        {
            "table": table,
            "filters": filters,
            "pending": waiting,
            "authority": authority,
            "renames": page_of(request, queries.renames_waiting(request.actor), name="renames")
            if waiting
            else None,
        },
    )


def _years(request: Request) -> dict[str, int]:
    """The years of dated tags as typed, by tag; what is no year is left for the action to name."""
    prefix = "since_"
    typed = {
        key: value for key, value in request.POST.items() if key.startswith(prefix) and str(value).strip()
    }
    return {
        key.removeprefix(prefix): int(str(value)) if str(value).isdecimal() else 0
        for key, value in typed.items()
    }


def _rename(unit: Unit) -> RenameRequest:
    waiting = queries.rename_waiting(unit)
    if waiting is None:
        raise Http404
    return waiting


def _personal(request: Request, unit: Unit) -> dict[str, Any]:
    """People, contact and scan: only for the authority that verifies the unit."""
    if not access.may_see_contact(request.actor, unit):
        return {"people": None, "contact": None}
    return {"people": queries.people_of(unit), "contact": queries.contact_of(unit)}


@screen
def unit_scan(request: Request, pk: int) -> HttpResponseBase:
    """The scan of a unit's sealed contact form."""
    found = get_object_or_404(queries.units(request.actor.scope), pk=pk)
    allow(access.may_see_contact(request.actor, found))
    contact = queries.contact_of(found)
    if contact is None or contact.scan is None:
        raise Http404
    return files.send(contact.scan, contact.scan_name)


@screen
def unit_scan_page(request: Request, pk: int, number: int) -> HttpResponseBase:
    """One of its pages as a picture."""
    found = get_object_or_404(queries.units(request.actor.scope), pk=pk)
    allow(access.may_see_contact(request.actor, found))
    contact = queries.contact_of(found)
    if contact is None or contact.scan is None:
        raise Http404
    return files.send_page(contact.scan, number)


@screen
def rename_proof(request: Request, pk: int) -> HttpResponseBase:
    """The proof of a request for another name."""
    found = get_object_or_404(queries.units(request.actor.scope), pk=pk)
    allow(access.may_verify(request.actor, found))
    asked = _rename(found)
    return files.send(asked.proof, asked.proof_name)


@screen
def unit(request: Request, pk: int) -> HttpResponseBase:
    """One registration: verify it with the tags vouched for, or refuse it with a reason."""
    acting_for(request)
    found = get_object_or_404(queries.units(request.actor.scope), pk=pk)
    if request.method == "POST":
        match request.POST.get("do"):
            case "verify":
                actions.verify_unit(
                    found,
                    by=request.person,
                    tags_confirmed=request.POST.getlist("tags"),
                    tag_years=_years(request),
                )
                messages.success(request, _("已核验，单位现在可以申报。"))
            case "refuse":
                actions.refuse_unit(found, by=request.person, reason=request.POST.get("reason", ""))
                messages.success(request, _("已退回，单位会收到理由。"))
            case "approve_rename":
                actions.approve_rename(_rename(found), by=request.person)
                messages.success(request, _("已同意更名，原名称仍可查到。"))
            case "refuse_rename":
                actions.refuse_rename(
                    _rename(found), by=request.person, reason=request.POST.get("refused_reason", "")
                )
                messages.success(request, _("未同意更名，单位会收到理由。"))
            case _other:
                raise Http404
        return redirect("authority:unit", pk)
    return render(
        request,
        "authority/unit.html",
        {
            "unit": found,
            "may": access.may_verify(request.actor, found),
            "rule": queries.registration_rule(found.kind, found.place_path),
            "scan_fault": contacts.scan_fault(found),
            **_personal(request, found),
            "former": found.former_names.all(),
            "may_merge": found.state == Unit.State.VERIFIED and access.may_merge(request.actor, found, found),
            "rename": queries.rename_waiting(found),
            "merged": found.merged.order_by("merged_on"),
            "cases": page_of(
                request, application_queries.visible(request.actor).filter(unit=found), name="cases"
            ),
            "ticked": request.POST.getlist("tags")
            if request.refusal
            else [t.tag_id for t in found.tags.all()],
        },
    )
