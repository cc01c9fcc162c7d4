"""Keeping and dropping one's own views of lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.core import audit, clock
from tongchou.core.access import refuse
from tongchou.orgs.models import Person
from tongchou.orgs.view_models import SavedView

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST = 20
LONGEST_NAME, LONGEST_QUERY = 40, 1000


def saved_views(person: Person, screen: str) -> QuerySet[SavedView]:
    """The views that ``person`` keeps of ``screen``, by name."""
    return SavedView.objects.filter(person=person, screen=screen)


@transaction.atomic
def save_view(screen: str, *, name: str, query: str, first: bool = False, by: Person) -> SavedView:
    """Keep a query of a screen's address under a name; one of that name is replaced. ``first``: the screen opens with it."""
    Person.objects.select_for_update().get(pk=by.pk)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise refuse(
            "form",
            _("这个视图没有保存。"),
            fields={"name": _("请填写名称，不超过 %(most)s 个字") % {"most": LONGEST_NAME}}
            if len(query) <= LONGEST_QUERY
            else {"name": _("筛选条件太长")},
        )
    kept = saved_views(by, screen)
    if kept.exclude(name=name).count() >= MOST:
        raise refuse(
            "form",
            _("最多保存 %(most)s 个视图。") % {"most": MOST},
            remedy=_("请先删除不用的视图。"),
        )
    if first:
        kept.filter(first=True).update(first=False)
    view, _made = SavedView.objects.update_or_create(
        person=by,
        screen=screen,
        name=name,
        defaults={"query": query, "first": first, "saved_at": clock.now()},
    )
    audit.record("save_view", view, by=by, screen=screen, name=name, query=query, first=first)
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: Person) -> None:
    """Drop a view of one's own."""
    if view.person_id != by.pk:
        raise refuse("scope", _("这个视图不是您保存的。"), remedy=_("请选择自己保存的视图。"))
    audit.record("delete_view", view, by=by, screen=view.screen, name=view.name)
    view.delete()
