"""What of cases and experts is held against each other (``reviews.conflicts``), read set-wise.

Of the answers only the lists of partners and people are read, never whole documents.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.db.models.fields.json import KeyTransform

from tongchou.applications.leading_models import FormerLead
from tongchou.applications.models import Revision
from tongchou.applications.uniqueness import normal
from tongchou.forms.schema import fields_of, sections_for
from tongchou.orgs.models import Membership, Unit
from tongchou.orgs.record_models import FormerName
from tongchou.reviews.conflicts import CaseFacts, Conflicts, ExpertFacts
from tongchou.reviews.expert_models import ExpertProfile, ExpertTie
from tongchou.reviews.models import Assignment, Decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tongchou.applications.models import Application
    from tongchou.orgs.models import Person
    from tongchou.programmes.pack_format import Step

    Lists = dict[int, tuple[list[dict[str, Any]], list[dict[str, Any]]]]


def reasons(application: Application, step: Step, experts: Iterable[Person]) -> dict[int, str]:
    """Which of ``experts`` may not score one case at the scoring step ``step``, and why."""
    (facts,) = facts_of_cases([application], {application.pk: step})
    return Conflicts(facts_of_experts(experts)).of(facts)


def facts_of_cases(cases: Sequence[Application], steps: dict[int, Step]) -> list[CaseFacts]:
    """The facts of ``cases`` (``edition`` and ``unit`` selected); ``steps`` is the scoring step of each.

    Queries: six, and one for each edition and variant among them.
    """
    units = {case.unit_id for case in cases}
    pks = [case.pk for case in cases]
    merged = _pairs(Unit.objects.filter(merged_into__in=units).values_list("merged_into", "pk"))
    led = _pairs(FormerLead.objects.filter(application__in=pks).values_list("application", "unit"))
    names = _pairs(FormerName.objects.filter(unit__in=units).values_list("unit", "name"))
    handled = _pairs(Decision.objects.filter(application__in=pks).values_list("application", "by"))
    withdrew: dict[int, dict[int, str]] = defaultdict(dict)
    gone = Assignment.objects.filter(application__in=pks).exclude(conflict="")
    for pk, expert, reason in gone.values_list("application", "expert", "conflict"):
        withdrew[pk][expert] = reason
    lists = _lists(cases)
    return [
        _facts(
            case,
            units=frozenset({case.unit_id, *merged[case.unit_id], *led[case.pk]}),
            names={case.unit.name, *names[case.unit_id]},
            lists=lists.get(case.pk, ([], [])),
            handlers=frozenset(handled[case.pk]),
            withdrew=withdrew.get(case.pk, {}),
            avoid=steps[case.pk].avoid,
        )
        for case in cases
    ]


def _facts(
    case: Application,
    *,
    units: frozenset[int],
    names: set[str],
    lists: tuple[list[dict[str, Any]], list[dict[str, Any]]],
    handlers: frozenset[int],
    withdrew: dict[int, str],
    avoid: str | None,
) -> CaseFacts:
    partners, people = lists
    return CaseFacts(
        case.pk,
        case.place_path,
        units=units,
        lead_usccs=frozenset({case.unit.uscc}),
        lead_names=frozenset(normal(name) for name in names),
        partner_usccs=frozenset(str(row["uscc"]).upper() for row in partners if row.get("uscc")),
        partner_names={normal(row["name"]): str(row["name"]) for row in partners if row.get("name")},
        people=frozenset((normal(row["name"]), normal(row.get("unit"))) for row in people if row.get("name")),
        handlers=handlers,
        withdrew=withdrew,
        avoid=avoid,
    )


def _lists(cases: Sequence[Application]) -> Lists:
    """The rows of partners and of people in the latest revision of each case."""
    groups: dict[tuple[int, str], list[Application]] = defaultdict(list)
    for case in cases:
        groups[case.edition_id, case.variant].append(case)
    found: Lists = {}
    for (_edition, variant), rows in groups.items():
        asked = list(fields_of(sections_for(rows[0].edition.pack.form, variant)))
        codes = [(f.code, f.type) for f in asked if f.type in {"partners", "people"}]
        if not codes:
            continue
        latest = (
            Revision.objects.filter(application__in=[case.pk for case in rows])
            .order_by("application", "-number")
            .distinct("application")
            .values_list("application", *(KeyTransform(code, "answers") for code, _kind in codes))
        )
        for pk, *values in latest:
            partners: list[dict[str, Any]] = []
            people: list[dict[str, Any]] = []
            for (_code, kind), value in zip(codes, values, strict=True):
                (partners if kind == "partners" else people).extend(value or [])
            found[pk] = (partners, people)
    return found


def facts_of_experts(people: Iterable[Person]) -> list[ExpertFacts]:
    """The facts of experts, in the order given (three queries)."""
    people = list(people)
    profiles = ExpertProfile.objects.select_related("employer", "place").in_bulk([p.pk for p in people])
    roles: dict[int, list[Membership]] = defaultdict(list)
    for role in Membership.objects.filter(person__in=people).exclude(unit=None).select_related("unit"):
        roles[role.person_id].append(role)
    ties: dict[int, list[ExpertTie]] = defaultdict(list)
    for tie in ExpertTie.objects.filter(expert__in=people):
        ties[tie.expert_id].append(tie)
    return [_expert(p, profiles.get(p.pk), roles[p.pk], ties[p.pk]) for p in people]


def _expert(
    person: Person, profile: ExpertProfile | None, roles: list[Membership], ties: list[ExpertTie]
) -> ExpertFacts:
    here = {role.unit for role in roles if role.active and role.unit}
    employers = set(here)
    names = {unit.name for unit in here}
    paths = {unit.place_path for unit in here}
    if profile is not None:
        if profile.employer is not None:
            employers.add(profile.employer)
            paths.add(profile.employer.place_path)
            names.add(profile.employer.name)
        if profile.employer_name:
            names.add(profile.employer_name)
        if profile.place is not None:
            paths.add(profile.place.path)
    now = frozenset(unit.pk for unit in employers)
    return ExpertFacts(
        person.pk,
        normal(person.name),
        units=now,
        former_units=frozenset(r.unit_id for r in roles if r.unit_id is not None and not r.active) - now,
        usccs=frozenset(unit.uscc for unit in employers),
        employers=frozenset(normal(name) for name in names),
        paths=frozenset(paths),
        tied_units={tie.unit_id: tie.reason for tie in ties if tie.unit_id is not None},
        tied_names={normal(tie.name): tie.reason for tie in ties},
    )


def _pairs(rows: Iterable[tuple[int | None, Any]]) -> dict[int, set[Any]]:
    found: dict[int, set[Any]] = defaultdict(set)
    for key, value in rows:
        if key is not None:
            found[key].add(value)
    return found
