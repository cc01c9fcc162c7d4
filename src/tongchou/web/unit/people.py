"""The people of one's unit: who holds which role, inviting, handing over, removing."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.orgs import access, actions, inviting, queries
from tongchou.orgs.invitation_models import Invitation
from tongchou.orgs.models import Membership, Person, Unit
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads

Role = Membership.Role


@screen
def people(request: Request) -> HttpResponse:
    """The people of one's unit; with several units, a list to choose from."""
    units = reads.own_units(request)
    if len(units) == 1:
        return redirect("unit:members", units[0].pk)
    return render(request, "unit/records.html", {"units": units, "of_people": True})


@screen
def members(request: Request, pk: int) -> HttpResponse:
    """One unit's people and open invitations."""
    unit = reads.own_unit(request, pk)
    shown_once = None
    if request.method == "POST" and request.POST.get("do") in {"invite", "resend"}:
        # Shown in this answer and nowhere kept: what is stored of a token is its digest.
        shown_once = _send(request, unit)
    elif request.method == "POST":
        messages.success(request, _do(request, unit))
        if _left(request, unit):
            return redirect("account:me")
        return redirect("unit:members", unit.pk)
    held = list(queries.members(unit))
    return render(
        request,
        "unit/members.html",
        {
            "unit": unit,
            "may": access.may_keep_people(request.actor, unit),
            "members": held,
            "others": [p for p in held if p.pk != request.person.pk and p.is_active],
            "invitations": [{"row": row, "role": Role(row.role).label} for row in queries.invitations(unit)],
            "roles": [(role.value, role.label) for role in Membership.UNIT_ROLES],
            "stays": [(role.value, role.label) for role in (Role.FILLER, Role.REVIEWER)],
            "shown_once": shown_once,
            "days": inviting.VALID_DAYS,
            "typed": request.POST if request.refusal else {},
        },
    )


def _left(request: Request, unit: Unit) -> bool:
    """Whether the visitor has just ended all own roles here: the actor was read before."""
    return not Membership.objects.filter(person=request.person, unit=unit, active=True).exists()


def _send(request: Request, unit: Unit) -> dict[str, str]:
    """Invite, or invite again; whom, and the address to open."""
    post, by = request.POST, request.person

    def page(token: str) -> str:
        return request.build_absolute_uri(reverse("account:invitation", args=[token]))

    if post["do"] == "invite":
        given = {field: post.get(field, "") for field in ("role", "name", "email")}
        invitation, token = actions.invite(unit, by=by, page=page, **given)
    else:
        pending = _invitation(unit, post.get("invitation", ""))
        invitation, token = actions.resend_invitation(pending, by=by, page=page)
    return {"name": invitation.name, "address": page(token)}


def _do(request: Request, unit: Unit) -> str:
    by, post = request.person, request.POST
    match post.get("do"):
        case "revoke":
            actions.revoke_invitation(_invitation(unit, post.get("invitation", "")), by=by)
            return _("已撤销邀请。")
        case "hand_over":
            to = _member(unit, post.get("to", ""))
            actions.hand_over(unit, to=to, by=by, stay_as=post.get("stay_as", ""))
            return _("已移交，%(name)s现在是审核人。") % {"name": to.name}
        case "remove":
            person = _member(unit, post.get("person", ""))
            actions.remove_member(unit, person=person, by=by)
            return _("已移除%(name)s。") % {"name": person.name}
        case _other:
            raise Http404


def _invitation(unit: Unit, pk: str) -> Invitation:
    if not (pk.isascii() and pk.isdigit()):
        raise Http404
    return get_object_or_404(Invitation, pk=pk, unit=unit)


def _member(unit: Unit, pk: str) -> Person:
    if not (pk.isascii() and pk.isdigit()):
        raise Http404
    return get_object_or_404(queries.members(unit), pk=pk)
