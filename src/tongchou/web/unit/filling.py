"""Filling a declaration: sections as steps, autosave, checks, files, submitting."""

from __future__ import annotations

import json
import zlib
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongchou.applications import actions, internal, queries, sources, states
from tongchou.applications.internal_models import Desk
from tongchou.applications.models import Application
from tongchou.core import clock
from tongchou.core.access import refuse
from tongchou.web.fields import section_views
from tongchou.web.screens import Request, screen
from tongchou.web.unit import evidence, reads, sharing

SCREEN_NAMES = {"csrfmiddlewaretoken", "do", "section", "next", "version"}


def _last_return(application: Application) -> Any:
    """The decision by which the case was returned, while it is."""
    if application.state != Application.State.RETURNED:
        return None
    return application.decisions.filter(kind="return").select_related("authority").last()


@screen
def fill(request: Request, pk: int) -> HttpResponse:
    """One section of the form. Without scripts it is saved by its button."""
    application = reads.own_application(request, pk)
    if not states.may_move(application, "save"):
        waiting = application.desk != Desk.FILLER
        return redirect("unit:submit" if waiting else "unit:application", pk)
    section = request.GET.get("section", "")
    here = reverse("unit:fill", args=[pk]) + (f"?section={section}" if section else "")
    errors: dict[str, str] = {}
    if request.method == "POST":
        if code := evidence.change(request, application):
            return redirect(f"{here}#f-{code}")
        saved = actions.save_typed(
            pk,
            by=request.person,
            texts=dict(request.POST.lists()),
            base_version=_version(request.POST.get("version")),
            ignore=SCREEN_NAMES,
        )
        errors = dict(saved.errors)
        if not errors and not saved.conflicts:
            onward = request.POST.get("next", "")
            target = reverse("unit:submit", args=[pk]) if onward == "-submit" else None
            return redirect(target or reverse("unit:fill", args=[pk]) + f"?section={onward or section}")
        errors |= {code: _("他人刚刚修改了这一项，请核对后再改。") for code in saved.conflicts}
        application = reads.own_application(request, pk)
    seen = reads.look(application, application.draft.answers)
    codes = [s.code for s in seen.sections]
    at = codes.index(section) if section in codes else 0
    returned, back = _last_return(application), internal.sent_back(application)
    remarks = (returned.remarks if returned else {}) | (back.remarks if back else {})
    views = section_views(
        [seen.sections[at]],
        application.draft.answers,
        variant=application.variant,
        indicators=application.edition.pack.indicators,
        years=seen.years,
        errors=errors,
        remarks=remarks,
        sources=sources.untouched(application.draft),
        evidence=seen.evidence,
        coming=queries.uploads(application),
        hidden=seen.seen.hidden,
        computed=seen.seen.computed,
        needed=seen.seen.needed,
    )
    return render(
        request,
        "unit/fill.html",
        {
            "application": application,
            "look": seen.at(codes[at]),
            "standings": reads.standings(seen),
            "view": views[0],
            "section": codes[at],
            "before": codes[at - 1] if at else "",
            "after": codes[at + 1] if at + 1 < len(codes) else "-submit",
            "returned": returned,
            "back": back,
            "steps": [
                (s, seen.seen.progress.get(s.code), any(f.code in remarks for f in s.fields))
                for s in seen.sections
            ],
            "words": _words(),
            "upload_words": upload_words(),
        },
        status=422 if errors else 200,
    )


def _version(text: Any) -> int:
    """The version a save started from; a forged one counts as the oldest."""
    return (
        int(text)
        if isinstance(text, int) or (isinstance(text, str) and text.isascii() and text.isdigit())
        else 0
    )


