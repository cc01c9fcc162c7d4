"""To whom something is sent, for many units or authorities in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from tongchou.orgs.models import Membership


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person as far as a message needs to know them."""

    pk: int
    has_mail: bool


def of_units(units: Iterable[int]) -> dict[int, list[Addressee]]:
    """The active people of each unit: fillers, reviewers, leaders; everybody once."""
    return _by("unit_id", Membership.objects.filter(unit__in=set(units)))


def of_authorities(authorities: Iterable[int]) -> dict[int, list[Addressee]]:
    """The active officers of each authority."""
    return _by(
        "authority_id",
        Membership.objects.filter(authority__in=set(authorities), role=Membership.Role.OFFICER),
    )


def _by(holder: str, rows: QuerySet[Membership]) -> dict[int, list[Addressee]]:
    found: dict[int, dict[int, Addressee]] = defaultdict(dict)
    active = rows.filter(active=True, person__is_active=True)
    for key, person, email in active.values_list(holder, "person_id", "person__email"):
        found[key][person] = Addressee(person, bool(email))
    return {key: list(people.values()) for key, people in found.items()}
