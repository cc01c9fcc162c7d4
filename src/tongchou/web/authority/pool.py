"""The pool of experts: a list with filters, and one expert's profile with his declared ties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tongchou.documents import expert_pool
from tongchou.orgs import queries as org_queries
from tongchou.orgs.models import Jurisdiction
from tongchou.programmes.models import Task
from tongchou.reviews import pool, pool_queries
from tongchou.reviews.expert_models import ExpertProfile, ExpertTie
from tongchou.web.authority.acting import acting_for
from tongchou.web.authority.words import task_title
from tongchou.web.files import EXCEL, send_made
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen
from tongchou.web.tables import Column, Empty, Table

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority, Person

MOST_BYTES = 5 * 2**20
MOST_SHOWN = 20


@screen
def experts(request: Request) -> HttpResponseBase:
    """The pool, filtered; a post takes an Excel list in, ``?file=xlsx`` gives it out."""
    authority = acting_for(request)
    if request.method == "POST":
        return _import(request, authority)
    tasks = Task.objects.all()
    filters = Filters(
        request,
        Filter("q", _("姓名、单位或专长"), kind="search"),
        Filter("task", _("专长任务"), choices=[(task.code, task_title(task)) for task in tasks]),
        Filter("place", _("地区"), choices=place_options()),
        Filter("state", _("状态"), choices=[("active", _("可派单")), ("paused", _("暂停"))]),
    )
    rows = pool_queries.pool(authority)
    if filters["task"]:
        rows = rows.filter(expert_profile__tasks__contains=[filters["task"]])
    if filters["place"]:
        path = Jurisdiction.objects.get(code=filters["place"]).path
        rows = rows.filter(expert_profile__place__path__startswith=path)
    match filters["state"]:
        case "active":
            rows = rows.exclude(expert_profile__paused=True)
        case "paused":
            rows = rows.filter(expert_profile__paused=True)
    for word in filters["q"].split():
        rows = rows.filter(pool_queries.called(word))
    if request.GET.get("file") == "xlsx":
        return send_made(expert_pool.workbook(authority, rows), f"{authority.name}专家库.xlsx", EXCEL)
    titles = {task.code: f"{task.number}" for task in tasks}
    return render(
        request,
        "authority/pool.html",
        {"authority": authority, "filters": filters, "table": _table(page_of(request, rows), titles)},
    )


def _table(page: Any, titles: dict[str, str]) -> Table:
    def specialities(person: Person) -> str:
        profile = profile_of(person)
        named = [_("任务 %(n)s") % {"n": titles.get(code, code)} for code in profile.tasks]
        return _("、").join([*named, *profile.words]) or "—"

    return Table(
        [
            Column(
                _("专家"),
                "name",
                link=lambda p: reverse("authority:expert", args=[p.pk]),
                note=lambda p: profile_of(p).employer_name or _("单位未填"),
            ),
            Column(_("专长"), specialities),
            Column(_("地区"), lambda p: getattr(profile_of(p).place, "name", "—")),
            Column(_("任务"), "duties", kind="number"),
            Column(_("未交"), "open_duties", kind="number"),
            Column(_("上限"), lambda p: profile_of(p).cap, kind="number"),
            Column(_("状态"), lambda p: _("暂停") if profile_of(p).paused else _("可派单")),
        ],
        page,
        caption=_("专家库"),
        empty=Empty(_("没有符合条件的专家"), _("专家由安全管理员授权入库，入库后可在这里填写专长和单位。")),
    )


def profile_of(person: Person) -> ExpertProfile:
    """The profile that was selected with the person, or an empty one."""
    found: ExpertProfile | None = getattr(person, "expert_profile", None)
    return found or ExpertProfile(person=person)


def place_options() -> list[tuple[str, str]]:
    """Where an expert may work: every province, and below each its cities (two queries)."""
    cities: dict[str | None, list[tuple[str, str]]] = {}
    for city in org_queries.places(Jurisdiction.Level.CITY):
        cities.setdefault(city.parent_id, []).append((city.code, city.name))
    found = []
    for province in org_queries.places(Jurisdiction.Level.PROVINCE):
        found.append((province.code, province.name))
        found += [(code, f"{province.short_name} · {name}") for code, name in cities.get(province.code, ())]
    return found


def _import(request: Request, authority: Authority) -> HttpResponseBase:
    upload = request.FILES.get("file")
    if upload is None or upload.size is None or upload.size > MOST_BYTES:
        messages.error(request, _("请选择不超过 5 MB 的 Excel 文件。"))
        return redirect("authority:pool")
    done = expert_pool.take_in(upload.read(), authority=authority, by=request.person)
    if done.faults:
        shown = _("；").join(done.faults[:MOST_SHOWN]) + ("…" if len(done.faults) > MOST_SHOWN else "")
        messages.error(
            request, _("有 %(count)s 行没有导入：%(faults)s") % {"count": len(done.faults), "faults": shown}
        )
    messages.success(request, _("已更新 %(count)s 位专家的信息。") % {"count": done.saved})
    return redirect("authority:pool")


# ---------------------------------------------------------------- one expert


@screen
def expert(request: Request, pk: int) -> HttpResponseBase:
    """One expert's profile, kept by who organises him."""
    authority = acting_for(request)
    person = get_object_or_404(pool_queries.pool(authority), pk=pk)
    if request.method == "POST":
        return act(request, person, "authority:expert", pk)
    context = profile_context(request, person, place_options())
    return render(request, "authority/expert.html", {"authority": authority, **context})


