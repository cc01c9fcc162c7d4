"""The history of a programme's packs: what came into force, and what was uploaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.core.access import refuse
from tongchou.orgs.models import Authority, Jurisdiction
from tongchou.programmes import access, archives, release_queries, releases
from tongchou.programmes.models import Programme
from tongchou.programmes.release_models import PackRelease, PackUpload
from tongchou.web import show
from tongchou.web.files import send_made
from tongchou.web.filters import Filter, Filters
from tongchou.web.packs.changes import told
from tongchou.web.packs.choosing import chosen_programme
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, allow, screen
from tongchou.web.tables import Column, Empty, Table

ZIP = "application/zip"


def part_of(upload: PackUpload) -> str:
    """What an upload brings, in words."""
    if upload.programme is None or upload.programme.place_id == upload.authority.place_id:
        return _("全部")
    return _("%(place)s地方细则") % {"place": upload.authority.place.name}


def how(release: PackRelease) -> str:
    """How something came into force."""
    if release.withdraws:
        return _("撤回版本 %(version)s 后恢复") % {"version": release.withdraws.version}
    if release.upload:
        return _("发布版本 %(version)s（%(part)s）") % {
            "version": release.upload.version,
            "part": part_of(release.upload),
        }
    return _("命令行载入")


def place_names(releases: Iterable[PackRelease]) -> dict[str, str]:
    """What the places with packs in these releases are called."""
    codes = {place for release in releases for place in release.versions}
    return dict(Jurisdiction.objects.filter(pk__in=codes).values_list("code", "short_name"))


def versions_said(release: PackRelease, names: Mapping[str, str]) -> str:
    """The version of every pack in force, the programme's own first."""
    own = release.programme.place_id
    places = sorted(release.versions, key=lambda place: (place != own, place))
    return " · ".join(f"{names.get(place, place)} {release.versions[place]['version']}" for place in places)


@screen
def versions(request: Request) -> HttpResponse:
    """Everything that was uploaded, and everything that came into force."""
    allow(access.may_read_packs(request.actor))
    part = request.GET.get("part", "uploads")
    filters = Filters(request, Filter("state", _("状态"), choices=PackUpload.State.choices), keep=["part"])
    table = _released(request) if part == "releases" else _uploaded(request, filters)
    parts = {"uploads": _("上传的版本"), "releases": _("生效记录")}
    shown = {"table": table, "filters": filters, "part": part, "parts": parts}
    return render(request, "packs/versions.html", shown)


def _uploaded(request: Request, filters: Filters) -> Table:
    rows = release_queries.uploads(request.actor)
    if filters["state"]:
        rows = rows.filter(state=filters["state"])
    return Table(
        [
            Column(
                _("版本"),
                lambda u: u.version or u.name,
                link=lambda u: reverse("packs:version", args=[u.pk]),
                note=lambda u: u.programme.name if u.programme else _("新的计划"),
            ),
            Column(_("内容"), part_of),
            Column(_("状态"), lambda u: u, kind="badge"),
            Column(_("生效日期"), "effective_from", kind="day"),
            Column(_("上传"), "uploaded_by", note=lambda u: show.moment(u.uploaded_at)),
            Column(
                _("撤回"),
                lambda u: str(u.withdrawn_by) if u.withdrawn_by else "",
                note=lambda u: u.withdrawn_reason,
            ),
        ],
        page_of(request, rows),
        caption=_("上传的版本"),
        empty=Empty(
            _("还没有上传的版本"),
            _("把配置包文件夹压缩成 zip 上传，检查和比较后再决定发布。"),
            reverse("packs:upload"),
            _("上传新版本"),
        ),
    )


def _released(request: Request) -> Table:
    page = page_of(request, release_queries.releases(chosen_programme(request)))
    names = place_names(page.rows)
    return Table(
        [
            Column(
                _("生效时间"),
                "at",
                kind="moment",
                link=lambda r: reverse("packs:release", args=[r.pk]),
            ),
            Column(_("计划"), "programme.name"),
            Column(_("版本"), lambda r: versions_said(r, names)),
            Column(_("由来"), how, note=lambda r: r.withdraws.withdrawn_reason if r.withdraws else ""),
            Column(_("办理人"), lambda r: str(r.by) if r.by else _("系统")),
            Column(_("改动"), lambda r: len(r.changes), kind="number"),
        ],
        page,
        caption=_("生效记录"),
        empty=Empty(_("还没有载入配置包"), _("用 tongchou pack load 载入，或在此上传。")),
    )


@screen
def release(request: Request, pk: int) -> HttpResponse:
    """One moment of history: what came into force and what that changed."""
    allow(access.may_read_packs(request.actor))
    found = get_object_or_404(release_queries.releases(), pk=pk)
    before = release_queries.before(found)
    shown = {
        "release": found,
        "how": how(found),
        "versions": versions_said(found, place_names([found])),
        "first": before is None,
        "changes": told(release_queries.changed(before, found), found.programme) if before else [],
    }
    return render(request, "packs/release.html", shown)


@screen
def release_zip(request: Request, pk: int) -> HttpResponse:
    """The whole folder as it came into force."""
    allow(access.may_read_packs(request.actor))
    found = get_object_or_404(release_queries.releases().select_related("archive"), pk=pk)
    name = f"{found.programme.code}-{show.day(found.at)}.zip"
    return send_made(bytes(found.archive.content), name, ZIP)


@screen
def upload(request: Request) -> HttpResponse:
    """Bring a new version: a zip, for which programme, in the name of which authority."""
    allow(access.may_read_packs(request.actor))
    authorities = release_queries.kept_by(request.actor)
    if request.method == "POST":
        kept = _upload(request, authorities)
        return redirect("packs:version", kept.pk)
    shown = {
        "authorities": authorities,
        "programmes": release_queries.programmes(),
        "typed": request.POST if request.refusal else {},
        "max_mb": archives.MAX_ZIP // archives.MB,
    }
    return render(request, "packs/upload.html", shown)


def _upload(request: Request, authorities: list[Authority]) -> PackUpload:
    post = request.POST
    asked = post.get("authority", "")
    authority = next((a for a in authorities if str(a.pk) == asked), authorities[0])
    code = post.get("programme", "")
    programme = Programme.objects.filter(code=code).first()
    if programme is None and code != "new":
        raise refuse("form", _("没有选择计划。"), fields={"programme": _("请选择计划")})
    given = request.FILES.get("file")
    if given is None:
        raise refuse("form", _("没有选择文件。"), fields={"file": _("请选择 zip 文件")})
    return releases.upload_pack(
        given.read(archives.MAX_ZIP + 1),
        name=given.name or "",
        authority=authority,
        programme=programme,
        by=request.person,
    )
