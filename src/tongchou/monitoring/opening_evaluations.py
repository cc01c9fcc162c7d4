"""Opening an evaluation: who is evaluated is found once and stored, so that a later change of the list rewrites nothing."""

from __future__ import annotations

import secrets
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import refuse, require
from tongchou.core.dates import day_text
from tongchou.designations.models import Designation, Level
from tongchou.monitoring import evaluation_access as access
from tongchou.monitoring import schemes
from tongchou.monitoring.evaluation_models import Assessment, Evaluation
from tongchou.orgs.queries import people_of_units
from tongchou.orgs.scopes import actor
from tongchou.outbox.actions import notify
from tongchou.outbox.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tongchou.applications.models import Application
    from tongchou.orgs.models import Authority, Person

A = Assessment.State
_RANK = list(Level.values)


@transaction.atomic
def open_evaluation(
    *,
    authority: Authority,
    offer: schemes.Offered,
    year: int,
    self_due: date,
    by: Person,
    variant: str = "",
    projects: Sequence[Application] = (),
    draw: int | None = None,
) -> Evaluation:
    """Open an evaluation of the projects under ``authority``, and store who is evaluated.

    A yearly one is of every project designated by the end of ``year`` at the authority's level or above, one of a period of
    those whose period ends with it. A spot check is of the ``projects`` named, or of ``draw`` of them by lot; the
    seed of the lot stands in the audit record, so that anybody can draw again.
    """
    require(access.may_open(actor(by), authority, offer.level))
    scheme = offer.scheme
    if not 2000 <= year <= clock.today().year:
        raise refuse("form", _("考核年度有误。"), fields={"year": _("请选择已经开始的年度")})
    if self_due < clock.today():
        raise refuse(
            "form", _("自评的截止日不能早于今天。"), fields={"self_due": _("请选择今天或以后的日期")}
        )
    held = [d for d in _held(authority, offer, year) if not variant or d.application.variant == variant]
    seed = ""
    if scheme.kind == "spot":
        held, seed = _chosen(held, projects, draw)
    if not held:
        raise refuse(
            "empty",
            _("没有可以考核的项目。"),
            clause="；".join(scheme.cite),
            remedy=_("请核对年度、类别和已认定的项目。"),
        )
    same = Evaluation.objects.filter(
        authority=authority, task=offer.task, code=scheme.code, year=year, variant=variant
    )
    batch = 1 + same.count()
    if batch > 1 and scheme.kind != "spot":
        raise refuse(
            "state",
            _("%(year)s年“%(name)s”已经开启。") % {"year": year, "name": scheme.name},
            remedy=_("应考核项目在开启时已经固定，不能重复开启。"),
        )
    evaluation = Evaluation.objects.create(
        edition=offer.edition,
        code=scheme.code,
        name=scheme.name,
        kind=scheme.kind,
        task=offer.task,
        variant=variant,
        authority=authority,
        place_path=authority.place.path,
        year=year,
        batch=batch,
        self_due=self_due,
        opened_at=clock.now(),
        opened_by=by,
    )
    asks = schemes.asks_self(scheme)
    Assessment.objects.bulk_create(
        Assessment(
            evaluation=evaluation,
            application=d.application,
            unit_id=d.application.unit_id,  # who leads it now, whoever it was designated to
            place_path=d.application.place_path,
            scope_path=d.application.scope_path,
            designated=d.level,
            state=A.DUE if asks else A.SCORING,
        )
        for d in held
    )
    audit.record(
        "open_evaluation",
        evaluation,
        by=by,
        scope_path=authority.place.path,
        code=scheme.code,
        year=year,
        projects=len(held),
        seed=seed,
    )
    if asks:
        notify(
            people_of_units(d.application.unit_id for d in held),
            kind=Kind.EVALUATED,
            about=str(evaluation),
            subject=f"{evaluation}已开启",
            body=f"{authority.name}已开启{evaluation}，请在{day_text(self_due)}前完成自评。",
            link="/unit/evaluations/",
        )
    return evaluation


def _held(authority: Authority, offer: schemes.Offered, year: int) -> list[Designation]:
    """Of each project the highest level in force that counts, where it counts for this evaluation."""
    lowest = _RANK.index(offer.level)
    rows = (
        Designation.objects.filter(
            Q(ends_on=None) | Q(ends_on__gt=date(year, 1, 1)),
            task=offer.task,
            level__in=_RANK[lowest:],
            revoked_on=None,
            since__lte=date(year, 12, 31),
            application__place_path__startswith=authority.place.path,
            **({"application__variant__in": offer.variants} if offer.variants else {}),
        )
        .select_related("application")
        .order_by("application_id")
    )
    highest: dict[int, Designation] = {}
    for row in rows:
        kept = highest.get(row.application_id)
        if kept is None or _RANK.index(row.level) > _RANK.index(kept.level):
            highest[row.application_id] = row
    years = offer.scheme.years
    return [d for d in highest.values() if years is None or (year - d.since.year + 1) % years == 0]


def _chosen(
    held: list[Designation], projects: Sequence[Application], draw: int | None
) -> tuple[list[Designation], str]:
    """Those of a spot check: named, or drawn by lot (by the digests of seed and number, lowest first)."""
    if projects:
        wanted = {p.pk for p in projects}
        return [d for d in held if d.application_id in wanted], ""
    if draw is None or draw < 1:
        raise refuse("form", _("请选择抽检的项目，或填写随机抽取的数量。"), fields={"draw": _("请填写数量")})
    seed = secrets.token_hex(8)
    lot = sorted(held, key=lambda d: sha256(f"{seed}{d.application_id}".encode()).digest())
    return lot[:draw], seed
