"""Scope: who sees which subtree.

Every row that belongs to a unit carries ``scope_path``: the materialised path (``"000000/220000/220100/"``) of the
place down to which authorities answer for it, so one prefix condition limits a list, a detail page and an action alike.
Nobody sees outside their subtree: a college supervised by the province is not in the scope of the city it stands in.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Scope:
    """What one actor sees: a subtree of places, or one unit, or nothing."""

    path: str | None = None
    unit_id: int | None = None

    def q(self, prefix: str = "") -> Q:
        """The condition on a queryset whose rows have ``scope_path`` and ``unit_id`` (behind ``prefix``)."""
        if self.unit_id is not None:
            return Q(**{f"{prefix}unit_id": self.unit_id})
        if self.path is not None:
            return Q(**{f"{prefix}scope_path__startswith": self.path})
        return Q(pk__in=[])

    def holds(self, *, scope_path: str, unit_id: int | None = None) -> bool:
        """Whether one row is inside."""
        if self.unit_id is not None:
            return unit_id == self.unit_id
        return self.path is not None and scope_path.startswith(self.path)


NOTHING = Scope()


def on_one_line(path: str, other: str) -> bool:
    """Whether one of two places is the other or lies in it: what is set in the one then counts in the other."""
    return path.startswith(other) or other.startswith(path)