@require_POST
@screen
def save(request: Request, pk: int) -> HttpResponse:
    """Autosave: ``{"version": n, "changes": {input name: [texts]}}`` in, what came of it out.

    ``bases`` names fields that were typed on an older version. ``checked`` marks the findings the page shows; while they
    stay the same they are not rendered and sent again.
    """
    try:
        body = json.loads(request.body)
        texts = {str(k): [str(v) for v in vs] for k, vs in body["changes"].items()}
        version = _version(body.get("version"))
        bases = {str(k): _version(v) for k, v in body.get("bases", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        reads.own_application(request, pk)
        raise refuse("form", _("保存请求的格式不正确。"), remedy=_("请刷新页面后再试。")) from None
    try:
        saved = actions.save_typed(
            pk, by=request.person, texts=texts, base_version=version, bases=bases, ignore=SCREEN_NAMES
        )
    except Application.DoesNotExist:
        raise Http404 from None
    case = saved.case
    seen = reads.Look(case.application, case.answers, list(case.sections), [], case.years, case.look())
    section = str(body.get("section") or "") or seen.section_of(next(iter(saved.fields), ""))
    mark = _mark(section, seen)
    answer = {
        "version": saved.version,
        "at": clock.now().astimezone(clock.SHANGHAI).strftime("%H:%M:%S"),
        "saved": saved.fields,
        "errors": saved.errors,
        "progress": {code: [p.filled, p.needed] for code, p in seen.seen.progress.items()},
        "computed": seen.computed_texts(),
        "hidden": sorted(seen.seen.hidden),
        "required": seen.required_now(),
        "checked": mark,
    }
    for name, changed in (("conflicts", saved.conflicts), ("others", saved.others)):
        answer[name] = changed and sharing.changes(
            case.application, case.pack, case.sections, changed, case.field_versions
        )
    if mark != body.get("checked"):
        answer |= checked_parts(request, seen.at(section))
    return JsonResponse(answer)


def _mark(section: str, seen: reads.Look) -> str:
    """Tells findings as shown beside one section from others; the same in every process."""
    shown = repr(seen.seen.findings)
    if seen.seen.groups:
        shown += repr(
            [(g, [seen.answers.get(c) for m in g.members for c in m.fields]) for g in seen.seen.groups]
        )
    return f"{section}-{zlib.crc32(shown.encode()):x}"


def checked_parts(request: Request, seen: reads.Look) -> dict[str, str]:
    """What stands beside the form, drawn anew: the findings, and how groups of conditions stand."""
    context = {"look": seen, "application": seen.application, "brief": True}
    parts: dict[str, str] = {"checks": render_to_string("unit/checks.html", context, request=request)}
    if seen.seen.groups:
        context["standings"] = reads.standings(seen.with_evidence())
        parts["standings"] = render_to_string("unit/standings.html", context, request=request)
    return parts


def _words() -> dict[str, str]:
    """What the page's script says."""
    return {
        "waiting": _("有未保存的修改"),
        "saving": _("正在保存…"),
        "saved": _("已保存"),
        "faults": _("已保存，有几处需要更正"),
        "offline": _("网络或服务器暂不可用；已存在本机，恢复后自动保存"),
        "full": _("网络或服务器暂不可用，本机也存不下了；请不要关闭本页"),
        "login": _("登录已过期；已存在本机，请在新窗口登录后回到本页"),
        "refused": _("没有保存；请刷新页面"),
        "restored": _("上次未能保存的内容已恢复，正在保存"),
        "conflict": _("这一项被改成了不同的内容，请选择："),
        "theirs": _("采用对方的"),
        "mine": _("保留我的"),
        "join": _("两段都保留"),
        "their_side": _("对方的"),
        "my_side": _("我的"),
        "empty": _("（空）"),
        "count": _("{n} 字"),
        "count_of": _("{n} / {most} 字"),
        "over": _("超出 {n} 字"),
        **sharing.words(),
    }


def upload_words() -> dict[str, str]:
    """What the script of uploads says."""
    return {
        "waiting": _("等待上传"),
        "sending": _("正在上传"),
        "paused": _("已暂停"),
        "offline": _("网络中断，恢复后自动续传"),
        "checking": _("已传完，正在检查"),
        "refused": _("没有上传成功"),
        "pause": _("暂停"),
        "resume": _("继续"),
        "cancel": _("取消"),
        "dismiss": _("知道了"),
    }
