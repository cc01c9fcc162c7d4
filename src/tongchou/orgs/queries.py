"""Every read of orgs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q

from tongchou.orgs.models import Authority, Jurisdiction, Membership, Person, Unit, UnitTag

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tongchou.core.scope import Scope
    from tongchou.orgs.scopes import Actor


def authority_over(scope_path: str, level: str) -> Authority | None:
    """The education authority of ``level`` on the way from the root to ``scope_path``."""
    return (
        Authority.objects.filter(
            place_id__in=scope_path.strip("/").split("/"),
            place__level=level,
            department=Authority.Department.EDUCATION,
        )
        .select_related("place")
        .first()
    )


def places(level: str | None = None, under: str = "") -> QuerySet[Jurisdiction]:
    """Places in force, in pinyin order; ``under`` is a path."""
    rows = Jurisdiction.objects.filter(valid_to=None, path__startswith=under)
    return (rows.filter(level=level) if level else rows).order_by("sort_key", "code")


def children(code: str) -> QuerySet[Jurisdiction]:
    """The places directly below ``code``, in pinyin order."""
    return Jurisdiction.objects.filter(parent_id=code, valid_to=None).order_by("sort_key", "code")


def units(scope: Scope) -> QuerySet[Unit]:
    """The units inside ``scope`` with place, authority and tags."""
    condition = scope.q() if scope.unit_id is None else Q(pk=scope.unit_id)
    return (
        Unit.objects.filter(condition)
        .select_related("place", "authority")
        .prefetch_related(Prefetch("tags", UnitTag.objects.select_related("tag").order_by("tag__code")))
        .order_by("-registered_at", "-id")
    )


def pending_units(actor: Actor) -> QuerySet[Unit]:
    """Units that wait for verification by an authority the actor is an officer of."""
    return units(actor.scope).filter(state=Unit.State.REGISTERED, authority__in=actor.authorities_as())


def officers(authority: Authority) -> QuerySet[Person]:
    """The active officers of ``authority``."""
    return Person.objects.filter(
        is_active=True,
        memberships__authority=authority,
        memberships__role=Membership.Role.OFFICER,
        memberships__active=True,
    ).distinct()


def people_of(unit: Unit) -> QuerySet[Person]:
    """The active people of ``unit``."""
    return Person.objects.filter(is_active=True, memberships__unit=unit, memberships__active=True).distinct()


def experts(authority: Authority) -> QuerySet[Person]:
    """The active experts in the pool of ``authority``."""
    return (
        Person.objects.filter(
            is_active=True,
            memberships__authority=authority,
            memberships__role=Membership.Role.EXPERT,
            memberships__active=True,
        )
        .distinct()
        .order_by("pk")
    )


def accounts() -> QuerySet[Person]:
    """Every account with its roles, for the administrators."""
    return Person.objects.prefetch_related(
        Prefetch("memberships", Membership.objects.select_related("unit", "authority"))
    ).order_by("-date_joined", "-id")


def confirmed_tags(unit: Unit) -> dict[str, int | None]:
    """The confirmed tags of ``unit``, each with the year since which it is held, as far as one is known."""
    return dict(unit.tags.filter(confirmed=True).values_list("tag_id", "since_year"))


def unit_facts(unit: Unit) -> dict[str, Any]:
    """What rules may know of a unit: kind, confirmed tags, place code."""
    return {
        "kind": unit.kind,
        "tags": sorted(unit.tags.filter(confirmed=True).values_list("tag_id", flat=True)),
        "place": unit.place_id,
    }
