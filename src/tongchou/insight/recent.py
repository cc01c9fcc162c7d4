"""What changed lately: how many of each kind of event inside a place, this week and the week before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_noop

from tongchou.applications.models import Revision
from tongchou.core import clock
from tongchou.designations.models import Designation
from tongchou.monitoring.models import ReportRevision
from tongchou.orgs.models import Unit
from tongchou.reviews.models import Decision

DAYS = 7


@dataclass(frozen=True)
class Change:
    """One kind of event, its Chinese name: how many in the last days, and in as many days before them."""

    name: str
    now: int
    before: int

    @property
    def more(self) -> int:
        return self.now - self.before


def changes(scope_path: str, place_path: str) -> list[Change]:
    """What changed in the place, of what is inside the scope: five queries, whatever the number of rows."""
    end = clock.now()
    middle, start = end - timedelta(days=DAYS), end - timedelta(days=2 * DAYS)

    def counted(name: str, rows: QuerySet[Any], column: str, of: str = "") -> Change:
        days = column == "since"
        a, b = _edge(start, days=days), _edge(middle, days=days)
        inside = {f"{of}scope_path__startswith": scope_path, f"{of}place_path__startswith": place_path}
        found = rows.filter(**inside, **{f"{column}__gt": a}).aggregate(
            now=Count("pk", filter=Q(**{f"{column}__gt": b})), all=Count("pk")
        )
        return Change(name, found["now"], found["all"] - found["now"])

    passed = Decision.objects.filter(kind__in=[Decision.Kind.RECOMMEND])
    return [
        counted(gettext_noop("单位注册"), Unit.objects.all(), "registered_at"),
        counted(gettext_noop("申报提交"), Revision.objects.all(), "submitted_at", "application__"),
        counted(gettext_noop("推荐"), passed, "at", "application__"),
        counted(gettext_noop("认定"), Designation.objects.filter(revoked_on=None), "since"),
        counted(gettext_noop("绩效报送"), ReportRevision.objects.all(), "submitted_at", "report__"),
    ]


def _edge(moment: datetime, *, days: bool) -> Any:
    return moment.astimezone(clock.SHANGHAI).date() if days else moment
