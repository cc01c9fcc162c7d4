"""The audit administrator's part: the log, and whether its chain holds."""

from __future__ import annotations

import json
from datetime import date, timedelta

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.models import AuditRecord, AuditSeal
from tongchou.orgs import access
from tongchou.orgs.models import Person
from tongchou.web.admin.words import action_name, thing_name
from tongchou.web.filters import Filter, Filters
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, allow, screen
from tongchou.web.tables import Column, Empty, Table

SHOWN = 100  # characters of a record's data in the list


def text_of(record: AuditRecord) -> str:
    """The data of a record in one line."""
    return _("；").join(
        f"{key}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in record.data.items()
    )


@screen
def record(request: Request, pk: int) -> HttpResponseBase:
    """One record whole, and the seal that holds it."""
    allow(access.may_audit(request.actor))
    found = get_object_or_404(AuditRecord.objects.select_related("by", "seal"), pk=pk)
    return render(
        request,
        "admin/record.html",
        {
            "record": found,
            "action": action_name(found.action),
            "thing": thing_name(found.thing),
            "data": json.dumps(found.data, ensure_ascii=False, indent=2),
        },
    )


@screen
def log(request: Request) -> HttpResponseBase:
    allow(access.may_audit(request.actor))
    actions = AuditRecord.objects.order_by("action").values_list("action", flat=True).distinct()
    things = AuditRecord.objects.order_by("thing").values_list("thing", flat=True).distinct()
    filters = Filters(
        request,
        Filter("who", _("谁（用户名或姓名）"), kind="search"),
        Filter("action", _("动作"), choices=[(a, action_name(a)) for a in actions]),
        Filter("thing", _("对象"), choices=[(t, thing_name(t)) for t in things]),
        Filter("id", _("对象编号"), kind="search"),
        Filter("on", _("日期，如 2026-11-21"), kind="search"),
    )
    table = Table(
        [
            Column(_("编号"), lambda r: str(r.pk), link=lambda r: reverse("admin:record", args=[r.pk])),
            Column(_("时间"), "at", kind="moment"),
            Column(_("谁"), lambda r: str(r.by) if r.by else _("系统")),
            Column(_("动作"), lambda r: action_name(r.action)),
            Column(_("对象"), lambda r: f"{thing_name(r.thing)} {r.thing_id}"),
            Column(_("内容"), lambda r: Truncator(text_of(r)).chars(SHOWN) or "—"),
            Column(_("封存"), lambda r: str(r.seal.number) if r.seal else _("待封存")),
        ],
        page_of(request, _filtered(filters)),
        caption=_("审计日志"),
        empty=Empty(_("没有符合条件的记录"), _("换一个筛选条件试试。")),
    )
    return render(request, "admin/audit.html", {"table": table, "filters": filters})


def _filtered(filters: Filters) -> QuerySet[AuditRecord]:
    rows = AuditRecord.objects.select_related("by", "seal").order_by("-id")
    if filters["action"]:
        rows = rows.filter(action=filters["action"])
    if filters["thing"]:
        rows = rows.filter(thing=filters["thing"])
    if filters["id"].isdecimal():
        rows = rows.filter(thing_id=int(filters["id"][:18]))
    if words := filters["who"]:
        people = Person.objects.filter(username__icontains=words) | Person.objects.filter(
            name__icontains=words
        )
        rows = rows.filter(by__in=people)
    if filters["on"]:
        try:
            day = date.fromisoformat(filters["on"])
        except ValueError:
            return rows.none()
        rows = rows.filter(at__gte=clock.start_of(day), at__lt=clock.start_of(day + timedelta(days=1)))
    return rows


@screen
def chain(request: Request) -> HttpResponseBase:
    """The seals, and the result of recomputing the whole chain when that is asked for."""
    allow(access.may_audit(request.actor))
    verification = audit.verify() if request.method == "POST" else None
    table = Table(
        [
            Column(_("封存号"), "number", kind="number"),
            Column(_("记录"), lambda s: f"{s.first_record}–{s.last_record}"),
            Column(_("条数"), "count", kind="number"),
            Column(_("封存时间"), "sealed_at", kind="moment"),
            Column(_("摘要"), lambda s: s.digest[:16] + "…"),
        ],
        page_of(request, AuditSeal.objects.order_by("-number")),
        caption=_("封存"),
        empty=Empty(_("还没有封存"), _("后台任务会定时把新记录封存入链。")),
    )
    return render(
        request,
        "admin/chain.html",
        {
            "table": table,
            "verification": verification,
            "unsealed": AuditRecord.objects.filter(seal=None).count(),
            "seals": AuditSeal.objects.count(),
        },
    )
