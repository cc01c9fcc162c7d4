"""The pool of experts as lists show it. Reads only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from tongchou.orgs.queries import experts

if TYPE_CHECKING:
    from tongchou.orgs.models import Authority, Person

_CURRENT = Q(assignments__superseded=False, assignments__conflict="")


def pool(authority: Authority) -> QuerySet[Person]:
    """The experts of ``authority`` with their profiles and how many duties each has and has not handed in."""
    return (
        experts(authority)
        .select_related("expert_profile__employer", "expert_profile__place")
        .annotate(
            duties=Count("assignments", filter=_CURRENT, distinct=True),
            open_duties=Count(
                "assignments", filter=_CURRENT & Q(assignments__submitted_at=None), distinct=True
            ),
        )
    )


def called(word: str) -> Q:
    """Experts in whose name, employer or specialities ``word`` stands."""
    return (
        Q(name__icontains=word)
        | Q(expert_profile__employer_name__icontains=word)
        | Q(expert_profile__words__icontains=word)
    )
