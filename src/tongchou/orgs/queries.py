"""Every read of orgs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q

from tongchou.core import clock
from tongchou.core.prepared import Prepared
from tongchou.orgs.invitation_models import Invitation
from tongchou.orgs.models import Authority, Jurisdiction, Membership, Person, Unit, UnitTag
from tongchou.orgs.record_models import FormerName, RegistrationRule, RenameRequest, UnitContact

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.db.models import QuerySet

    from tongchou.core.scope import Scope
    from tongchou.orgs.scopes import Actor


def authority_over(scope_path: str, level: str) -> Authority | None:
    """The education authority of ``level`` on the way from the root to ``scope_path``."""
    return next(iter(_OVER(codes=tuple(scope_path.strip("/").split("/")), level=level)), None)


_OVER = Prepared(
    lambda codes, level: (
        Authority.objects.filter(
            place_id__in=codes, place__level=level, department=Authority.Department.EDUCATION
        )
        .select_related("place")
        .order_by("pk")[:1]
    )
)


def registration_rule(kind: str, path: str) -> RegistrationRule:
    """How units of ``kind`` register at ``path``: the rule of the deepest place on the way that has one.

    Without any, the city verifies (or who stands above it), and the sealed form is asked for.
    """
    found = (
        RegistrationRule.objects.filter(kind=kind, place_id__in=path.strip("/").split("/"))
        .order_by("-place__path")
        .first()
    )
    return found or RegistrationRule(kind=kind, levels=[Jurisdiction.Level.CITY], sealed_form=True)


def supervisors(kind: str, place: Jurisdiction) -> list[Authority]:
    """The authorities between which a unit of ``kind`` in ``place`` may choose, the usual one first."""
    found = [authority_over(place.path, level) for level in registration_rule(kind, place.path).levels]
    return list({a.pk: a for a in found if a is not None}.values())


def locked_unit(pk: int) -> Unit:
    """The unit's row, locked, with authority and place."""
    return (
        Unit.objects.select_for_update(of=("self",))
        .select_related("authority", "place", "merged_into")
        .get(pk=pk)
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


def people_of_units(units: Iterable[int]) -> QuerySet[Person]:
    """The active people of several units, by their numbers."""
    return Person.objects.filter(
        is_active=True, memberships__unit__in=set(units), memberships__active=True
    ).distinct()


def leaders(unit: Unit) -> QuerySet[Person]:
    """The active leaders of ``unit``."""
    return Person.objects.filter(
        is_active=True,
        memberships__unit=unit,
        memberships__role=Membership.Role.LEADER,
        memberships__active=True,
    ).distinct()


def members(unit: Unit) -> QuerySet[Person]:
    """Whoever holds a role in ``unit``, with ``roles_here``; closed accounts too, since the role is still theirs."""
    here = Membership.objects.filter(unit=unit, active=True).order_by("pk")
    return (
        Person.objects.filter(memberships__in=here)
        .distinct()
        .order_by("pk")
        .prefetch_related(Prefetch("memberships", here, to_attr="roles_here"))
    )


def invitations(unit: Unit) -> QuerySet[Invitation]:
    """The invitations of ``unit`` that may still be accepted or sent again, latest first."""
    return unit.invitations.filter(accepted_at=None, revoked_at=None).select_related("invited_by")


def open_invitations(unit: Unit) -> QuerySet[Invitation]:
    """Those of them whose time is not over."""
    return invitations(unit).filter(expires_at__gt=clock.now())


def contact_of(unit: Unit) -> UnitContact | None:
    """The unit's contact with the scan of its form."""
    return UnitContact.objects.filter(unit=unit).select_related("scan", "scanned_by").first()


def rename_waiting(unit: Unit) -> RenameRequest | None:
    """The request for another name that waits for the authority."""
    return (
        unit.rename_requests.filter(state=RenameRequest.State.WAITING)
        .select_related("proof", "asked_by")
        .first()
    )


def renames_waiting(actor: Actor) -> QuerySet[RenameRequest]:
    """The requests for other names that wait for an authority the actor is an officer of, oldest first."""
    return (
        RenameRequest.objects.filter(
            state=RenameRequest.State.WAITING, unit__authority__in=actor.authorities_as()
        )
        .select_related("unit__place")
        .order_by("asked_at", "pk")
    )


def called(word: str) -> Q:
    """Units of which ``word`` is part of the name they bear or once bore, or the beginning of their code."""
    former = FormerName.objects.filter(name__icontains=word).values("unit")
    return Q(name__icontains=word) | Q(uscc__istartswith=word) | Q(pk__in=former)


def units_called(word: str) -> QuerySet[Unit]:
    """The units that :func:`called` finds, for searching what belongs to them."""
    return Unit.objects.filter(called(word))


def meant(units: QuerySet[Unit], word: str) -> list[Unit]:
    """Those of ``units`` that somebody names by ``word``: by the whole name or code, else by part of it; two where several."""
    if not word:
        return []
    whole = units.filter(Q(name=word) | Q(uscc__iexact=word))
    return list(whole[:2] or units.filter(called(word))[:2])


def names_on(units: Iterable[Unit], day: date) -> dict[int, str]:
    """What each of ``units`` was called on ``day``, by its number (one query)."""
    by_pk = {unit.pk: unit.name for unit in units}
    later = FormerName.objects.filter(unit__in=by_pk, until__gt=day).order_by("-until", "-pk")
    return by_pk | dict(later.values_list("unit_id", "name"))  # the earliest that ended after the day wins


def unit_on(unit: Unit, day: date) -> Unit:
    """Who stood for ``unit`` on ``day``: itself, or the one it had been merged into by then."""
    while unit.merged_into is not None and unit.merged_on is not None and unit.merged_on <= day:
        unit = unit.merged_into
    return unit


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
    return {tag.tag_id: tag.since_year for tag in _TAGS(unit=unit.pk)}


_TAGS = Prepared(lambda unit: UnitTag.objects.filter(unit=unit, confirmed=True))


def unit_facts(unit: Unit) -> dict[str, Any]:
    """What rules may know of a unit: kind, confirmed tags, place code."""
    return {
        "kind": unit.kind,
        "tags": sorted(confirmed_tags(unit)),
        "place": unit.place_id,
    }
