"""The files of a declaration as its unit handles them: the buttons beside each file, and a slot drawn anew after an upload."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tongchou.applications import evidence, queries
from tongchou.applications.models import Application, Evidence
from tongchou.core.access import refuse
from tongchou.forms.schema import targeted
from tongchou.web.fields import field_view
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads


def change(request: Request, application: Application) -> str:
    """Do what a button beside a file asks, without scripts too; the code of its field, empty when none was pressed."""
    if code := request.POST.get("attach", ""):
        _attach(request, application, code)
        return code
    if "detach" in request.POST:
        found = _own(application, request.POST["detach"])
        evidence.detach(found, by=request.person)
        return found.field
    if "set_pages" in request.POST:
        found = _own(application, request.POST["set_pages"])
        evidence.set_pages(found, by=request.person, pages=request.POST.get(f"pages-of-{found.pk}", ""))
        messages.success(request, _("已保存佐证页。"))
        return found.field
    return ""


def _own(application: Application, pk: str) -> Evidence:
    if not (pk.isascii() and pk.isdigit()):
        raise Http404
    return get_object_or_404(Evidence, pk=pk, application=application)


def _attach(request: Request, application: Application, code: str) -> None:
    sent = request.FILES.getlist(f"upload-{code}")
    if not sent:
        raise refuse(
            "form",
            _("还没有选择文件。"),
            remedy=_("请先选择文件，再按“上传”。"),
            fields={code: _("请选择文件")},
        )
    for upload in sent:
        evidence.attach(
            application,
            by=request.person,
            field=code,
            upload=upload.file or b"",
            name=upload.name or "",
            pages=request.POST.get(f"pages-{code}", ""),
            indicator=request.POST.get(f"indicator-{code}", ""),
            year=_year(request.POST.get(f"year-{code}", "")),
        )
    messages.success(request, _("已上传 %(name)s。") % {"name": _("、").join(str(u.name) for u in sent)})


def _year(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() else None


@screen
def slot(request: Request, pk: int, code: str) -> JsonResponse:
    """A field's files as they are now, with the checks of the form, for the page's script."""
    application = reads.own_application(request, pk)
    seen = reads.look(application, application.draft.answers)
    asked = next((f for s in seen.sections for f in s.fields if f.code == code), None)
    if asked is None:
        raise Http404
    view = field_view(
        asked,
        {},
        indicators=targeted(application.edition.pack.indicators, application.variant),
        years=seen.years,
        evidence=seen.evidence,
        coming=queries.uploads(application),
    )
    files = {"f": view, "application": application}
    checks = {"look": seen.at(seen.section_of(code)), "application": application, "brief": True}
    return JsonResponse(
        {
            "files": render_to_string("tongchou/parts/pack_files.html", files, request=request),
            "checks": render_to_string("unit/checks.html", checks, request=request),
            "progress": {code: [p.filled, p.needed] for code, p in seen.seen.progress.items()},
        }
    )
