"""One holder of a quota: which cases hold its places, which wait, how its limit was changed; changing it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tongchou.applications.models import Application
from tongchou.core.access import refuse
from tongchou.designations import actions
from tongchou.orgs.models import Authority, Unit
from tongchou.orgs.queries import authority_over
from tongchou.programmes.models import Quota
from tongchou.reviews import access, limits, queries
from tongchou.reviews.board import board
from tongchou.reviews.models import QuotaAccount, QuotaPlace
from tongchou.web.authority.acting import acting_for
from tongchou.web.paging import page_of
from tongchou.web.screens import Request, screen


@screen
def quota_holder(request: Request, pk: int, kind: str, holder: int) -> HttpResponseBase:
    """The cases of one account; the authority that set the quota may change its limit here."""
    authority = acting_for(request)
    quota = get_object_or_404(Quota.objects.select_related("place", "task"), pk=pk)
    one = _holder(authority, kind, holder)
    if request.method == "POST":
        return _change(request, quota, one)
    home = one.scope_path if isinstance(one, Unit) else one.place.path
    row = next((r for r in board(home, Q(pk=quota.pk)) if r.holder_pk == one.pk), None)
    if row is None:
        raise Http404
    of = {"unit": one} if isinstance(one, Unit) else {"authority": one}
    account = QuotaAccount.objects.filter(quota=quota, **of).select_related("quota").first()
    held = limits.held(account) if account else []
    exempt = (
        account.places.exclude(exemption="").select_related("application__unit").order_by("taken_at", "id")
        if account
        else QuotaPlace.objects.none()
    )
    setter = authority_over(quota.place.path, quota.place.level)
    return render(
        request,
        "authority/quota_holder.html",
        {
            "quota": quota,
            "holder": one,
            "row": row,
            "held": page_of(request, held, name="held"),
            "may_fall": [h.place.application for h in held if h.decision],
            "exempt": page_of(request, exempt, name="exempt"),
            "reasons": {e["code"]: e["text"] for e in quota.exempt},
            "waiting": page_of(request, _waiting(request, quota, one), name="waiting"),
            "changes": account.changes.select_related("by") if account else [],
            "may_change": bool(access.may_set_limit(request.actor, quota, setter)),
            "setter": setter,
            "chosen": set(request.POST.getlist("cases")) if request.refusal else set(),
        },
    )


def _holder(authority: Authority, kind: str, pk: int) -> Authority | Unit:
    """The holder inside the authority's own subtree; anything else is not found."""
    path = authority.place.path
    if kind == "unit":
        return get_object_or_404(Unit, pk=pk, scope_path__startswith=path)
    if kind == "authority":
        rows = Authority.objects.select_related("place")
        return get_object_or_404(rows, pk=pk, place__path__startswith=path)
    raise Http404


def _waiting(request: Request, quota: Quota, holder: Authority | Unit) -> QuerySet[Application]:
    """What waits at the quota's step with this holder, by rank."""
    rows = queries.cases(request.actor).filter(
        task=quota.task_id,
        step=quota.step,
        state=Application.State.IN_REVIEW,
        round__in=quota.rounds.all(),
    )
    if quota.variants:
        rows = rows.filter(variant__in=quota.variants)
    if quota.kinds:
        rows = rows.filter(unit__kind__in=quota.kinds)
    if isinstance(holder, Unit):
        return rows.filter(unit=holder).order_by("submitted_at", "pk")
    ranked = rows.filter(scope_path__startswith=holder.place.path).exclude(quota_places__account__quota=quota)
    return queries.ranked(ranked, holder).order_by(F("rank").asc(nulls_last=True), "submitted_at", "pk")


def _change(request: Request, quota: Quota, holder: Authority | Unit) -> HttpResponseBase:
    post = request.POST
    if post.get("do") != "change_limit":
        raise Http404
    typed = post.get("limit", "").strip()
    if not typed.isascii() or not typed.isdecimal() or len(typed) > 6:
        raise refuse("form", _("请填写新的限额。"), fields={"limit": _("请填写 0 以上的整数")})
    named = [int(pk) for pk in post.getlist("cases") if pk.isdecimal()]
    change = actions.change_limit(
        quota,
        holder,
        limit=int(typed),
        reason=post.get("reason", ""),
        document=post.get("document", ""),
        by=request.person,
        falling_out=list(queries.readable(request.actor).filter(pk__in=named)),
    )
    gone = _("，%(count)s 项退出") % {"count": len(change.fallen_out)} if change.fallen_out else ""
    messages.success(request, _("限额已改为 %(limit)s 项") % {"limit": change.limit} + gone + _("。"))
    return redirect(request.get_full_path())
