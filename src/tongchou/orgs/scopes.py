"""Who is acting: a person with all active roles, read once a request."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from tongchou.core.prepared import Prepared
from tongchou.core.scope import NOTHING, Scope
from tongchou.orgs.models import Authority, Membership, Person, Unit

if TYPE_CHECKING:
    from django.db import models

Role = Membership.Role


@dataclass(frozen=True)
class Actor:
    """A person and the roles held. Access modules ask it; it decides nothing itself."""

    person: Person
    memberships: tuple[Membership, ...]

    def units_as(self, *roles: str) -> list[Unit]:
        """The units where one of ``roles`` (any unit role when none is named) is held."""
        wanted = roles or Membership.UNIT_ROLES
        return list({m.unit_id: m.unit for m in self.memberships if m.unit and m.role in wanted}.values())

    def authorities_as(self, *roles: str) -> list[Authority]:
        """The authorities where one of ``roles`` (officer when none is named) is held."""
        wanted = roles or (Role.OFFICER,)
        return list(
            {
                m.authority_id: m.authority for m in self.memberships if m.authority and m.role in wanted
            }.values()
        )

    def in_unit(self, unit_id: int, *roles: str) -> bool:
        return any(unit.pk == unit_id for unit in self.units_as(*roles))

    def for_authority(self, authority_id: int, *roles: str) -> bool:
        return any(authority.pk == authority_id for authority in self.authorities_as(*roles))

    def officer_of(self, level: str, scope_path: str) -> Authority | None:
        """The education authority of ``level`` above ``scope_path`` that this person is an officer of.

        Other departments sign jointly; they don't decide alone.
        """
        return next(
            (
                a
                for a in self.authorities_as()
                if a.department == Authority.Department.EDUCATION
                and a.place.level == level
                and scope_path.startswith(a.place.path)
            ),
            None,
        )

    def above(self, *scope_paths: str) -> bool:
        """Whether one education authority that this person is an officer of stands above all of ``scope_paths``."""
        return any(
            a.department == Authority.Department.EDUCATION
            and all(path.startswith(a.place.path) for path in scope_paths)
            for a in self.authorities_as()
        )

    @cached_property
    def scope(self) -> Scope:
        """What may be seen: the widest authority's subtree, else the unit's own, else nothing."""
        if authorities := self.authorities_as():
            return Scope(path=min((a.place.path for a in authorities), key=len))
        if units := self.units_as():
            return Scope(unit_id=units[0].pk)
        return NOTHING

    def may_see(self, *, scope_path: str, unit_id: int | None = None) -> bool:
        """Whether a row is inside what any of the roles shows."""
        return any(scope_path.startswith(a.place.path) for a in self.authorities_as()) or (
            unit_id is not None and self.in_unit(unit_id)
        )


def actor(person: models.Model) -> Actor:
    """Read the roles of ``person`` (one query). A person who may not log in has none."""
    if not isinstance(person, Person) or not person.is_active:
        return Actor(person, ())  # type: ignore[arg-type]
    return Actor(person, tuple(_ROLES(person=person.pk)))


_ROLES = Prepared(
    lambda person: Membership.objects.filter(person=person, active=True).select_related(
        "unit", "authority__place"
    )
)
