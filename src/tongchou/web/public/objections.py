"""Objecting to a case on notice, with an account or by an address that is mailed; and following one's own objection."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.core.signing import Signer
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core.access import refuse
from tongchou.designations import notice_queries, objecting
from tongchou.designations.notice_models import NoticedCase, Objection
from tongchou.web.files import Unguessable
from tongchou.web.screens import Request, public, screen


class OwnObjection(Unguessable):
    """A path converter: the number of an objection, signed. Whoever has the address follows the objection."""

    signer = Signer(salt="tongchou.objection", sep=".")


def address_of(request: Request, objection: Objection) -> str:
    """The whole address at which an objection is followed."""
    return request.build_absolute_uri(reverse("public:objection", args=[objection.pk]))


@public
@screen
def object_to(request: Request, pk: int, entry: int) -> HttpResponse:
    """The form of an objection to one case."""
    notice = get_object_or_404(notice_queries.public_notices(), pk=pk)
    found = get_object_or_404(
        NoticedCase.objects.select_related("application__unit"), pk=entry, notice=notice
    )
    person = request.person if request.user.is_authenticated else None
    if request.method == "POST":
        post = request.POST
        email = (person.email if person else "") or post.get("email", "")
        if not ratelimit.consume(request, action="objection", key=email.strip().lower()):
            raise refuse("limit", _("提出异议过于频繁。"), remedy=_("请过一小时再试，或按公示中的方式来函。"))
        objection = objecting.object_to(
            found,
            person=person,
            name=post.get("name", ""),
            organisation=post.get("organisation", ""),
            phone=post.get("phone", ""),
            email=email,
            reason=post.get("reason", ""),
            page=lambda o: address_of(request, o),
        )
        if person is not None:
            messages.success(request, _("异议已提出，可以在这里补充材料、查看答复。"))
            return redirect("public:objection", objection.pk)
        messages.success(
            request,
            _("确认邮件已发到您的邮箱。请在 24 小时内、公示期满前打开其中的地址确认，确认后才会受理。"),
        )
        return redirect("public:notice", pk)
    return render(
        request,
        "public/object.html",
        {"notice": notice, "entry": found, "posted": request.POST, "person": person},
    )


@public
@screen
def objection(request: Request, pk: int) -> HttpResponse:
    """One's own objection: confirmed, added to, and how it stands. With an account only by that account."""
    found = get_object_or_404(
        Objection.objects.select_related("case__notice", "case__application__unit"), pk=pk
    )
    if found.person_id is not None and found.person_id != request.user.pk:
        raise Http404
    if request.method == "POST":
        match request.POST.get("do"):
            case "confirm":
                objecting.verify_objection(found)
                messages.success(request, _("已确认，异议已提交给主管部门。"))
            case "add":
                upload = request.FILES.get("file")
                if upload is None:
                    raise refuse("form", _("没有选择文件。"), fields={"file": _("请选择文件")})
                objecting.add_material(found, upload=upload, name=upload.name or "")
                messages.success(request, _("材料已补充。"))
            case _other:
                raise Http404
        return redirect("public:objection", pk)
    return render(
        request,
        "public/objection.html",
        {
            "objection": found,
            "open": found.state in Objection.OPEN,
            "files": found.files.select_related("file").order_by("id"),
            "most": objecting.MOST_FILES,
            "mb": objecting.FILE_MB,
        },
    )
