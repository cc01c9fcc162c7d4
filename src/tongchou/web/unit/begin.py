"""Beginning a declaration: which task, which kind, which round; and whether it may be begun, before trying."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tongchou.applications import access
from tongchou.core import clock
from tongchou.monitoring import beginning
from tongchou.programmes.models import Round, Task
from tongchou.programmes.pack_format import Variant
from tongchou.programmes.queries import WindowState, window_state
from tongchou.web.public import reads as public_reads
from tongchou.web.screens import Request, screen
from tongchou.web.unit import reads


@dataclass(frozen=True)
class Offer:
    """One thing that could be begun, and why not if it can't."""

    variant: Variant
    round: Round
    may_lead: bool
    window: WindowState


@screen
def choose(request: Request) -> HttpResponse:
    """Choose a task."""
    units = reads.own_units(request)
    unit = reads.own_unit(request, request.GET.get("unit")) if units else None
    return render(
        request,
        "unit/choose.html",
        {
            "units": units,
            "unit": unit,
            "may": access.may_begin(request.actor, unit) if unit else None,
            "cards": public_reads.cards(unit.scope_path) if unit else [],
        },
    )


@screen
def begin(request: Request, task: int) -> HttpResponse:
    """Choose kind and round of a task, seeing window, kinds and quota with their clauses; begin."""
    found = get_object_or_404(Task.objects.select_related("programme"), pk=task)
    unit = reads.own_unit(request, request.POST.get("unit") or request.GET.get("unit"))
    edition = public_reads.edition_of(found, unit.scope_path)
    if edition is None:
        raise Http404
    rounds = list(found.programme.rounds.all())
    if request.method == "POST":
        chosen = next((r for r in rounds if str(r.pk) == request.POST.get("round")), None)
        if chosen is None:
            raise Http404
        application = beginning.begin(
            unit, task=found, variant=request.POST.get("variant", ""), round=chosen, by=request.person
        )
        messages.success(
            request, _("已建立申报 %(number)s，填写内容会自动保存。") % {"number": application.number}
        )
        return redirect("unit:fill", application.pk)
    pack = edition.pack
    offers = [
        Offer(
            variant,
            round_,
            unit.kind in variant.leads,
            window_state(
                found,
                unit.scope_path,
                "declare",
                binds="units",
                variant=variant.code,
                year=round_.year,
                at=clock.now(),
            ),
        )
        for variant in pack.variants
        for round_ in rounds
    ]
    offers.sort(key=lambda o: (not o.may_lead, not o.window.open))
    return render(
        request,
        "unit/begin.html",
        {
            "task": found,
            "unit": unit,
            "units": reads.own_units(request),
            "pack": pack,
            "offers": offers,
            "may": access.may_begin(request.actor, unit),
            "quotas": reads.quotas_ahead(
                found, unit, pack, {v.code for v in pack.variants if unit.kind in v.leads}
            ),
        },
    )
