"""What ties submitted cases to one another: one leader, one unit, one project declared in two tasks.

Shown to reviewers, never refused: what may stand once only is a rule of the pack (``TaskPack.unique``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from tongchou.applications.models import Application
from tongchou.applications.uniqueness import normal
from tongchou.core.digests import digest_of
from tongchou.reviews.step_models import Tie

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongchou.applications.models import Revision

S = Application.State
UNIT = "unit"
WORDS = {
    Tie.Kind.LEADER: gettext_noop("同一负责人"),
    UNIT: gettext_noop("同一单位"),
    Tie.Kind.PROJECT: gettext_noop("同名项目"),
}
"""The kinds of tie, as screens call them."""
_GONE = (S.DRAFT, S.ABANDONED)
MOST = 20
_LOOKED_AT = 500


def project_key(name: str) -> str:
    """The key of a project's name; width, case, spaces and punctuation make no difference."""
    return digest_of([normal(name)])


def keep(application: Application, revision: Revision) -> None:
    """Keep what the revision just submitted says of the project and its leader, in place of what was kept before."""
    wanted = {Tie.Kind.PROJECT: project_key(application.project_name)} if application.project_name else {}
    leader = application.edition.pack.leader
    named = [normal(revision.answers.get(code)) for code in leader]
    if leader and all(named):
        wanted[Tie.Kind.LEADER] = digest_of(named)
    if revision.number > 1:
        application.ties.all().delete()
    Tie.objects.bulk_create(Tie(application=application, kind=kind, key=key) for kind, key in wanted.items())


@dataclass(frozen=True, slots=True)
class Tied:
    """Another case and what ties it to the one looked at."""

    case: Application
    kinds: tuple[str, ...]


def tied_to(application: Application, seen: QuerySet[Application]) -> list[Tied]:
    """The other cases of the round among ``seen`` that something ties to this one (four queries, at most ``MOST`` and one more)."""
    own = {(tie.kind, tie.key) for tie in application.ties.all()}
    keys = Q(pk__in=[])
    for kind, key in own:
        keys |= Q(kind=kind, key=key)
    alike = Tie.objects.filter(keys, application__round=application.round_id)
    same = Q(unit=application.unit_id) | Q(
        pk__in=list(alike.values_list("application", flat=True)[:_LOOKED_AT])
    )
    rows = list(
        seen.filter(same, round=application.round_id)
        .exclude(pk=application.pk)
        .exclude(state__in=_GONE)
        .order_by("task__number", "pk")
        .prefetch_related("ties")[: MOST + 1]
    )
    found = []
    for row in rows:
        kinds = [
            kind
            for kind in Tie.Kind.values
            if own & {(t.kind, t.key) for t in row.ties.all() if t.kind == kind}
        ]
        if row.unit_id == application.unit_id:
            kinds.append(UNIT)
        found.append(Tied(row, tuple(kinds)))
    return found


def with_tie(rows: QuerySet[Application], kind: str) -> QuerySet[Application]:
    """Those of ``rows`` that a tie of ``kind`` binds to another submitted case of the same round."""
    others = (
        Application.objects.filter(round=OuterRef("round"))
        .exclude(pk=OuterRef("pk"))
        .exclude(state__in=_GONE)
    )
    if kind == UNIT:
        return rows.filter(Exists(others.filter(unit=OuterRef("unit"))))
    mine = Tie.objects.filter(kind=kind, application=OuterRef("pk"))
    twin = (
        Tie.objects.filter(kind=kind, key=OuterRef("key"), application__round=OuterRef("application__round"))
        .exclude(application=OuterRef("application"))
        .exclude(application__state__in=_GONE)
    )
    return rows.filter(Exists(mine.filter(Exists(twin))))