def profile_context(request: Request, person: Person, places: list[tuple[str, str]]) -> dict[str, Any]:
    """What the form of a profile shows, as stored or as it was typed and refused."""
    typed = request.POST if request.refusal and request.POST.get("do") == "save" else None
    said = (
        said_in(typed, pool.profile_of(person))
        if typed is not None
        else pool.said_of(pool.profile_of(person))
    )
    return {
        "person": person,
        "said": said,
        "words": " ".join(said.words),
        "cap": typed.get("cap", "") if typed is not None and "cap" in typed else said.cap,
        "tasks": [(task.code, task_title(task), task.code in said.tasks) for task in Task.objects.all()],
        "places": places,
        "ties": ExpertTie.objects.filter(expert=person).select_related("declared_by").order_by("-pk"),
    }


def act(request: Request, person: Person, name: str, *args: int) -> HttpResponseBase:
    """Do what a form of the profile page asks, the same on both sides."""
    post = request.POST
    match post.get("do"):
        case "save":
            pool.save_profile(person, said=said_in(post, pool.profile_of(person)), by=request.person)
            messages.success(request, _("专家信息已保存。"))
        case "tie":
            pool.declare_tie(
                person, name=post.get("name", ""), reason=post.get("reason", ""), by=request.person
            )
            messages.success(request, _("已登记回避关系。"))
        case "end_tie":
            wanted = post.get("tie", "")
            tie = get_object_or_404(ExpertTie, expert=person, pk=wanted if wanted.isdecimal() else 0)
            pool.end_tie(tie, by=request.person, reason=post.get("reason", ""))
            messages.success(request, _("已解除回避关系。"))
        case _:
            raise Http404
    return redirect(name, *args)


def said_in(post: QueryDict, stored: ExpertProfile) -> pool.Profile:
    """The profile as a form says it; a form without the cap leaves it as it is."""
    cap = post.get("cap", "").strip()
    return pool.Profile(
        tasks=tuple(post.getlist("tasks")),
        words=tuple(post.get("words", "").replace("，", " ").replace("、", " ").replace(",", " ").split()),
        employer=post.get("employer", ""),
        place=post.get("place", ""),
        cap=(int(cap) if cap.isdecimal() and len(cap) < 6 else 0 if cap else None)
        if "cap" in post
        else stored.cap,
        paused=bool(post.get("paused")),
        pause_reason=post.get("pause_reason", ""),
    )
