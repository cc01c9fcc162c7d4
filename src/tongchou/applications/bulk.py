"""Many cases at once: asked for here, done by the worker one by one, each in a transaction of its own with its result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from tongchou.applications.bulk_models import BulkItem, BulkRun
from tongchou.core import audit, clock
from tongchou.core.access import Refused, refuse
from tongchou.orgs.scopes import actor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

    from tongchou.applications.models import Application
    from tongchou.orgs.models import Authority, Person

TASK = "web.bulk"
"""The worker's task, in the room that knows every action; it calls :func:`play`."""
MOST = 5000
I = BulkItem.State  # noqa: E741 - the states of an item


@transaction.atomic
def ask_bulk(
    authority: Authority, *, do: str, words: dict[str, Any], cases: Sequence[int], by: Person
) -> BulkRun:
    """Have the worker do ``do`` with each of ``cases`` (their numbers). Whether it may with each, the action says itself."""
    if not actor(by).for_authority(authority.pk):
        raise refuse(
            "scope",
            _("您不是%(authority)s的经办人。") % {"authority": authority.name},
            remedy=_("请用主管部门经办人的账号登录；如需授权，请联系安全管理员。"),
        )
    if not 0 < len(cases) <= MOST:
        raise refuse(
            "form",
            _("一次最多办理 %(most)s 项。") % {"most": MOST},
            remedy=_("请用筛选条件分批办理。"),
        )
    run = BulkRun.objects.create(authority=authority, by=by, do=do, words=words, asked_at=clock.now())
    BulkItem.objects.bulk_create(BulkItem(run=run, application_id=pk) for pk in dict.fromkeys(cases))
    audit.record("ask_bulk", run, by=by, scope_path=authority.place.path, do=do, count=len(cases))
    app.configure_task(TASK, lock=f"bulk-{by.pk}").defer(run=run.pk)
    return run


def play(run: BulkRun, act: Callable[[Application], str]) -> None:
    """Do ``act`` with every case that still waits. What was done before a worker was killed is not done again."""
    while _one(run, act):
        pass
    BulkRun.objects.filter(pk=run.pk, ended_at=None).update(ended_at=clock.now())


@transaction.atomic
def _one(run: BulkRun, act: Callable[[Application], str]) -> bool:
    waiting = BulkItem.objects.filter(run=run, state=I.WAITING).select_for_update(of=("self",))
    item = waiting.select_related("application__edition", "application__unit").first()
    if item is None:
        return False
    try:
        with transaction.atomic():
            item.state, item.text = I.DONE, act(item.application)
    except Refused as refused:
        denied = refused.denied
        item.state, item.text = I.REFUSED, _("；").join([denied.reason, *refused.fields.values()])
        item.clause, item.remedy = denied.clause, denied.remedy
    item.save(update_fields=["state", "text", "clause", "remedy"])
    return True


def runs_of(authority: Authority) -> QuerySet[BulkRun]:
    """The runs of an authority, latest first, with how many cases are done, refused and waiting."""
    return (
        BulkRun.objects.filter(authority=authority)
        .select_related("by")
        .annotate(
            count=Count("items"),
            done=Count("items", filter=Q(items__state=I.DONE)),
            refused=Count("items", filter=Q(items__state=I.REFUSED)),
        )
        .order_by("-id")
    )
